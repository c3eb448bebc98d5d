/* Prediction: samples in, rows of a network's outputs out. */
#ifndef TRAINER_FORWARD_H
#define TRAINER_FORWARD_H

#include "guss/model.h"

/* Product of the extents of one sample. */
int64_t output_elements(const struct guss_output *output);

/* Runs `network` on samples first .. first + count - 1 of a set for each of its
 * inputs; count is at most the model's batch. Afterwards the outputs lie in the
 * model's memory. */
void forward_run(void *memory, struct guss_team *team,
                 const struct guss_network *network,
                 const struct guss_samples *samples, int64_t first, int count);

/* One row of an output, without its padding: output_elements() floats. */
const float *forward_row(const void *memory, const struct guss_output *output,
                         int row);

/* Copies rows 0 .. count - 1 of one output, without their padding. */
void forward_copy(const void *memory, const struct guss_output *output,
                  int count, float *values);

/* Runs `network`, of one input, on all of a set, and copies an output of it:
 * values[samples->count][output_elements()]. */
void forward_all(const struct guss_model *model, void *memory,
                 struct guss_team *team, const struct guss_network *network,
                 const struct guss_output *output,
                 const struct guss_samples *samples, float *values);

/* One sample as the network sees it. */
void forward_convert(const struct guss_samples *samples, int64_t index,
                     float *values);

#endif
