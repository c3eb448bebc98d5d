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

/* Pixels of a row of an image, without its margins. */
static int64_t image_width(const struct tensor *tensor)
{
    const struct shape *shape = &tensor->shape;
    int64_t pixels = shape_elements(shape) / shape->size[shape->rank - 1];
    return shape->rank > 2 ? pixels / shape->size[0] : pixels;
}

/* Images of a tile as the runtime's passes take them: `s`, of the tensor's size,
 * the first `samples` of them real. */
static void emit_images(struct emission *emission, const struct tensor *tensor,
                        const char *samples)
{
    const struct shape *shape = &tensor->shape;
    ctext_line(&emission->c,
               "const struct guss_channels size = {%s, TILE, %lld, %lld, %lld, "
               "%s};\n"
               "struct guss_images s = {.size = size};",
               samples, shape->rank > 2 ? (long long)shape->size[0] : 1,
               (long long)image_width(tensor),
               (long long)shape->size[shape->rank - 1],
               tensor->batch_innermost ? "TILE" : "1");
}

/* Where the images of a tensor lie, which the function knows as `name`, and the
 * passes as s.`field`. */
static void emit_place(struct emission *emission, const struct tensor *tensor,
                       const char *name, const char *field)
{
    const struct tensor *whole = tensor_whole(tensor);
    const int64_t *margins = whole->margins;
    bool batch_innermost = tensor->batch_innermost;
    int64_t channels = whole->shape.size[whole->shape.rank - 1];
    int64_t width = margins[LEFT] + image_width(whole) + margins[RIGHT];
    int64_t before =
        (margins[TOP] * width + margins[LEFT]) * channels + tensor->before;
    const struct expr *place = expr_name(
        emission->arena,
        batch_innermost ? name : arena_printf(emission->arena, "%s[0]", name));
    if (before > 0)
        place = expr_add(
            place, expr_name(emission->arena,
                             numbers_text(emission, batch_innermost, before)));
    ctext_line(&emission->c,
               "s.%s = %s;\n"
               "s.of_%s = (struct guss_steps){%lld, %s, %s};",
               field, expr_text(place), field,
               batch_innermost ? 0
                               : (long long)row_stride(tensor_values(whole)),
               numbers_text(emission, batch_innermost, width * channels),
               numbers_text(emission, batch_innermost, channels));
}

/* The statistics, and what else is of each channel. */
static void emit_statistics(struct emission *emission, const struct node *node,
                            const char *mean, const char *inverse)
{
    const struct normalisation *by = &node->operation->normalisation;
    if (mean)
        ctext_line(&emission->c, "s.mean = %s;", mean);
    ctext_line(&emission->c, "s.inverse = %s;", inverse);
    if (by->gamma)
        ctext_line(&emission->c, "s.gamma = %s;",
                   weight_text(emission, node, by->gamma));
    if (by->beta)
        ctext_line(&emission->c, "s.beta = %s;",
                   weight_text(emission, node, by->beta));
}

/* The activation behind it. */
static void emit_rectifier(struct emission *emission, const struct node *node)
{
    const struct activation_use *use = &node->activation;
    if (use->kind == ACTIVATION_RELU)
        ctext_line(&emission->c, "s.rectifier = GUSS_RELU;");
    if (use->kind == ACTIVATION_LEAKY_RELU)
        ctext_line(&emission->c,
                   "s.rectifier = GUSS_LEAKY_RELU;\n"
                   "s.alpha = (real)%s;",
                   ctext_real(emission->arena, use->arguments[0]));
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
    const struct activation_info *activation =
        activation_info(node->activation.kind);
    bool by_batch = uses_batch(node);
    bool is_linear = node->activation.kind == ACTIVATION_LINEAR;
    open_node(emission, node,
              "%s = gamma (x - mean) / sqrt(variance + epsilon) + beta%s, with "
              "the %s mean and variance%s%s",
              is_linear ? "y" : "z", node->addend ? " + added" : "",
              by_batch ? "batch's" : "moving",
              is_linear ? "" : "; y = ", is_linear ? "" : activation->formula);
    emit_images(emission, node->x, "TILE");
    emit_place(emission, node->x, "x", "x");
    emit_place(emission, node->y, "y", "to");
    if (!by_batch)
        emit_moving_inverse(emission, node);
    else if (!by->gamma && !by->beta)
        ctext_line(c, "(void)w;");
    emit_statistics(emission, node,
                    by_batch ? "moments->mean"
                             : weight_text(emission, node, by->mean),
                    by_batch ? "moments->inverse" : "inverse");
    emit_rectifier(emission, node);
    if (node->addend)
        emit_place(emission, node->addend, "added", "dy");
    ctext_line(c, node->addend ? "guss_add_normalised(&s);"
                               : "guss_normalise(&s);");
}

/* What both passes of the gradient read; z only where an activation asks for
 * it. */
static void emit_gradient_places(struct emission *emission,
                                 const struct node *node)
{
    emit_images(emission, node->x, "guss_valid(batch, first, TILE)");
    emit_place(emission, node->x, "x", "x");
    emit_place(emission, node->dy, "dy", "dy");
    if (node->kind == NODE_BACKWARD ||
        node->activation.kind != ACTIVATION_LINEAR)
        emit_statistics(emission, node, "moments->mean", "moments->inverse");
    else
        ctext_line(&emission->c, "s.mean = moments->mean;\n"
                                 "s.inverse = moments->inverse;");
    emit_rectifier(emission, node);
}

static void emit_batch_backward(struct emission *emission,
                                const struct node *node)
{
    const struct normalisation *by = &node->operation->normalisation;
    bool is_linear = node->activation.kind == ACTIVATION_LINEAR;
    open_node(emission, node,
              is_linear
                  ? "dx = gamma inverse (dy - mean(dy) - xhat mean(dy xhat)), "
                    "of the batch's samples"
                  : "dx = gamma inverse (dz - mean(dz) - xhat mean(dz xhat)), "
                    "of the batch's samples; dz = dy where z > 0");
    if (!by->gamma && (is_linear || !by->beta))
        ctext_line(&emission->c, "(void)w;");
    emit_gradient_places(emission, node);
    emit_place(emission, node->dx, "dx", "to");
    ctext_line(&emission->c,
               "s.sum_dy = moments->sum_dy;\n"
               "s.sum_dy_xhat = moments->sum_dy_xhat;\n"
               "s.per_count = 1 / moments->count;\n"
               "%s(&s);",
               node->adds_dx ? "guss_add_normalise_backward"
                             : "guss_normalise_backward");
}

void emit_normalise_backward(struct emission *emission, const struct node *node)
{
    if (uses_batch(node)) {
        emit_batch_backward(emission, node);
        return;
    }
    open_node(emission, node,
              "dx = gamma dy / sqrt(moving variance + epsilon)");
    emit_images(emission, node->dy, "TILE");
    emit_place(emission, node->dy, "dy", "dy");
    emit_place(emission, node->dx, "dx", "to");
    emit_moving_inverse(emission, node);
    emit_statistics(emission, node, NULL, "inverse");
    ctext_line(&emission->c, "guss_scale_backward(&s);");
}

/* Statistics that are known: the call is of the channels behind those. */
static void emit_known(struct emission *emission, long long channels)
{
    ctext_line(&emission->c,
               "memcpy(tile_moments->mean, known->mean, %lld * "
               "sizeof *known->mean);\n"
               "memcpy(tile_moments->square, known->square, %lld * "
               "sizeof *known->square);",
               channels, channels);
}

/* A tile's part of the batch's statistics. */
static void emit_moments_forward(struct emission *emission,
                                 const struct node *node)
{
    const struct tensor *x = node->x;
    struct tensor rest = *x; /* what is not known */
    int last = x->shape.rank - 1;
    long long known = 0;
    if (node->known) {
        known = node->known->x->shape.size[last];
        rest.shape.size[last] -= known;
        rest.whole = x->whole ? x->whole : node->x;
        rest.before += known;
    }
    const char *more =
        known ? arena_printf(emission->arena, " + %lld", known) : "";
    open_node(emission, node, "the tile's part of the batch's statistics%s",
              known ? ", those of the first channels from the layer that read "
                      "them before"
                    : "");
    emit_images(emission, &rest, "guss_valid(batch, first, TILE)");
    emit_place(emission, &rest, "x", "x");
    ctext_line(&emission->c,
               "tile_moments->count = (real)s.size.samples * %lld;",
               (long long)(shape_elements(&x->shape) / x->shape.size[last]));
    if (known)
        emit_known(emission, known);
    ctext_line(&emission->c,
               "guss_tile_moments(&s, tile_moments->mean%s, "
               "tile_moments->square%s, tile_moments->sum_dy%s);",
               more, more, more);
}

/* Its part of the sums that the gradient needs. */
static void emit_moments_backward(struct emission *emission,
                                  const struct node *node)
{
    bool is_linear = node->activation.kind == ACTIVATION_LINEAR;
    open_node(emission, node,
              is_linear ? "the tile's sums of dy and of dy xhat"
                        : "the tile's sums of dz and of dz xhat; dz "
                          "= dy where z > 0");
    emit_gradient_places(emission, node);
    ctext_line(&emission->c, "s.sum = tile_moments->sum_dy;\n"
                             "s.product = tile_moments->sum_dy_xhat;\n"
                             "guss_tile_sums_of_dy(&s);");
}

void emit_tile_moments(struct emission *emission, const struct node *node)
{
    if (node->kind == NODE_MOMENTS)
        emit_moments_forward(emission, node);
    else
        emit_moments_backward(emission, node);
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
