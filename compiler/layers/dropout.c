/* Dropout(rate): while training each value is 0 with probability `rate`, else
 * value / (1 - rate); in prediction nothing.
 *
 *   y = x mask,   dx = dy mask */
#include "compiler/emit/emit.h"
#include "compiler/layers/layer.h"

static const struct parameter parameters[] = {
    {.name = "rate", .type = PARAMETER_REAL, .below = 1.0},
    {.name = "noise_shape", .type = PARAMETER_REFUSED},
    {.name = "seed", .type = PARAMETER_REFUSED},
};

static void emit_forward(struct emission *emission, const struct node *node)
{
    const struct layer *layer = node->layer;
    struct ctext *c = &emission->c;
    emit_layer_comment(
        emission, layer,
        "y = x mask, mask 0 or 1 / (1 - rate) by chance, keyed by "
        "`use`");
    emit_node_head(emission, node);
    ctext_line(c, "for (int n = 0; n < TILE; n++)");
    ctext_indent(c);
    const char *const arguments[] = {
        arena_printf(emission->arena, "%lld",
                     (long long)shape_elements(&layer->shape)),
        "x[n]",
        "mask[n]",
        "y[n]",
        ctext_real(emission->arena, layer_real(layer, "rate")),
        "batch",
        "use",
        "first + n"};
    ctext_call(c, "guss_dropout", arguments, 8);
    ctext_outdent(c);
    ctext_close(c, "");
}

static void emit_backward(struct emission *emission, const struct node *node)
{
    struct ctext *c = &emission->c;
    emit_layer_comment(emission, node->layer, "dx = dy mask");
    emit_node_head(emission, node);
    ctext_line(c, "for (int n = 0; n < TILE; n++)");
    ctext_line(c, "    for (int i = 0; i < %lld; i++)",
               (long long)shape_elements(&node->layer->shape));
    ctext_line(c, "        dx[n][i] = dy[n][i] * (real)mask[n][i];");
    ctext_close(c, "");
}

const struct layer_kind layer_dropout = {
    .name = "Dropout",
    .stem = "dropout",
    .parameters = parameters,
    .n_parameters = 3,
    .least_inputs = 1,
    .most_inputs = 1,
    .infer = infer_same_shape,
    .only_training = true,
    .keeps_mask = true,
    .layout = LAYOUT_ROWS,
    .emit_forward = emit_forward,
    .emit_backward = emit_backward,
};
