/* The build file beside the emitted C: cc and the runtime, nothing else. */
#include "compiler/command/toolchain.h"
#include "compiler/emit/emit.h"

void emit_makefile(const struct plan *plan, const char *model_name,
                   const char *runtime, const char *libraries,
                   struct text *makefile)
{
    text_printf(makefile,
                "# Builds %s from %s.c -- written by guss %s.\n"
                "# GUSS_RUNTIME is where guss's include/ and lib/guss/ lie.\n\n"
                "GUSS_RUNTIME ?= %s\n"
                "CC ?= cc\n"
                "CFLAGS ?= %s %s\n\n",
                model_name, model_name, GUSS_VERSION, runtime, TOOLCHAIN_FLAGS,
                plan->target->flags);
    text_printf(makefile,
                "%s: %s.c\n"
                "\t$(CC) $(CFLAGS) -I$(GUSS_RUNTIME)/include -o $@ $< \\\n"
                "\t  $(GUSS_RUNTIME)/lib/guss/libguss-trainer.a \\\n"
                "\t  $(GUSS_RUNTIME)/lib/guss/libguss-core.a \\\n"
                "\t  $(GUSS_RUNTIME)/lib/guss/libguss-base.a \\\n"
                "\t  %s\n",
                model_name, model_name, libraries);
}
