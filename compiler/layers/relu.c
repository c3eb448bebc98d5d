/* ReLU(): y = max(z, 0). Keras's bounds and slopes of this layer are refused;
 * LeakyReLU has a slope. */
#include "compiler/layers/layer.h"

static void lower(struct lowering *lowering)
{
    lower_activation(lowering, 0,
                     (struct activation_use){.kind = ACTIVATION_RELU});
}

const struct layer_kind layer_relu = {
    .name = "ReLU",
    .stem = "re_lu",
    .parameters = {REFUSED("max_value"), REFUSED("negative_slope"),
                   REFUSED("threshold")},
    .infer = infer_same_shape,
    .lower = lower,
};
