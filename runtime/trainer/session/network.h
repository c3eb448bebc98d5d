/* What lies at a network's ends, of the tables that emitted code brings. */
#ifndef TRAINER_NETWORK_H
#define TRAINER_NETWORK_H

#include <stdint.h>

#include "guss/model.h"

/* Product of the extents of one sample. */
int64_t output_elements(const struct guss_output *output);

/* A network's first input, and the first of its own outputs. */
const struct guss_output *network_input(const struct guss_network *network);
const struct guss_output *network_result(const struct guss_network *network);

#endif
