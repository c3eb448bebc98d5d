/* GlobalAveragePooling1D(): the mean of each channel over all steps. */
#include "compiler/layers/image.h"

static void lower(struct lowering *lowering)
{
    lower_global_pooling(lowering, false);
}

const struct layer_kind layer_global_average_pooling1d = {
    .name = "GlobalAveragePooling1D",
    .stem = "global_average_pooling1d",
    .input_rank = 2,
    .parameters = {REFUSED("data_format"), REFUSED("keepdims")},
    .infer = infer_global_pooling,
    .lower = lower,
};
