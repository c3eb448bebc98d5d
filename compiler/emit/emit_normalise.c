/* Channels brought to mean 0 and variance 1. */
#include "compiler/emit/operations.h"

static bool uses_batch(const struct node *node)
{
    return node->mode == MODE_TRAINING;
}

/* "w->name" of a weight that there may not be, or NULL. */
static const char *weight_text(struct emission *emission,
                               const struct layer *layer,
                               const struct weight *weight)
{
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
                                const struct node *node)
{
    struct arena *arena = emission->arena;
    const struct normalisation *by = &node->operation->normalisation;
    const char *channels =
        arena_printf(arena, "%lld", (long long)by->variance->shape.size[0]);
    ctext_line(&emission->c, "real inverse[%s];", channels);
    const char *const arguments[] = {
        channels, weight_text(emission, node->layer, by->variance), "1",
        arena_printf(arena, "(real)%s", ctext_real(arena, by->epsilon)),
        "inverse"};
    ctext_call(&emission->c, "guss_inverse_deviation", arguments, 5);
}

void emit_normalise(struct emission *emission, const struct node *node)
{
    const struct layer *layer = node->layer;
    const struct normalisation *by = &node->operation->normalisation;
    emit_layer_comment(emission, layer,
                       "y = gamma (x - mean) / sqrt(variance + epsilon) + "
                       "beta, with the %s mean and variance",
                       uses_batch(node) ? "batch's" : "moving");
    emit_node_head(emission, node);
    emit_channels(emission, node->x, "TILE");
    if (!uses_batch(node))
        emit_moving_inverse(emission, node);
    const char *const arguments[] = {
        "&s",
        pointer(emission, node->x, "x"),
        uses_batch(node) ? "moments->mean"
                         : weight_text(emission, layer, by->mean),
        uses_batch(node) ? "moments->inverse" : "inverse",
        weight_text(emission, layer, by->gamma),
        weight_text(emission, layer, by->beta),
        pointer(emission, node->y, "y")};
    if (uses_batch(node) && !by->gamma && !by->beta)
        ctext_line(&emission->c, "(void)w;");
    ctext_call(&emission->c, "guss_normalise", arguments, 7);
    ctext_close(&emission->c, "");
}

static void emit_batch_backward(struct emission *emission,
                                const struct node *node)
{
    const struct layer *layer = node->layer;
    const struct normalisation *by = &node->operation->normalisation;
    struct ctext *c = &emission->c;
    emit_channels(emission, node->x, "guss_valid(batch, first, TILE)");
    const char *x = pointer(emission, node->x, "x");
    const char *dx = pointer(emission, node->dx, "dx");
    const char *const arguments[] = {"&s",
                                     x,
                                     pointer(emission, node->dy, "dy"),
                                     "moments->mean",
                                     "moments->inverse",
                                     weight_text(emission, layer, by->gamma),
                                     "moments->slope",
                                     "moments->product",
                                     "moments->count",
                                     dx};
    if (!by->gamma)
        ctext_line(c, "(void)w;");
    ctext_line(c, "memset(%s, 0, TILE * %lld * sizeof(real));", dx,
               (long long)(node->dx->by_sample
                               ? tensor_values(node->dx)
                               : row_stride(tensor_values(node->dx))));
    ctext_call(c, "guss_normalise_backward", arguments, 10);
}

void emit_normalise_backward(struct emission *emission, const struct node *node)
{
    const struct layer *layer = node->layer;
    const struct normalisation *by = &node->operation->normalisation;
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
        emit_moving_inverse(emission, node);
        const char *const arguments[] = {
            "&s", pointer(emission, node->dy, "dy"), "inverse",
            weight_text(emission, layer, by->gamma),
            pointer(emission, node->dx, "dx")};
        ctext_call(c, "guss_scale_backward", arguments, 5);
    }
    ctext_close(c, "");
}

/* A tile's part of the batch's statistics, or of the sums that its gradient
 * needs. */
void emit_tile_moments(struct emission *emission, const struct node *node)
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
void emit_normalise_gradient(struct emission *emission, const struct node *node)
{
    const struct layer *layer = node->layer;
    struct ctext *c = &emission->c;
    const struct normalisation *by = &node->operation->normalisation;
    const struct {
        const struct weight *weight;
        const char *sum;
    } trained[] = {{by->gamma, "product"}, {by->beta, "slope"}};
    emit_layer_comment(emission, layer,
                       "dgamma = the sum of dy xhat, dbeta = that of dy");
    emit_node_head(emission, node);
    for (int i = 0; i < 2; i++) {
        const struct weight *weight = trained[i].weight;
        if (!weight)
            continue;
        ctext_line(c, "for (int c = 0; c < %lld; c++)",
                   (long long)weight->shape.size[0]);
        ctext_line(c, "    g->%s[c] %s moments->%s[c];",
                   weight_identifier(emission, layer, weight),
                   node->adds_up ? "+=" : "=", trained[i].sum);
    }
    ctext_close(c, "");
}
