/* ReLU(max_value, negative_slope=0, threshold=0): y = min(z, max_value) where
 * z > threshold, else negative_slope (z - threshold); without arguments
 * max(z, 0). */
#include <math.h>

#include "compiler/layers/layer.h"

static const struct parameter own_max_value = {
    .name = "max_value",
    .type = PARAMETER_REAL,
    .preset = {.kind = VALUE_REAL, .real = HUGE_VAL}};
static const struct parameter own_negative_slope = {
    .name = "negative_slope",
    .type = PARAMETER_REAL,
    .preset = {.kind = VALUE_REAL, .real = 0.0}};
static const struct parameter own_threshold = {
    .name = "threshold",
    .type = PARAMETER_REAL,
    .preset = {.kind = VALUE_REAL, .real = 0.0}};

/* The plainest activation that is the same. */
static struct activation_use activation_of_arguments(const struct layer *layer)
{
    double most = layer_real(layer, "max_value");
    double slope = layer_real(layer, "negative_slope");
    double threshold = layer_real(layer, "threshold");
    if (threshold == 0 && slope == 0 && isinf(most))
        return activation_plain(ACTIVATION_RELU);
    if (threshold == 0 && slope == 0 && most == 6)
        return activation_plain(ACTIVATION_RELU6);
    if (threshold == 0 && isinf(most))
        return (struct activation_use){ACTIVATION_LEAKY_RELU, {slope}};
    return (struct activation_use){ACTIVATION_BOUNDED_RELU,
                                   {most, slope, threshold}};
}

static void lower(struct lowering *lowering)
{
    lower_activation(lowering, 0, activation_of_arguments(lowering->layer));
}

const struct layer_kind layer_relu = {
    .name = "ReLU",
    .stem = "re_lu",
    .parameters = {&own_max_value, &own_negative_slope, &own_threshold},
    .infer = infer_same_shape,
    .lower = lower,
};
