/* Conv2D(filters, kernel_size): a window moves over the image; each of its
 * positions gives one value for each filter.
 *
 *   y[h][w][f] = sum over i, j, c of
 *                x[h stride + i dilation - pad][w stride + ...][c]
 *                kernel[i][j][c][f] + bias[f]
 *
 * Goodfellow, Bengio, Courville 2016, section 9.5. */
#include "compiler/layers/image.h"

static void infer(struct inference *inference)
{
    struct layer *layer = inference->layer;
    struct window window;
    if (!infer_is_image(inference) ||
        !infer_convolution_window(inference, &window))
        return;
    int64_t channels = layer->inputs[0]->shape.size[2];
    int64_t filters = layer_integer(layer, "filters");
    struct shape kernel = {
        .rank = 4, .size = {window.size[0], window.size[1], channels, filters}};
    struct shape output = {.rank = 3, .size = {0, 0, filters}};
    if (!infer_window(inference, &window, "kernel_size", &output) ||
        !infer_kernel(inference, kernel))
        return;
    layer->shape = output;
}

static const char *arithmetic(struct arena *arena, const struct layer *layer,
                              int axis)
{
    struct window window = convolution_window(layer);
    return window_arithmetic(arena, layer, &window, axis);
}

static void lower(struct lowering *lowering)
{
    const struct layer *layer = lowering->layer;
    struct window window = convolution_window(layer);
    int y = lower_convolution(lowering, &window, false,
                              layer_weight(layer, "kernel"),
                              layer_weight(layer, "bias"));
    lower_activation(lowering, y, activation_argument(layer));
}

const struct layer_kind layer_conv2d = {
    .name = "Conv2D",
    .stem = "conv2d",
    .parameters = {&parameter_filters, &parameter_kernel_size,
                   &parameter_strides, &parameter_padding,
                   REFUSED("data_format"), &parameter_dilation_rate,
                   &parameter_activation, &parameter_use_bias,
                   &parameter_kernel_initializer, &parameter_bias_initializer,
                   REFUSED("kernel_regularizer"), REFUSED("bias_regularizer"),
                   REFUSED("activity_regularizer"),
                   REFUSED("kernel_constraint"), REFUSED("bias_constraint"),
                   REFUSED("groups")},
    .infer = infer,
    .arithmetic = arithmetic,
    .lower = lower,
};
