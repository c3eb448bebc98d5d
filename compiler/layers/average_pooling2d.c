/* AveragePooling2D(pool_size=2): the mean of each window, channel by
 * channel. With padding=same it is the mean of the real pixels alone. */
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
                       "y[%s] = the mean of each "
                       "window of x[%s]",
                       tensor_extents(emission, node->y),
                       tensor_extents(emission, node->x));
    emit_node_head(emission, node);
    emit_pool_shape(emission, node);
    emit_image_call(emission, node, "guss_average_pool", "&p", images, 2);
    ctext_close(&emission->c, "");
}

static void emit_backward(struct emission *emission, const struct node *node)
{
    static const char *const images[] = {"dy", "dx"};
    emit_layer_comment(emission, node->layer,
                       "dx = each window's dy, shared between its pixels");
    emit_node_head(emission, node);
    emit_pool_shape(emission, node);
    emit_image_call(emission, node, "guss_average_pool_backward", "&p", images,
                    sizeof images / sizeof images[0]);
    ctext_close(&emission->c, "");
}

const struct layer_kind layer_average_pooling2d = {
    .name = "AveragePooling2D",
    .stem = "average_pooling2d",
    .parameters = parameters,
    .n_parameters = sizeof parameters / sizeof parameters[0],
    .least_inputs = 1,
    .most_inputs = 1,
    .infer = infer_pooling,
    .arithmetic = pooling_arithmetic,
    .emit_forward = emit_forward,
    .emit_backward = emit_backward,
};
