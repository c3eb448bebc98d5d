/* SeparableConv2D(filters, kernel_size): a window over each channel by itself,
 * then filters over what it gives at each pixel.
 *
 *   z[h][w][c m + d] = sum over i, j of
 *                      x[h stride + i dilation - pad][w stride + ...][c]
 *                      depthwise_kernel[i][j][c][d]
 *   y[h][w][f]       = sum over k of z[h][w][k] pointwise_kernel[0][0][k][f]
 *                      + bias[f]
 *
 * Chollet 2017, arXiv:1610.02357. */
#include "compiler/layers/image.h"

static const struct parameter pointwise_initializer = {
    .name = "pointwise_initializer",
    .type = PARAMETER_INITIALIZER,
    .preset = {.kind = VALUE_WORD, .word = "glorot_uniform"}};
static const struct parameter pointwise_regularizer = {
    .name = "pointwise_regularizer",
    .type = PARAMETER_REGULARIZER,
    .preset = {.kind = VALUE_WORD, .word = "none"}};

static void infer(struct inference *inference)
{
    struct layer *layer = inference->layer;
    int64_t filters = layer_integer(layer, "filters");
    struct shape output;
    if (!infer_depthwise(inference, "depthwise_kernel", &output))
        return;
    struct shape pointwise = {.rank = 4,
                              .size = {1, 1, output.size[2], filters}};
    if (!infer_matrix(inference, "pointwise_kernel", pointwise,
                      "pointwise_initializer", "pointwise_regularizer"))
        return;
    infer_bias(inference, filters);
    layer->shape = output;
    layer->shape.size[2] = filters;
}

static void lower(struct lowering *lowering)
{
    const struct layer *layer = lowering->layer;
    const struct weight *depthwise = layer_weight(layer, "depthwise_kernel");
    struct shape between = layer->shape;
    between.size[2] = depthwise->columns;
    int z = lower_convolution(
        lowering,
        (struct operation){.kernel = depthwise,
                           .shape = between,
                           .convolution.geometry = {
                               .window = layer_window(layer, "kernel_size"),
                               .groups = layer->inputs[0]->shape.size[2]}});
    int y = lower_convolution(
        lowering,
        (struct operation){
            .inputs = &z,
            .n_inputs = 1,
            .kernel = layer_weight(layer, "pointwise_kernel"),
            .bias = layer_weight(layer, "bias"),
            .convolution.geometry.window = {
                .size = {1, 1}, .stride = {1, 1}, .dilation = {1, 1}}});
    lower_output(lowering, y);
}

const struct layer_kind layer_separable_conv2d = {
    .name = "SeparableConv2D",
    .stem = "separable_conv2d",
    .input_rank = 3,
    .parameters = {&parameter_filters, &parameter_kernel_size,
                   &parameter_strides, &parameter_padding,
                   REFUSED("data_format"), &parameter_dilation_rate,
                   &parameter_depth_multiplier, &parameter_activation,
                   &parameter_use_bias, &parameter_depthwise_initializer,
                   &pointwise_initializer, &parameter_bias_initializer,
                   &parameter_depthwise_regularizer, &pointwise_regularizer,
                   &parameter_bias_regularizer, &parameter_activity_regularizer,
                   REFUSED("depthwise_constraint"),
                   REFUSED("pointwise_constraint"), REFUSED("bias_constraint")},
    .infer = infer,
    .lower = lower,
};
