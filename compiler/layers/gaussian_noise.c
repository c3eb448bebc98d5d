/* GaussianNoise(stddev): while training each value gets noise of mean 0 and
 * deviation `stddev` added; in prediction nothing. */
#include "compiler/layers/layer.h"

static const struct parameter own_stddev = {.name = "stddev",
                                            .type = PARAMETER_REAL};

static void lower(struct lowering *lowering)
{
    lower_operation(
        lowering,
        (struct operation){.primitive = PRIMITIVE_NOISE,
                           .amount = layer_real(lowering->layer, "stddev")});
}

const struct layer_kind layer_gaussian_noise = {
    .name = "GaussianNoise",
    .stem = "gaussian_noise",
    .parameters = {&own_stddev, REFUSED("seed")},
    .infer = infer_same_shape,
    .lower = lower,
};
