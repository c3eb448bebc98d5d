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

/* True for the first use of a layer: others share its type and functions. */
static bool is_first_use(const struct emission *emission,
                         const struct node *node)
{
    for (const struct program *program = emission->plan->programs; program;
         program = program->next)
        for (const struct node *other = program->nodes; other;
             other = other->next)
            if (other->kind == node->kind && other->layer == node->layer)
                return other == node;
    return false;
}

/* "(struct guss_channels){...}" of a tensor, for its first `samples`. */
const char *channels_text(struct emission *emission,
                          const struct tensor *tensor, const char *samples)
{
    long long channels = tensor->shape.size[tensor->shape.rank - 1];
    long long pixels = tensor_values(tensor) / channels;
    if (tensor->by_sample)
        return arena_printf(emission->arena, "{%s, %lld, %lld, 1, %s, TILE}",
                            samples, pixels, channels,
                            numbers_text(emission, true, channels));
    return arena_printf(emission->arena, "{%s, %lld, %lld, %lld, %lld, 1}",
                        samples, pixels, channels,
                        (long long)row_stride(tensor_values(tensor)), channels);
}

/* The moving statistics follow those of the batch, which are `now` times
 * `scale`. */
static void emit_move(struct emission *emission, const struct node *node,
                      const struct weight *moving, const char *now,
                      const char *scale)
{
    struct arena *arena = emission->arena;
    const char *const arguments[] = {
        arena_printf(arena, "%lld", (long long)moving->shape.size[0]),
        arena_printf(
            arena, "(real)%s",
            ctext_real(arena, node->operation->normalisation.momentum)),
        now, scale,
        arena_printf(arena, "w->%s",
                     weight_identifier(emission, node->layer, moving))};
    ctext_call(&emission->c, "guss_move", arguments, 5);
}

static void emit_join_forward(struct emission *emission,
                              const struct node *node)
{
    struct ctext *c = &emission->c;
    struct arena *arena = emission->arena;
    const struct layer *layer = node->layer;
    const struct normalisation *by = &node->operation->normalisation;
    const char *channels =
        arena_printf(arena, "%lld", (long long)by->mean->shape.size[0]);
    const char *type = moments_type(emission, layer);
    ctext_line(c, "*to = (struct %s){0};", type);
    ctext_line(c, "for (int i = 0; i < tiles; i++)");
    const char *const join[] = {
        channels,     "from[i].count", "from[i].mean", "from[i].square",
        "&to->count", "to->mean",      "to->square"};
    ctext_indent(c);
    ctext_call(c, "guss_join_moments", join, 7);
    ctext_outdent(c);
    const char *const inverse[] = {
        channels, "to->square", "1 / to->count",
        arena_printf(arena, "(real)%s", ctext_real(arena, by->epsilon)),
        "to->inverse"};
    ctext_call(c, "guss_inverse_deviation", inverse, 5);
    emit_move(emission, node, by->mean, "to->mean", "1");
    emit_move(emission, node, by->variance, "to->square", "1 / to->count");
}

static void emit_join_backward(struct emission *emission,
                               const struct node *node)
{
    struct ctext *c = &emission->c;
    const struct shape *shape = &node->layer->shape;
    long long channels = shape->size[shape->rank - 1];
    ctext_open(c, "for (int i = 0; i < tiles; i++)");
    ctext_open(c, "for (int c = 0; c < %lld; c++)", channels);
    ctext_line(c, "to->slope[c] += from[i].slope[c];");
    ctext_line(c, "to->product[c] += from[i].product[c];");
    ctext_close(c, "");
    ctext_close(c, "");
}

static const char *join_name(struct emission *emission, const struct node *node)
{
    return layer_identifier(emission, node->layer,
                            node->kind == NODE_MOMENTS ? "join"
                                                       : "join_slopes");
}

void emit_join(struct emission *emission, const struct node *node)
{
    struct ctext *c = &emission->c;
    const char *type = moments_type(emission, node->layer);
    if (!is_first_use(emission, node))
        return;
    ctext_comment(c, node->kind == NODE_MOMENTS
                         ? "The batch's statistics from those of its tiles, in "
                           "their order; the moving ones follow."
                         : "The batch's sums from those of its tiles, in their "
                           "order.");
    bool forward = node->kind == NODE_MOMENTS;
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
    ctext_blank(c);
}

void emit_join_call(struct emission *emission, const struct node *node)
{
    struct arena *arena = emission->arena;
    const char *member = moments_member(emission, node);
    bool forward = node->kind == NODE_MOMENTS;
    const char *const arguments[] = {
        "&a->weights", "tiles", arena_printf(arena, "a->%s.tiles", member),
        arena_printf(arena, "&a->%s.batch", member)};
    ctext_call(&emission->c, join_name(emission, node),
               forward ? arguments : arguments + 1, forward ? 4 : 3);
}
