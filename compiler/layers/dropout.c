/* Dropout(rate): while training each value is 0 with probability `rate`, else
 * value / (1 - rate); in prediction nothing.
 *
 *   y = x mask,   dx = dy mask */
#include "compiler/layers/layer.h"

static const struct parameter own_rate = {
    .name = "rate", .type = PARAMETER_REAL, .below = 1.0};

static void lower(struct lowering *lowering)
{
    const struct layer *layer = lowering->layer;
    lower_operation(lowering,
                    (struct operation){.primitive = PRIMITIVE_DROP,
                                       .amount = layer_real(layer, "rate"),
                                       .drawn = layer->shape});
}

const struct layer_kind layer_dropout = {
    .name = "Dropout",
    .stem = "dropout",
    .parameters = {&own_rate, REFUSED("noise_shape"), REFUSED("seed")},
    .infer = infer_same_shape,
    .lower = lower,
};
