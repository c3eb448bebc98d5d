/* Minimum(): the least of its inputs, value by value. */
#include "compiler/layers/layer.h"

static void lower(struct lowering *lowering)
{
    lower_join(lowering, JOIN_MINIMUM);
}

const struct layer_kind layer_minimum = {
    .name = "Minimum",
    .stem = "minimum",
    .reads = READS_SEVERAL,
    .infer = infer_stretched_shapes,
    .lower = lower,
};
