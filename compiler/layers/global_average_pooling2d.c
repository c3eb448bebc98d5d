/* GlobalAveragePooling2D(): the mean of each channel over the whole image. */
#include "compiler/layers/image.h"

static void lower(struct lowering *lowering)
{
    lower_global_pooling(lowering, false);
}

const struct layer_kind layer_global_average_pooling2d = {
    .name = "GlobalAveragePooling2D",
    .stem = "global_average_pooling2d",
    .input_rank = 3,
    .parameters = {REFUSED("data_format"), REFUSED("keepdims")},
    .infer = infer_global_pooling,
    .lower = lower,
};
