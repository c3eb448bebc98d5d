/* DepthwiseConv2D(kernel_size): a window moves over each channel by itself, and
 * gives 'depth_multiplier' values of it.
 *
 *   y[h][w][c m + d] = sum over i, j of
 *                      x[h stride + i dilation - pad][w stride + ...][c]
 *                      kernel[i][j][c][d] + bias[c m + d]
 *
 * A convolution in as many groups as the input has channels: the kernel's last
 * two axes are its filters. Howard et al. 2017, arXiv:1704.04861. */
#include "compiler/layers/image.h"

static void infer(struct inference *inference)
{
    struct shape output;
    if (!infer_depthwise(inference, "kernel", &output))
        return;
    infer_bias(inference, output.size[2]);
    inference->layer->shape = output;
}

static void lower(struct lowering *lowering)
{
    lower_convolution_layer(lowering, false,
                            lowering->layer->inputs[0]->shape.size[2]);
}

const struct layer_kind layer_depthwise_conv2d = {
    .name = "DepthwiseConv2D",
    .stem = "depthwise_conv2d",
    .input_rank = 3,
    .parameters = {&parameter_kernel_size, &parameter_strides,
                   &parameter_padding, &parameter_depth_multiplier,
                   REFUSED("data_format"), &parameter_dilation_rate,
                   &parameter_activation, &parameter_use_bias,
                   &parameter_depthwise_initializer,
                   &parameter_bias_initializer,
                   &parameter_depthwise_regularizer,
                   &parameter_bias_regularizer, &parameter_activity_regularizer,
                   REFUSED("depthwise_constraint"), REFUSED("bias_constraint")},
    .infer = infer,
    .lower = lower,
};
