/* The options of guss, each once: reading a command line, help and completion
 * go by this table. */
#ifndef COMPILER_OPTIONS_H
#define COMPILER_OPTIONS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/option_info.h"

struct command_rules;

enum request_option {
    REQUEST_OUTPUT,
    REQUEST_DEFINE,
    REQUEST_NETWORK,
    REQUEST_FORMAT,
    REQUEST_KEEP,
    REQUEST_DUMP,
    REQUEST_TARGET,
    REQUEST_REAL,
    REQUEST_BUDGET,
    REQUEST_IN_PLACE,
    REQUEST_CHECK,
    REQUEST_DATA,
    REQUEST_PIXELS,
    REQUEST_AUGMENT,
    REQUEST_COUNT,
    REQUEST_COLUMNS,
    REQUEST_MIRROR,
    REQUEST_THREADS,
    REQUEST_VERBOSE,
    REQUEST_FORWARDED, /* each that the executable's train takes */
    /* every command takes: */
    REQUEST_COLOR,
    REQUEST_HELP,
    REQUEST_VERSION
};

enum { MOST_OPTIONS = 32 };

/* Those that a command takes, or, with NULL, that may stand before any; ended by
 * a NULL name; in the arena. */
const struct option_info *command_options(struct arena *arena,
                                          const struct command_rules *command);

#endif
