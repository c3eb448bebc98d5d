/* A plan of two texts, for tests of plans. */
#ifndef TESTS_PLANNED_H
#define TESTS_PLANNED_H

#include <string.h>

#include "compiler/elaborate/elaborate.h"
#include "compiler/plan/plan.h"
#include "compiler/syntax/parse.h"

/* Of a model and a schedule without a mistake, for x86-64-v3. Everything lies in
 * the arena. */
static struct plan *planned(struct arena *arena, const char *model,
                            const char *training, enum dtype dtype)
{
    struct diags *diags = diags_new(arena);
    struct schedule *schedule = arena_alloc(arena, 1, sizeof *schedule);
    const struct source *source =
        source_from_text(arena, "a.nn", model, strlen(model));
    const struct ast ast = {.items = parse_source(arena, source, diags),
                            .text = model};
    struct graph *graph = elaborate(arena, &ast, "a.nn", NULL, 0, diags);
    source = source_from_text(arena, "a.yaml", training, strlen(training));
    schedule_read(arena, source, NULL, 0, NULL, schedule, diags);
    assert_false(diags_failed(diags));
    return plan_model(arena, graph, schedule, target_find("x86-64-v3"), dtype);
}

#endif
