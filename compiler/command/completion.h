/* What could stand next on a command line, for the shells that ask. */
#ifndef COMPILER_COMPLETION_H
#define COMPILER_COMPLETION_H

#include <stdio.h>

#include "base/arena.h"
#include "compiler/request/request.h"

/* The answer to `guss --complete WORD...`, as base/completion.h has it. */
void complete(struct arena *arena, const struct command_rules *commands,
              int n_words, char **words, FILE *out);

#endif
