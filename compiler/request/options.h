/* The options of guss, each once: reading a command line, help and completion
 * go by this table. */
#ifndef COMPILER_OPTIONS_H
#define COMPILER_OPTIONS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/option_facts.h"

struct command_rules;

enum option_id {
    OPTION_OUTPUT,
    OPTION_DEFINE,
    OPTION_NETWORK,
    OPTION_FORMAT,
    OPTION_KEEP,
    OPTION_DUMP,
    OPTION_TARGET,
    OPTION_REAL,
    OPTION_BUDGET,
    OPTION_IN_PLACE,
    OPTION_CHECK,
    OPTION_DATA,
    OPTION_PIXELS,
    OPTION_COUNT,
    OPTION_COLUMNS,
    OPTION_MIRROR,
    OPTION_THREADS,
    OPTION_VERBOSE,
    OPTION_FORWARDED, /* each that the executable's train takes */
    /* every command takes: */
    OPTION_COLOR,
    OPTION_HELP,
    OPTION_VERSION
};

extern const struct option_facts option_facts[];
enum { MOST_OPTIONS = 32 };

/* Whether a command takes an option; before any command, with NULL, those that
 * every command takes. */
bool command_takes(const struct command_rules *command,
                   const struct option_facts *facts);

/* Those that it takes, ended by a NULL name; in the arena. */
const struct option_facts *command_options(struct arena *arena,
                                           const struct command_rules *command);

#endif
