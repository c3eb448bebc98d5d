/* objective: autoencoder. The network gives back what it reads. */
#include "compiler/plan/objective.h"

static bool describe(struct arena *arena, const struct graph *graph,
                     const struct schedule *schedule,
                     struct objective_plan *objective, struct diags *diags)
{
    bool normalizes = schedule->data.normalize.kind != NORMALIZE_NOT;
    return objective_supervise(arena, graph, schedule,
                               normalizes ? TARGET_PIXELS : TARGET_INPUT,
                               COUNT_NOTHING, objective, diags);
}

static void check(struct arena *arena, const struct graph *graph,
                  const struct schedule *schedule,
                  const struct objective_plan *objective, struct diags *diags)
{
    (void)graph;
    const struct network *network = objective->trained[0];
    const struct shape *input = &network->inputs[0]->shape;
    const struct shape *output = &network->outputs[0]->shape;
    if (shape_takes(input, output))
        return;
    diag_error(diags, schedule->where.objective,
               "an autoencoder gives back its input: '%s' reads %s, %lld "
               "values, and gives %s, %lld",
               network->name, shape_text(arena, input),
               (long long)shape_elements(input), shape_text(arena, output),
               (long long)shape_elements(output));
    diag_note(diags, network->outputs[0]->where, "its output is made here");
}

const struct objective_kind objective_autoencoder = {
    .constant = "GUSS_AUTOENCODER", .describe = describe, .check = check};
