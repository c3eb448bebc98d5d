/* Prediction: samples in, outputs of layers out, tile by tile. */
#ifndef TRAINER_FORWARD_H
#define TRAINER_FORWARD_H

#include "guss/model.h"
#include "trainer/command/route.h"

struct session;

/* Product of the extents of one sample. */
int64_t output_elements(const struct guss_output *output);

/* A network's first input, and the first of its own outputs. */
const struct guss_output *network_input(const struct guss_network *network);
const struct guss_output *network_result(const struct guss_network *network);

/* Takes all samples of a set for each of route->from, as many of each, to
 * values[i][samples->count][output_elements()] for each of route->to. */
void forward_run(const struct session *session, const struct route *route,
                 const struct guss_samples *samples, float *const *values);

/* One sample as the network sees it. */
void forward_convert(const struct guss_samples *samples, int64_t index,
                     float *values);

#endif
