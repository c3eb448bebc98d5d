/* ELU(alpha=1): y = z where z > 0, else alpha (exp(z) - 1). */
#include "compiler/layers/layer.h"

static const struct parameter own_alpha = {
    .name = "alpha",
    .type = PARAMETER_REAL,
    .preset = {.kind = VALUE_REAL, .real = 1.0}};

static void lower(struct lowering *lowering)
{
    lower_activation(
        lowering, 0,
        (struct activation_use){ACTIVATION_ELU,
                                {layer_real(lowering->layer, "alpha")}});
}

const struct layer_kind layer_elu = {
    .name = "ELU",
    .stem = "elu",
    .parameters = {&own_alpha},
    .infer = infer_same_shape,
    .lower = lower,
};
