/* GlobalMaxPooling2D(): the largest value of each channel over the whole
 * image. */
#include "compiler/layers/image.h"

static const struct parameter parameters[] = {
    {.name = "data_format", .type = PARAMETER_REFUSED},
    {.name = "keepdims", .type = PARAMETER_REFUSED},
};

static void lower(struct lowering *lowering)
{
    lower_whole_maximum(lowering);
}

const struct layer_kind layer_global_max_pooling2d = {
    .name = "GlobalMaxPooling2D",
    .stem = "global_max_pooling2d",
    .parameters = parameters,
    .n_parameters = sizeof parameters / sizeof parameters[0],
    .least_inputs = 1,
    .most_inputs = 1,
    .infer = infer_global_pooling,
    .lower = lower,
};
