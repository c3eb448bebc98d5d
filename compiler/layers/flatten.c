/* Flatten(): all values of a sample in one row, in Keras's order. */
#include "compiler/layers/layer.h"

static void infer(struct inference *inference)
{
    struct layer *layer = inference->layer;
    const struct shape *input = &layer->inputs[0]->shape;
    struct text product = text_new(inference->arena);
    for (int i = 0; i < input->rank; i++)
        text_printf(&product, "%s%lld", i ? " * " : "",
                    (long long)input->size[i]);
    if (input->rank > 1)
        layer->how[0] = text_string(&product);
    layer->shape = (struct shape){.rank = 1, .size = {shape_elements(input)}};
}

static void lower(struct lowering *lowering)
{
    lower_operation(lowering, (struct operation){.primitive = PRIMITIVE_VIEW});
}

const struct layer_kind layer_flatten = {
    .name = "Flatten",
    .stem = "flatten",
    .parameters = {REFUSED("data_format")},
    .infer = infer,
    .lower = lower,
};
