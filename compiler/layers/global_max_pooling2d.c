/* GlobalMaxPooling2D(): the largest value of each channel over the whole
 * image. */
#include "compiler/layers/image.h"

static void lower(struct lowering *lowering)
{
    lower_whole_maximum(lowering);
}

const struct layer_kind layer_global_max_pooling2d = {
    .name = "GlobalMaxPooling2D",
    .stem = "global_max_pooling2d",
    .parameters = {REFUSED("data_format"), REFUSED("keepdims")},
    .infer = infer_global_pooling,
    .lower = lower,
};
