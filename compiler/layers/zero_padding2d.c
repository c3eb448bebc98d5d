/* ZeroPadding2D(padding=1): rows and columns of zeros around the image. */
#include "compiler/layers/image.h"

static const struct parameter own_padding = {
    .name = "padding",
    .type = PARAMETER_MARGINS,
    .preset = {.kind = VALUE_INTEGER, .integer = 1}};

static void infer(struct inference *inference)
{
    struct layer *layer = inference->layer;
    if (!infer_is_image(inference))
        return;
    int64_t margins[N_SIDES];
    layer_margins(layer, "padding", margins);
    layer->shape = layer->inputs[0]->shape;
    layer->shape.size[0] += margins[TOP] + margins[BOTTOM];
    layer->shape.size[1] += margins[LEFT] + margins[RIGHT];
}

static const char *arithmetic(struct arena *arena, const struct layer *layer,
                              int axis)
{
    return margins_arithmetic(arena, layer, "padding", '+', axis);
}

static void lower(struct lowering *lowering)
{
    struct operation pad = {.primitive = PRIMITIVE_PAD};
    layer_margins(lowering->layer, "padding", pad.margins);
    lower_operation(lowering, pad);
}

const struct layer_kind layer_zero_padding2d = {
    .name = "ZeroPadding2D",
    .stem = "zero_padding2d",
    .parameters = {&own_padding, REFUSED("data_format")},
    .infer = infer,
    .arithmetic = arithmetic,
    .lower = lower,
};
