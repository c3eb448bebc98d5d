/* Reductions of images: the largest or the mean value of each window, the mean
 * of each channel. */
#include "compiler/emit/operations.h"

/* ---- windows -------------------------------------------------------------- */

/* "const struct guss_pool p = ...": one window that is the whole image has
 * nothing before it. */
static void emit_pool_shape(struct emission *emission, const struct node *node)
{
    const struct pooling *pooling = &node->operation->pooling;
    const struct {
        const char *name;
        const int64_t *pair;
    } fields[] = {{"image", pooling->image},
                  {"out", pooling->out},
                  {"window", pooling->window.size},
                  {"stride", pooling->window.stride},
                  {"before", pooling->before}};
    struct ctext *c = &emission->c;
    ctext_open(c, "static const struct guss_pool p =");
    for (int i = 0; i < (pooling->is_whole ? 4 : 5); i++)
        ctext_line(c, ".%s = {%lld, %lld},", fields[i].name,
                   (long long)fields[i].pair[0], (long long)fields[i].pair[1]);
    ctext_line(c, ".run = %s,",
               numbers_text(emission, node->batch_innermost,
                            node->operation->input.size[2]));
    ctext_close(c, ";");
}

static const char *what_of(struct emission *emission, const struct node *node)
{
    const struct pooling *pooling = &node->operation->pooling;
    const char *x = tensor_extents(emission, node->x);
    if (pooling->is_whole)
        return arena_printf(emission->arena,
                            "y = the largest value of each channel of x[%s]",
                            x);
    return arena_printf(emission->arena,
                        "y[%s] = the %s of each window of x[%s]",
                        tensor_extents(emission, node->y),
                        pooling->is_max ? "largest value" : "mean", x);
}

void emit_pool(struct emission *emission, const struct node *node)
{
    open_node(emission, node, "%s", what_of(emission, node));
    emit_pool_shape(emission, node);
    const char *n = open_images(emission, node->batch_innermost);
    ctext_line(&emission->c, "%s(&p, x%s, y%s);",
               node->operation->pooling.is_max ? "guss_max_pool"
                                               : "guss_average_pool",
               n, n);
}

/* Where x is behind a ReLU, its derivative goes with the gradient of a maximum. */
void emit_pool_backward(struct emission *emission, const struct node *node)
{
    struct ctext *c = &emission->c;
    const struct pooling *pooling = &node->operation->pooling;
    if (pooling->is_max)
        open_node(emission, node,
                  "dx = dy at the first place of each %s's largest value, "
                  "else 0",
                  pooling->is_whole ? "channel" : "window");
    else
        open_node(emission, node,
                  "dx = each window's dy, shared between its pixels");
    emit_pool_shape(emission, node);
    const char *n = open_images(emission, node->batch_innermost);
    if (pooling->is_max)
        ctext_line(c, "guss_max_pool_backward(&p, %s, x%s, y%s, dy%s, dx%s);",
                   node->activation.kind == ACTIVATION_RELU ? "true" : "false",
                   n, n, n, n);
    else
        ctext_line(c, "guss_average_pool_backward(&p, dy%s, dx%s);", n, n);
}

/* ---- whole images ---------------------------------------------------------- */

/* Forward and backward: a call with the pixels and the numbers of each. */
void emit_mean(struct emission *emission, const struct node *node)
{
    const int64_t *in = node->operation->input.size;
    bool backward = node->kind == NODE_BACKWARD;
    if (backward)
        open_node(emission, node, "dx = dy, shared between the pixels");
    else
        open_node(emission, node, "y = the mean of each channel of x[%s]",
                  tensor_extents(emission, node->x));
    const char *n = open_images(emission, node->batch_innermost);
    ctext_line(&emission->c, "guss_global_average%s(%lld, %s, %s%s, %s%s);",
               backward ? "_backward" : "", (long long)(in[0] * in[1]),
               numbers_text(emission, node->batch_innermost, in[2]),
               backward ? "dy" : "x", n, backward ? "dx" : "y", n);
}
