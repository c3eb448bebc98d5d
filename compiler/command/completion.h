/* What could stand next on a command line, for the shells that ask. */
#ifndef COMPILER_COMPLETION_H
#define COMPILER_COMPLETION_H

#include <stdio.h>

#include "base/arena.h"
#include "compiler/command/request.h"

/* The answer to `guss --complete WORD...`: the words behind guss up to the one
 * that is being written, which may be empty. The first line says what may stand
 * there beside the lines that follow:
 *
 *   words            nothing
 *   files [ENDING]   names of files, folders on the way to them
 *   folders          names of folders
 *
 * Each further line is a word that begins as the last one does, a tab, and what
 * it is for. Of "--format=ke" only "ke" counts, and "keras" is the answer. */
void complete(struct arena *arena, const struct command_rules *commands,
              int n_words, char **words, FILE *out);

#endif
