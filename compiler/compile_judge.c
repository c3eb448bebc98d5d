/* The judge that a schedule names: a network and its weights, which are compiled
 * into the same executable, for prediction alone. What does not fit is told at
 * its place in the schedule. */
#include "compiler/compile.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/file_kind.h"
#include "compiler/emit/emit.h"
#include "compiler/graph/weights_fit.h"
#include "compiler/plan/objective.h"
#include "guss/model.h"
#include "trainer/scores/points.h"

/* As C they take three times that, and the C compiler some seconds. */
enum { WEIGHTS_MOST_BYTES = 16 << 20 };

struct judging {
    struct compilation *compilation; /* of the model */
    struct compilation *judge;
    const struct schedule *schedule;
    struct diags *diags; /* of the schedule */
    struct emit_judge emit;
};

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
static const char *find_file(const struct judging *judging,
                             const struct request *request, const char *path)
{
    struct arena *arena = judging->compilation->arena;
    const char *schedule = judging->compilation->schedule_source->path;
    const char *found = path_beside(arena, schedule, path);
    const char *other = path_beside(arena, request->operands[0], path);
    return !file_exists(found) && file_exists(other) ? other : found;
}

static bool expect_file(const struct judging *judging, const char *path,
                        struct span where)
{
    if (file_exists(path))
        return true;
    if (folder_exists(path))
        diag_error(judging->diags, where,
                   "'%s' is a folder; a judge is a file of it: a run's folder "
                   "has 'model.nn' and 'weights.safetensors'",
                   path);
    else
        diag_error(
            judging->diags, where,
            "there is no file '%s'; a judge's files are looked for from the "
            "folder of the schedule on, then from the model's",
            path);
    return false;
}

/* The user's mistake is told where the schedule names the file. */
static enum status report_file(const struct judging *judging,
                               const struct request *request, struct span where,
                               const struct error *error)
{
    if (error->status != STATUS_INPUT)
        return report(request, error);
    diag_error(judging->diags, where, "%s", error->text);
    return error->status;
}

/* ---- the network --------------------------------------------------------- */

static const struct network *check_network(const struct judging *judging)
{
    const struct graph *graph = judging->judge->graph;
    const struct network *network = graph->networks;
    struct span where = judging->schedule->where.judge_model;
    if (graph->n_networks != 1) {
        diag_error(judging->diags, where,
                   "a judge is one network, and '%s' has %d", graph->path,
                   graph->n_networks);
        return NULL;
    }
    if (network->n_inputs == 1 && network->n_outputs == 1)
        return network;
    diag_error(judging->diags, where,
               "a judge has one input and one output, and '%s' has %d and %d",
               network->name, network->n_inputs, network->n_outputs);
    return NULL;
}

/* As guss trains one: a row of shares, or one for two classes. */
static void check_classes(const struct judging *judging,
                          const struct network *network)
{
    const struct layer *output = network->outputs[0];
    bool is_row = output->shape.rank == 1;
    bool is_one = is_row && output->shape.size[0] == 1;
    const char *wanted = is_one ? "sigmoid" : "softmax";
    const char *activation = network_range(network).activation;
    if (is_row && activation && strcmp(activation, wanted) == 0)
        return;
    diag_error(judging->diags, judging->schedule->where.judge_model,
               "a judge is a classifier, which gives one row of classes by "
               "softmax, or one number by sigmoid; '%s' gives %s%s%s",
               network->name,
               shape_text(judging->compilation->arena, &output->shape),
               activation ? " by " : "", activation ? activation : "");
    diag_note(judging->diags, output->where, "its values are made here");
}

/* It reads what the generator makes. */
static void check_input(const struct judging *judging,
                        const struct network *network)
{
    struct arena *arena = judging->compilation->arena;
    const char *name = judging->schedule->generator;
    const struct network *generator =
        graph_find(judging->compilation->graph, name);
    if (!generator || generator->n_outputs != 1)
        return; /* which is told elsewhere */
    const struct shape *made = &generator->outputs[0]->shape;
    const struct shape *read = &network->inputs[0]->shape;
    if (!shape_takes(read, made))
        diag_error(judging->diags, judging->schedule->where.judge_model,
                   "the judge '%s' reads %s, but the generator '%s' gives %s",
                   network->name, shape_text(arena, read), name,
                   shape_text(arena, made));
}

static void find_features(struct judging *judging,
                          const struct network *network)
{
    struct arena *arena = judging->compilation->arena;
    const char *wanted = judging->schedule->judge.features;
    struct span where = judging->schedule->where.judge_features;
    size_t count = (size_t)network->n_layers;
    const char **names = arena_alloc(arena, count, sizeof *names);
    int found = -1;
    for (int i = 0; i < network->n_layers; i++) {
        names[i] = network->layers[i]->name;
        if (strcmp(names[i], wanted) == 0)
            found = i;
    }
    judging->emit.features = found;
    if (found < 0) {
        diag_error(judging->diags, where, "the judge '%s' has no layer '%s'%s",
                   network->name, wanted,
                   did_you_mean(arena, wanted, names, count));
        return;
    }
    int64_t width = shape_elements(&network->layers[found]->shape);
    if (width > POINTS_MOST_WIDTH)
        diag_error(judging->diags, where,
                   "the layer '%s' gives %lld values; features are at most %d, "
                   "and best some dozens: take a layer nearer to the output",
                   wanted, (long long)width, POINTS_MOST_WIDTH);
}

/* ---- the weights --------------------------------------------------------- */

static enum status read_weights(struct judging *judging,
                                const struct request *request)
{
    struct arena *arena = judging->compilation->arena;
    struct error error = {0};
    const char *path =
        find_file(judging, request, judging->schedule->judge.weights);
    struct span where = judging->schedule->where.judge_weights;
    char *bytes;
    if (!expect_file(judging, path, where))
        return STATUS_INPUT;
    if (file_read(path, WEIGHTS_MOST_BYTES, &bytes,
                  &judging->emit.weights_bytes, &error))
        return report_file(judging, request, where, &error);
    judging->emit.weights =
        arena_copy(arena, bytes, judging->emit.weights_bytes);
    judging->judge->weights_path = path;
    free(bytes);
    const char *misfit;
    if (weights_misfit(arena, judging->judge->graph->networks, path,
                       judging->emit.weights, judging->emit.weights_bytes,
                       &misfit, &error))
        return report_file(judging, request, where, &error);
    if (misfit)
        diag_error(judging->diags, where, "%s: it is not of this judge",
                   misfit);
    return STATUS_OK;
}

/* ---- all of it ----------------------------------------------------------- */

static void emit(struct judging *judging, const struct target *target,
                 const struct request *request, const char *path)
{
    struct compilation *judge = judging->judge;
    const struct emit_sources sources = {.model_name = judge->model_name,
                                         .nn_path = path,
                                         .nn_text = judge->graph->text,
                                         .judge = &judging->emit};
    judge->plan = plan_model(judge->arena, judge->graph, NULL, target,
                             dtype_find(request->real));
    judge->code = text_new(judge->arena);
    emit_model(judge->arena, judge->plan, &sources, &judge->code);
}

/* What the schedule says of it, held against its network. */
static enum status check(struct judging *judging, const struct request *request)
{
    struct compilation *judge = judging->judge;
    const struct network *network = check_network(judging);
    if (network) {
        check_input(judging, network);
        check_classes(judging, network);
        find_features(judging, network);
    }
    if (network && judging->emit.features >= 0) {
        enum status status = read_weights(judging, request);
        if (status != STATUS_OK && !diags_failed(judging->diags))
            return status;
    }
    check_emittable(judge->arena, judge->graph, NULL, judge->diags);
    enum status status = compile_check(judge, request);
    return status == STATUS_OK ? compile_check(judging->compilation, request)
                               : status;
}

/* Whether a judge's network can be read, or what became of it. */
static enum status expect_network(const struct judging *judging,
                                  const struct request *request,
                                  const char *path)
{
    struct span where = judging->schedule->where.judge_model;
    struct error error = {0};
    enum status status = STATUS_INPUT;
    if (expect_file(judging, path, where)) {
        if (!file_expect_kind(path, FILE_MODEL, &error))
            return STATUS_OK;
        status = report_file(judging, request, where, &error);
    }
    if (status == STATUS_INPUT)
        compile_check(judging->compilation, request);
    return status;
}

enum status compile_judge(struct compilation *compilation,
                          const struct request *request,
                          const struct target *target)
{
    struct judging judging = {.compilation = compilation,
                              .schedule = compilation->schedule,
                              .diags = compilation->diags};
    struct request plain = *request;
    const char *path =
        find_file(&judging, request, compilation->schedule->judge.model);
    enum status status = expect_network(&judging, request, path);
    if (status != STATUS_OK)
        return status;
    plain.n_definitions = 0; /* they are the model's */
    judging.judge = arena_alloc(compilation->arena, 1, sizeof *judging.judge);
    *judging.judge = (struct compilation){.arena = compilation->arena};
    status = compile_graph(judging.judge, &plain, path);
    if (status == STATUS_OK)
        status = check(&judging, request);
    if (status != STATUS_OK)
        return status;
    emit(&judging, target, request, path);
    compilation->judge = judging.judge;
    return STATUS_OK;
}
