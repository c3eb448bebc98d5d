/* train: an executable, made or found, and its command of that name. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "compiler/command/cache.h"
#include "compiler/command/commands.h"
#include "compiler/command/execute.h"
#include "compiler/command/toolchain.h"
#include "compiler/compile.h"

/* What was typed, but for options of the executable: what it advises to type
 * again when it is stopped. */
static const char *typed_command(struct arena *arena,
                                 const struct request *request)
{
    struct text text = text_new(arena);
    text_puts(&text, "guss train");
    for (int i = 0; i < request->n_definitions; i++) {
        text_puts(&text, " -D ");
        text_put_word(&text, request->definitions[i].text);
    }
    if (strcmp(request->target, "native") != 0)
        text_printf(&text, " --target %s", request->target);
    for (int i = 0; i < request->n_operands; i++) {
        text_puts(&text, " ");
        text_put_word(&text, request->operands[i]);
    }
    return text_string(&text);
}

static char **list_arguments(struct arena *arena, const struct request *request)
{
    static const char *const colours[] = {"--color=auto", "--color=always",
                                          "--color=never"};
    char **arguments =
        arena_alloc(arena, (size_t)request->n_forwarded + 4, sizeof *arguments);
    int n = 0;
    arguments[n++] = arena_strdup(arena, "guss"); /* for its hints */
    arguments[n++] = arena_strdup(arena, "train");
    arguments[n++] = arena_strdup(arena, colours[request->colour]);
    for (int i = 0; i < request->n_forwarded; i++)
        arguments[n++] = request->forwarded[i];
    return arguments;
}

/* The executable that is kept, at *path, or a new one, kept at *path if that is
 * possible. */
static enum status find_or_build(const struct compilation *compilation,
                                 const struct request *request,
                                 const struct hold *hold, const char **path,
                                 struct executable *executable,
                                 struct error *error)
{
    struct c_compiler compiler;
    struct cache cache;
    if (c_compiler_find(compilation->arena, &compiler, error) ||
        cache_open(compilation, &compiler, hold, &cache, error))
        return error->status;
    *path = cache_find(&cache);
    if (*path)
        return STATUS_OK;
    if (toolchain_build(compilation, &compiler, request->verbose, hold,
                        executable, error))
        return error->status;
    *path = cache_keep(&cache, executable);
    return STATUS_OK;
}

enum status run_train(struct arena *arena, const struct request *request)
{
    struct compilation compilation = {.arena = arena, .is_run = true};
    struct error error = {0};
    enum status status = compile(&compilation, request);
    if (status != STATUS_OK)
        return status;
    if (request->verbose)
        compile_say_plan(&compilation);
    const char *path = NULL;
    struct executable executable = {0};
    struct hold hold;
    hold_begin(&hold);
    status =
        find_or_build(&compilation, request, &hold, &path, &executable, &error);
    hold_end(&hold, status);
    if (status == STATUS_OK) {
        setenv("GUSS_TRAIN", typed_command(arena, request), 1);
        execute(compilation.model_name, path, &executable,
                list_arguments(arena, request), &error);
    }
    free(executable.bytes);
    return report(&error);
}
