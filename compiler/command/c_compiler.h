/* Which C compiler is used, and how it is called. */
#ifndef COMPILER_C_COMPILER_H
#define COMPILER_C_COMPILER_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/status.h"
#include "compiler/command/hold.h"

enum { C_COMPILER_MOST_ARGUMENTS = 96 };

struct c_compiler {
    const char *variable; /* that names it: GUSS_CC or CC; NULL: neither */
    const char *text;     /* its value, else "cc" */
    char *words[C_COMPILER_MOST_ARGUMENTS + 1]; /* the program, its options */
    int n_words;
};

/* The compiler that $GUSS_CC or else $CC names, where one is set and not empty:
 * a program, or the words of a command as a shell would split them, with its
 * quotes and backslashes and nothing else of a shell. STATUS_USAGE for a quote
 * without an end, or too many words. */
enum status c_compiler_find(struct arena *arena, struct c_compiler *compiler,
                            struct error *error);

/* Runs it with more arguments (ended by NULL). What it prints goes to standard
 * error when it has ended. STATUS_MACHINE where it cannot be run or fails; one
 * of the signals in `hold` is STATUS_INTERRUPTED and its like. */
enum status c_compiler_run(struct arena *arena,
                           const struct c_compiler *compiler,
                           char *const *arguments, const struct hold *hold,
                           struct error *error);

/* What it says to --version; NULL where it does not know. A signal that came
 * meanwhile is put into `error`, and returned, as above. */
enum status c_compiler_version(struct arena *arena,
                               const struct c_compiler *compiler,
                               const struct hold *hold, const char **version,
                               struct error *error);

/* Splits a text at blanks into words, adding them to words[*n]; false where a
 * quote has no end or there are more than `most`. */
bool c_compiler_split(struct arena *arena, const char *text, char **words,
                      int *n, int most);

#endif
