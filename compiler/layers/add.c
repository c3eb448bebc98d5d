/* Add(): the sum of its inputs, value by value. */
#include "compiler/layers/layer.h"

static void lower(struct lowering *lowering)
{
    lower_join(lowering, JOIN_SUM);
}

const struct layer_kind layer_add = {
    .name = "Add",
    .stem = "add",
    .reads = READS_SEVERAL,
    .infer = infer_stretched_shapes,
    .lower = lower,
};
