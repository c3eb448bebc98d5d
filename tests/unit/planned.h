/* Plans of texts, for tests of plans. */
#ifndef TESTS_PLANNED_H
#define TESTS_PLANNED_H

#include <string.h>

#include "compiler/elaborate/elaborate.h"
#include "compiler/plan/plan.h"
#include "compiler/syntax/parse.h"

/* What a schedule trains of a model, both without a mistake; *graph becomes the
 * model's. Everything lies in the arena. */
static inline struct objective_plan *planned_objective(struct arena *arena,
                                                       const char *model,
                                                       const char *training,
                                                       struct graph **graph)
{
    struct diags *diags = diags_new(arena);
    struct schedule *schedule = arena_alloc(arena, 1, sizeof *schedule);
    const struct source *source =
        source_from_text(arena, "a.nn", model, strlen(model));
    const struct ast ast = {.items = parse_source(arena, source, diags),
                            .text = model};
    *graph = elaborate(arena, &ast, "a.nn", NULL, 0, diags);
    source = source_from_text(arena, "a.yaml", training, strlen(training));
    schedule_read(arena, source, NULL, 0, NULL, schedule, diags);
    assert_false(diags_failed(diags));
    return plan_objective(arena, *graph, schedule, diags);
}

/* The plan of both, for x86-64-v3. */
static inline struct plan *planned(struct arena *arena, const char *model,
                                   const char *training, enum dtype dtype)
{
    struct graph *graph;
    const struct objective_plan *objective =
        planned_objective(arena, model, training, &graph);
    return plan_model(arena, graph, objective, target_find("x86-64-v3"), dtype);
}

#endif
