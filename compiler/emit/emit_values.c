/* Nodes that go value by value or copy: activations, their slopes, sums,
 * margins, transposes. */
#include "compiler/emit/emit.h"
#include "compiler/emit/nest.h"

static long long values_of(const struct tensor *tensor)
{
    return tensor_values(tensor);
}

const char *open_values(struct emission *emission, struct nest *nest,
                        bool by_sample, int64_t count)
{
    *nest = (struct nest){.arena = emission->arena, .c = &emission->c};
    if (!by_sample)
        nest_loop(nest, "for (int n = 0; n < TILE; n++)");
    nest_loop(nest, "for (int i = 0; i < %lld%s; i++)", (long long)count,
              by_sample ? " * TILE" : "");
    return by_sample ? "[i]" : "[n][i]";
}

const char *tensor_extents(struct emission *emission,
                           const struct tensor *tensor)
{
    struct text text = text_new(emission->arena);
    const int64_t *margins = tensor->margins;
    for (int i = 0; i < tensor->shape.rank; i++) {
        int64_t more = i == 0   ? margins[TOP] + margins[BOTTOM]
                       : i == 1 ? margins[LEFT] + margins[RIGHT]
                                : 0;
        text_printf(&text, "%s%lld", i ? ", " : "",
                    (long long)(tensor->shape.size[i] + more));
    }
    return text_string(&text);
}

/* ---- activations ---------------------------------------------------- */

const char *activation_call(struct emission *emission, const char *function,
                            const struct activation_use *use,
                            const char *operands)
{
    struct text text = text_new(emission->arena);
    text_printf(&text, "%s(%s", function, operands);
    for (int i = 0; i < activation_arguments(use->kind); i++)
        text_printf(&text, ", (real)%s",
                    ctext_real(emission->arena, use->arguments[i]));
    text_puts(&text, ")");
    return text_string(&text);
}

/* "max(z, alpha z); alpha = 0.3" */
static const char *activation_formula(struct emission *emission,
                                      const struct activation_use *use)
{
    const struct activation_facts *facts = activation_facts(use->kind);
    struct text text = text_new(emission->arena);
    text_puts(&text, facts->formula);
    for (int i = 0; i < activation_arguments(use->kind); i++)
        text_printf(&text, "%s %s = %s", i ? "," : ";",
                    facts->arguments[i].name,
                    ctext_real(emission->arena, use->arguments[i]));
    return text_string(&text);
}

void emit_activate(struct emission *emission, const struct node *node)
{
    struct ctext *c = &emission->c;
    const struct activation_facts *facts =
        activation_facts(node->activation.kind);
    struct nest nest = {.arena = emission->arena, .c = c};
    bool in_place = node_is_in_place(node);
    const char *from = in_place ? "y" : "x";
    emit_layer_comment(emission, node->layer, "y = %s%s",
                       activation_formula(emission, &node->activation),
                       in_place ? ", in place" : "");
    emit_node_head(emission, node);
    long long channels = node->y->shape.size[node->y->shape.rank - 1];
    if (facts->is_row) {
        nest_loop(&nest, "for (int n = 0; n < TILE; n++)");
        nest_loop(&nest, "for (int i = 0; i < %lld; i += %lld)",
                  values_of(node->y), channels);
        nest_statement(&nest);
        ctext_line(c, "%s(%lld, &%s[n][i], &y[n][i]);", facts->forward,
                   channels, from);
    } else {
        const char *at =
            open_values(emission, &nest, node->by_sample, values_of(node->y));
        nest_statement(&nest);
        ctext_line(
            c, "y%s = %s;", at,
            activation_call(emission, facts->forward, &node->activation,
                            arena_printf(emission->arena, "%s%s", from, at)));
    }
    nest_end(&nest);
    ctext_close(c, "");
}

void emit_slope(struct emission *emission, const struct node *node)
{
    struct ctext *c = &emission->c;
    const struct activation_facts *facts =
        activation_facts(node->activation.kind);
    struct nest nest = {.arena = emission->arena, .c = c};
    bool in_place = node_is_in_place(node);
    const char *to = in_place ? "dy" : "dz";
    emit_layer_comment(emission, node->layer,
                       "dz = dy * the slope of %s at %s%s", facts->word,
                       facts->needs_input ? "its input y" : "its output y",
                       in_place ? ", in place" : "");
    emit_node_head(emission, node);
    long long channels = node->dx->shape.size[node->dx->shape.rank - 1];
    if (facts->is_row) {
        nest_loop(&nest, "for (int n = 0; n < TILE; n++)");
        nest_loop(&nest, "for (int i = 0; i < %lld; i += %lld)",
                  values_of(node->dx), channels);
        nest_statement(&nest);
        ctext_line(c, "%s(%lld, &y[n][i], &dy[n][i], &%s[n][i]);", facts->slope,
                   channels, to);
    } else {
        const char *at =
            open_values(emission, &nest, node->by_sample, values_of(node->dx));
        const char *slope =
            activation_call(emission, facts->slope, &node->activation,
                            arena_printf(emission->arena, "y%s", at));
        nest_statement(&nest);
        if (in_place)
            ctext_line(c, "dy%s *= %s;", at, slope);
        else
            ctext_line(c, "dz%s = dy%s * %s;", at, at, slope);
    }
    nest_end(&nest);
    ctext_close(c, "");
}

/* ---- inputs joined value by value ------------------------------------- */

void emit_joined(struct emission *emission, const struct node *node,
                 const char *sign, const char *behind)
{
    struct nest nest;
    const char *at =
        open_values(emission, &nest, node->by_sample, values_of(node->y));
    struct text text = text_new(emission->arena);
    for (int i = 0; i < node->n_inputs; i++)
        text_printf(&text, "%s%s%s", i ? sign : "", input_name(emission, i),
                    at);
    nest_statement(&nest);
    ctext_line(&emission->c, behind ? "y%s = (%s)%s;" : "y%s = %s%s;", at,
               text_string(&text), behind ? behind : "");
    nest_end(&nest);
}

void emit_sum(struct emission *emission, const struct node *node)
{
    emit_layer_comment(emission, node->layer,
                       "what those that read it give back, together");
    emit_node_head(emission, node);
    emit_joined(emission, node, " + ", NULL);
    ctext_close(&emission->c, "");
}

/* ---- copies ----------------------------------------------------------- */

const char *open_images(struct emission *emission, struct nest *nest,
                        bool by_sample)
{
    *nest = (struct nest){.arena = emission->arena, .c = &emission->c};
    if (!by_sample)
        nest_loop(nest, "for (int n = 0; n < TILE; n++)");
    return by_sample ? "" : "[n]";
}

const char *numbers_text(struct emission *emission, bool by_sample,
                         int64_t count)
{
    const struct expr *numbers = expr_constant(emission->arena, count);
    if (by_sample)
        numbers = expr_multiply(numbers, expr_name(emission->arena, "TILE"));
    return expr_text(numbers);
}

void emit_pad_call(struct emission *emission, const struct node *node,
                   const struct shape *inner, const int64_t margins[N_SIDES],
                   const char *from, const char *to)
{
    struct arena *arena = emission->arena;
    struct nest nest;
    int64_t channels = inner->size[2];
    const char *at = open_images(emission, &nest, node->by_sample);
    const char *const arguments[] = {
        arena_printf(arena, "%lld", (long long)inner->size[0]),
        numbers_text(emission, node->by_sample, inner->size[1] * channels),
        arena_printf(arena, "%lld", (long long)margins[TOP]),
        numbers_text(emission, node->by_sample, margins[LEFT] * channels),
        arena_printf(arena, "%lld", (long long)margins[BOTTOM]),
        numbers_text(emission, node->by_sample, margins[RIGHT] * channels),
        arena_printf(arena, "%s%s", from, at),
        arena_printf(arena, "%s%s", to, at)};
    nest_statement(&nest);
    ctext_call(&emission->c, "guss_pad", arguments, 8);
    nest_end(&nest);
}

void emit_crop_call(struct emission *emission, const struct node *node,
                    const struct shape *inner, const int64_t margins[N_SIDES],
                    const char *from, const char *to)
{
    struct arena *arena = emission->arena;
    struct nest nest;
    int64_t channels = inner->size[2];
    int64_t width = margins[LEFT] + inner->size[1] + margins[RIGHT];
    const char *at = open_images(emission, &nest, node->by_sample);
    const char *const arguments[] = {
        arena_printf(arena, "%lld", (long long)inner->size[0]),
        numbers_text(emission, node->by_sample, inner->size[1] * channels),
        numbers_text(emission, node->by_sample,
                     (margins[TOP] * width + margins[LEFT]) * channels),
        numbers_text(emission, node->by_sample, width * channels),
        arena_printf(arena, "%s%s", from, at),
        arena_printf(arena, "%s%s", to, at)};
    nest_statement(&nest);
    ctext_call(&emission->c, "guss_crop", arguments, 6);
    nest_end(&nest);
}

void emit_pad(struct emission *emission, const struct node *node)
{
    const int64_t *margins = node->y->margins;
    ctext_comment(&emission->c,
                  "Zeros around an image: %lld above, %lld left, %lld below, "
                  "%lld right; y[%s].",
                  (long long)margins[TOP], (long long)margins[LEFT],
                  (long long)margins[BOTTOM], (long long)margins[RIGHT],
                  tensor_extents(emission, node->y));
    emit_node_head(emission, node);
    emit_pad_call(emission, node, &node->x->shape, margins, "x", "y");
    ctext_close(&emission->c, "");
}

void emit_transpose(struct emission *emission, const struct node *node)
{
    struct arena *arena = emission->arena;
    bool to_vectors = node->y->by_sample;
    const char *values =
        arena_printf(arena, "%lld", (long long)values_of(node->x));
    const char *stride =
        arena_printf(arena, "%lld", (long long)row_stride(values_of(node->x)));
    ctext_comment(&emission->c, to_vectors
                                    ? "Rows of samples to vectors of samples."
                                    : "Vectors of samples to rows of samples.");
    emit_node_head(emission, node);
    const char *const arguments[] = {"TILE", values, to_vectors ? "x[0]" : "x",
                                     to_vectors ? stride : "y[0]",
                                     to_vectors ? "y" : stride};
    ctext_call(&emission->c,
               to_vectors ? "guss_rows_to_vectors" : "guss_vectors_to_rows",
               arguments, 5);
    ctext_close(&emission->c, "");
}
