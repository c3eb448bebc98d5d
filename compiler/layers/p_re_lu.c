/* PReLU(): y = x where x > 0, else alpha x, alpha a weight for each value of a
 * sample, or for all along the axes that share it.
 *
 *   y = max(x, 0) + alpha min(x, 0)
 *
 * He, Zhang, Ren and Sun 2015, arXiv:1502.01852. */
#include "compiler/layers/layer.h"

static const struct parameter own_alpha_initializer = {
    .name = "alpha_initializer",
    .type = PARAMETER_INITIALIZER,
    .preset = {.kind = VALUE_WORD, .word = "zeros"}};
static const struct parameter own_shared_axes = {
    .name = "shared_axes",
    .type = PARAMETER_AXES,
    .preset = {.kind = VALUE_TUPLE}};

static void infer(struct inference *inference)
{
    struct layer *layer = inference->layer;
    const struct value *axes = layer_argument(layer, "shared_axes");
    struct shape shape = layer->inputs[0]->shape;
    for (int i = 0; i < axes->n; i++) {
        int64_t axis = axes->items[i].integer;
        if (axis > shape.rank) {
            diag_error(
                inference->diags, axes->items[i].where,
                "there is no axis %lld to share: %s has %s", (long long)axis,
                shape_text(inference->arena, &layer->inputs[0]->shape),
                shape.rank == 1 ? "axis 1 alone"
                                : arena_printf(inference->arena, "axes 1 to %d",
                                               shape.rank));
            return;
        }
        shape.size[axis - 1] = 1;
    }
    layer->shape = layer->inputs[0]->shape;
    layer_add_weight(layer, "alpha", shape, "alpha_initializer");
}

static void lower(struct lowering *lowering)
{
    const struct layer *layer = lowering->layer;
    int above =
        lower_activation(lowering, 0, activation_plain(ACTIVATION_RELU));
    int below = lower_activation(
        lowering, 0,
        (struct activation_use){ACTIVATION_BOUNDED_RELU, {0, 1, 0}});
    below = lower_scale(lowering, below, layer_weight(layer, "alpha"), NULL);
    int sum[] = {above, below};
    lower_operation(lowering, (struct operation){.primitive = PRIMITIVE_JOIN,
                                                 .inputs = sum,
                                                 .n_inputs = 2,
                                                 .joining = JOIN_SUM});
}

const struct layer_kind layer_p_re_lu = {
    .name = "PReLU",
    .stem = "p_re_lu",
    .parameters = {&own_alpha_initializer, REFUSED("alpha_regularizer"),
                   REFUSED("alpha_constraint"), &own_shared_axes},
    .infer = infer,
    .lower = lower,
};
