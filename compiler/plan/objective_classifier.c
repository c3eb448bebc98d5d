/* objective: classifier. The network gives a row of classes, or one number for
 * two; the target is the sample's label. */
#include "compiler/plan/objective.h"

static bool describe(struct arena *arena, const struct graph *graph,
                     const struct schedule *schedule,
                     struct objective_plan *objective, struct diags *diags)
{
    return objective_supervise(arena, graph, schedule, TARGET_LABELS,
                               COUNT_RIGHT, objective, diags);
}

static void check(struct arena *arena, const struct graph *graph,
                  const struct schedule *schedule,
                  const struct objective_plan *objective, struct diags *diags)
{
    (void)graph;
    const struct network *network = objective->trained[0];
    const struct shape *output = &network->outputs[0]->shape;
    bool is_image = output->rank == 3;
    if (output->rank != 1) {
        diag_error(diags, network->outputs[0]->where,
                   "a classifier gives one row of classes, but '%s' gives %s "
                   "here; %s makes a row of it",
                   network->name, shape_text(arena, output),
                   is_image ? "Flatten() or GlobalAveragePooling2D()"
                            : "Flatten()");
        diag_note(diags, schedule->where.objective, "the objective says so");
    } else if (output->size[0] == 1 &&
               schedule->loss == LOSS_CATEGORICAL_CROSSENTROPY) {
        diag_error(diags, schedule->where.loss,
                   "categorical_crossentropy of one output is always 0: use "
                   "binary_crossentropy");
    }
}

const struct objective_kind objective_classifier = {
    .constant = "GUSS_CLASSIFIER", .describe = describe, .check = check};
