/* The build file beside the emitted C: cc and the runtime, nothing else. Where
 * the runtime lies reaches the shell through the environment, so that blanks
 * and quotes in that path are nothing special. */
#include <string.h>

#include "compiler/emit/emit.h"

/* A path as the value of a make variable. There is no way to write some. */
static void append_path(struct text *makefile, const char *path)
{
    if (strpbrk(path, "\\\n")) {
        text_puts(makefile, "$(error set GUSS_RUNTIME: guss lies where make "
                            "cannot name it)");
        return;
    }
    for (; *path; path++)
        text_printf(makefile, "%s%c",
                    *path == '$'   ? "$"
                    : *path == '#' ? "\\"
                                   : "",
                    *path);
}

void emit_makefile(const struct plan *plan, const char *file_name,
                   const char *const *endings, int n_endings,
                   const struct emit_tools *tools, struct text *makefile)
{
    text_printf(makefile,
                "# Builds %s from %s.c -- written by guss %s.\n"
                "# GUSS_RUNTIME is where guss's include/ and lib/guss/ lie.\n\n"
                "GUSS_RUNTIME ?= ",
                file_name, file_name, GUSS_VERSION);
    append_path(makefile, tools->runtime);
    text_printf(makefile,
                "\nexport GUSS_RUNTIME\n"
                "CC ?= cc\n"
                "CFLAGS ?= %s%s%s\n\n",
                tools->flags, *plan->target->flags ? " " : "",
                plan->target->flags);
    text_printf(makefile, "%s: %s.c", file_name, file_name);
    for (int i = 0; i < n_endings; i++)
        text_printf(makefile, " %s%s", file_name, endings[i]);
    text_printf(makefile,
                "\n"
                "\t$(CC) $(CFLAGS) -I\"$$GUSS_RUNTIME/include\" -o $@ %s \\\n"
                "\t  \"$$GUSS_RUNTIME/lib/guss/libguss-trainer.a\" \\\n"
                "\t  \"$$GUSS_RUNTIME/lib/guss/libguss-core.a\" \\\n"
                "\t  \"$$GUSS_RUNTIME/lib/guss/libguss-base.a\" \\\n"
                "\t  %s\n",
                n_endings ? "$^" : "$<", tools->libraries);
}
