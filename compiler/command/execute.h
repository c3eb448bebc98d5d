/* Becoming another program. */
#ifndef COMPILER_EXECUTE_H
#define COMPILER_EXECUTE_H

#include "base/status.h"
#include "compiler/command/toolchain.h"

/* Becomes the executable at `path`; where there is none (NULL), or its file
 * system lets nothing run, the same in memory: `executable`, read from `path` if
 * it has no bytes yet. It returns where that is not possible, STATUS_MACHINE;
 * `name` is then how the executable is called. */
enum status execute(const char *name, const char *path,
                    struct executable *executable, char *const *arguments,
                    struct error *error);

#endif
