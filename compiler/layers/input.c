/* Input(784), Input(28, 28, 1): where a network begins. */
#include "compiler/layers/layer.h"

static const struct parameter parameters[] = {
    {.name = "shape", .type = PARAMETER_SHAPE, .least = 1},
    {.name = "sparse", .type = PARAMETER_REFUSED},
    {.name = "tensor", .type = PARAMETER_REFUSED},
    {.name = "ragged", .type = PARAMETER_REFUSED},
    {.name = "batch_shape", .type = PARAMETER_REFUSED},
    {.name = "optional", .type = PARAMETER_REFUSED},
};

static void infer(struct inference *inference)
{
    struct layer *layer = inference->layer;
    const struct value *sizes = layer_argument(layer, "shape");
    layer->shape.rank = sizes->n;
    for (int i = 0; i < sizes->n; i++)
        layer->shape.size[i] = sizes->items[i].integer;
}

const struct layer_kind layer_input = {
    .name = "Input",
    .stem = "input",
    .type = "InputLayer",
    .parameters = parameters,
    .n_parameters = sizeof parameters / sizeof parameters[0],
    .infer = infer,
};
