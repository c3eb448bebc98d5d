/* The judge that a schedule names, and the autoencoder that it may name beside. */
#include "compiler/compile_companion.h"

#include <string.h>

#include "compiler/plan/objective.h"
#include "trainer/scores/points.h"
#include "trainer/scores/scores.h"

/* ---- the judge ----------------------------------------------------------- */

/* As guss trains one: a row of shares, or one for two classes. */
static void check_classes(const struct companion *judge,
                          const struct network *network)
{
    const struct layer *output = network->outputs[0];
    bool is_row = output->shape.rank == 1;
    bool is_one = is_row && output->shape.size[0] == 1;
    const char *wanted = is_one ? "sigmoid" : "softmax";
    const char *activation = network_range(network).activation;
    if (is_row && activation && strcmp(activation, wanted) == 0)
        return;
    diag_error(judge->model->diags, judge->network_where,
               "a judge is a classifier, which gives one row of classes by "
               "softmax, or one number by sigmoid; '%s' gives %s%s%s",
               network->name, shape_text(judge->model->arena, &output->shape),
               activation ? " by " : "", activation ? activation : "");
    diag_note(judge->model->diags, output->where, "its values are made here");
}

static void find_features(struct companion *judge,
                          const struct network *network)
{
    struct arena *arena = judge->model->arena;
    struct diags *diags = judge->model->diags;
    const struct schedule *schedule = judge->model->schedule;
    const char *wanted = schedule->judge.features;
    struct span where = schedule->where.judge_features;
    size_t count = (size_t)network->n_layers;
    const char **names = arena_alloc(arena, count, sizeof *names);
    int found = -1;
    for (int i = 0; i < network->n_layers; i++) {
        names[i] = network->layers[i]->name;
        if (strcmp(names[i], wanted) == 0)
            found = i;
    }
    judge->emit.features = found;
    if (found < 0) {
        diag_error(diags, where, "the judge '%s' has no layer '%s'%s",
                   network->name, wanted,
                   did_you_mean(arena, wanted, names, count));
        return;
    }
    int64_t width = shape_elements(&network->layers[found]->shape);
    if (width > POINTS_MOST_WIDTH)
        diag_error(diags, where,
                   "the layer '%s' gives %lld values; features are at most %d, "
                   "and best some dozens: take a layer nearer to the output",
                   wanted, (long long)width, POINTS_MOST_WIDTH);
}

static void check_watched(const struct companion *judge)
{
    const char *scores[N_SCORES];
    for (int i = 0; i < N_SCORES; i++)
        scores[i] = score_name((enum score)i);
    schedule_check_scores(judge->model->arena, judge->model->schedule, scores,
                          N_SCORES, judge->model->diags);
}

/* What the schedule says of it, held against its network. */
static enum status check_judge(struct companion *judge)
{
    const struct network *network = companion_network(judge);
    check_watched(judge);
    if (network) {
        companion_check_input(judge, network);
        check_classes(judge, network);
        find_features(judge, network);
    }
    if (network && judge->emit.features >= 0) {
        enum status status = companion_read_weights(judge);
        if (status != STATUS_OK && !diags_failed(judge->model->diags))
            return status;
    }
    return companion_check(judge);
}

enum status compile_judge(struct compilation *compilation,
                          const struct request *request,
                          const struct target *target)
{
    const struct schedule *schedule = compilation->schedule;
    struct companion judge = {
        .model = compilation,
        .request = request,
        .noun = "a judge",
        .network = schedule->judge.model,
        .weights = schedule->judge.weights,
        .network_where = schedule->where.judge_model,
        .weights_where = schedule->where.judge_weights,
        .emit = {.kind = COMPANION_JUDGE,
                 .name = "judge",
                 .has_autoencoder = schedule->judge.autoencoder.model != NULL}};
    enum status status = companion_read(&judge);
    if (status == STATUS_OK)
        status = check_judge(&judge);
    if (status != STATUS_OK)
        return status;
    companion_emit(&judge, target);
    compilation->companion = judge.compilation;
    return STATUS_OK;
}

/* ---- its autoencoder ----------------------------------------------------- */

/* It gives back what it reads, in whatever form, so that both can be compared. */
static void check_copy(const struct companion *autoencoder,
                       const struct network *network)
{
    struct arena *arena = autoencoder->model->arena;
    const struct layer *output = network->outputs[0];
    const struct shape *read = &network->inputs[0]->shape;
    if (shape_takes(read, &output->shape))
        return;
    diag_error(autoencoder->model->diags, autoencoder->network_where,
               "an autoencoder gives back what it reads; '%s' reads %s and "
               "gives %s",
               network->name, shape_text(arena, read),
               shape_text(arena, &output->shape));
    diag_note(autoencoder->model->diags, output->where,
              "its values are made here");
}

static enum status check_autoencoder(struct companion *autoencoder)
{
    const struct network *network = companion_network(autoencoder);
    if (network) {
        companion_check_input(autoencoder, network);
        check_copy(autoencoder, network);
        enum status status = companion_read_weights(autoencoder);
        if (status != STATUS_OK && !diags_failed(autoencoder->model->diags))
            return status;
    }
    return companion_check(autoencoder);
}

enum status compile_autoencoder(struct compilation *compilation,
                                const struct request *request,
                                const struct target *target)
{
    const struct schedule *schedule = compilation->schedule;
    struct companion autoencoder = {
        .model = compilation,
        .request = request,
        .noun = "an autoencoder",
        .network = schedule->judge.autoencoder.model,
        .weights = schedule->judge.autoencoder.weights,
        .network_where = schedule->where.autoencoder_model,
        .weights_where = schedule->where.autoencoder_weights,
        .emit = {.kind = COMPANION_AUTOENCODER, .name = "autoencoder"}};
    enum status status = companion_read(&autoencoder);
    if (status == STATUS_OK)
        status = check_autoencoder(&autoencoder);
    if (status != STATUS_OK)
        return status;
    companion_emit(&autoencoder, target);
    compilation->companion->companion = autoencoder.compilation;
    return STATUS_OK;
}
