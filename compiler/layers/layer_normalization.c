/* LayerNormalization(): at each position of a sample the channels are brought to
 * mean 0 and variance 1.
 *
 *   y = gamma (x - mean) / sqrt(variance + epsilon) + beta
 *
 * Ba, Kiros and Hinton 2016, arXiv:1607.06450. */
#include "compiler/layers/layer.h"

static void infer(struct inference *inference)
{
    struct layer *layer = inference->layer;
    if (!infer_last_axis(inference))
        return;
    layer->shape = layer->inputs[0]->shape;
    infer_scale(inference);
}

static void lower(struct lowering *lowering)
{
    const struct layer *layer = lowering->layer;
    int64_t channels = layer->shape.size[layer->shape.rank - 1];
    int y = lower_operation(
        lowering, (struct operation){
                      .primitive = PRIMITIVE_STANDARDISE,
                      .standardisation = {
                          .outer = shape_elements(&layer->shape) / channels,
                          .inner = 1,
                          .groups = 1,
                          .members = channels,
                          .epsilon = layer_real(layer, "epsilon")}});
    lower_scale(lowering, y, layer_weight(layer, "gamma"),
                layer_weight(layer, "beta"));
}

const struct layer_kind layer_layer_normalization = {
    .name = "LayerNormalization",
    .stem = "layer_normalization",
    .parameters = {&parameter_last_axis, &parameter_epsilon, &parameter_center,
                   &parameter_scale, &parameter_beta_initializer,
                   &parameter_gamma_initializer, REFUSED("beta_regularizer"),
                   REFUSED("gamma_regularizer"), REFUSED("beta_constraint"),
                   REFUSED("gamma_constraint"), REFUSED("rms_scaling")},
    .infer = infer,
    .lower = lower,
};
