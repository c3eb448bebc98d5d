/* The options of guss, each once: reading a command line, help and completion
 * go by this table. */
#ifndef COMPILER_OPTIONS_H
#define COMPILER_OPTIONS_H

#include <getopt.h>
#include <stdbool.h>

struct command_rules;

/* What an option's `val` is: a letter of its own; those from FORWARDED on belong
 * to the executable's train. */
enum { FORWARDED = 256 };

struct option_facts {
    struct option option; /* ended by a NULL name */
    bool is_short;        /* its letter can be given too */
    const char *value;    /* "NAME", as the help calls it; NULL: takes none */
    const char *purpose;  /* NULL: its choices say it */
    const char *choices;  /* "ast, graph or plan"; NULL: any text */
};

extern const struct option_facts option_facts[];
enum { MOST_OPTIONS = 32 };

/* Whether a command takes an option; before any command, with NULL, those that
 * every command takes. */
bool command_takes(const struct command_rules *command,
                   const struct option_facts *facts);

/* The next word of a list "a, b or c" from *list on, copied to `word`, and
 * *list moved behind it; false at the end. */
enum { MOST_CHOICE_BYTES = 16 };
bool next_choice(const char **list, char word[MOST_CHOICE_BYTES]);

/* The choices of the option whose `val` is `value`, one that has them. */
const char *option_choices(int value);

#endif
