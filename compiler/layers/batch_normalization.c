/* BatchNormalization(): each channel brought to mean 0 and variance 1, by the
 * batch's own while training and by their moving averages in prediction.
 *
 *   y = gamma (x - mean) / sqrt(variance + epsilon) + beta
 *   moving = momentum moving + (1 - momentum) batch's
 *
 * Ioffe and Szegedy 2015, arXiv:1502.03167, algorithm 1. */
#include "compiler/layers/layer.h"

static const struct parameter own_momentum = {
    .name = "momentum",
    .type = PARAMETER_REAL,
    .preset = {.kind = VALUE_REAL, .real = 0.99}};

/* False after an error. */
static bool check_arguments(struct inference *inference)
{
    const struct layer *layer = inference->layer;
    bool is_last = infer_last_axis(inference);
    bool is_share = layer_real(layer, "momentum") <= 1.0;
    if (!is_share)
        diag_error(inference->diags, layer_argument_where(layer, "momentum"),
                   "'momentum' of BatchNormalization is at most 1, not %g",
                   layer_real(layer, "momentum"));
    return is_last && is_share;
}

static void infer(struct inference *inference)
{
    struct layer *layer = inference->layer;
    if (!check_arguments(inference))
        return;
    layer->shape = layer->inputs[0]->shape;
    struct shape channels = {
        .rank = 1, .size = {layer->shape.size[layer->shape.rank - 1]}};
    if (layer_boolean(layer, "scale"))
        layer_add_filled_weight(layer, "gamma", channels, 1);
    if (layer_boolean(layer, "center"))
        layer_add_filled_weight(layer, "beta", channels, 0);
    layer_add_filled_weight(layer, "moving_mean", channels, 0)->trainable =
        false;
    layer_add_filled_weight(layer, "moving_variance", channels, 1)->trainable =
        false;
}

static void lower(struct lowering *lowering)
{
    const struct layer *layer = lowering->layer;
    lower_operation(lowering,
                    (struct operation){
                        .primitive = PRIMITIVE_NORMALISE,
                        .normalisation = {
                            .gamma = layer_weight(layer, "gamma"),
                            .beta = layer_weight(layer, "beta"),
                            .mean = layer_weight(layer, "moving_mean"),
                            .variance = layer_weight(layer, "moving_variance"),
                            .epsilon = layer_real(layer, "epsilon"),
                            .momentum = layer_real(layer, "momentum"),
                        }});
}

const struct layer_kind layer_batch_normalization = {
    .name = "BatchNormalization",
    .stem = "batch_normalization",
    .parameters = {&parameter_last_axis,
                   &own_momentum,
                   &parameter_epsilon,
                   &parameter_center,
                   &parameter_scale,
                   REFUSED("beta_initializer"),
                   REFUSED("gamma_initializer"),
                   REFUSED("moving_mean_initializer"),
                   REFUSED("moving_variance_initializer"),
                   REFUSED("beta_regularizer"),
                   REFUSED("gamma_regularizer"),
                   REFUSED("beta_constraint"),
                   REFUSED("gamma_constraint"),
                   REFUSED("renorm"),
                   REFUSED("renorm_clipping"),
                   REFUSED("renorm_momentum"),
                   REFUSED("fused"),
                   REFUSED("virtual_batch_size"),
                   REFUSED("adjustment"),
                   REFUSED("synchronized")},
    .infer = infer,
    .lower = lower,
};
