/* A weight as PyTorch lays it: the axes of a kernel the other way round, and of an
 * image the channels first. */
#ifndef TRAINER_TORCH_AXES_H
#define TRAINER_TORCH_AXES_H

#include <stdbool.h>

#include "guss/model.h"
#include "trainer/weights/safetensors.h"

/* "weight", "bias", "running_mean" or "running_var" */
const char *torch_name(const struct guss_weight *weight);

/* Its shape there: the rank, or 0 where PyTorch has no such weight. */
int torch_shape(const struct guss_weight *weight,
                int64_t shape[TENSOR_MAX_RANK]);
bool torch_fits(const struct guss_weight *weight, const struct tensor *tensor);

/* False where the order of what it reads or makes cannot be told. */
bool torch_order_is_known(const struct guss_weight *weight);

/* Its values, close together, from those of a tensor that fits. */
void torch_arrange(const struct guss_weight *weight, const float *values,
                   float *arranged);

#endif
