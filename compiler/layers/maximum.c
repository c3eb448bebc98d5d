/* Maximum(): the greatest of its inputs, value by value. */
#include "compiler/layers/layer.h"

static void lower(struct lowering *lowering)
{
    lower_join(lowering, JOIN_MAXIMUM);
}

const struct layer_kind layer_maximum = {
    .name = "Maximum",
    .stem = "maximum",
    .reads = READS_SEVERAL,
    .infer = infer_stretched_shapes,
    .lower = lower,
};
