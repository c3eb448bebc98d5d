/* The system's C compiler, and the runtime that executables are linked with. */
#ifndef COMPILER_TOOLCHAIN_H
#define COMPILER_TOOLCHAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/status.h"
#include "compiler/command/c_compiler.h"
#include "compiler/command/hold.h"
#include "compiler/compile.h"

/* Flags of emitted code, chosen one by one: -ffast-math is not among them.
 * Products and sums may be contracted to fused ones; nobody reads errno or
 * traps floating-point exceptions. */
#define TOOLCHAIN_FLAGS                                                        \
    "-std=c11 -O3 -ffp-contract=fast -fno-math-errno -fno-trapping-math"

/* The folder with include/ and lib/guss/ that belongs to this guss: found
 * relative to the running executable, in a build tree or an installation. */
enum status toolchain_runtime(struct arena *arena, const char **runtime,
                              struct error *error);

/* What an executable is linked with behind the runtime. */
const char *toolchain_libraries(void);

enum { TOOLCHAIN_MOST_BYTES = 1 << 30 }; /* of an executable */

struct executable {
    char *bytes; /* from malloc, the caller frees them; NULL: none */
    size_t size;
};

/* Compiles and links the code of `compilation` in a folder of its own, which is
 * removed; with `verbose` the command is printed to standard error. A compiler
 * that is missing or fails is STATUS_MACHINE, its own output shown; one of the
 * signals in `hold`, passed on to it, is STATUS_INTERRUPTED and its like. */
enum status toolchain_build(const struct compilation *compilation,
                            const struct c_compiler *compiler, bool verbose,
                            const struct hold *hold,
                            struct executable *executable, struct error *error);

#endif
