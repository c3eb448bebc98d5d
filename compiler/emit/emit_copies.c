/* Values copied to other places: inputs behind each other, margins added and
 * taken away, pixels repeated or interpolated. */
#include "compiler/emit/operations.h"

/* ---- inputs behind each other ---------------------------------------------- */

/* A call that copies input number i to its place in the output, or the part of
 * dy that is its gradient back. */
static void emit_copy(struct emission *emission, const struct node *node, int i,
                      bool back)
{
    struct arena *arena = emission->arena;
    const struct concatenation *blocks = &node->operation->concatenation;
    int64_t whole = 0, before = 0;
    for (int j = 0; j < node->operation->n_inputs; j++) {
        before += j < i ? blocks->numbers[j] : 0;
        whole += blocks->numbers[j];
    }
    struct nest nest;
    const char *at = open_images(emission, &nest, node->by_sample);
    const char *part =
        numbers_text(emission, node->by_sample, blocks->numbers[i]);
    const char *all = numbers_text(emission, node->by_sample, whole);
    const char *offset =
        before ? arena_printf(arena, " + %s",
                              numbers_text(emission, node->by_sample, before))
               : "";
    const char *one =
        arena_printf(arena, "%s%s", back ? "dx" : input_name(emission, i), at);
    const char *joined =
        arena_printf(arena, "%s%s%s", back ? "dy" : "y", at, offset);
    const char *const arguments[] = {
        arena_printf(arena, "%lld", (long long)blocks->blocks),
        part,
        back ? all : part,
        back ? joined : one,
        back ? part : all,
        back ? one : joined};
    nest_statement(&nest);
    ctext_call(&emission->c, "guss_copy_blocks", arguments, 6);
    nest_end(&nest);
}

void emit_concatenate(struct emission *emission, const struct node *node)
{
    emit_layer_comment(emission, node->layer,
                       "y[%s] = its inputs behind each other",
                       tensor_extents(emission, node->y));
    emit_node_head(emission, node);
    for (int i = 0; i < node->n_inputs; i++)
        emit_copy(emission, node, i, false);
    ctext_close(&emission->c, "");
}

void emit_concatenate_backward(struct emission *emission,
                               const struct node *node)
{
    emit_layer_comment(emission, node->layer,
                       "dx = the part of dy that is input number %d",
                       node->input + 1);
    emit_node_head(emission, node);
    emit_copy(emission, node, node->input, true);
    ctext_close(&emission->c, "");
}

/* ---- margins ----------------------------------------------------------------- */

void emit_crop(struct emission *emission, const struct node *node)
{
    const struct operation *operation = node->operation;
    emit_layer_comment(
        emission, node->layer, "y[%s] = x[%s] without its margins",
        tensor_extents(emission, node->y), tensor_extents(emission, node->x));
    emit_node_head(emission, node);
    emit_crop_call(emission, node, &operation->shape, operation->margins, "x",
                   "y");
    ctext_close(&emission->c, "");
}

void emit_crop_backward(struct emission *emission, const struct node *node)
{
    const struct operation *operation = node->operation;
    emit_layer_comment(emission, node->layer, "dx = dy with zeros around it");
    emit_node_head(emission, node);
    emit_pad_call(emission, node, &operation->shape, operation->margins, "dy",
                  "dx");
    ctext_close(&emission->c, "");
}

void emit_margins(struct emission *emission, const struct node *node)
{
    const struct operation *operation = node->operation;
    emit_layer_comment(
        emission, node->layer, "y[%s] = x[%s] with zeros around it",
        tensor_extents(emission, node->y), tensor_extents(emission, node->x));
    emit_node_head(emission, node);
    emit_pad_call(emission, node, &operation->input, operation->margins, "x",
                  "y");
    ctext_close(&emission->c, "");
}

void emit_margins_backward(struct emission *emission, const struct node *node)
{
    const struct operation *operation = node->operation;
    emit_layer_comment(emission, node->layer, "dx = dy without its margins");
    emit_node_head(emission, node);
    emit_crop_call(emission, node, &operation->input, operation->margins, "dy",
                   "dx");
    ctext_close(&emission->c, "");
}

/* ---- larger images ----------------------------------------------------------- */

/* "14, 14, 2, 2, 8": the image, how often, and the numbers of a pixel. */
static const char *resampling_sizes(struct emission *emission,
                                    const struct node *node)
{
    const struct operation *operation = node->operation;
    const int64_t *in = operation->input.size, *times = operation->times;
    return arena_printf(emission->arena, "%lld, %lld, %lld, %lld, %s",
                        (long long)in[0], (long long)in[1], (long long)times[0],
                        (long long)times[1],
                        numbers_text(emission, node->by_sample, in[2]));
}

void emit_resample(struct emission *emission, const struct node *node)
{
    static const char *const images[] = {"x", "y"};
    bool repeats = node->operation->primitive == PRIMITIVE_REPEAT;
    emit_layer_comment(emission, node->layer,
                       repeats ? "y[%s] = copies of each pixel of x"
                               : "y[%s] = x between its pixels' centres",
                       tensor_extents(emission, node->y));
    emit_node_head(emission, node);
    emit_image_call(emission, node, repeats ? "guss_upsample" : "guss_bilinear",
                    resampling_sizes(emission, node), images, 2);
    ctext_close(&emission->c, "");
}

void emit_resample_backward(struct emission *emission, const struct node *node)
{
    static const char *const images[] = {"dy", "dx"};
    bool repeats = node->operation->primitive == PRIMITIVE_REPEAT;
    emit_layer_comment(emission, node->layer,
                       "dx = the sum of what a pixel's copies give back");
    emit_node_head(emission, node);
    emit_image_call(emission, node,
                    repeats ? "guss_upsample_backward"
                            : "guss_bilinear_backward",
                    resampling_sizes(emission, node), images, 2);
    ctext_close(&emission->c, "");
}
