/* What two runs left, held against each other. */
#ifndef COMPILER_TWO_RUNS_H
#define COMPILER_TWO_RUNS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/status.h"

struct two_runs {
    struct arena *arena;        /* of what is said */
    const char *run, *repeated; /* their folders */
};

/* *difference becomes the first one, as a person wants to read it, or NULL. A
 * file that cannot be read is an error.
 *
 * The log of a run that was stopped ends with its last whole epoch (is_whole
 * false), that of its repetition with what was begun. */
enum status compare_logs(const struct two_runs *runs, bool is_whole,
                         const char **difference, struct error *error);

/* The weights of a file that both have, to the bit: 0 and -0 are two things. */
enum status compare_weights(const struct two_runs *runs, const char *name,
                            const char **difference, struct error *error);

#endif
