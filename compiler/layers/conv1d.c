/* Conv1D(filters, kernel_size): a window moves over a row of steps; each of its
 * positions gives one value for each filter.
 *
 *   y[s][f] = sum over i, c of x[s stride + i dilation - pad][c]
 *             kernel[i][c][f] + bias[f]
 *
 * With padding=causal pad is what the window reaches back, so that y[s] reads no
 * step behind s stride: van den Oord et al. 2016, arXiv:1609.03499, section
 * 2.1. */
#include "compiler/layers/image.h"

static const char *const paddings[] = {"valid", "same", "causal", NULL};

static const struct parameter own_padding = {
    .name = "padding",
    .type = PARAMETER_WORD,
    .preset = {.kind = VALUE_WORD, .word = "valid"},
    .words = paddings};

static void lower(struct lowering *lowering)
{
    lower_convolution_layer(lowering, false, 1);
}

const struct layer_kind layer_conv1d = {
    .name = "Conv1D",
    .stem = "conv1d",
    .input_rank = 2,
    .parameters = {&parameter_filters, &parameter_kernel_length,
                   &parameter_length_strides, &own_padding,
                   REFUSED("data_format"), &parameter_dilation_length,
                   &parameter_activation, &parameter_use_bias,
                   &parameter_kernel_initializer, &parameter_bias_initializer,
                   &parameter_kernel_regularizer, &parameter_bias_regularizer,
                   &parameter_activity_regularizer,
                   REFUSED("kernel_constraint"), REFUSED("bias_constraint"),
                   REFUSED("groups")},
    .infer = infer_convolution,
    .lower = lower,
};
