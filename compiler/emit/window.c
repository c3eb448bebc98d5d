/* What gathers, scatters and gradients of convolutions share. */
#include "compiler/emit/window.h"

struct conv conv_of(struct emission *emission, const struct node *node)
{
    const struct operation *operation = node->operation;
    const struct conv_geometry *geometry = &operation->convolution.geometry;
    bool scatters = operation->convolution.scatters;
    bool is_backward = node->kind == NODE_BACKWARD;
    bool is_forward = node->kind == NODE_FORWARD;
    struct view from = is_backward ? view_of(emission, "dy", node->dy)
                                   : view_of(emission, "x", node->x);
    struct view to = is_backward  ? view_of(emission, "dx", node->dx)
                     : is_forward ? view_of(emission, "y", node->y)
                                  : view_of(emission, "dy", node->dy);
    bool reads_big = is_backward == scatters;
    bool is_single = !node->batch_innermost && geometry_is_single(geometry);
    return (struct conv){
        .emission = emission,
        .c = &emission->c,
        .node = node,
        .geometry = geometry,
        .reads_big = reads_big,
        .big = reads_big ? from : to,
        .small = reads_big ? to : from,
        .has_runs = geometry_run_has_columns(geometry),
        .run = geometry_run(geometry),
        .is_single = is_single,
        .block = node->block,
        .group = is_single ? "f" : "group",
        .bias = operation->bias && !is_backward
                    ? weight_identifier(emission, node->layer, operation->bias)
                    : NULL,
    };
}

static const struct weight_plan *kernel_plan(const struct conv *conv)
{
    return weight_plan(conv->emission->plan, conv->node->operation->kernel);
}

int64_t conv_kernel_stride(const struct conv *conv)
{
    return weight_read(kernel_plan(conv)).stride;
}

void conv_declare_kernel(const struct conv *conv)
{
    struct emission *emission = conv->emission;
    const struct node *node = conv->node;
    const struct weight *kernel = node->operation->kernel;
    bool is_gradient = node->kind == NODE_GRADIENT;
    const char *of = is_gradient ? "g" : node->reads_transposed ? "t" : "w";
    int64_t columns = node->reads_transposed ? row_stride(conv->big.channels)
                                             : conv_kernel_stride(conv);
    ctext_line(
        conv->c, "%s%s(*kernel)[%lld] = %s->%s;", is_gradient ? "" : "const ",
        dtype_word(emission, kernel_plan(conv)->dtype), (long long)columns, of,
        weight_identifier(emission, node->layer, kernel));
}

void conv_head_groups(const struct conv *conv)
{
    if (conv->is_single)
        ctext_head(conv->c, "for (int f = 0; f < %lld; f += VECTOR)",
                   (long long)conv->geometry->groups);
    else if (conv->geometry->groups > 1)
        head_count(conv->c, conv->group, conv->geometry->groups);
}

void conv_open_tile(const struct conv *conv)
{
    bool is_gradient = conv->node->kind == NODE_GRADIENT;
    bool big_first = conv->reads_big || is_gradient;
    if (!conv->node->batch_innermost) {
        ctext_head(conv->c, "for (int n = 0; n < TILE; n++)");
        ctext_body(conv->c);
    }
    view_declare(big_first ? &conv->big : &conv->small, true);
    view_declare(big_first ? &conv->small : &conv->big, is_gradient);
}

void conv_close_tile(const struct conv *conv)
{
    if (!conv->node->batch_innermost)
        ctext_close(conv->c, "");
}

const struct expr *conv_name(const struct conv *conv, const char *name)
{
    return variable(conv->emission, name);
}

const struct expr *conv_channel(const struct conv *conv, int64_t channels,
                                const char *name)
{
    const struct expr *group = conv_name(conv, conv->group);
    if (conv->geometry->groups == 1)
        return conv_name(conv, name);
    return channels == 1
               ? group
               : expr_add(expr_times(group, channels), conv_name(conv, name));
}

const struct expr *conv_kernel(const struct conv *conv, const struct expr *row,
                               const struct expr *column)
{
    return matrix_place(conv_name(conv, "kernel"), row, column);
}

const struct expr *conv_tap_row(const struct conv *conv, const char *column,
                                const struct expr *m)
{
    const struct expr *tap = conv_name(conv, "i");
    if (!conv->has_runs)
        tap = expr_add(expr_times(tap, conv->geometry->window.size[1]),
                       conv_name(conv, column));
    return expr_add(expr_times(tap, conv->run), m);
}

/* h * stride + i * dilation */
static const struct expr *met(const struct conv *conv, int axis,
                              const char *position, const char *tap)
{
    const struct window *window = &conv->geometry->window;
    return expr_add(expr_times(conv_name(conv, position), window->stride[axis]),
                    expr_times(conv_name(conv, tap), window->dilation[axis]));
}

const struct expr *conv_met_row(const struct conv *conv)
{
    return met(conv, 0, "h", "i");
}

const struct expr *conv_met(const struct conv *conv, const char *column,
                            const struct expr *m)
{
    const struct conv_geometry *geometry = conv->geometry;
    const struct expr *row = conv_met_row(conv);
    const struct expr *group = conv_name(conv, conv->group);
    const struct expr *first =
        expr_times(conv_name(conv, "v"), geometry->window.stride[1]);
    if (geometry->groups == 1 && conv->has_runs)
        return view_run(&conv->big, row, first, m);
    if (conv->has_runs)
        return view_place(
            &conv->big, row,
            expr_add(first, expr_times(m, geometry->window.dilation[1])),
            group);
    if (geometry->groups > 1)
        m = expr_add(expr_times(group, geometry_big_channels(geometry)), m);
    return view_place(&conv->big, row, met(conv, 1, "v", column), m);
}

const struct expr *conv_small(const struct conv *conv,
                              const struct expr *channel)
{
    const struct view *small = &conv->small;
    return view_place(small, expr_plus(conv_name(conv, "h"), small->top),
                      expr_plus(conv_name(conv, "v"), small->left), channel);
}
