/* objective: regression. The network gives what data.target has for a sample. */
#include "compiler/plan/objective.h"

static bool describe(struct arena *arena, const struct graph *graph,
                     const struct schedule *schedule,
                     struct objective_plan *objective, struct diags *diags)
{
    return objective_supervise(arena, graph, schedule, TARGET_DATA,
                               COUNT_NOTHING, objective, diags);
}

/* Outputs of any shape will do: what the targets are is known where they are
 * read. */
static void check(struct arena *arena, const struct graph *graph,
                  const struct schedule *schedule,
                  const struct objective_plan *objective, struct diags *diags)
{
    (void)graph;
    const struct network *network = objective->trained[0];
    const struct shape *output = &network->outputs[0]->shape;
    if (schedule->loss != LOSS_CATEGORICAL_CROSSENTROPY ||
        output->size[output->rank - 1] > 1)
        return;
    diag_error(diags, schedule->where.loss,
               "categorical_crossentropy of one class is always 0: use "
               "binary_crossentropy");
    diag_note(diags, network->outputs[0]->where,
              "the last axis of %s has the classes", shape_text(arena, output));
}

const struct objective_kind objective_regression = {
    .constant = "GUSS_REGRESSION", .describe = describe, .check = check};
