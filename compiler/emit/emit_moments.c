/* Statistics of the batch, of layers that train with them: what they are called,
 * and how those of the tiles become the batch's at a cut. */
#include "compiler/emit/emit.h"

const char *moments_type(struct emission *emission, const struct layer *layer)
{
    return layer_identifier(emission, layer, "moments");
}

const char *moments_member(struct emission *emission, const struct node *node)
{
    const struct layer *layer = node->layer;
    return identifier(emission, NULL, node->moments, layer->name, "statistics");
}

/* The moving statistics follow those of the batch, which are `now` times
 * `scale`. */
static void emit_move(struct emission *emission, const struct node *node,
                      const struct weight *moving, const char *now,
                      const char *scale)
{
    ctext_line(
        &emission->c,
        "guss_update_moving_average(%lld, (real)%s, %s, %s, w->%s);",
        (long long)moving->shape.size[0],
        ctext_real(emission->arena, node->operation->normalisation.momentum),
        now, scale, weight_identifier(emission, node->layer, moving));
}

static void emit_join_forward(struct emission *emission,
                              const struct node *node)
{
    const struct normalisation *by = &node->operation->normalisation;
    long long channels = by->mean->shape.size[0];
    ctext_line(&emission->c,
               "*to = (struct %s){0};\n"
               "for (int i = 0; i < tiles; i++)\n"
               "    guss_merge_moments(%lld, from[i].count, from[i].mean, "
               "from[i].square, &to->count, to->mean, to->square);\n"
               "guss_inverse_deviation(%lld, to->square, 1 / to->count, "
               "(real)%s, to->inverse);",
               moments_type(emission, node->layer), channels, channels,
               ctext_real(emission->arena, by->epsilon));
    emit_move(emission, node, by->mean, "to->mean", "1");
    emit_move(emission, node, by->variance, "to->square", "1 / to->count");
}

static void emit_join_backward(struct emission *emission,
                               const struct node *node)
{
    const struct shape *shape = &node->operation->shape;
    ctext_line(&emission->c,
               "for (int i = 0; i < tiles; i++)\n"
               "    guss_merge_sums_of_dy(%lld, from[i].sum_dy, "
               "from[i].sum_dy_xhat, to->sum_dy, to->sum_dy_xhat);",
               (long long)shape->size[shape->rank - 1]);
}

static const char *join_name(struct emission *emission, const struct node *node)
{
    return layer_identifier(emission, node->layer,
                            node->kind == NODE_MOMENTS ? "join"
                                                       : "merge_sums_of_dy");
}

void emit_join(struct emission *emission, const struct node *node)
{
    struct ctext *c = &emission->c;
    const char *type = moments_type(emission, node->layer);
    bool forward = node->kind == NODE_MOMENTS;
    if (!function_is_first(emission, join_name(emission, node)))
        return;
    ctext_comment(c, forward
                         ? "The batch's statistics from those of its tiles, "
                           "in their order; the moving ones follow."
                         : "The batch's sums from those of its tiles, in "
                           "their order.");
    ctext_function(c,
                   "static void %s(%sint tiles, const struct %s *from, "
                   "struct %s *to)",
                   join_name(emission, node),
                   forward ? "struct weights *w, " : "", type, type);
    if (forward)
        emit_join_forward(emission, node);
    else
        emit_join_backward(emission, node);
    ctext_close(c, "");
}

void emit_join_call(struct emission *emission, const struct node *node)
{
    const char *member = moments_member(emission, node);
    ctext_line(&emission->c, "%s(%stiles, a->%s.tiles, &a->%s.batch);",
               join_name(emission, node),
               node->kind == NODE_MOMENTS ? "&a->weights, " : "", member,
               member);
}
