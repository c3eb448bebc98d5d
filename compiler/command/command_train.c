/* train: an executable, made or found, and its command of that name. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checksum.h"
#include "base/file.h"
#include "base/file_kind.h"
#include "compiler/command/cache.h"
#include "compiler/command/commands.h"
#include "compiler/command/execute.h"
#include "compiler/command/toolchain.h"
#include "compiler/compile.h"
#include "trainer/training/run_record.h"

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

static char **list_arguments(struct arena *arena, const struct request *request,
                             const char *repeats)
{
    static const char *const colours[] = {"--color=auto", "--color=always",
                                          "--color=never"};
    char **arguments =
        arena_alloc(arena, (size_t)request->n_forwarded + 5, sizeof *arguments);
    int n = 0;
    arguments[n++] = arena_strdup(arena, "guss"); /* for its hints */
    arguments[n++] = arena_strdup(arena, "train");
    arguments[n++] = arena_strdup(arena, colours[request->colour]);
    if (repeats)
        arguments[n++] = arena_printf(arena, "--repeat=%s", repeats);
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
        cache_open(compilation, request, &compiler, hold, &cache, error))
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

/* Becomes the executable; it returns only where that is not possible. */
static enum status become(struct arena *arena, const char *name,
                          const char *path, struct executable *executable,
                          const struct request *request, const char *repeats)
{
    struct error error = {0};
    setenv("GUSS_TRAIN", typed_command(arena, request), 1);
    execute(name, path, executable, list_arguments(arena, request, repeats),
            &error);
    return report(request, &error);
}

/* Builds what the operands say, or finds it built, and becomes that. `repeats` is
 * the folder of a run that is to be trained again, or NULL. */
static enum status build_and_become(struct compilation *compilation,
                                    const struct request *request,
                                    const char *repeats)
{
    struct arena *arena = compilation->arena;
    struct error error = {0};
    enum status status = compile(compilation, request);
    if (status != STATUS_OK)
        return status;
    if (request->verbose)
        compile_say_plan(compilation);
    const char *path = NULL;
    struct executable executable = {0};
    struct hold hold;
    hold_begin(&hold);
    status =
        find_or_build(compilation, request, &hold, &path, &executable, &error);
    hold_end(&hold, status);
    status = status == STATUS_OK ? become(arena, compilation->model_name, path,
                                          &executable, request, repeats)
                                 : report(request, &error);
    free(executable.bytes);
    return status;
}

/* ---- a run's folder in place of files ------------------------------------ */

/* What was asked for, of the model and the schedule in a run's folder. */
static struct request request_of_run(struct arena *arena,
                                     const struct request *request,
                                     const char *run)
{
    struct request changed = *request;
    changed.n_operands = 2;
    changed.operands = arena_alloc(arena, 2, sizeof *changed.operands);
    changed.operands[0] = path_join(arena, run, "model.nn");
    changed.operands[1] = path_join(arena, run, "schedule.yaml");
    return changed;
}

/* `guss train DIR SCHEDULE.yaml`. */
static enum status refuse_schedule(struct arena *arena,
                                   const struct request *request)
{
    const char *run = request->operands[0], *schedule = request->operands[1];
    struct error error = {0};
    error_set(
        &error, STATUS_USAGE,
        "'%s' is the folder of a run, which is repeated with the schedule "
        "in it: guss train %s; with another, its model is trained: guss "
        "train %s %s",
        run, run, path_join(arena, run, "model.nn"), schedule);
    return report(request, &error);
}

/* `guss train FILE`. */
static enum status refuse_file(const struct request *request)
{
    const char *file = request->operands[0];
    bool is_file = file_exists(file) || path_is_stream(file);
    struct error error = {0};
    if (file_kind(file) == FILE_SCHEDULE)
        error_set(&error, STATUS_USAGE,
                  "a model is missing: guss train [OPTION…] FILE.nn %s", file);
    else if (!is_file && !path_has_ending(file, ".nn"))
        run_record_expect_folder(file, &error);
    else if (file_expect_kind(file, FILE_MODEL, &error) == STATUS_OK)
        error_set(&error, STATUS_USAGE,
                  "a schedule is missing: guss train [OPTION…] FILE.nn "
                  "SCHEDULE.yaml; or '%s' would have to be the folder of a run",
                  file);
    return report(request, &error);
}

static enum status train_again(struct arena *arena,
                               const struct request *request)
{
    const char *run = request->operands[0];
    struct run_record record;
    struct error error = {0};
    if (!folder_exists(run))
        return refuse_file(request);
    if (run_record_read(arena, run, &record, &error))
        return report(request, &error);
    struct compilation compilation = {
        .arena = arena, .is_run = true, .model_name = record.model};
    struct request of_run = request_of_run(arena, request, run);
    return build_and_become(&compilation, &of_run, run);
}

/* The folder that an option for the executable names; NULL: none does. */
static const char *find_forwarded(const struct request *request,
                                  const char *option)
{
    size_t length = strlen(option);
    for (int i = request->n_forwarded - 1; i >= 0; i--)
        if (strncmp(request->forwarded[i], option, length) == 0)
            return request->forwarded[i] + length;
    return NULL;
}

/* By the run's own executable, as long as it is that which trained. */
static enum status go_on(struct arena *arena, const struct request *request,
                         const char *run)
{
    struct run_record record = {0};
    struct error error = {0};
    const char *path = path_join(arena, run, RUN_EXECUTABLE);
    struct executable executable = {0};
    if (run_record_expect_folder(run, &error))
        return report(request, &error);
    if (!file_exists(path_join(arena, run, "model.nn")) ||
        !file_exists(path_join(arena, run, "schedule.yaml"))) {
        error_set(&error, STATUS_INPUT, "'%s' is not the folder of a run", run);
        return report(request, &error);
    }
    if (file_exists(path_join(arena, run, RUN_RECORD)) &&
        run_record_read(arena, run, &record, &error))
        return report(request, &error);
    int last = record.n_segments - 1;
    if (last >= 0 &&
        file_has_checksum(path, record.segments[last].executable)) {
        enum status status =
            become(arena, record.model, path, &executable, request, NULL);
        free(executable.bytes);
        return status;
    }
    struct compilation compilation = {
        .arena = arena, .is_run = true, .model_name = record.model};
    struct request of_run = request_of_run(arena, request, run);
    return build_and_become(&compilation, &of_run, NULL);
}

enum status run_train(struct arena *arena, const struct request *request)
{
    struct compilation compilation = {.arena = arena, .is_run = true};
    const char *resumed = find_forwarded(request, "--resume=");
    struct error error = {0};
    if (request->n_operands == 2 && file_kind(request->operands[0]) == FILE_RUN)
        return refuse_schedule(arena, request);
    if (request->n_operands == 2)
        return build_and_become(&compilation, request, NULL);
    if (request->n_operands == 1 && !resumed)
        return train_again(arena, request);
    if (request->n_operands == 0 && resumed)
        return go_on(arena, request, resumed);
    if (resumed) {
        error_set(&error, STATUS_USAGE,
                  "'%s' is one operand too many: guss train --resume %s",
                  request->operands[0], resumed);
        return report(request, &error);
    }
    error_set(&error, STATUS_USAGE,
              "an operand is missing: guss train [OPTION…] FILE.nn "
              "SCHEDULE.yaml, or the folder of a run");
    return report(request, &error);
}
