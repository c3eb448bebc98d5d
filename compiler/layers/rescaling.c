/* Rescaling(scale, offset=0): y = scale x + offset. */
#include <math.h>

#include "compiler/layers/layer.h"

static const struct parameter own_scale = {
    .name = "scale", .type = PARAMETER_REAL, .least = -HUGE_VAL};
static const struct parameter own_offset = {
    .name = "offset",
    .type = PARAMETER_REAL,
    .preset = {.kind = VALUE_REAL, .real = 0.0},
    .least = -HUGE_VAL};

static void lower(struct lowering *lowering)
{
    const struct layer *layer = lowering->layer;
    lower_activation(lowering, 0,
                     (struct activation_use){ACTIVATION_RESCALE,
                                             {layer_real(layer, "scale"),
                                              layer_real(layer, "offset")}});
}

const struct layer_kind layer_rescaling = {
    .name = "Rescaling",
    .stem = "rescaling",
    .parameters = {&own_scale, &own_offset},
    .infer = infer_same_shape,
    .lower = lower,
};
