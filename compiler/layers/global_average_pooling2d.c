/* GlobalAveragePooling2D(): the mean of each channel over the whole image. */
#include "compiler/emit/emit.h"
#include "compiler/layers/image.h"

static const struct parameter parameters[] = {
    {.name = "data_format", .type = PARAMETER_REFUSED},
    {.name = "keepdims", .type = PARAMETER_REFUSED},
};

/* "49, 16": pixels and the numbers of each. */
static const char *sizes(struct emission *emission, const struct node *node)
{
    const int64_t *in = node->layer->inputs[0]->shape.size;
    return arena_printf(emission->arena, "%lld, %s", (long long)(in[0] * in[1]),
                        numbers_text(emission, node->by_sample, in[2]));
}

static void emit_forward(struct emission *emission, const struct node *node)
{
    static const char *const images[] = {"x", "y"};
    emit_layer_comment(emission, node->layer,
                       "y = the mean of each channel of x[%s]",
                       tensor_extents(emission, node->x));
    emit_node_head(emission, node);
    emit_image_call(emission, node, "guss_global_average",
                    sizes(emission, node), images, 2);
    ctext_close(&emission->c, "");
}

static void emit_backward(struct emission *emission, const struct node *node)
{
    static const char *const images[] = {"dy", "dx"};
    emit_layer_comment(emission, node->layer,
                       "dx = dy, shared between the pixels");
    emit_node_head(emission, node);
    emit_image_call(emission, node, "guss_global_average_backward",
                    sizes(emission, node), images, 2);
    ctext_close(&emission->c, "");
}

const struct layer_kind layer_global_average_pooling2d = {
    .name = "GlobalAveragePooling2D",
    .stem = "global_average_pooling2d",
    .parameters = parameters,
    .n_parameters = sizeof parameters / sizeof parameters[0],
    .least_inputs = 1,
    .most_inputs = 1,
    .infer = infer_global_pooling,
    .emit_forward = emit_forward,
    .emit_backward = emit_backward,
};
