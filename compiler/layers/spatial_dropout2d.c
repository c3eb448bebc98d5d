/* SpatialDropout2D(rate): while training each channel of an image is 0 with
 * probability `rate`, else its values / (1 - rate); in prediction nothing.
 *
 *   y = x mask[channel]
 *
 * Tompson et al. 2015, arXiv:1411.4280, section 3.2. */
#include "compiler/layers/layer.h"

static const struct parameter own_rate = {
    .name = "rate", .type = PARAMETER_REAL, .below = 1.0};

static void lower(struct lowering *lowering)
{
    const struct layer *layer = lowering->layer;
    lower_operation(lowering,
                    (struct operation){
                        .primitive = PRIMITIVE_DROP,
                        .amount = layer_real(layer, "rate"),
                        .drawn = {.rank = 1, .size = {layer->shape.size[2]}}});
}

const struct layer_kind layer_spatial_dropout2d = {
    .name = "SpatialDropout2D",
    .stem = "spatial_dropout2d",
    .input_rank = 3,
    .parameters = {&own_rate, REFUSED("data_format"), REFUSED("seed")},
    .infer = infer_same_shape,
    .lower = lower,
};
