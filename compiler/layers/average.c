/* Average(): the mean of its inputs, value by value. */
#include "compiler/layers/layer.h"

static void lower(struct lowering *lowering)
{
    lower_operation(lowering, (struct operation){.primitive = PRIMITIVE_JOIN,
                                                 .joining = JOIN_MEAN});
}

const struct layer_kind layer_average = {
    .name = "Average",
    .stem = "average",
    .reads = READS_SEVERAL,
    .infer = infer_equal_shapes,
    .lower = lower,
};
