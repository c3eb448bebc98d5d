/* What an option is: reading a command line, help and completion go by tables of
 * these, of guss as of executables. */
#ifndef BASE_OPTION_FACTS_H
#define BASE_OPTION_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* What an option sets in the struct of its program. */
enum option_type {
    SETS_NOTHING, /* it is noted that it was given, and with what */
    SETS_FLAG,    /* a bool, to true; takes no value */
    SETS_TEXT,    /* a const char * */
    SETS_WORD,    /* a const char *, one of its choices */
    SETS_CHOICE,  /* an enum: which of its choices, from 0 */
    SETS_NUMBER,  /* an int64_t from `least` to `most` */
    SETS_SEED,    /* a uint64_t */
    SETS_SECONDS, /* a double above 0 */
    SETS_SHARE,   /* a double above 0, at most 1 */
    SETS_BYTES    /* an int64_t: 4MiB, 512KiB, 1GiB or a plain number */
};

struct option_info {
    int id;              /* an enum of the program */
    const char *name;    /* NULL ends a table */
    char letter;         /* that can be given too; 0: none */
    const char *value;   /* "NAME", as the help calls it; NULL: takes none */
    const char *purpose; /* NULL: its choices say it */
    const char *choices; /* "ast, graph or plan"; NULL: any text */
    enum option_type type;
    size_t offset; /* of what it sets */
    int64_t least, most;
};

/* The options of a set of ids, of one bit each, as they stand in `table`: put
 * into `taken`, which has room for all of them and the end. */
void options_select(const struct option_info *table, uint64_t ids,
                    struct option_info *taken);

/* Writes "  -D, --define NAME=VALUE  replace a const of the file"; what stands
 * behind the letter takes `width` columns. */
void option_describe(const struct option_info *info, int width, FILE *out);

/* The next word of a list "a, b or c" from *list on, copied to `word`, and
 * *list moved behind it; false at the end. */
enum { MOST_CHOICE_BYTES = 16 };
bool next_choice(const char **list, char word[MOST_CHOICE_BYTES]);

/* The index of a word in such a list; -1 where it is none of them. */
int find_choice(const char *list, const char *word);

#endif
