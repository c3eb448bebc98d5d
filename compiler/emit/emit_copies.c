/* Values copied to other places: inputs behind each other, margins added and
 * taken away, pixels repeated or interpolated, rows turned to vectors. */
#include "compiler/emit/operations.h"

static const struct expr *numbers(const struct emission *emission,
                                  bool batch_innermost, int64_t count)
{
    const struct expr *values = expr_constant(emission->arena, count);
    return batch_innermost
               ? expr_multiply(values, expr_name(emission->arena, "TILE"))
               : values;
}

const char *numbers_text(struct emission *emission, bool batch_innermost,
                         int64_t count)
{
    return expr_text(numbers(emission, batch_innermost, count));
}

/* ---- inputs behind each other ---------------------------------------------- */

/* Where the part of an image that is input number i of `node` begins, of which
 * the function knows the memory as `name`; numbers from one block of it to the
 * next. */
static const char *emit_block(struct emission *emission,
                              const struct node *node,
                              const struct tensor *joined, const char *name,
                              int i, const char **step)
{
    const struct concatenation *blocks = &node->operation->concatenation;
    int64_t all = 0, before = joined->before;
    for (int j = 0; j < node->operation->n_inputs; j++) {
        before += j < i ? blocks->numbers[j] : 0;
        all += blocks->numbers[j];
    }
    if (joined->whole)
        all = joined->whole->shape.size[2];
    *step = numbers_text(emission, node->batch_innermost, all);
    return expr_text(
        expr_add(expr_name(emission->arena, name),
                 numbers(emission, node->batch_innermost, before)));
}

/* A call that copies input number i, the image `part`, to its place in the
 * output, or the part of dy that is its gradient back. */
static void emit_copy(struct emission *emission, const struct node *node, int i,
                      bool back)
{
    struct arena *arena = emission->arena;
    const struct concatenation *blocks = &node->operation->concatenation;
    const struct tensor *input = back ? node->dx : node->inputs[i];
    const char *n = open_images(emission, node->batch_innermost);
    const char *numbers_of_part =
        numbers_text(emission, node->batch_innermost, blocks->numbers[i]);
    const char *joined_step, *step = numbers_of_part;
    const char *joined = emit_block(
        emission, node, back ? node->dy : node->y,
        arena_printf(arena, "%s%s", back ? "dy" : "y", n), i, &joined_step);
    const struct expr *own =
        expr_name(arena, back ? arena_printf(arena, "dx%s", n)
                              : arena_printf(arena, "x%d%s", i + 1, n));
    if (input->whole) {
        step = numbers_text(emission, node->batch_innermost,
                            input->whole->shape.size[2]);
        own = expr_add(own,
                       numbers(emission, node->batch_innermost, input->before));
    }
    ctext_line(&emission->c, "guss_copy_blocks(%lld, %s, %s, %s, %s, %s);",
               (long long)blocks->blocks, numbers_of_part,
               back ? joined_step : step, back ? joined : expr_text(own),
               back ? step : joined_step, back ? expr_text(own) : joined);
}

void emit_concatenate(struct emission *emission, const struct node *node)
{
    bool has_placed = false;
    for (int i = 0; i < node->n_inputs; i++)
        has_placed |= node_input_is_placed(node, i);
    open_node(emission, node, "y[%s] = its inputs behind each other%s",
              tensor_extents(emission, node->y),
              has_placed ? ", of which some lie there" : "");
    for (int i = 0; i < node->n_inputs; i++)
        if (!node_input_is_placed(node, i))
            emit_copy(emission, node, i, false);
}

void emit_concatenate_backward(struct emission *emission,
                               const struct node *node)
{
    open_node(emission, node, "dx = the part of dy that is input number %d",
              node->input + 1);
    emit_copy(emission, node, node->input, true);
}

/* ---- margins ----------------------------------------------------------------- */

/* The image `from` of the shape `inner` with zeros around it to `to`. */
static void emit_padding(struct emission *emission, bool batch_innermost,
                         const struct shape *inner,
                         const int64_t margins[N_SIDES], const char *from,
                         const char *to)
{
    int64_t channels = inner->size[2];
    const char *n = open_images(emission, batch_innermost);
    ctext_line(
        &emission->c, "guss_pad(%lld, %s, %lld, %s, %lld, %s, %s%s, %s%s);",
        (long long)inner->size[0],
        numbers_text(emission, batch_innermost, inner->size[1] * channels),
        (long long)margins[TOP],
        numbers_text(emission, batch_innermost, margins[LEFT] * channels),
        (long long)margins[BOTTOM],
        numbers_text(emission, batch_innermost, margins[RIGHT] * channels),
        from, n, to, n);
}

/* The other way round: what the zeros of `from` are around. */
static void emit_cropping(struct emission *emission, bool batch_innermost,
                          const struct shape *inner,
                          const int64_t margins[N_SIDES], const char *from,
                          const char *to)
{
    int64_t channels = inner->size[2];
    int64_t width = margins[LEFT] + inner->size[1] + margins[RIGHT];
    int64_t before = margins[TOP] * width + margins[LEFT];
    const char *n = open_images(emission, batch_innermost);
    ctext_line(
        &emission->c, "guss_crop(%lld, %s, %s, %s, %s%s, %s%s);",
        (long long)inner->size[0],
        numbers_text(emission, batch_innermost, inner->size[1] * channels),
        numbers_text(emission, batch_innermost, before * channels),
        numbers_text(emission, batch_innermost, width * channels), from, n, to,
        n);
}

/* PRIMITIVE_PAD and PRIMITIVE_CROP: one is the gradient of the other. */
void emit_margins(struct emission *emission, const struct node *node)
{
    const struct operation *operation = node->operation;
    bool is_pad = operation->primitive == PRIMITIVE_PAD;
    bool backward = node->kind == NODE_BACKWARD, pads = is_pad != backward;
    const char *from = backward ? "dy" : "x", *to = backward ? "dx" : "y";
    open_node(emission, node, "%s[%s] = %s[%s] %s", to,
              tensor_extents(emission, backward ? node->dx : node->y), from,
              tensor_extents(emission, backward ? node->dy : node->x),
              pads ? "with zeros around it" : "without its margins");
    (pads ? emit_padding : emit_cropping)(emission, node->batch_innermost,
                                          is_pad ? &operation->input
                                                 : &operation->shape,
                                          operation->margins, from, to);
}

/* Zeros that a convolution wants around the image it reads: around a copy, or
 * where the image is there already. */
void emit_pad(struct emission *emission, const struct node *node)
{
    const int64_t *margins = node->y->margins, *size = node->y->shape.size;
    bool batch_innermost = node->batch_innermost;
    ctext_comment(&emission->c,
                  "Zeros around an image%s: %lld above, %lld left, %lld below, "
                  "%lld right; y[%s].",
                  node->x ? "" : " that is there", (long long)margins[TOP],
                  (long long)margins[LEFT], (long long)margins[BOTTOM],
                  (long long)margins[RIGHT], tensor_extents(emission, node->y));
    emit_node_head(emission, node);
    if (node->x) {
        emit_padding(emission, batch_innermost, &node->y->shape, margins, "x",
                     "y");
        return;
    }
    const char *n = open_images(emission, batch_innermost);
    ctext_line(
        &emission->c, "guss_zero_margins(%lld, %s, %lld, %s, %lld, %s, y%s);",
        (long long)size[0],
        numbers_text(emission, batch_innermost, size[1] * size[2]),
        (long long)margins[TOP],
        numbers_text(emission, batch_innermost, margins[LEFT] * size[2]),
        (long long)margins[BOTTOM],
        numbers_text(emission, batch_innermost, margins[RIGHT] * size[2]), n);
}

/* ---- larger images ----------------------------------------------------------- */

/* PRIMITIVE_REPEAT and PRIMITIVE_INTERPOLATE, forward and backward: a call with
 * the image's extents, how often each pixel is repeated, and the numbers of
 * one. */
void emit_resample(struct emission *emission, const struct node *node)
{
    const struct operation *operation = node->operation;
    const int64_t *in = operation->input.size, *times = operation->times;
    bool repeats = operation->primitive == PRIMITIVE_REPEAT;
    bool backward = node->kind == NODE_BACKWARD;
    if (backward)
        open_node(emission, node,
                  "dx = the sum of what a pixel's copies give back");
    else
        open_node(emission, node,
                  repeats ? "y[%s] = copies of each pixel of x"
                          : "y[%s] = x between its pixels' centres",
                  tensor_extents(emission, node->y));
    const char *n = open_images(emission, node->batch_innermost);
    ctext_line(&emission->c, "%s%s(%lld, %lld, %lld, %lld, %s, %s%s, %s%s);",
               repeats ? "guss_upsample" : "guss_bilinear",
               backward ? "_backward" : "", (long long)in[0], (long long)in[1],
               (long long)times[0], (long long)times[1],
               numbers_text(emission, node->batch_innermost, in[2]),
               backward ? "dy" : "x", n, backward ? "dx" : "y", n);
}

/* ---- layouts ----------------------------------------------------------------- */

void emit_transpose(struct emission *emission, const struct node *node)
{
    struct ctext *c = &emission->c;
    long long values = tensor_values(node->x), stride = row_stride(values);
    bool to_vectors = node->y->batch_innermost;
    ctext_comment(c, to_vectors ? "Rows of samples to vectors of samples."
                                : "Vectors of samples to rows of samples.");
    emit_node_head(emission, node);
    if (to_vectors)
        ctext_line(c, "guss_rows_to_vectors(TILE, %lld, x[0], %lld, y);",
                   values, stride);
    else
        ctext_line(c, "guss_vectors_to_rows(TILE, %lld, x, y[0], %lld);",
                   values, stride);
}
