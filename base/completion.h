/* What could stand next on a command line, for the shells that ask a program
 * with `--complete WORD...`: the words behind its name up to the one that is
 * being written, which may be empty. Nothing in them is a mistake. The answer:
 *
 *   a line that says what may stand there beside the words that follow:
 *     words            nothing
 *     files [ENDING]   names of files, folders on the way to them
 *     folders          names of folders
 *   a line with what stays of the word that is being written, "--format=" or
 *     "loss=", or an empty one
 *   lines of a word to stand behind that, a tab, and what it is for; a word that
 *     ends in "=" wants more
 *
 * completions/ has what asks so, for each shell; completion_script.h gives it. */
#ifndef BASE_COMPLETION_H
#define BASE_COMPLETION_H

#include <stdbool.h>
#include <stdio.h>

#include "base/option_info.h"

struct completion {
    FILE *out;
    const struct option_info *options; /* that may stand now */
    /* Told of each word before the last one: of an operand (info NULL), or of
     * an option's value; the options may be others from then on. */
    void (*read)(struct completion *completion, const struct option_info *info,
                 const char *word);
    void *program; /* what it knows itself */

    /* the word that is being written */
    const char *word;
    const char *partial;               /* of it, behind what stays */
    const struct option_info *waiting; /* for it as a value; NULL: none is */
    bool options_ended;                /* by "--" */
};

/* Reads the words. True where it has answered already: with names of options,
 * or the choices of one. */
bool completion_read(struct completion *completion, int n_words, char **words);

/* The two first lines; kind is "words", say. */
void completion_begin(const struct completion *completion, const char *kind);

/* A further line, if the word begins as that which is being written. */
void completion_offer(const struct completion *completion, const char *word,
                      const char *purpose);

/* Where that is "NAME=..." of this name: what stands behind the sign is what
 * counts from here on. */
bool completion_passes(struct completion *completion, const char *name);

/* Begins, and offers the words of a list "a, b or c". */
void completion_offer_choices(const struct completion *completion,
                              const char *choices);

/* Begins, and offers, what may stand for a value or an operand by what it is
 * called: "FILE.nn", "DIR", "PATH", "FILE", "REF". */
void completion_offer_called(const struct completion *completion,
                             const char *called);

#endif
