/* emit, build: from C to an executable. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "compiler/command/commands.h"
#include "compiler/command/toolchain.h"
#include "compiler/compile.h"
#include "compiler/emit/emit.h"

/* A model's name as one of a file that neither make nor a shell takes for
 * anything else: what is special to them becomes '_'. */
static const char *plain_name(struct arena *arena, const char *name)
{
    char *plain = arena_strdup(arena, name);
    for (char *c = plain; *c; c++) {
        bool is_plain = (*c >= '0' && *c <= '9') || (*c >= 'A' && *c <= 'Z') ||
                        (*c >= 'a' && *c <= 'z') || *c == '_' ||
                        (*c & 0x80) != 0 ||
                        (c > plain && (*c == '.' || *c == '-'));
        if (!is_plain)
            *c = '_';
    }
    return plain;
}

/* Whether a file's first bytes are those of what guss emits, however its comment
 * is wrapped. An empty one is nobody's. */
static bool is_emitted(const char *head)
{
    const char *at = strstr(head, "written");
    for (const char *word = "written by guss"; at && *word; word++) {
        if (*word == ' ')
            at += strspn(at, " \n*");
        else if (*at++ != *word)
            at = NULL;
    }
    return at || !head[0];
}

/* A Makefile of the user's, or handwritten C, is not written over. */
static enum status check_emitted(const char *path, struct error *error)
{
    char head[1024] = "";
    int fd;
    uint64_t size;
    if (!file_exists(path))
        return STATUS_OK;
    enum status status = file_open(path, &fd, &size, error);
    if (status != STATUS_OK)
        return status;
    if (size > sizeof head - 1)
        size = sizeof head - 1;
    status = file_read_exactly(fd, path, head, (size_t)size, error);
    close(fd);
    if (status != STATUS_OK || is_emitted(head))
        return status;
    return error_set(error, STATUS_USAGE,
                     "'%s' is there already, and not of guss's making; choose "
                     "another folder",
                     path);
}

static enum status write_code(const char *path, const struct text *code,
                              struct error *error)
{
    enum status status = check_emitted(path, error);
    return status == STATUS_OK
               ? file_write(path, code->bytes, code->length, error)
               : status;
}

/* "_judge.c": behind the model's name, that of a file beside its own. */
static const char *code_ending(struct arena *arena,
                               const struct compilation *companion)
{
    return arena_printf(arena, "_%s.c", companion->companion_name);
}

static enum status write_companions(const struct compilation *compilation,
                                    const char *folder, const char *name,
                                    struct error *error)
{
    struct arena *arena = compilation->arena;
    enum status status = STATUS_OK;
    for (const struct compilation *companion = compilation->companion;
         companion && status == STATUS_OK; companion = companion->companion) {
        const char *file =
            arena_printf(arena, "%s%s", name, code_ending(arena, companion));
        status =
            write_code(path_join(arena, folder, file), &companion->code, error);
    }
    return status;
}

static void make_makefile(const struct compilation *compilation,
                          const char *name, const struct emit_tools *tools,
                          struct text *makefile)
{
    const char *endings[MOST_COMPANIONS];
    int n = 0;
    for (const struct compilation *companion = compilation->companion;
         companion; companion = companion->companion)
        endings[n++] = code_ending(compilation->arena, companion);
    emit_makefile(compilation->plan, name, endings, n, tools, makefile);
}

/* Writes <name>.c, files of networks beside it and a Makefile into a folder, made if
 * it is not there. */
static enum status write_emitted(const struct compilation *compilation,
                                 const char *folder, struct error *error)
{
    struct arena *arena = compilation->arena;
    const char *name = plain_name(arena, compilation->model_name);
    struct emit_tools tools = {.flags = TOOLCHAIN_FLAGS,
                               .libraries = toolchain_libraries()};
    if (toolchain_runtime(arena, &tools.runtime, error) ||
        folder_make(folder, error))
        return error->status;
    struct text makefile = text_new(arena);
    make_makefile(compilation, name, &tools, &makefile);
    const char *code_path =
        path_join(arena, folder, arena_printf(arena, "%s.c", name));
    const char *makefile_path = path_join(arena, folder, "Makefile");
    if (check_emitted(code_path, error) ||
        check_emitted(makefile_path, error) ||
        write_companions(compilation, folder, name, error) ||
        write_code(code_path, &compilation->code, error) ||
        write_code(makefile_path, &makefile, error))
        return error->status;
    return STATUS_OK;
}

/* Prints what a stage made; trees and graphs also where build would refuse. */
static enum status dump(struct compilation *compilation,
                        const struct request *request)
{
    bool plan = strcmp(request->dump, "plan") == 0;
    enum status status =
        plan ? compile(compilation, request)
             : compile_graph(compilation, request, request->operands[0]);
    if (status != STATUS_OK)
        return status;
    struct text out = text_new(compilation->arena);
    if (plan)
        plan_print(compilation->plan, compilation->arena, &out);
    else if (strcmp(request->dump, "ast") == 0)
        ast_print(compilation->ast, &out);
    else
        graph_print(compilation->graph, compilation->arena, &out);
    fputs(text_string(&out), stdout);
    return STATUS_OK;
}

enum status run_emit(struct arena *arena, const struct request *request)
{
    struct compilation compilation = {.arena = arena};
    struct error error = {0};
    if (!request->output && !request->dump) {
        error_set(&error, STATUS_USAGE,
                  "emit wants a folder to write into: -o DIR");
        return report(request, &error);
    }
    if (request->dump)
        return dump(&compilation, request);
    enum status status = compile(&compilation, request);
    if (status != STATUS_OK)
        return status;
    if (write_emitted(&compilation, request->output, &error))
        return report(request, &error);
    return STATUS_OK;
}

/* Why the executable is not to be written there; before the C compiler works. */
static enum status check_output(const struct compilation *compilation,
                                const struct request *request,
                                const char *output, struct error *error)
{
    if (folder_exists(output))
        return error_set(error, STATUS_MACHINE,
                         "cannot write '%s': it is a folder (choose a name "
                         "with -o)",
                         output);
    if (compile_has_read(compilation, request, output))
        return error_set(error, STATUS_USAGE,
                         "'%s' is to be read, not written (choose a name "
                         "with -o)",
                         output);
    return STATUS_OK;
}

static enum status build(const struct compilation *compilation,
                         const struct request *request,
                         struct executable *executable, struct error *error)
{
    struct c_compiler compiler;
    struct hold hold;
    if (c_compiler_find(compilation->arena, &compiler, error))
        return error->status;
    hold_begin(&hold);
    enum status status = toolchain_build(
        compilation, &compiler, request->verbose, &hold, executable, error);
    hold_end(&hold, status);
    return status;
}

/* The output is opened first: the C compiler does not work for nothing. */
static enum status build_into(const struct compilation *compilation,
                              const struct request *request, const char *output,
                              struct error *error)
{
    struct executable executable = {0};
    struct file_writer *writer;
    if (file_writer_open_executable(&writer, output, error))
        return error->status;
    enum status status = build(compilation, request, &executable, error);
    if (status == STATUS_OK)
        status =
            file_writer_put(writer, executable.bytes, executable.size, error);
    free(executable.bytes);
    if (status == STATUS_OK)
        return file_writer_commit(writer, error);
    file_writer_abandon(writer);
    return status;
}

enum status run_build(struct arena *arena, const struct request *request)
{
    struct compilation compilation = {.arena = arena};
    struct error error = {0};
    enum status status = compile(&compilation, request);
    if (status != STATUS_OK)
        return status;
    const char *output =
        request->output ? request->output : compilation.model_name;
    if (check_output(&compilation, request, output, &error))
        return report(request, &error);
    if (request->verbose)
        compile_say_plan(&compilation);
    if (request->keep && write_emitted(&compilation, request->keep, &error))
        return report(request, &error);
    if (build_into(&compilation, request, output, &error))
        return report(request, &error);
    return STATUS_OK;
}
