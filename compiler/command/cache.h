/* Executables of `guss train`, kept by what they were made from. */
#ifndef COMPILER_CACHE_H
#define COMPILER_CACHE_H

#include "compiler/compile.h"

/* Where the executable of a compilation is kept: a name in
 * $XDG_CACHE_HOME/guss (default ~/.cache/guss) that changes with the C, the
 * compiler, its flags and the runtime. The folder is made. */
enum status cache_path(struct arena *arena,
                       const struct compilation *compilation, const char **path,
                       struct error *error);

#endif
