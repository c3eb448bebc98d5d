/* The system's C compiler, and the runtime that executables are linked with. */
#ifndef COMPILER_TOOLCHAIN_H
#define COMPILER_TOOLCHAIN_H

#include "base/arena.h"
#include "base/status.h"
#include "compiler/command/hold.h"
#include "compiler/plan/plan.h"

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

/* The C compiler: $GUSS_CC or $CC, split at blanks, else "cc". It is run
 * without a shell. */
const char *toolchain_compiler(void);

/* Compiles and links `code` to the executable `output` (written under a
 * temporary name and renamed, unless it is a device). With `verbose` the command is printed to
 * standard error. A compiler that is missing or fails is STATUS_MACHINE, its
 * own output shown; one of the signals in `hold`, passed on to it, is
 * STATUS_INTERRUPTED and its like, and `output` is not written. */
enum status toolchain_build(struct arena *arena, const struct target *target,
                            const char *code, const char *output, bool verbose,
                            const struct hold *hold, struct error *error);

#endif
