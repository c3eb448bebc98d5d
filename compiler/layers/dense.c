/* Dense(units): y = x kernel + bias, on the last axis.
 *
 *   y[units]       = sum over k of x[k] kernel[k][units] + bias[units]
 *   dx[k]          = sum over units of dy[units] kernel[k][units]
 *   dkernel[k][u]  = sum over samples of x[k] dy[u]
 *   dbias[u]       = sum over samples of dy[u]
 *
 * Goodfellow, Bengio, Courville 2016, section 6.5.6. A sample of higher rank
 * is so many positions, each a row of its own. The input gradient reads a
 * transposed copy of the kernel, so that all three products have the same
 * form: a broadcast from the left times vectors from the right. */
#include "compiler/layers/layer.h"

static const struct parameter own_units = {
    .name = "units", .type = PARAMETER_INTEGER, .least = 1};

static void infer(struct inference *inference)
{
    struct layer *layer = inference->layer;
    struct shape output = layer->inputs[0]->shape;
    int64_t *last = &output.size[output.rank - 1];
    int64_t in = *last, units = layer_integer(layer, "units");
    *last = units;
    if (infer_kernel(inference, (struct shape){.rank = 2, .size = {in, units}},
                     units))
        layer->shape = output;
}

static void lower(struct lowering *lowering)
{
    const struct layer *layer = lowering->layer;
    int y = lower_product(lowering, 0, layer_weight(layer, "kernel"),
                          layer_weight(layer, "bias"));
    lower_output(lowering, y);
}

const struct layer_kind layer_dense = {
    .name = "Dense",
    .stem = "dense",
    .parameters = {&own_units, &parameter_activation, &parameter_use_bias,
                   &parameter_kernel_initializer, &parameter_bias_initializer,
                   &parameter_kernel_regularizer, &parameter_bias_regularizer,
                   &parameter_activity_regularizer,
                   REFUSED("kernel_constraint"), REFUSED("bias_constraint")},
    .infer = infer,
    .lower = lower,
};
