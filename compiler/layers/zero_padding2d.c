/* ZeroPadding2D(padding=1): rows and columns of zeros around the image. */
#include "compiler/layers/image.h"

static const struct parameter parameters[] = {
    {.name = "padding",
     .type = PARAMETER_MARGINS,
     .preset = {.kind = VALUE_INTEGER, .integer = 1}},
    {.name = "data_format", .type = PARAMETER_REFUSED},
};

static void infer(struct inference *inference)
{
    struct layer *layer = inference->layer;
    if (!infer_is_image(inference))
        return;
    const struct value *margins = layer_argument(layer, "padding")->items;
    layer->shape = layer->inputs[0]->shape;
    layer->shape.size[0] += margins[0].integer + margins[1].integer;
    layer->shape.size[1] += margins[2].integer + margins[3].integer;
}

const struct layer_kind layer_zero_padding2d = {
    .name = "ZeroPadding2D",
    .stem = "zero_padding2d",
    .parameters = parameters,
    .n_parameters = sizeof parameters / sizeof parameters[0],
    .least_inputs = 1,
    .most_inputs = 1,
    .infer = infer,
};
