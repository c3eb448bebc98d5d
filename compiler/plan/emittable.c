/* What build refuses: schedules that do not fit their networks. */
#include "compiler/plan/plan.h"

static void check_schedule(const struct graph *graph,
                           const struct schedule *schedule, struct arena *arena,
                           struct diags *diags)
{
    if (schedule->batch > 65536)
        diag_error(diags, schedule->where.batch,
                   "'batch' is at most 65536, not %lld",
                   (long long)schedule->batch);
    if (schedule->precision == PRECISION_BF16)
        diag_error(diags, schedule->where.precision,
                   "the precision bf16 cannot be built yet");
    check_objective(arena, graph, schedule, diags);
}

bool check_emittable(struct arena *arena, const struct graph *graph,
                     const struct schedule *schedule, struct diags *diags)
{
    if (graph->n_networks == 0)
        diag_error(diags, (struct span){0}, "%s has no network to build",
                   graph->path);
    check_sizes(arena, graph, diags);
    if (schedule && graph->n_networks > 0 && !diags_failed(diags))
        check_schedule(graph, schedule, arena, diags);
    return !diags_failed(diags);
}
