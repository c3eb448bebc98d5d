/* AveragePooling1D(pool_size=2): the mean of each window of steps, channel by
 * channel. With padding=same it is the mean of the real steps alone. */
#include "compiler/layers/image.h"

static void lower(struct lowering *lowering)
{
    struct window window = layer_window(lowering->layer, "pool_size");
    lower_pooling(lowering, &window, false);
}

const struct layer_kind layer_average_pooling1d = {
    .name = "AveragePooling1D",
    .stem = "average_pooling1d",
    .input_rank = 2,
    .parameters = {&parameter_pool_length, &parameter_pool_length_strides,
                   &parameter_padding, REFUSED("data_format")},
    .infer = infer_pooling,
    .lower = lower,
};
