#include "compiler/compile_companion.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/file_kind.h"
#include "compiler/graph/weights_fit.h"

/* As C they take three times that, and the C compiler some seconds. */
enum { WEIGHTS_MOST_BYTES = 16 << 20 };

static struct diags *schedule_diags(const struct companion *companion)
{
    return companion->model->diags;
}

/* ---- files --------------------------------------------------------------- */

/* A path from the folder of another file on. */
static const char *path_beside(struct arena *arena, const char *file,
                               const char *path)
{
    if (path[0] == '/' || path_is_stream(file))
        return path;
    const char *found = path_join(arena, path_folder(arena, file), path);
    return strncmp(found, "./", 2) == 0 ? found + 2 : found;
}

/* Relative to the schedule, wherever guss is started. One that was copied away
 * from its model still finds what lies beside that. */
static const char *find_file(const struct companion *companion,
                             const char *path)
{
    struct arena *arena = companion->model->arena;
    const char *schedule = companion->model->schedule_source->path;
    const char *found = path_beside(arena, schedule, path);
    const char *other =
        path_beside(arena, companion->request->operands[0], path);
    return !file_exists(found) && file_exists(other) ? other : found;
}

static bool expect_file(const struct companion *companion, const char *path,
                        struct span where)
{
    if (file_exists(path))
        return true;
    if (folder_exists(path))
        diag_error(schedule_diags(companion), where,
                   "'%s' is a folder; %s is a file of it: a run's folder "
                   "has 'model.nn' and 'weights.safetensors'",
                   path, companion->noun);
    else
        diag_error(schedule_diags(companion), where,
                   "there is no file '%s'; %s's files are looked for from the "
                   "folder of the schedule on, then from the model's",
                   path, companion->noun);
    return false;
}

/* The user's mistake is told where the schedule names the file. */
static enum status report_file(const struct companion *companion,
                               struct span where, const struct error *error)
{
    if (error->status != STATUS_INPUT)
        return report(companion->request, error);
    diag_error(schedule_diags(companion), where, "%s", error->text);
    return error->status;
}

/* ---- the network --------------------------------------------------------- */

/* Whether it can be read, or what became of it. */
static enum status expect_network(const struct companion *companion)
{
    struct span where = companion->network_where;
    struct error error = {0};
    enum status status = STATUS_INPUT;
    if (expect_file(companion, companion->path, where)) {
        if (!file_expect_kind(companion->path, FILE_MODEL, &error))
            return STATUS_OK;
        status = report_file(companion, where, &error);
    }
    if (status == STATUS_INPUT)
        compile_check(companion->model, companion->request);
    return status;
}

enum status companion_read(struct companion *companion)
{
    struct arena *arena = companion->model->arena;
    struct request plain = *companion->request;
    plain.n_definitions = 0; /* they are the model's */
    companion->path = find_file(companion, companion->network);
    enum status status = expect_network(companion);
    if (status != STATUS_OK)
        return status;
    companion->compilation =
        arena_alloc(arena, 1, sizeof *companion->compilation);
    *companion->compilation = (struct compilation){.arena = arena};
    return compile_graph(companion->compilation, &plain, companion->path);
}

const struct network *companion_network(const struct companion *companion)
{
    const struct graph *graph = companion->compilation->graph;
    const struct network *network = graph->networks;
    struct span where = companion->network_where;
    if (graph->n_networks != 1) {
        diag_error(schedule_diags(companion), where,
                   "%s is one network, and '%s' has %d", companion->noun,
                   graph->path, graph->n_networks);
        return NULL;
    }
    if (network->n_inputs == 1 && network->n_outputs == 1)
        return network;
    diag_error(schedule_diags(companion), where,
               "%s has one input and one output, and '%s' has %d and %d",
               companion->noun, network->name, network->n_inputs,
               network->n_outputs);
    return NULL;
}

void companion_check_input(const struct companion *companion,
                           const struct network *network)
{
    struct arena *arena = companion->model->arena;
    const char *name = companion->model->schedule->generator;
    const struct network *generator = graph_find(companion->model->graph, name);
    if (!generator || generator->n_outputs != 1)
        return; /* which is told elsewhere */
    const struct shape *made = &generator->outputs[0]->shape;
    const struct shape *read = &network->inputs[0]->shape;
    if (!shape_takes(read, made))
        diag_error(schedule_diags(companion), companion->network_where,
                   "the %s '%s' reads %s, but the generator '%s' gives %s",
                   companion->emit.name, network->name, shape_text(arena, read),
                   name, shape_text(arena, made));
}

/* ---- the weights --------------------------------------------------------- */

enum status companion_read_weights(struct companion *companion)
{
    struct arena *arena = companion->model->arena;
    struct emit_companion *emit = &companion->emit;
    struct span where = companion->weights_where;
    struct error error = {0};
    const char *path = find_file(companion, companion->weights);
    char *bytes;
    if (!expect_file(companion, path, where))
        return STATUS_INPUT;
    if (file_read(path, WEIGHTS_MOST_BYTES, &bytes, &emit->weights_bytes,
                  &error))
        return report_file(companion, where, &error);
    emit->weights = arena_copy(arena, bytes, emit->weights_bytes);
    companion->compilation->weights_path = path;
    free(bytes);
    struct weights_fit fit;
    if (weights_fit(arena, companion->compilation->graph->networks, path,
                    emit->weights, emit->weights_bytes, &fit, &error))
        return report_file(companion, where, &error);
    if (fit.misfit)
        diag_error(schedule_diags(companion), where, "%s: it is not of this %s",
                   fit.misfit, emit->name);
    else if (fit.nonfinite)
        diag_error(schedule_diags(companion), where, "%s", fit.nonfinite);
    return STATUS_OK;
}

/* ---- all of it ----------------------------------------------------------- */

enum status companion_check(const struct companion *companion)
{
    struct compilation *compilation = companion->compilation;
    check_emittable(compilation->arena, compilation->graph, NULL,
                    compilation->diags);
    enum status status = compile_check(compilation, companion->request);
    return status == STATUS_OK
               ? compile_check(companion->model, companion->request)
               : status;
}

void companion_emit(struct companion *companion, const struct target *target)
{
    struct compilation *compilation = companion->compilation;
    struct arena *arena = compilation->arena;
    const struct emit_sources sources = {.model_name = compilation->model_name,
                                         .nn_path = companion->path,
                                         .nn_text = compilation->graph->text,
                                         .companion = &companion->emit};
    compilation->plan = plan_model(arena, compilation->graph, NULL, target,
                                   dtype_find(companion->request->real));
    compilation->code = text_new(arena);
    compilation->companion_name = companion->emit.name;
    compilation->weights_bytes = (int64_t)companion->emit.weights_bytes;
    emit_model(arena, compilation->plan, &sources, &compilation->code);
}
