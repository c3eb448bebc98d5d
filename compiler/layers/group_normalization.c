/* GroupNormalization(groups=32): the channels in groups of equal size; each
 * group of a sample, all its positions together, is brought to mean 0 and
 * variance 1.
 *
 *   y = gamma (x - mean) / sqrt(variance + epsilon) + beta
 *
 * -1 groups: one a channel. Wu and He 2018, arXiv:1803.08494. */
#include "compiler/layers/layer.h"

static const struct parameter own_groups = {
    .name = "groups",
    .type = PARAMETER_INTEGER,
    .preset = {.kind = VALUE_INTEGER, .integer = 32},
    .least = -1};

static int64_t channels_of(const struct layer *layer)
{
    const struct shape *shape = &layer->inputs[0]->shape;
    return shape->size[shape->rank - 1];
}

static int64_t groups_of(const struct layer *layer)
{
    int64_t groups = layer_integer(layer, "groups");
    return groups == -1 ? channels_of(layer) : groups;
}

static void infer(struct inference *inference)
{
    struct layer *layer = inference->layer;
    int64_t channels = channels_of(layer), groups = groups_of(layer);
    if (!infer_last_axis(inference))
        return;
    if (groups == 0 || channels % groups != 0) {
        diag_error(inference->diags, layer_argument_where(layer, "groups"),
                   "%lld channels cannot be divided into %lld groups",
                   (long long)channels, (long long)groups);
        infer_note_input(inference, 0);
        return;
    }
    layer->shape = layer->inputs[0]->shape;
    infer_scale(inference);
}

static void lower(struct lowering *lowering)
{
    const struct layer *layer = lowering->layer;
    int64_t channels = channels_of(layer), groups = groups_of(layer);
    int y = lower_operation(
        lowering, (struct operation){
                      .primitive = PRIMITIVE_STANDARDISE,
                      .standardisation = {
                          .outer = 1,
                          .inner = shape_elements(&layer->shape) / channels,
                          .groups = groups,
                          .members = channels / groups,
                          .epsilon = layer_real(layer, "epsilon")}});
    lower_scale(lowering, y, layer_weight(layer, "gamma"),
                layer_weight(layer, "beta"));
}

const struct layer_kind layer_group_normalization = {
    .name = "GroupNormalization",
    .stem = "group_normalization",
    .parameters = {&own_groups, &parameter_last_axis, &parameter_epsilon,
                   &parameter_center, &parameter_scale,
                   &parameter_beta_initializer, &parameter_gamma_initializer,
                   REFUSED("beta_regularizer"), REFUSED("gamma_regularizer"),
                   REFUSED("beta_constraint"), REFUSED("gamma_constraint")},
    .infer = infer,
    .lower = lower,
};
