/* What lies at a network's ends, of the tables that emitted code brings. */
#ifndef TRAINER_NETWORK_H
#define TRAINER_NETWORK_H

#include <stdint.h>

#include "guss/model.h"

/* Product of the extents of one sample. */
int64_t output_elements(const struct guss_output *output);

/* The network that a command is about where it is told no other: the first that
 * the schedule trains; NULL where nothing is trained. */
const struct guss_network *trained_network(const struct guss_model *model);

/* What the schedule calls a network among several that it trains, "generator";
 * NULL of the first, and of others. */
const char *other_role(const struct guss_model *model,
                       const struct guss_network *network);

/* The network whose input the samples of an update fill. */
const struct guss_network *sampled_network(const struct guss_model *model);

/* A network's first input, and the first of its own outputs. */
const struct guss_output *network_input(const struct guss_network *network);
const struct guss_output *network_result(const struct guss_network *network);

#endif
