/* Average(): the mean of its inputs, value by value. */
#include "compiler/layers/layer.h"

static void lower(struct lowering *lowering)
{
    lower_join(lowering, JOIN_MEAN);
}

const struct layer_kind layer_average = {
    .name = "Average",
    .stem = "average",
    .reads = READS_SEVERAL,
    .infer = infer_stretched_shapes,
    .lower = lower,
};
