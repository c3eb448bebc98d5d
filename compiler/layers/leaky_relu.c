/* LeakyReLU(alpha=0.3): y = z where z > 0, else alpha z. */
#include "compiler/layers/layer.h"

static const struct parameter own_alpha = {
    .name = "alpha",
    .type = PARAMETER_REAL,
    .preset = {.kind = VALUE_REAL, .real = 0.3}};

static void lower(struct lowering *lowering)
{
    lower_activation(
        lowering, 0,
        (struct activation_use){ACTIVATION_LEAKY_RELU,
                                {layer_real(lowering->layer, "alpha")}});
}

const struct layer_kind layer_leaky_relu = {
    .name = "LeakyReLU",
    .stem = "leaky_re_lu",
    .parameters = {&own_alpha},
    .infer = infer_same_shape,
    .lower = lower,
};
