/* GlobalMaxPooling1D(): the largest value of each channel over all steps. */
#include "compiler/layers/image.h"

static void lower(struct lowering *lowering)
{
    lower_global_pooling(lowering, true);
}

const struct layer_kind layer_global_max_pooling1d = {
    .name = "GlobalMaxPooling1D",
    .stem = "global_max_pooling1d",
    .input_rank = 2,
    .parameters = {REFUSED("data_format"), REFUSED("keepdims")},
    .infer = infer_global_pooling,
    .lower = lower,
};
