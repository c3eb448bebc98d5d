/* MaxPooling2D(pool_size=2): the largest value of each window, channel by
 * channel. Padding never wins: it counts as minus infinity. */
#include "compiler/layers/image.h"

static void lower(struct lowering *lowering)
{
    struct window window = layer_window(lowering->layer, "pool_size");
    lower_pooling(lowering, &window, true);
}

const struct layer_kind layer_max_pooling2d = {
    .name = "MaxPooling2D",
    .stem = "max_pooling2d",
    .input_rank = 3,
    .parameters = {&parameter_pool_size, &parameter_pool_strides,
                   &parameter_padding, REFUSED("data_format")},
    .infer = infer_pooling,
    .lower = lower,
};
