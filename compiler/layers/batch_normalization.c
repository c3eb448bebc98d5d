/* BatchNormalization(): each channel brought to mean 0 and variance 1, by the
 * batch's own while training and by their moving averages in prediction.
 *
 *   y = gamma (x - mean) / sqrt(variance + epsilon) + beta
 *   moving = momentum moving + (1 - momentum) batch's
 *
 * Ioffe and Szegedy 2015, arXiv:1502.03167, algorithm 1. */
#include "compiler/emit/emit.h"
#include "compiler/layers/layer.h"

static const struct parameter parameters[] = {
    {.name = "axis",
     .type = PARAMETER_INTEGER,
     .preset = {.kind = VALUE_INTEGER, .integer = -1},
     .least = -MAX_RANK},
    {.name = "momentum",
     .type = PARAMETER_REAL,
     .preset = {.kind = VALUE_REAL, .real = 0.99}},
    {.name = "epsilon",
     .type = PARAMETER_REAL,
     .preset = {.kind = VALUE_REAL, .real = 1e-3}},
    {.name = "center",
     .type = PARAMETER_BOOLEAN,
     .preset = {.kind = VALUE_WORD, .word = "true"}},
    {.name = "scale",
     .type = PARAMETER_BOOLEAN,
     .preset = {.kind = VALUE_WORD, .word = "true"}},
    {.name = "beta_initializer", .type = PARAMETER_REFUSED},
    {.name = "gamma_initializer", .type = PARAMETER_REFUSED},
    {.name = "moving_mean_initializer", .type = PARAMETER_REFUSED},
    {.name = "moving_variance_initializer", .type = PARAMETER_REFUSED},
    {.name = "beta_regularizer", .type = PARAMETER_REFUSED},
    {.name = "gamma_regularizer", .type = PARAMETER_REFUSED},
    {.name = "beta_constraint", .type = PARAMETER_REFUSED},
    {.name = "gamma_constraint", .type = PARAMETER_REFUSED},
    {.name = "renorm", .type = PARAMETER_REFUSED},
    {.name = "renorm_clipping", .type = PARAMETER_REFUSED},
    {.name = "renorm_momentum", .type = PARAMETER_REFUSED},
    {.name = "fused", .type = PARAMETER_REFUSED},
    {.name = "virtual_batch_size", .type = PARAMETER_REFUSED},
    {.name = "adjustment", .type = PARAMETER_REFUSED},
    {.name = "synchronized", .type = PARAMETER_REFUSED},
};

/* False after an error. */
static bool check_arguments(struct inference *inference)
{
    const struct layer *layer = inference->layer;
    int64_t axis = layer_integer(layer, "axis");
    int rank = layer->inputs[0]->shape.rank;
    bool is_last = axis == -1 || axis == rank;
    if (!is_last)
        diag_error(inference->diags, layer_argument_where(layer, "axis"),
                   "guss normalises along the last axis, -1 or %d, not %lld",
                   rank, (long long)axis);
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
        layer_add_filled_weight(layer, "gamma", channels, INITIALIZER_ONES);
    if (layer_boolean(layer, "center"))
        layer_add_filled_weight(layer, "beta", channels, INITIALIZER_ZEROS);
    layer_add_filled_weight(layer, "moving_mean", channels, INITIALIZER_ZEROS)
        ->trainable = false;
    layer_add_filled_weight(layer, "moving_variance", channels,
                            INITIALIZER_ONES)
        ->trainable = false;
}

static bool uses_batch(const struct node *node)
{
    return node->mode == MODE_TRAINING;
}

/* "w->name" of a weight that the layer may not have, or NULL. */
static const char *weight_text(struct emission *emission,
                               const struct layer *layer, const char *name)
{
    const struct weight *weight = layer_weight(layer, name);
    return weight ? arena_printf(emission->arena, "w->%s",
                                 weight_identifier(emission, layer, weight))
                  : "NULL";
}

static const char *pointer(struct emission *emission,
                           const struct tensor *tensor, const char *name)
{
    return tensor->by_sample ? name
                             : arena_printf(emission->arena, "%s[0]", name);
}

static void emit_channels(struct emission *emission,
                          const struct tensor *tensor, const char *samples)
{
    ctext_assign(&emission->c, "const struct guss_channels s =",
                 channels_text(emission, tensor, samples));
}

/* inverse[c] from the moving variance, where the batch's is not used. */
static void emit_moving_inverse(struct emission *emission,
                                const struct layer *layer)
{
    struct arena *arena = emission->arena;
    const char *channels = arena_printf(
        arena, "%lld", (long long)layer->shape.size[layer->shape.rank - 1]);
    ctext_line(&emission->c, "real inverse[%s];", channels);
    const char *const arguments[] = {
        channels, weight_text(emission, layer, "moving_variance"), "1",
        arena_printf(arena, "(real)%s",
                     ctext_real(arena, layer_real(layer, "epsilon"))),
        "inverse"};
    ctext_call(&emission->c, "guss_inverse_deviation", arguments, 5);
}

static void emit_forward(struct emission *emission, const struct node *node)
{
    const struct layer *layer = node->layer;
    emit_layer_comment(emission, layer,
                       "y = gamma (x - mean) / sqrt(variance + epsilon) + "
                       "beta, with the %s mean and variance",
                       uses_batch(node) ? "batch's" : "moving");
    emit_node_head(emission, node);
    emit_channels(emission, node->x, "TILE");
    if (!uses_batch(node))
        emit_moving_inverse(emission, layer);
    const char *const arguments[] = {
        "&s",
        pointer(emission, node->x, "x"),
        uses_batch(node) ? "moments->mean"
                         : weight_text(emission, layer, "moving_mean"),
        uses_batch(node) ? "moments->inverse" : "inverse",
        weight_text(emission, layer, "gamma"),
        weight_text(emission, layer, "beta"),
        pointer(emission, node->y, "y")};
    if (uses_batch(node) && layer->n_weights == 2)
        ctext_line(&emission->c, "(void)w;");
    ctext_call(&emission->c, "guss_normalise", arguments, 7);
    ctext_close(&emission->c, "");
}

static void emit_batch_backward(struct emission *emission,
                                const struct node *node)
{
    const struct layer *layer = node->layer;
    struct ctext *c = &emission->c;
    emit_channels(emission, node->x, "guss_valid(batch, first, TILE)");
    const char *x = pointer(emission, node->x, "x");
    const char *dx = pointer(emission, node->dx, "dx");
    const char *const arguments[] = {"&s",
                                     x,
                                     pointer(emission, node->dy, "dy"),
                                     "moments->mean",
                                     "moments->inverse",
                                     weight_text(emission, layer, "gamma"),
                                     "moments->slope",
                                     "moments->product",
                                     "moments->count",
                                     dx};
    if (layer->n_weights == 2 || !layer_boolean(layer, "scale"))
        ctext_line(c, "(void)w;");
    ctext_line(c, "memset(%s, 0, TILE * %lld * sizeof(real));", dx,
               (long long)(node->dx->by_sample
                               ? tensor_values(node->dx)
                               : row_stride(tensor_values(node->dx))));
    ctext_call(c, "guss_normalise_backward", arguments, 10);
}

static void emit_backward(struct emission *emission, const struct node *node)
{
    const struct layer *layer = node->layer;
    struct ctext *c = &emission->c;
    emit_layer_comment(emission, layer,
                       uses_batch(node)
                           ? "dx = gamma inverse (dy - mean(dy) - xhat mean(dy "
                             "xhat)), of the batch's samples"
                           : "dx = gamma dy / sqrt(moving variance + epsilon)");
    emit_node_head(emission, node);
    if (uses_batch(node)) {
        emit_batch_backward(emission, node);
    } else {
        emit_channels(emission, node->dy, "TILE");
        emit_moving_inverse(emission, layer);
        const char *const arguments[] = {
            "&s", pointer(emission, node->dy, "dy"), "inverse",
            weight_text(emission, layer, "gamma"),
            pointer(emission, node->dx, "dx")};
        ctext_call(c, "guss_scale_backward", arguments, 5);
    }
    ctext_close(c, "");
}

/* A tile's part of the batch's statistics, or of the sums that its gradient
 * needs. */
static void emit_moments(struct emission *emission, const struct node *node)
{
    struct ctext *c = &emission->c;
    bool forward = node->kind == NODE_MOMENTS;
    const char *x = pointer(emission, node->x, "x");
    emit_layer_comment(emission, node->layer,
                       forward ? "the tile's part of the batch's statistics"
                               : "the tile's sums of dy and of dy xhat");
    emit_node_head(emission, node);
    emit_channels(emission, node->x, "guss_valid(batch, first, TILE)");
    if (forward) {
        const char *const arguments[] = {"&s", x, "tile_moments->mean",
                                         "tile_moments->square"};
        ctext_line(c, "tile_moments->count = (real)s.samples * "
                      "(real)s.pixels;");
        ctext_call(c, "guss_tile_moments", arguments, 4);
    } else {
        const char *const arguments[] = {"&s",
                                         x,
                                         pointer(emission, node->dy, "dy"),
                                         "moments->mean",
                                         "moments->inverse",
                                         "tile_moments->slope",
                                         "tile_moments->product"};
        ctext_call(c, "guss_tile_slopes", arguments, 7);
    }
    ctext_close(c, "");
}

/* The batch's sums are the gradients. */
static void emit_gradient(struct emission *emission, const struct node *node)
{
    const struct layer *layer = node->layer;
    struct ctext *c = &emission->c;
    static const char *const sums[][2] = {{"gamma", "product"},
                                          {"beta", "slope"}};
    emit_layer_comment(emission, layer,
                       "dgamma = the sum of dy xhat, dbeta = that of dy");
    emit_node_head(emission, node);
    for (int i = 0; i < 2; i++) {
        const struct weight *weight = layer_weight(layer, sums[i][0]);
        if (!weight)
            continue;
        ctext_line(c, "for (int c = 0; c < %lld; c++)",
                   (long long)weight->shape.size[0]);
        ctext_line(c, "    g->%s[c] %s moments->%s[c];",
                   weight_identifier(emission, layer, weight),
                   node->adds_up ? "+=" : "=", sums[i][1]);
    }
    ctext_close(c, "");
}

const struct layer_kind layer_batch_normalization = {
    .name = "BatchNormalization",
    .stem = "batch_normalization",
    .parameters = parameters,
    .n_parameters = sizeof parameters / sizeof parameters[0],
    .least_inputs = 1,
    .most_inputs = 1,
    .infer = infer,
    .needs_batch = true,
    .backward_reads_input = true,
    .emit_forward = emit_forward,
    .emit_backward = emit_backward,
    .emit_gradient = emit_gradient,
    .emit_moments = emit_moments,
};
