/* GlobalMaxPooling2D(): the largest value of each channel over the whole
 * image. */
#include "compiler/layers/image.h"

static void lower(struct lowering *lowering)
{
    lower_global_pooling(lowering, true);
}

const struct layer_kind layer_global_max_pooling2d = {
    .name = "GlobalMaxPooling2D",
    .stem = "global_max_pooling2d",
    .input_rank = 3,
    .parameters = {REFUSED("data_format"), REFUSED("keepdims")},
    .infer = infer_global_pooling,
    .lower = lower,
};
