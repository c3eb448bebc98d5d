/* The words of --input and --output, held against the inputs or outputs of a
 * network: a plain file where there is one, NAME=FILE where there are several. */
#ifndef TRAINER_NAMED_FILES_H
#define TRAINER_NAMED_FILES_H

#include "base/arena.h"
#include "base/status.h"
#include "guss/model.h"

struct named_files {
    const char *kind; /* "input" or "output": the option, and what it names */
    const struct guss_network *network;
    const char **names; /* of the network's; [count] */
    const char **files; /* for each, or NULL; in the arena */
    int count;
};

/* What a network reads. */
struct named_files named_inputs(struct arena *arena,
                                const struct guss_network *network);

/* What is given in place of them: a layer's output. */
struct named_files named_layer(struct arena *arena,
                               const struct guss_network *network,
                               const struct guss_output *layer);

/* What a network gives. */
struct named_files named_outputs(struct arena *arena,
                                 const struct guss_network *network);

/* Fills `files` from the words. A word too many, an unknown name or one that is
 * given twice is STATUS_USAGE. */
enum status named_files_read(struct arena *arena, struct named_files *named,
                             const char *const *words, size_t n_words,
                             struct error *error);

/* STATUS_USAGE where one of them has no file. */
enum status named_files_complete(const struct named_files *named,
                                 struct error *error);

#endif
