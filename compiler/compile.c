/* The straight line, as code. */
#include "compiler/compile.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/file_kind.h"
#include "compiler/elaborate/elaborate.h"
#include "compiler/emit/emit.h"
#include "compiler/emit/report.h"
#include "compiler/syntax/parse.h"

enum status report(const struct request *request, const struct error *error)
{
    request_say(request, MESSAGE_ERROR, error->text);
    return error->status;
}

enum status compile_check(const struct compilation *compilation,
                          const struct request *request)
{
    diags_print(compilation->diags, stderr,
                terminal_wants_colour(request->colour, STDERR_FILENO));
    return diags_failed(compilation->diags) ? STATUS_INPUT : STATUS_OK;
}

enum status compile_graph(struct compilation *compilation,
                          const struct request *request, const char *path)
{
    struct arena *arena = compilation->arena;
    struct error error = {0};
    compilation->diags = diags_new(arena);
    if (!compilation->model_name)
        compilation->model_name =
            path_is_stream(path) ? "model" : path_stem(arena, path);
    if (file_expect_kind(path, FILE_MODEL, &error))
        return report(request, &error);
    compilation->ast = parse_file(arena, path, compilation->diags, &error);
    if (!compilation->ast)
        return report(request, &error);
    compilation->graph = elaborate(arena, compilation->ast,
                                   path_given_name(path), request->definitions,
                                   request->n_definitions, compilation->diags);
    return compile_check(compilation, request);
}

enum status compile_schedule(struct compilation *compilation,
                             const struct request *request, const char *path)
{
    struct arena *arena = compilation->arena;
    struct error error = {0};
    if (file_expect_kind(path, FILE_SCHEDULE, &error))
        return report(request, &error);
    compilation->schedule_source =
        source_read_given(arena, path, SCHEDULE_MAX_BYTES, &error);
    if (!compilation->schedule_source)
        return report(request, &error);
    compilation->schedule =
        arena_alloc(arena, 1, sizeof *compilation->schedule);
    schedule_read(arena, compilation->schedule_source, NULL, 0, NULL,
                  compilation->schedule, compilation->diags);
    return compile_check(compilation, request);
}

bool compile_has_read(const struct compilation *compilation,
                      const struct request *request, const char *path)
{
    for (int i = 0; i < request->n_operands; i++)
        if (file_is_same(path, request->operands[i]))
            return true;
    if (ast_is_of(compilation->ast, path))
        return true;
    for (const struct compilation *companion = compilation->companion;
         companion; companion = companion->companion)
        if (ast_is_of(companion->ast, path) ||
            file_is_same(path, companion->weights_path))
            return true;
    return false;
}

static enum status check_order(const struct request *request, const char *model,
                               const char *schedule)
{
    struct error error = {0};
    if (file_kind(model) != FILE_SCHEDULE ||
        file_kind(schedule) == FILE_SCHEDULE)
        return STATUS_OK;
    error_set(&error, STATUS_INPUT,
              "'%s' is %s, and '%s' is none: the .nn file stands first", model,
              file_kind_text(FILE_SCHEDULE), schedule);
    return report(request, &error);
}

static enum status compile_target(const struct request *request,
                                  const struct target **target)
{
    struct error error = {0};
    *target = target_find(request->target);
    if (*target)
        return STATUS_OK;
    error_set(&error, STATUS_USAGE,
              "unknown target '%.60s': native, x86-64-v2, x86-64-v3, "
              "x86-64-v4 or generic",
              request->target);
    return report(request, &error);
}

/* After check_numbers(), which found nothing. */
static void plan(struct compilation *compilation, const struct target *target,
                 enum dtype dtype)
{
    struct arena *arena = compilation->arena;
    const struct objective_plan *objective = NULL;
    if (compilation->schedule)
        objective = plan_objective(arena, compilation->graph,
                                   compilation->schedule, compilation->diags);
    compilation->plan =
        plan_model(arena, compilation->graph, objective, target, dtype);
}

static void emit(struct compilation *compilation, const char *path)
{
    const struct source *schedule = compilation->schedule_source;
    const struct emit_sources sources = {
        .model_name = compilation->model_name,
        .nn_path = path_is_stream(path) ? "model.nn" : path,
        .nn_text = compilation->graph->text,
        .schedule_path = !schedule                        ? NULL
                         : path_is_stream(schedule->path) ? "schedule.yaml"
                                                          : schedule->path,
        .schedule_text = schedule ? schedule->text : NULL,
        .has_judge = compilation->companion != NULL,
    };
    compilation->code = text_new(compilation->arena);
    emit_model(compilation->arena, compilation->plan, &sources,
               &compilation->code);
}

/* What is trained at once is looked at by the executable, which knows --set and
 * --schedule, and has the data. */
static void check_numbers(const struct compilation *compilation)
{
    struct arena *arena = compilation->arena;
    const struct graph *graph = compilation->graph;
    const struct schedule *schedule = compilation->schedule;
    struct diags *diags = compilation->diags;
    if (!check_emittable(arena, graph, schedule, diags) || !schedule)
        return;
    check_outputs(arena, graph, schedule, diags);
    if (!compilation->is_run)
        check_data_range(arena, graph, schedule, diags);
}

static enum status compile_companions(struct compilation *compilation,
                                      const struct request *request,
                                      const struct target *target)
{
    const struct schedule *schedule = compilation->schedule;
    enum status status = STATUS_OK;
    if (schedule && schedule->judge.model)
        status = compile_judge(compilation, request, target);
    if (status == STATUS_OK && schedule && schedule->judge.autoencoder.model)
        status = compile_autoencoder(compilation, request, target);
    return status;
}

static int list_memory(const struct compilation *compilation,
                       struct companion_memory list[MOST_COMPANIONS])
{
    int n = 0;
    for (const struct compilation *companion = compilation->companion;
         companion; companion = companion->companion)
        list[n++] = (struct companion_memory){companion->companion_name,
                                              companion->plan->memory->bytes +
                                                  companion->weights_bytes};
    return n;
}

enum status compile(struct compilation *compilation,
                    const struct request *request)
{
    const struct target *target;
    const char *path = request->operands[0];
    enum status status = compile_target(request, &target);
    if (status == STATUS_OK && request->n_operands > 1)
        status = check_order(request, path, request->operands[1]);
    if (status == STATUS_OK)
        status = compile_graph(compilation, request, path);
    if (status == STATUS_OK && request->n_operands > 1)
        status = compile_schedule(compilation, request, request->operands[1]);
    if (status != STATUS_OK)
        return status;
    check_numbers(compilation);
    status = compile_check(compilation, request);
    if (status != STATUS_OK)
        return status;
    status = compile_companions(compilation, request, target);
    if (status != STATUS_OK)
        return status;
    plan(compilation, target, dtype_find(request->real));
    struct error error = {0};
    struct companion_memory beside[MOST_COMPANIONS];
    int n = list_memory(compilation, beside);
    if (check_memory(compilation->plan, beside, n, compilation->arena,
                     request->budget, &error))
        return report(request, &error);
    emit(compilation, path);
    return STATUS_OK;
}

void compile_say_plan(const struct compilation *compilation)
{
    struct text out = text_new(compilation->arena);
    struct companion_memory beside[MOST_COMPANIONS];
    int n = list_memory(compilation, beside);
    report_plan(compilation->plan, beside, n, compilation->arena, &out);
    fputs(text_string(&out), stderr);
}
