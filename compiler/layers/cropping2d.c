/* Cropping2D(cropping=0): the image without rows and columns at its edges. */
#include "compiler/layers/image.h"

static const struct parameter own_cropping = {
    .name = "cropping",
    .type = PARAMETER_MARGINS,
    .preset = {.kind = VALUE_INTEGER, .integer = 0}};

static void infer(struct inference *inference)
{
    infer_margins(inference, "cropping", -1);
}

static void lower(struct lowering *lowering)
{
    lower_margins(lowering, PRIMITIVE_CROP, "cropping");
}

const struct layer_kind layer_cropping2d = {
    .name = "Cropping2D",
    .stem = "cropping2d",
    .input_rank = 3,
    .parameters = {&own_cropping, REFUSED("data_format")},
    .infer = infer,
    .lower = lower,
};
