/* AveragePooling2D(pool_size=2): the mean of each window, channel by
 * channel. With padding=same it is the mean of the real pixels alone. */
#include "compiler/layers/image.h"

static void lower(struct lowering *lowering)
{
    struct window window = layer_window(lowering->layer, "pool_size");
    lower_pooling(lowering, &window, false);
}

const struct layer_kind layer_average_pooling2d = {
    .name = "AveragePooling2D",
    .stem = "average_pooling2d",
    .input_rank = 3,
    .parameters = {&parameter_pool_size, &parameter_pool_strides,
                   &parameter_padding, REFUSED("data_format")},
    .infer = infer_pooling,
    .lower = lower,
};
