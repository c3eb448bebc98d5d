/* MaxPooling2D(pool_size=2): the largest value of each window, channel by
 * channel. Padding never wins: it counts as minus infinity. */
#include "compiler/emit/emit.h"
#include "compiler/layers/image.h"

static const struct parameter parameters[] = {
    {.name = "pool_size",
     .type = PARAMETER_PAIR,
     .preset = {.kind = VALUE_INTEGER, .integer = 2},
     .least = 1},
    {.name = "strides",
     .type = PARAMETER_PAIR,
     .preset_from = "pool_size",
     .least = 1},
    {.name = "padding",
     .type = PARAMETER_WORD,
     .preset = {.kind = VALUE_WORD, .word = "valid"},
     .words = window_paddings},
    {.name = "data_format", .type = PARAMETER_REFUSED},
};

static void emit_forward(struct emission *emission, const struct node *node)
{
    static const char *const images[] = {"x", "y"};
    emit_layer_comment(emission, node->layer,
                       "y[%s] = the largest value of each "
                       "window of x[%s]",
                       tensor_extents(emission, node->y),
                       tensor_extents(emission, node->x));
    emit_node_head(emission, node);
    emit_pool_shape(emission, node);
    emit_image_call(emission, node, "guss_max_pool", "&p", images, 2);
    ctext_close(&emission->c, "");
}

static void emit_backward(struct emission *emission, const struct node *node)
{
    static const char *const images[] = {"x", "y", "dy", "dx"};
    emit_layer_comment(
        emission, node->layer,
        "dx = dy at the first place of each window's largest value, else 0");
    emit_node_head(emission, node);
    emit_pool_shape(emission, node);
    emit_image_call(emission, node, "guss_max_pool_backward",
                    max_backward_arguments(node), images,
                    sizeof images / sizeof images[0]);
    ctext_close(&emission->c, "");
}

const struct layer_kind layer_max_pooling2d = {
    .name = "MaxPooling2D",
    .stem = "max_pooling2d",
    .parameters = parameters,
    .n_parameters = sizeof parameters / sizeof parameters[0],
    .least_inputs = 1,
    .most_inputs = 1,
    .infer = infer_pooling,
    .arithmetic = pooling_arithmetic,
    .applies_slope = true,
    .backward_reads_input = true,
    .backward_reads_output = true,
    .emit_forward = emit_forward,
    .emit_backward = emit_backward,
};
