/* GaussianNoise(stddev): while training each value gets noise of mean 0 and
 * deviation `stddev` added; in prediction nothing. */
#include "compiler/layers/layer.h"

static const struct parameter parameters[] = {
    {.name = "stddev", .type = PARAMETER_REAL},
    {.name = "seed", .type = PARAMETER_REFUSED},
};

static void lower(struct lowering *lowering)
{
    lower_noise(lowering, layer_real(lowering->layer, "stddev"));
}

const struct layer_kind layer_gaussian_noise = {
    .name = "GaussianNoise",
    .stem = "gaussian_noise",
    .parameters = parameters,
    .n_parameters = sizeof parameters / sizeof parameters[0],
    .least_inputs = 1,
    .most_inputs = 1,
    .infer = infer_same_shape,
    .lower = lower,
};
