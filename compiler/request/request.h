/* A command line of guss, read. */
#ifndef COMPILER_REQUEST_H
#define COMPILER_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/message.h"
#include "base/status.h"
#include "base/terminal.h"
#include "compiler/elaborate/elaborate.h"

struct request;

/* A command: its operands, the options that it takes, what it does. A name of
 * two words, "data show", makes the first a group. */
struct command_rules {
    const char *name;
    const char *operands;              /* "FILE.nn [SCHEDULE.yaml]" */
    const char *purpose;               /* one line */
    int least_operands, most_operands; /* -1: any number */
    unsigned options; /* it takes: bits 1 << enum request_option */
    enum status (*run)(struct arena *arena, const struct request *request);
};

struct request {
    const struct command_rules *command;
    const char *group; /* "data", also where no command of it is known */
    char **operands;
    int n_operands;
    const char *network, *format, *output, *keep, *dump, *target, *real;
    struct definition *definitions; /* -D */
    int n_definitions;
    const char *data, *pixels; /* a folder; a word of schedules, or NULL */
    const char *augment;       /* a mapping or a schedule's file, or NULL */
    const char *threads;       /* as given, for an executable */
    int64_t count, columns;    /* 0: not given */
    int64_t budget;            /* bytes of memory; 0: not given */
    const char **mirrors;      /* --mirror */
    int n_mirrors;
    char **forwarded; /* options of the executable's train, as given */
    int n_forwarded;
    bool in_place, check, verbose, help, version;
    enum colour_choice colour;
};

/* The command of that name, "check" or "data show"; NULL if there is none. */
const struct command_rules *command_find(const struct command_rules *commands,
                                         const char *name);

/* True for "data show" and the group "data"; for all where it is NULL. */
bool command_is_of_group(const struct command_rules *command,
                         const char *group);
bool command_is_group(const struct command_rules *commands, const char *word);

/* Reads argv; a mistake is STATUS_USAGE. `commands` is ended by a NULL name. */
enum status request_read(struct arena *arena,
                         const struct command_rules *commands, int argc,
                         char **argv, struct request *request,
                         struct error *error);

/* One line on standard error, in colour as asked. */
void request_say(const struct request *request, enum message_kind kind,
                 const char *text);

/* Help for a command, for a group, or for guss itself where there is neither. */
void request_help(struct arena *arena, const struct request *request,
                  const struct command_rules *commands, FILE *out);

#endif
