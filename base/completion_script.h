/* What makes a shell complete the command lines of the program that runs. */
#ifndef BASE_COMPLETION_SCRIPT_H
#define BASE_COMPLETION_SCRIPT_H

#include <stdio.h>

#include "base/arena.h"
#include "base/status.h"

#define COMPLETION_SHELLS "bash, zsh or fish"

/* Writes commands for a shell: from then on it asks this program (completion.h)
 * where one is typed that has the name of `typed`, argv[0] (NULL: that of its
 * file), and is this file, and no other program. STATUS_USAGE: there is no such shell; STATUS_MACHINE:
 * the file is not to be found. */
enum status completion_script(struct arena *arena, const char *shell,
                              const char *typed, FILE *out,
                              struct error *error);

#endif
