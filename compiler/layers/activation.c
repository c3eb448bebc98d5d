/* Activation(relu): an activation as a layer of its own. */
#include "compiler/layers/layer.h"

static const struct parameter parameters[] = {
    {.name = "activation", .type = PARAMETER_ACTIVATION},
};

static struct activation_use activation(const struct layer *layer)
{
    return (struct activation_use){
        (enum activation)layer_integer(layer, "activation"), 1.0};
}

const struct layer_kind layer_activation = {
    .name = "Activation",
    .stem = "activation",
    .parameters = parameters,
    .n_parameters = 1,
    .least_inputs = 1,
    .most_inputs = 1,
    .infer = infer_same_shape,
    .activation = activation,
    .is_activation = true,
};
