/* GaussianNoise(stddev): while training each value gets noise of mean 0 and
 * deviation `stddev` added; in prediction nothing. */
#include "compiler/emit/emit.h"
#include "compiler/layers/layer.h"

static const struct parameter parameters[] = {
    {.name = "stddev", .type = PARAMETER_REAL},
    {.name = "seed", .type = PARAMETER_REFUSED},
};

static void emit_forward(struct emission *emission, const struct node *node)
{
    const struct layer *layer = node->layer;
    struct ctext *c = &emission->c;
    emit_layer_comment(emission, layer, "y = x + noise, keyed by `use`");
    emit_node_head(emission, node);
    ctext_line(c, "for (int n = 0; n < TILE; n++)");
    ctext_indent(c);
    const char *const arguments[] = {
        arena_printf(emission->arena, "%lld",
                     (long long)shape_elements(&layer->shape)),
        "x[n]",
        "y[n]",
        ctext_real(emission->arena, layer_real(layer, "stddev")),
        "batch",
        "use",
        "first + n"};
    ctext_call(c, "guss_gaussian_noise", arguments, 7);
    ctext_outdent(c);
    ctext_close(c, "");
}

const struct layer_kind layer_gaussian_noise = {
    .name = "GaussianNoise",
    .stem = "gaussian_noise",
    .parameters = parameters,
    .n_parameters = sizeof parameters / sizeof parameters[0],
    .least_inputs = 1,
    .most_inputs = 1,
    .infer = infer_same_shape,
    .only_training = true,
    .layout = LAYOUT_ROWS,
    .passes_gradient = true,
    .emit_forward = emit_forward,
};
