/* Activation(relu): an activation as a layer of its own. */
#include "compiler/layers/layer.h"

static const struct parameter own_activation = {.name = "activation",
                                                .type = PARAMETER_ACTIVATION};

static void lower(struct lowering *lowering)
{
    lower_activation(lowering, 0, activation_argument(lowering->layer));
}

const struct layer_kind layer_activation = {
    .name = "Activation",
    .stem = "activation",
    .parameters = {&own_activation},
    .infer = infer_same_shape,
    .lower = lower,
};
