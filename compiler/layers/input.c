/* Input(784), Input(28, 28, 1): where a network begins. */
#include "compiler/layers/layer.h"

static const struct parameter own_shape = {
    .name = "shape", .type = PARAMETER_SHAPE, .least = 1};

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
    .reads = READS_NOTHING,
    .parameters = {&own_shape, REFUSED("sparse"), REFUSED("tensor"),
                   REFUSED("ragged"), REFUSED("batch_shape"),
                   REFUSED("optional")},
    .infer = infer,
};
