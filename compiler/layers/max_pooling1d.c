/* MaxPooling1D(pool_size=2): the largest value of each window of steps, channel
 * by channel. Padding never wins: it counts as minus infinity. */
#include "compiler/layers/image.h"

static void lower(struct lowering *lowering)
{
    struct window window = layer_window(lowering->layer, "pool_size");
    lower_pooling(lowering, &window, true);
}

const struct layer_kind layer_max_pooling1d = {
    .name = "MaxPooling1D",
    .stem = "max_pooling1d",
    .input_rank = 2,
    .parameters = {&parameter_pool_length, &parameter_pool_length_strides,
                   &parameter_padding, REFUSED("data_format")},
    .infer = infer_pooling,
    .lower = lower,
};
