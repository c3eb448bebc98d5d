/* Softmax(): over the last axis. */
#include "compiler/layers/layer.h"

static void infer(struct inference *inference)
{
    infer_same_shape(inference);
    int64_t axis = layer_integer(inference->layer, "axis");
    int rank = inference->layer->shape.rank;
    if (axis == -1 || axis == rank)
        return;
    diag_error(inference->diags,
               layer_argument(inference->layer, "axis")->where,
               "guss takes the softmax over the last axis, -1 or %d, not %lld",
               rank, (long long)axis);
    inference->layer->shape.rank = SHAPE_UNKNOWN;
}

static void lower(struct lowering *lowering)
{
    lower_activation(lowering, 0,
                     (struct activation_use){.kind = ACTIVATION_SOFTMAX});
}

const struct layer_kind layer_softmax = {
    .name = "Softmax",
    .stem = "softmax",
    .parameters = {&parameter_axis},
    .infer = infer,
    .lower = lower,
};
