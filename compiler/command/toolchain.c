/* The C compiler's command, and what guss brings for it. */
#include "compiler/command/toolchain.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "compiler/command/scratch.h"
#include "compiler/emit/emit.h"

enum { MOST_ARGUMENTS = C_COMPILER_MOST_ARGUMENTS / 2 };
enum { MODEL_MOST_BYTES = 200 }; /* of its name, in the name of a file */

struct command {
    char *arguments[MOST_ARGUMENTS + 1];
    int n;
};

static void add(struct command *command, char *argument)
{
    assert(command->n < MOST_ARGUMENTS);
    command->arguments[command->n++] = argument;
}

/* Adds the words of a text that guss was built with. */
static void add_words(struct arena *arena, struct command *command,
                      const char *text)
{
    bool is_split = c_compiler_split(arena, text, command->arguments,
                                     &command->n, MOST_ARGUMENTS);
    assert(is_split);
    (void)is_split;
}

static bool is_runtime(struct arena *arena, const char *folder)
{
    return file_exists(
               path_join(arena, folder, "lib/guss/libguss-trainer.a")) &&
           file_exists(path_join(arena, folder, "include/guss/model.h"));
}

enum status toolchain_runtime(struct arena *arena, const char **runtime,
                              struct error *error)
{
    const char *self;
    if (path_of_program(arena, &self, error))
        return error->status;
    const char *folder = path_folder(arena, self);
    const char *above = path_folder(arena, folder);
    const char *const places[] = {folder, above};
    for (int i = 0; i < 2; i++)
        if (is_runtime(arena, places[i])) {
            *runtime = places[i];
            return STATUS_OK;
        }
    return error_set(error, STATUS_MACHINE,
                     "guss's runtime is missing: neither '%s' nor '%s' has "
                     "lib/guss/libguss-trainer.a and include/guss/model.h",
                     folder, above);
}

const char *toolchain_libraries(void)
{
    return GUSS_LINK_LIBS;
}

static void print_command(struct arena *arena,
                          const struct c_compiler *compiler,
                          const struct command *command)
{
    struct text line = text_new(arena);
    for (int i = 0; i < compiler->n_words + command->n; i++) {
        text_puts(&line, i ? " " : "");
        text_put_word(&line, i < compiler->n_words
                                 ? compiler->words[i]
                                 : command->arguments[i - compiler->n_words]);
    }
    fprintf(stderr, "%s\n", text_string(&line));
}

/* Files of C in guss's own folder: the model's, and those beside it. */
struct codes {
    const char *paths[1 + MOST_COMPANIONS];
    int count;
};

/* To compile the files to the file `output`. */
static enum status list_arguments(struct arena *arena,
                                  const struct target *target,
                                  const struct codes *codes, const char *output,
                                  struct command *command, struct error *error)
{
    static const char *const libraries[] = {"trainer", "core", "base"};
    const char *runtime;
    if (toolchain_runtime(arena, &runtime, error))
        return error->status;
    *command = (struct command){0};
    add_words(arena, command, TOOLCHAIN_FLAGS);
    add_words(arena, command, target->flags);
    add(command, arena_printf(arena, "-I%s/include", runtime));
    add(command, arena_strdup(arena, "-o"));
    add(command, arena_strdup(arena, output));
    for (int i = 0; i < codes->count; i++)
        add(command, arena_strdup(arena, codes->paths[i]));
    for (int i = 0; i < 3; i++)
        add(command, arena_printf(arena, "%s/lib/guss/libguss-%s.a", runtime,
                                  libraries[i]));
    add_words(arena, command, toolchain_libraries());
    return STATUS_OK;
}

static void name_codes(const struct compilation *compilation,
                       struct scratch *scratch, struct codes *codes)
{
    struct arena *arena = compilation->arena;
    const char *name =
        text_beginning(arena, compilation->model_name, MODEL_MOST_BYTES);
    *codes = (struct codes){.count = 1};
    codes->paths[0] =
        scratch_file(arena, scratch, arena_printf(arena, "%s.c", name));
    for (const struct compilation *companion = compilation->companion;
         companion; companion = companion->companion)
        codes->paths[codes->count++] = scratch_file(
            arena, scratch,
            arena_printf(arena, "%s_%s.c", name, companion->companion_name));
}

static enum status write_codes(const struct compilation *compilation,
                               const struct codes *codes, struct error *error)
{
    const struct compilation *written = compilation;
    enum status status = STATUS_OK;
    for (int i = 0; status == STATUS_OK && i < codes->count; i++) {
        status = file_write(codes->paths[i], written->code.bytes,
                            written->code.length, error);
        written = written->companion;
    }
    return status;
}

/* The folder is guss's own, so that nobody else writes what is read here. */
enum status toolchain_build(const struct compilation *compilation,
                            const struct c_compiler *compiler, bool verbose,
                            const struct hold *hold,
                            struct executable *executable, struct error *error)
{
    struct arena *arena = compilation->arena;
    struct codes codes;
    struct command command;
    struct scratch scratch;
    *executable = (struct executable){0};
    if (scratch_open(arena, &scratch, error))
        return error->status;
    name_codes(compilation, &scratch, &codes);
    const char *output = scratch_file(arena, &scratch, "executable");
    enum status status = list_arguments(arena, compilation->plan->target,
                                        &codes, output, &command, error);
    if (status == STATUS_OK && verbose)
        print_command(arena, compiler, &command);
    if (status == STATUS_OK)
        status = write_codes(compilation, &codes, error);
    if (status == STATUS_OK)
        status =
            c_compiler_run(arena, compiler, command.arguments, hold, error);
    if (status == STATUS_OK && !file_exists(output))
        status = error_set(error, STATUS_MACHINE,
                           "the C compiler '%s' made no executable",
                           compiler->words[0]);
    if (status == STATUS_OK)
        status = file_read(output, TOOLCHAIN_MOST_BYTES, &executable->bytes,
                           &executable->size, error);
    scratch_close(&scratch);
    return status;
}
