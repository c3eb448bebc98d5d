/* Conv2DTranspose(filters, kernel_size): the gradient of a convolution as a
 * layer; each pixel of the input adds the kernel, times its channels, to a
 * window of the output.
 *
 *   y[h stride + i dilation - pad][w stride + ...][f] +=
 *       sum over c of x[h][w][c] kernel[i][j][f][c]
 *
 * Keras's sizes (deconv_output_length): SAME gives input * stride, VALID
 * input * stride + max(window - stride, 0). Dumoulin and Visin 2016,
 * arXiv:1603.07285, chapter 4. */
#include "compiler/layers/image.h"

static int64_t infer_size(struct inference *inference,
                          const struct window *window, int axis)
{
    struct layer *layer = inference->layer;
    long long in = layer->inputs[0]->shape.size[axis],
              stride = window->stride[axis], span = window_span(window, axis);
    layer->how[axis] =
        window->is_same
            ? arena_printf(inference->arena, "%lld * %lld", in, stride)
            : arena_printf(inference->arena,
                           "%lld * %lld + max(%lld - %lld, 0)", in, stride,
                           span, stride);
    int64_t overhang = span > stride ? span - stride : 0;
    return in * stride + (window->is_same ? 0 : overhang);
}

static void infer(struct inference *inference)
{
    struct layer *layer = inference->layer;
    struct shape output = layer->inputs[0]->shape;
    struct window window;
    if (!infer_convolution_window(inference, &window))
        return;
    int64_t filters = layer_integer(layer, "filters");
    struct shape kernel = {
        .rank = 4,
        .size = {window.size[0], window.size[1], filters, output.size[2]}};
    output.size[2] = filters;
    for (int axis = 0; axis < 2; axis++)
        output.size[axis] = infer_size(inference, &window, axis);
    if (infer_kernel(inference, kernel, filters))
        layer->shape = output;
}

static void lower(struct lowering *lowering)
{
    lower_convolution_layer(lowering, true, 1);
}

const struct layer_kind layer_conv2d_transpose = {
    .name = "Conv2DTranspose",
    .stem = "conv2d_transpose",
    .input_rank = 3,
    .parameters = {&parameter_filters, &parameter_kernel_size,
                   &parameter_strides, &parameter_padding,
                   REFUSED("output_padding"), REFUSED("data_format"),
                   &parameter_dilation_rate, &parameter_activation,
                   &parameter_use_bias, &parameter_kernel_initializer,
                   &parameter_bias_initializer, &parameter_kernel_regularizer,
                   &parameter_bias_regularizer, &parameter_activity_regularizer,
                   REFUSED("kernel_constraint"), REFUSED("bias_constraint"),
                   REFUSED("groups")},
    .infer = infer,
    .lower = lower,
};
