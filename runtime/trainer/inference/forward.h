/* Prediction: samples in, outputs of layers out, tile by tile. */
#ifndef TRAINER_FORWARD_H
#define TRAINER_FORWARD_H

#include "guss/model.h"
#include "trainer/inference/route.h"

struct session;

/* Takes all samples of a set, normalized where it says so, for each of
 * route->from, as many of each, to values[i][samples->count][output_elements()] for each of route->to. */
void forward_run(const struct session *session, const struct route *route,
                 const struct guss_samples *samples, float *const *values);

/* One sample as the network sees it, before it is normalized: as it is drawn. */
void forward_convert(const struct guss_samples *samples, int64_t index,
                     float *values);

#endif
