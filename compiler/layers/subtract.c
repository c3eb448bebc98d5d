/* Subtract(): its first input less its second, value by value. */
#include "compiler/layers/layer.h"

static void infer(struct inference *inference)
{
    infer_stretched_shapes(inference);
}

static void lower(struct lowering *lowering)
{
    lower_join(lowering, JOIN_DIFFERENCE);
}

const struct layer_kind layer_subtract = {
    .name = "Subtract",
    .stem = "subtract",
    .reads = READS_TWO,
    .infer = infer,
    .lower = lower,
};
