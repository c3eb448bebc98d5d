/* What all objectives share: where they are found, what a phase is, what holds
 * of every network that is trained. */
#include "compiler/plan/objective.h"

#include <assert.h>

#include "compiler/plan/optimizer.h"
#include "compiler/plan/plan.h"
#include "guss/model.h"
#include "trainer/data/axes.h"

#define OBJECTIVE(number, kind) [number] = &kind,
static const struct objective_kind *const kinds[] = {
#include "compiler/plan/objectives.def"
};
#undef OBJECTIVE

const struct network *scheduled_network(struct arena *arena,
                                        const struct graph *graph,
                                        const char *key, const char *name,
                                        struct span where, struct diags *diags)
{
    if (!name && graph->n_networks == 1)
        return graph->networks;
    if (!name) {
        diag_error(diags, where,
                   "the file has %d networks: say which with '%s'",
                   graph->n_networks, key);
        return NULL;
    }
    const struct network *network = graph_find(graph, name);
    if (network)
        return network;
    const char **names =
        arena_alloc(arena, (size_t)graph->n_networks, sizeof *names);
    size_t n = 0;
    for (const struct network *known = graph->networks; known;
         known = known->next)
        names[n++] = known->name;
    const char *advice = did_you_mean(arena, name, names, n);
    if (!advice[0] && n == 1)
        advice = arena_printf(arena, "; the file has '%s' alone", names[0]);
    diag_error(diags, where, "unknown network '%s'%s", name, advice);
    return NULL;
}

/* What the trainer has room for. */
static void expect_room(const struct objective_plan *objective)
{
    int losses = 0;
    for (int i = 0; i < objective->n_phases; i++)
        if (!objective->phases[i].is_evaluation)
            losses += objective->phases[i].n_losses;
    assert(losses <= GUSS_MAX_LOSSES);
    assert(objective_last(objective)->n_losses > 0);
}

struct objective_plan *plan_objective(struct arena *arena,
                                      const struct graph *graph,
                                      const struct schedule *schedule,
                                      struct diags *diags)
{
    struct objective_plan *objective = arena_alloc(arena, 1, sizeof *objective);
    *objective = (struct objective_plan){.kind = kinds[schedule->objective],
                                         .batch = (int)schedule->batch};
    bool is_whole =
        objective->kind->describe(arena, graph, schedule, objective, diags);
    if (!is_whole)
        return NULL;
    expect_room(objective);
    return objective;
}

/* ---- phases ------------------------------------------------------------- */

const struct network *phase_judged(const struct phase *phase)
{
    return phase->behind ? phase->behind : phase->network;
}

int64_t phase_loss_terms(const struct phase *phase,
                         const struct phase_loss *loss)
{
    const struct shape *output = &phase_judged(phase)->outputs[0]->shape;
    int64_t terms = shape_elements(output);
    return loss_info(loss->kind)->per_group
               ? terms / output->size[output->rank - 1]
               : terms;
}

bool phase_trains(const struct phase *phase)
{
    return phase->optimizer >= 0;
}

int objective_update_phases(const struct objective_plan *objective)
{
    int last = objective->n_phases - 1;
    return objective->phases[last].is_evaluation ? last : last + 1;
}

const struct phase *objective_last(const struct objective_plan *objective)
{
    return &objective->phases[objective_update_phases(objective) - 1];
}

int objective_latent_rows(const struct objective_plan *objective)
{
    int rows = 0;
    for (int i = 0; i < objective->n_phases; i++) {
        const struct phase *phase = &objective->phases[i];
        int end = phase->input.first + phase->share;
        if (phase->input.kind == INPUT_LATENT && end > rows)
            rows = end;
    }
    return rows;
}

int objective_least_share(const struct objective_plan *objective)
{
    int least = WHOLE_BATCH;
    for (int i = 0; i < objective->n_phases; i++)
        if (objective->phases[i].share < least)
            least = objective->phases[i].share;
    return least;
}

/* ---- one network, trained on samples ------------------------------------ */

bool objective_supervise(struct arena *arena, const struct graph *graph,
                         const struct schedule *schedule,
                         enum target_kind target, enum count count,
                         struct objective_plan *objective, struct diags *diags)
{
    const struct network *network =
        scheduled_network(arena, graph, "network", schedule->network,
                          schedule->where.network, diags);
    if (!network)
        return false;
    objective->trained[0] = network;
    objective->optimizers[0] = &schedule->optimizer;
    objective->n_trained = 1;
    objective->phases[0] = (struct phase){
        .name = "train",
        .title = "train",
        .use = "an update",
        .comment = "An update of the weights from one batch. Run by every "
                   "worker of a team.",
        .step = "training",
        .network = network,
        .mode = MODE_TRAINING,
        .target = {target, WHOLE_BATCH},
        .losses = {{.name = "loss",
                    .brief = "loss",
                    .title = "the loss",
                    .sums = "sums",
                    .kind = schedule->loss}},
        .n_losses = 1,
        .count = count,
        .shard = "shard",
        .share = WHOLE_BATCH};
    objective->phases[1] = objective->phases[0];
    objective->n_phases = 2;
    struct phase *evaluation = &objective->phases[1];
    evaluation->name = evaluation->title = "evaluate";
    evaluation->use = "an evaluation";
    evaluation->comment = "Loss and metrics of one batch, as in prediction. "
                          "Run by every worker of a team.";
    evaluation->mode = MODE_PREDICTING;
    evaluation->optimizer = -1;
    evaluation->is_evaluation = true;
    return true;
}

/* ---- checking ------------------------------------------------------------ */

bool shape_takes(const struct shape *wanted, const struct shape *given)
{
    int order[AXES_MAX];
    return axes_compare((struct axes){given->rank, given->size},
                        (struct axes){wanted->rank, wanted->size},
                        order) == AXES_AGREE;
}

/* False after reporting what training cannot have. */
static bool check_trained(const struct network *network,
                          const struct schedule *schedule, struct diags *diags)
{
    if (network_parameters(network).trainable == 0)
        diag_error(diags, network->where,
                   "'%s' has nothing to train: no layer has trainable weights",
                   network->name);
    if (network->n_inputs == 1 && network->n_outputs == 1)
        return true;
    diag_error(diags, schedule->where.objective,
               "training wants one input and one output, and '%s' has %d "
               "and %d",
               network->name, network->n_inputs, network->n_outputs);
    diag_note(diags, network->where, "it is described here");
    return false;
}

/* How many numbers `data.normalize` may have follows from the channels that a
 * network reads; of a plain row only the data tells them. */
static void check_normalize(struct arena *arena, const struct network *network,
                            const struct schedule *schedule,
                            struct diags *diags)
{
    const struct shape *input = &network->inputs[0]->shape;
    int64_t given = schedule->data.normalize.mean.n;
    int64_t last = input->size[input->rank - 1];
    bool suits = input->rank == 1 ? given == 0 || last % given == 0
                                  : given <= 1 || given == last;
    if (suits)
        return;
    diag_error(diags, schedule->where.normalize,
               "'data.normalize' has %lld means, but '%s' reads %s%s",
               (long long)given, network->name, shape_text(arena, input),
               input->rank == 1
                   ? ""
                   : arena_printf(arena, ": write %s%s",
                                  last == 1 ? "" : "one for each channel, or ",
                                  last == 1 ? "one" : "one for all"));
    diag_note(diags, network->where, "it is described here");
}

void check_objective(struct arena *arena, const struct graph *graph,
                     const struct schedule *schedule, struct diags *diags)
{
    const struct objective_plan *objective =
        plan_objective(arena, graph, schedule, diags);
    for (int i = 0; objective && i < objective->n_trained; i++)
        if (!check_trained(objective->trained[i], schedule, diags))
            return;
    if (!objective)
        return;
    check_normalize(arena, objective->trained[0], schedule, diags);
    objective->kind->check(arena, graph, schedule, objective, diags);
}
