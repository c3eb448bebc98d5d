/* ReLU(): y = max(z, 0). Keras's bounds and slopes of this layer are refused;
 * LeakyReLU has a slope. */
#include "compiler/layers/layer.h"

static const struct parameter parameters[] = {
    {.name = "max_value", .type = PARAMETER_REFUSED},
    {.name = "negative_slope", .type = PARAMETER_REFUSED},
    {.name = "threshold", .type = PARAMETER_REFUSED},
};

static void lower(struct lowering *lowering)
{
    lower_activation(lowering, 0,
                     (struct activation_use){.kind = ACTIVATION_RELU});
}

const struct layer_kind layer_relu = {
    .name = "ReLU",
    .stem = "re_lu",
    .parameters = parameters,
    .n_parameters = 3,
    .least_inputs = 1,
    .most_inputs = 1,
    .infer = infer_same_shape,
    .lower = lower,
};
