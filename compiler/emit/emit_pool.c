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
               numbers_text(emission, node->by_sample,
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
    const char *n = open_images(emission, node->by_sample);
    ctext_line(&emission->c, "%s(&p, x%s, y%s);",
               node->operation->pooling.is_max ? "guss_max_pool"
                                               : "guss_average_pool",
               n, n);
}

static void emit_mean_window_backward(struct emission *emission,
                                      const struct node *node)
{
    open_node(emission, node,
              "dx = each window's dy, shared between its pixels");
    emit_pool_shape(emission, node);
    const char *n = open_images(emission, node->by_sample);
    ctext_line(&emission->c, "guss_average_pool_backward(&p, dy%s, dx%s);", n,
               n);
}

/* Where x is behind a ReLU, its slope goes with the gradient. */
static void emit_maximum_backward(struct emission *emission,
                                  const struct node *node)
{
    bool takes_slope = node->activation.kind == ACTIVATION_RELU;
    open_node(emission, node,
              "dx = dy at the first place of each %s's largest value, "
              "else 0",
              node->operation->pooling.is_whole ? "channel" : "window");
    emit_pool_shape(emission, node);
    const char *n = open_images(emission, node->by_sample);
    ctext_line(&emission->c,
               "guss_max_pool_backward(&p, %s, x%s, y%s, dy%s, dx%s);",
               takes_slope ? "true" : "false", n, n, n, n);
}

void emit_pool_backward(struct emission *emission, const struct node *node)
{
    if (node->operation->pooling.is_max)
        emit_maximum_backward(emission, node);
    else
        emit_mean_window_backward(emission, node);
}

/* ---- whole images ---------------------------------------------------------- */

/* "49, 16": pixels and the numbers of each. */
static const char *mean_sizes(struct emission *emission,
                              const struct node *node)
{
    const int64_t *in = node->operation->input.size;
    return arena_printf(emission->arena, "%lld, %s", (long long)(in[0] * in[1]),
                        numbers_text(emission, node->by_sample, in[2]));
}

void emit_mean(struct emission *emission, const struct node *node)
{
    open_node(emission, node, "y = the mean of each channel of x[%s]",
              tensor_extents(emission, node->x));
    const char *n = open_images(emission, node->by_sample);
    ctext_line(&emission->c, "guss_global_average(%s, x%s, y%s);",
               mean_sizes(emission, node), n, n);
}

void emit_mean_backward(struct emission *emission, const struct node *node)
{
    open_node(emission, node, "dx = dy, shared between the pixels");
    const char *n = open_images(emission, node->by_sample);
    ctext_line(&emission->c, "guss_global_average_backward(%s, dy%s, dx%s);",
               mean_sizes(emission, node), n, n);
}
