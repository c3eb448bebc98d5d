/* The way of a prediction through a network: from the outputs of some layers,
 * which are given, to those of others. */
#ifndef TRAINER_ROUTE_H
#define TRAINER_ROUTE_H

#include "base/arena.h"
#include "base/status.h"
#include "guss/model.h"

/* Layers are indexes of network->outputs. */
struct route {
    const struct guss_network *network;
    const int *from, *to;
    int n_from, n_to;
    const bool *computed; /* by index: the layers between */
};

/* From the network's inputs to its own outputs; in the arena, as all routes. */
struct route route_whole(struct arena *arena,
                         const struct guss_network *network);

/* From the network's inputs to some layers. */
struct route route_to(struct arena *arena, const struct guss_network *network,
                      const int *to, int n_to);

/* From one layer to others. STATUS_USAGE where they are not computed from its
 * output alone. */
enum status route_between(struct arena *arena,
                          const struct guss_network *network, const int *from,
                          const int *to, int n_to, struct route *route,
                          struct error *error);

/* What is given first, and what is made first. */
const struct guss_output *route_source(const struct route *route);
const struct guss_output *route_result(const struct route *route);

#endif
