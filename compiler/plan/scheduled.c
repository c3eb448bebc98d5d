/* The networks that a schedule names, found in the file. */
#include "compiler/plan/plan.h"

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
