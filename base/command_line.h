/* Command lines in GNU style, read by a table of options: `--opt value`,
 * `--opt=value`, beginnings of names, letters, `--`. */
#ifndef BASE_COMMAND_LINE_H
#define BASE_COMMAND_LINE_H

#include "base/arena.h"
#include "base/option_info.h"
#include "base/status.h"

struct command_line_rules {
    const struct option_info *options; /* that are taken */
    const char *owner;     /* "train": "train has no option '--x'"; NULL:
                              "unknown option '--x'" */
    bool stops_at_operand; /* before a command's name */
    /* What stands behind that message, or "". `word` has no dashes, `value` is
     * what was given with it, or NULL; `names` are those of the options. */
    const char *(*advise)(struct arena *arena, const char *word,
                          const char *value, const char *const *names,
                          size_t n);
};

struct given_option {
    const struct option_info *info;
    const char *text; /* its value; NULL: it takes none */
};

struct command_line {
    struct given_option *given; /* in order */
    size_t n_given, capacity;
    char **operands; /* of argv, in order */
    int n_operands;
    int n_words; /* of argv that were read, up to the first operand */
};

/* Reads argv[1 ..]; argv[0] is not looked at. Sets in the struct `values` what
 * its options say. A mistake is STATUS_USAGE with a message of one line; what
 * stands before it is read. */
enum status command_line_read(struct arena *arena,
                              const struct command_line_rules *rules, int argc,
                              char **argv, void *values,
                              struct command_line *line, struct error *error);

/* The values with which the option of an id was given, in order: how many. */
size_t given_texts(struct arena *arena, const struct command_line *line, int id,
                   const char ***texts);

#endif
