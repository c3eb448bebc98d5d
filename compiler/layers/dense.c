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

static int64_t input_size(const struct layer *layer)
{
    const struct shape *input = &layer->inputs[0]->shape;
    return input->size[input->rank - 1];
}

static void infer(struct inference *inference)
{
    struct layer *layer = inference->layer;
    int64_t units = layer_integer(layer, "units"), in = input_size(layer);
    int64_t elements;
    if (units > MAX_ELEMENTS || __builtin_mul_overflow(in, units, &elements) ||
        elements > MAX_ELEMENTS) {
        diag_error(inference->diags, layer->where,
                   "the kernel of '%s' would have %lld * %lld values: "
                   "2147483648 are the most",
                   layer->name, (long long)in, (long long)units);
        return;
    }
    layer->shape = layer->inputs[0]->shape;
    layer->shape.size[layer->shape.rank - 1] = units;
    layer_add_weight(layer, "kernel",
                     (struct shape){.rank = 2, .size = {in, units}},
                     "kernel_initializer");
    if (layer_boolean(layer, "use_bias"))
        layer_add_weight(layer, "bias",
                         (struct shape){.rank = 1, .size = {units}},
                         "bias_initializer");
}

static void lower(struct lowering *lowering)
{
    const struct layer *layer = lowering->layer;
    int y = lower_product(lowering, 0, layer_weight(layer, "kernel"),
                          layer_weight(layer, "bias"));
    lower_activation(lowering, y, activation_argument(layer));
}

const struct layer_kind layer_dense = {
    .name = "Dense",
    .stem = "dense",
    .parameters = {&own_units, &parameter_activation, &parameter_use_bias,
                   &parameter_kernel_initializer, &parameter_bias_initializer,
                   REFUSED("kernel_regularizer"), REFUSED("bias_regularizer"),
                   REFUSED("activity_regularizer"),
                   REFUSED("kernel_constraint"), REFUSED("bias_constraint")},
    .infer = infer,
    .lower = lower,
};
