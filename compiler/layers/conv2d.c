/* Conv2D(filters, kernel_size): a window moves over the image; each of its
 * positions gives one value for each filter.
 *
 *   y[h][w][f] = sum over i, j, c of
 *                x[h stride + i dilation - pad][w stride + ...][c]
 *                kernel[i][j][c][f] + bias[f]
 *
 * In groups, filter f reads the channels of its group alone: c counts from the
 * first of them (Xie et al. 2017, arXiv:1611.05431).
 *
 * Goodfellow, Bengio, Courville 2016, section 9.5. */
#include "compiler/layers/image.h"

static void lower(struct lowering *lowering)
{
    lower_convolution_layer(lowering, false, layer_groups(lowering->layer));
}

const struct layer_kind layer_conv2d = {
    .name = "Conv2D",
    .stem = "conv2d",
    .input_rank = 3,
    .parameters = {&parameter_filters, &parameter_kernel_size,
                   &parameter_strides, &parameter_padding,
                   REFUSED("data_format"), &parameter_dilation_rate,
                   &parameter_activation, &parameter_use_bias,
                   &parameter_kernel_initializer, &parameter_bias_initializer,
                   &parameter_kernel_regularizer, &parameter_bias_regularizer,
                   &parameter_activity_regularizer,
                   REFUSED("kernel_constraint"), REFUSED("bias_constraint"),
                   &parameter_groups},
    .infer = infer_convolution,
    .lower = lower,
};
