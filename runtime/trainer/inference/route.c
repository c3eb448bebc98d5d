/* Layers stand behind those that they read, so that one pass in their order
 * finds what comes from a layer, and one against it what is needed. */
#include "trainer/inference/route.h"

static bool *new_flags(struct arena *arena, const struct guss_network *network)
{
    size_t count = (size_t)network->n_outputs;
    bool *flags = arena_alloc(arena, count, sizeof *flags);
    for (size_t i = 0; i < count; i++)
        flags[i] = false;
    return flags;
}

static bool is_input(const struct guss_network *network, int layer)
{
    return network->outputs[layer].n_reads == 0;
}

/* What has to be computed; `from`, or -1, and inputs are not. */
static bool *find_needed(struct arena *arena, const struct route *route,
                         int from)
{
    const struct guss_network *network = route->network;
    bool *needed = new_flags(arena, network);
    for (int i = 0; i < route->n_to; i++)
        needed[route->to[i]] = true;
    for (int i = network->n_outputs - 1; i >= 0; i--) {
        const struct guss_output *output = &network->outputs[i];
        needed[i] = needed[i] && i != from && output->n_reads > 0;
        for (int k = 0; needed[i] && k < output->n_reads; k++)
            needed[output->reads[k]] = true;
    }
    return needed;
}

struct route route_to(struct arena *arena, const struct guss_network *network,
                      const int *to, int n_to)
{
    struct route route = {.network = network,
                          .from = network->inputs,
                          .to = to,
                          .n_from = network->n_inputs,
                          .n_to = n_to};
    route.computed = find_needed(arena, &route, -1);
    return route;
}

struct route route_whole(struct arena *arena,
                         const struct guss_network *network)
{
    return route_to(arena, network, network->results, network->n_results);
}

/* ---- from a layer -------------------------------------------------------- */

/* What depends on the layer, and itself. */
static bool *find_behind(struct arena *arena,
                         const struct guss_network *network, int from)
{
    bool *behind = new_flags(arena, network);
    for (int i = 0; i < network->n_outputs; i++) {
        const struct guss_output *output = &network->outputs[i];
        behind[i] = i == from;
        for (int k = 0; k < output->n_reads; k++)
            behind[i] |= behind[output->reads[k]];
    }
    return behind;
}

static bool is_read(const struct guss_network *network, int layer)
{
    for (int i = layer + 1; i < network->n_outputs; i++)
        for (int k = 0; k < network->outputs[i].n_reads; k++)
            if (network->outputs[i].reads[k] == layer)
                return true;
    return false;
}

static enum status refuse_end(const struct guss_network *network, int from,
                              int to, struct error *error)
{
    const struct guss_output *first = &network->outputs[from];
    const char *last = network->outputs[to].layer;
    if (!is_read(network, from) && first->n_reads == 1 && to > from)
        return error_set(error, STATUS_USAGE,
                         "layer '%s' is computed together with the one behind "
                         "it: take --from %s",
                         first->layer, network->outputs[first->reads[0]].layer);
    return error_set(error, STATUS_USAGE,
                     "layer '%s' of network '%s' is not computed from '%s'",
                     last, network->name, first->layer);
}

/* A layer that is needed reads `other` beside what comes from `from`. */
static enum status refuse_other(const struct guss_network *network, int from,
                                int reader, int other, struct error *error)
{
    const struct guss_output *outputs = network->outputs;
    const char *first = outputs[from].layer;
    int input = other;
    while (!is_input(network, input))
        input = outputs[input].reads[0];
    if (input == other)
        return error_set(error, STATUS_USAGE,
                         "not all passes through layer '%s': '%s' also reads "
                         "input '%s'",
                         first, outputs[reader].layer, outputs[input].layer);
    return error_set(error, STATUS_USAGE,
                     "not all passes through layer '%s': '%s' also reads '%s', "
                     "which is computed from input '%s'",
                     first, outputs[reader].layer, outputs[other].layer,
                     outputs[input].layer);
}

static enum status check_alone(const struct route *route, int from,
                               const bool *behind, struct error *error)
{
    const struct guss_network *network = route->network;
    for (int i = 0; i < route->n_to; i++)
        if (!behind[route->to[i]])
            return refuse_end(network, from, route->to[i], error);
    for (int i = 0; i < network->n_outputs; i++) {
        const struct guss_output *output = &network->outputs[i];
        for (int k = 0; route->computed[i] && k < output->n_reads; k++)
            if (behind[i] && !behind[output->reads[k]])
                return refuse_other(network, from, i, output->reads[k], error);
    }
    return STATUS_OK;
}

enum status route_between(struct arena *arena,
                          const struct guss_network *network, const int *from,
                          const int *to, int n_to, struct route *route,
                          struct error *error)
{
    *route = (struct route){
        .network = network, .from = from, .to = to, .n_from = 1, .n_to = n_to};
    route->computed = find_needed(arena, route, *from);
    return check_alone(route, *from, find_behind(arena, network, *from), error);
}

/* ---- ends ---------------------------------------------------------------- */

const struct guss_output *route_source(const struct route *route)
{
    return &route->network->outputs[route->from[0]];
}

const struct guss_output *route_result(const struct route *route)
{
    return &route->network->outputs[route->to[0]];
}
