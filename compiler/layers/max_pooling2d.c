/* MaxPooling2D(pool_size=2): the largest value of each window, channel by
 * channel. Padding never wins: it counts as minus infinity. */
#include "compiler/layers/image.h"

static const struct parameter parameters[] = {
    {.name = "pool_size",
     .type = PARAMETER_PAIR,
     .preset = {.kind = VALUE_INTEGER, .integer = 2},
     .least = 1},
    {.name = "strides",
     .type = PARAMETER_PAIR,
     .preset_from = "pool_size",
     .least = 1},
    {.name = "padding",
     .type = PARAMETER_WORD,
     .preset = {.kind = VALUE_WORD, .word = "valid"},
     .words = window_paddings},
    {.name = "data_format", .type = PARAMETER_REFUSED},
};

static void lower(struct lowering *lowering)
{
    struct window window = layer_window(lowering->layer, "pool_size");
    lower_pooling(lowering, &window, true);
}

const struct layer_kind layer_max_pooling2d = {
    .name = "MaxPooling2D",
    .stem = "max_pooling2d",
    .parameters = parameters,
    .n_parameters = sizeof parameters / sizeof parameters[0],
    .least_inputs = 1,
    .most_inputs = 1,
    .infer = infer_pooling,
    .arithmetic = pooling_arithmetic,
    .lower = lower,
};
