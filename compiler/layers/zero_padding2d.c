/* ZeroPadding2D(padding=1): rows and columns of zeros around the image. */
#include "compiler/layers/image.h"

static const struct parameter own_padding = {
    .name = "padding",
    .type = PARAMETER_MARGINS,
    .preset = {.kind = VALUE_INTEGER, .integer = 1}};

static void infer(struct inference *inference)
{
    infer_margins(inference, "padding", 1);
}

static void lower(struct lowering *lowering)
{
    lower_margins(lowering, PRIMITIVE_PAD, "padding");
}

const struct layer_kind layer_zero_padding2d = {
    .name = "ZeroPadding2D",
    .stem = "zero_padding2d",
    .input_rank = 3,
    .parameters = {&own_padding, REFUSED("data_format")},
    .infer = infer,
    .lower = lower,
};
