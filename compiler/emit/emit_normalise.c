/* Channels brought to mean 0 and variance 1. */
#include "compiler/emit/operations.h"

static bool uses_batch(const struct node *node)
{
    return node->mode == MODE_TRAINING;
}

/* "w->name" of a weight that there may not be, or "NULL". */
static const char *weight_text(struct emission *emission,
                               const struct node *node,
                               const struct weight *weight)
{
    return weight
               ? arena_printf(emission->arena, "w->%s",
                              weight_identifier(emission, node->layer, weight))
               : "NULL";
}

/* How the channels of `tensor` lie; what stands behind the name of an image,
 * whose first number it is. */
static const char *emit_channels(struct emission *emission,
                                 const struct tensor *tensor,
                                 const char *samples)
{
    ctext_line(&emission->c, "const struct guss_channels s = %s;",
               channels_text(emission, tensor, samples));
    return tensor->batch_innermost ? "" : "[0]";
}

/* inverse[c] from the moving variance, where the batch's is not used. */
static void emit_moving_inverse(struct emission *emission,
                                const struct node *node)
{
    const struct normalisation *by = &node->operation->normalisation;
    long long channels = by->variance->shape.size[0];
    ctext_line(&emission->c,
               "real inverse[%lld];\n"
               "guss_inverse_deviation(%lld, %s, 1, (real)%s, inverse);",
               channels, channels, weight_text(emission, node, by->variance),
               ctext_real(emission->arena, by->epsilon));
}

void emit_normalise(struct emission *emission, const struct node *node)
{
    struct ctext *c = &emission->c;
    const struct normalisation *by = &node->operation->normalisation;
    bool by_batch = uses_batch(node);
    open_node(
        emission, node,
        "y = gamma (x - mean) / sqrt(variance + epsilon) + beta, with the "
        "%s mean and variance",
        by_batch ? "batch's" : "moving");
    const char *at = emit_channels(emission, node->x, "TILE");
    if (!by_batch)
        emit_moving_inverse(emission, node);
    else if (!by->gamma && !by->beta)
        ctext_line(c, "(void)w;");
    ctext_line(c, "guss_normalise(&s, x%s, %s, %s, %s, %s, y%s);", at,
               by_batch ? "moments->mean"
                        : weight_text(emission, node, by->mean),
               by_batch ? "moments->inverse" : "inverse",
               weight_text(emission, node, by->gamma),
               weight_text(emission, node, by->beta), at);
}

static void emit_batch_backward(struct emission *emission,
                                const struct node *node)
{
    struct ctext *c = &emission->c;
    const struct normalisation *by = &node->operation->normalisation;
    int64_t values = tensor_values(node->dx);
    open_node(emission, node,
              "dx = gamma inverse (dy - mean(dy) - xhat mean(dy xhat)), of the "
              "batch's samples");
    const char *at =
        emit_channels(emission, node->x, "guss_valid(batch, first, TILE)");
    if (!by->gamma)
        ctext_line(c, "(void)w;");
    ctext_line(
        c,
        "memset(dx%s, 0, TILE * %lld * sizeof(%s));\n"
        "guss_normalise_backward(&s, x%s, dy%s, moments->mean, "
        "moments->inverse, %s, moments->sum_dy, moments->sum_dy_xhat, "
        "moments->count, dx%s);",
        at,
        (long long)(node->dx->batch_innermost ? values : row_stride(values)),
        dtype_word(emission, node->dx->dtype), at, at,
        weight_text(emission, node, by->gamma), at);
}

void emit_normalise_backward(struct emission *emission, const struct node *node)
{
    const struct normalisation *by = &node->operation->normalisation;
    if (uses_batch(node)) {
        emit_batch_backward(emission, node);
        return;
    }
    open_node(emission, node,
              "dx = gamma dy / sqrt(moving variance + epsilon)");
    const char *at = emit_channels(emission, node->dy, "TILE");
    emit_moving_inverse(emission, node);
    ctext_line(&emission->c,
               "guss_scale_backward(&s, dy%s, inverse, %s, dx%s);", at,
               weight_text(emission, node, by->gamma), at);
}

/* A tile's part of the batch's statistics, or of the sums that its gradient
 * needs. */
void emit_tile_moments(struct emission *emission, const struct node *node)
{
    bool forward = node->kind == NODE_MOMENTS;
    open_node(emission, node,
              forward ? "the tile's part of the batch's statistics"
                      : "the tile's sums of dy and of dy xhat");
    const char *at =
        emit_channels(emission, node->x, "guss_valid(batch, first, TILE)");
    if (forward)
        ctext_line(&emission->c,
                   "tile_moments->count = (real)s.samples * (real)s.pixels;\n"
                   "guss_tile_moments(&s, x%s, tile_moments->mean, "
                   "tile_moments->square);",
                   at);
    else
        ctext_line(&emission->c,
                   "guss_tile_sums_of_dy(&s, x%s, dy%s, moments->mean, "
                   "moments->inverse, tile_moments->sum_dy, "
                   "tile_moments->sum_dy_xhat);",
                   at, at);
}

/* The batch's sums are the gradients. */
void emit_normalise_gradient(struct emission *emission, const struct node *node)
{
    const struct normalisation *by = &node->operation->normalisation;
    const struct {
        const struct weight *weight;
        const char *sum;
    } trained[] = {{by->gamma, "sum_dy_xhat"}, {by->beta, "sum_dy"}};
    open_node(emission, node,
              "dgamma = the sum of dy xhat, dbeta = that of dy");
    for (int i = 0; i < 2; i++)
        if (trained[i].weight)
            ctext_line(
                &emission->c,
                "for (int c = 0; c < %lld; c++)\n"
                "    g->%s[c] %s moments->%s[c];",
                (long long)trained[i].weight->shape.size[0],
                weight_identifier(emission, node->layer, trained[i].weight),
                node->adds_up ? "+=" : "=", trained[i].sum);
}
