/* Values scaled by weights, and sizes of 1 repeated: loops over the axes of what
 * is made, in which whatever has a size of 1 stands still. */
#include "compiler/emit/loops.h"
#include "compiler/emit/operations.h"

static const char *const counters[MAX_RANK] = {"i", "j", "k", "l"};

/* The loops over a sample's axes that are longer than 1. */
static void open_axes(struct emission *emission, const struct shape *shape)
{
    open_images(emission, false);
    for (int axis = 0; axis < shape->rank; axis++)
        if (shape->size[axis] > 1)
            head_count(&emission->c, counters[axis], shape->size[axis]);
}

/* "i * 24 + k": where the value at hand lies in an image of that shape, whose
 * axes are the last ones of `rank`. */
static const char *offset_text(struct emission *emission,
                               const struct shape *shape, int rank)
{
    struct text text = text_new(emission->arena);
    int64_t stride = shape_elements(shape);
    for (int axis = 0; axis < shape->rank; axis++) {
        stride /= shape->size[axis];
        if (shape->size[axis] == 1)
            continue;
        const char *counter = counters[axis + rank - shape->rank];
        text_printf(&text, "%s%s", text.length ? " + " : "", counter);
        if (stride > 1)
            text_printf(&text, " * %lld", (long long)stride);
    }
    return text.length ? text_string(&text) : "0";
}

/* "gamma[k]", "alpha[i * 8 + j][k]": the number of a weight for the value at
 * hand; weights lie in rows of their last axis. */
static const char *weight_value(struct emission *emission,
                                const struct node *node,
                                const struct weight *weight)
{
    int rank = node->operation->shape.rank, last = weight->shape.rank - 1;
    const char *name = weight_identifier(emission, node->layer, weight);
    const char *column =
        weight->shape.size[last] > 1 ? counters[rank - 1] : "0";
    struct shape rows = weight->shape;
    rows.rank = last;
    if (last == 0)
        return arena_printf(emission->arena, "%s[%s]", name, column);
    return arena_printf(emission->arena, "%s[%s][%s]", name,
                        offset_text(emission, &rows, rank - 1), column);
}

/* ---- scale --------------------------------------------------------------- */

void emit_scale(struct emission *emission, const struct node *node)
{
    const struct operation *operation = node->operation;
    const struct weight *kernel = operation->kernel, *bias = operation->bias;
    struct ctext *c = &emission->c;
    const char *at =
        offset_text(emission, &operation->shape, operation->shape.rank);
    open_node(emission, node, "y = x%s%s%s%s", kernel ? " " : "",
              kernel ? kernel->name : "", bias ? " + " : "",
              bias ? bias->name : "");
    open_axes(emission, &operation->shape);
    if (!kernel) {
        ctext_line(c, "y[n][%s] = x[n][%s] + w->%s;", at, at,
                   weight_value(emission, node, bias));
        return;
    }
    const char *scale = weight_value(emission, node, kernel);
    if (!bias) {
        ctext_line(c, "y[n][%s] = x[n][%s] * w->%s;", at, at, scale);
        return;
    }
    ctext_body(c);
    ctext_line(c, "real scaled = x[n][%s] * w->%s;", at, scale);
    ctext_line(c, "y[n][%s] = scaled + w->%s;", at,
               weight_value(emission, node, bias));
    ctext_close(c, "");
}

void emit_scale_backward(struct emission *emission, const struct node *node)
{
    const struct operation *operation = node->operation;
    const char *at =
        offset_text(emission, &operation->shape, operation->shape.rank);
    open_node(emission, node, "dx = dy %s", operation->kernel->name);
    open_axes(emission, &operation->shape);
    ctext_line(&emission->c, "dx[n][%s] = dy[n][%s] * w->%s;", at, at,
               weight_value(emission, node, operation->kernel));
}

/* A shard's sum of a weight begins at 0. */
static void begin_sum(struct emission *emission, const struct node *node,
                      const struct weight *weight)
{
    struct ctext *c = &emission->c;
    const char *name = weight_identifier(emission, node->layer, weight);
    long long columns = weight_columns(weight);
    if (weight->shape.rank > 1)
        ctext_line(c,
                   "for (int r = 0; first_tile && r < %lld; r++)\n"
                   "    for (int c = 0; c < %lld; c++)\n"
                   "        g->%s[r][c] = 0;",
                   (long long)weight_rows(weight), columns, name);
    else
        ctext_line(c,
                   "for (int c = 0; first_tile && c < %lld; c++)\n"
                   "    g->%s[c] = 0;",
                   columns, name);
}

void emit_scale_gradient(struct emission *emission, const struct node *node)
{
    const struct operation *operation = node->operation;
    const struct weight *kernel = operation->kernel, *bias = operation->bias;
    struct ctext *c = &emission->c;
    const char *at =
        offset_text(emission, &operation->shape, operation->shape.rank);
    open_node(emission, node,
              "%s%s%s%s%s; a shard's first tile overwrites its sums",
              kernel ? arena_printf(emission->arena, "d%s += the sum of dy x",
                                    kernel->name)
                     : "",
              kernel && bias ? ", " : "", bias ? "d" : "",
              bias ? bias->name : "", bias ? " += the sum of dy" : "");
    if (!kernel)
        ctext_line(c, "(void)x;");
    if (kernel)
        begin_sum(emission, node, kernel);
    if (bias)
        begin_sum(emission, node, bias);
    open_axes(emission, &operation->shape);
    if (kernel && bias)
        ctext_body(c);
    if (kernel)
        ctext_line(c, "g->%s += dy[n][%s] * x[n][%s];",
                   weight_value(emission, node, kernel), at, at);
    if (bias)
        ctext_line(c, "g->%s += dy[n][%s];", weight_value(emission, node, bias),
                   at);
    if (kernel && bias)
        ctext_close(c, "");
}

/* ---- stretch --------------------------------------------------------------- */

void emit_stretch(struct emission *emission, const struct node *node)
{
    const struct operation *operation = node->operation;
    int rank = operation->shape.rank;
    open_node(emission, node, "y = x, its sizes of 1 repeated: %s to %s",
              shape_text(emission->arena, &operation->input),
              shape_text(emission->arena, &operation->shape));
    open_axes(emission, &operation->shape);
    ctext_line(&emission->c, "y[n][%s] = x[n][%s];",
               offset_text(emission, &operation->shape, rank),
               offset_text(emission, &operation->input, rank));
}

void emit_stretch_backward(struct emission *emission, const struct node *node)
{
    const struct operation *operation = node->operation;
    struct ctext *c = &emission->c;
    int rank = operation->shape.rank;
    open_node(emission, node, "dx = the sums of dy over the repeated sizes");
    ctext_line(c,
               "for (int n = 0; n < TILE; n++)\n"
               "    for (int i = 0; i < %lld; i++)\n"
               "        dx[n][i] = 0;",
               (long long)shape_elements(&operation->input));
    open_axes(emission, &operation->shape);
    ctext_line(c, "dx[n][%s] += dy[n][%s];",
               offset_text(emission, &operation->input, rank),
               offset_text(emission, &operation->shape, rank));
}
