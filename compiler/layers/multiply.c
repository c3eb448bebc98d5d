/* Multiply(): the product of its inputs, value by value. */
#include "compiler/layers/layer.h"

static void lower(struct lowering *lowering)
{
    lower_join(lowering, JOIN_PRODUCT);
}

const struct layer_kind layer_multiply = {
    .name = "Multiply",
    .stem = "multiply",
    .reads = READS_SEVERAL,
    .infer = infer_stretched_shapes,
    .lower = lower,
};
