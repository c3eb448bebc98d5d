/* What help and completion say of an option, of guss as of executables. */
#ifndef BASE_OPTION_FACTS_H
#define BASE_OPTION_FACTS_H

#include <stdbool.h>
#include <stdio.h>

struct option_facts {
    int id;              /* an enum of the program */
    const char *name;    /* NULL ends a table */
    char letter;         /* that can be given too; 0: none */
    const char *value;   /* "NAME", as the help calls it; NULL: takes none */
    const char *purpose; /* NULL: its choices say it */
    const char *choices; /* "ast, graph or plan"; NULL: any text */
};

/* Writes "  -D, --define NAME=VALUE  replace a const of the file"; what stands
 * behind the letter takes `width` columns. */
void option_describe(const struct option_facts *facts, int width, FILE *out);

/* The next word of a list "a, b or c" from *list on, copied to `word`, and
 * *list moved behind it; false at the end. */
enum { MOST_CHOICE_BYTES = 16 };
bool next_choice(const char **list, char word[MOST_CHOICE_BYTES]);

/* The index of a word in such a list; -1 where it is none of them. */
int find_choice(const char *list, const char *word);

#endif
