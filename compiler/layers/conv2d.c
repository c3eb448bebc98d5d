/* Conv2D(filters, kernel_size): a window moves over the image; each of its
 * positions gives one value for each filter.
 *
 *   y[h][w][f] = sum over i, j, c of
 *                x[h stride + i dilation - pad][w stride + ...][c]
 *                kernel[i][j][c][f] + bias[f]
 *
 * Goodfellow, Bengio, Courville 2016, section 9.5. */
#include "compiler/layers/image.h"

static const struct parameter parameters[] = {
    {.name = "filters", .type = PARAMETER_INTEGER, .least = 1},
    {.name = "kernel_size", .type = PARAMETER_PAIR, .least = 1},
    {.name = "strides",
     .type = PARAMETER_PAIR,
     .preset = {.kind = VALUE_INTEGER, .integer = 1},
     .least = 1},
    {.name = "padding",
     .type = PARAMETER_WORD,
     .preset = {.kind = VALUE_WORD, .word = "valid"},
     .words = window_paddings},
    {.name = "data_format", .type = PARAMETER_REFUSED},
    {.name = "dilation_rate",
     .type = PARAMETER_PAIR,
     .preset = {.kind = VALUE_INTEGER, .integer = 1},
     .least = 1},
    {.name = "activation",
     .type = PARAMETER_ACTIVATION,
     .preset = {.kind = VALUE_WORD, .word = "linear"}},
    {.name = "use_bias",
     .type = PARAMETER_BOOLEAN,
     .preset = {.kind = VALUE_WORD, .word = "true"}},
    {.name = "kernel_initializer",
     .type = PARAMETER_INITIALIZER,
     .preset = {.kind = VALUE_WORD, .word = "glorot_uniform"}},
    {.name = "bias_initializer",
     .type = PARAMETER_INITIALIZER,
     .preset = {.kind = VALUE_WORD, .word = "zeros"}},
    {.name = "kernel_regularizer", .type = PARAMETER_REFUSED},
    {.name = "bias_regularizer", .type = PARAMETER_REFUSED},
    {.name = "activity_regularizer", .type = PARAMETER_REFUSED},
    {.name = "kernel_constraint", .type = PARAMETER_REFUSED},
    {.name = "bias_constraint", .type = PARAMETER_REFUSED},
    {.name = "groups", .type = PARAMETER_REFUSED},
};

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
    layer->macs = output.size[0] * output.size[1] * shape_elements(&kernel);
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
    .parameters = parameters,
    .n_parameters = sizeof parameters / sizeof parameters[0],
    .least_inputs = 1,
    .most_inputs = 1,
    .infer = infer,
    .arithmetic = arithmetic,
    .lower = lower,
};
