/* GlobalMaxPooling2D(): the largest value of each channel over the whole
 * image. */
#include "compiler/emit/emit.h"
#include "compiler/layers/image.h"

static const struct parameter parameters[] = {
    {.name = "data_format", .type = PARAMETER_REFUSED},
    {.name = "keepdims", .type = PARAMETER_REFUSED},
};

/* One window, as large as the image. */
static void emit_shape(struct emission *emission, const struct node *node)
{
    const int64_t *in = node->layer->inputs[0]->shape.size;
    struct ctext *c = &emission->c;
    ctext_open(c, "static const struct guss_pool p =");
    ctext_line(c, ".image = {%lld, %lld},", (long long)in[0], (long long)in[1]);
    ctext_line(c, ".out = {1, 1},");
    ctext_line(c, ".window = {%lld, %lld},", (long long)in[0],
               (long long)in[1]);
    ctext_line(c, ".stride = {1, 1},");
    ctext_line(c, ".run = %s,", numbers_text(emission, node->by_sample, in[2]));
    ctext_close(c, ";");
}

static void emit_forward(struct emission *emission, const struct node *node)
{
    static const char *const images[] = {"x", "y"};
    emit_layer_comment(emission, node->layer,
                       "y = the largest value of each channel of x[%s]",
                       tensor_extents(emission, node->x));
    emit_node_head(emission, node);
    emit_shape(emission, node);
    emit_image_call(emission, node, "guss_max_pool", "&p", images, 2);
    ctext_close(&emission->c, "");
}

static void emit_backward(struct emission *emission, const struct node *node)
{
    static const char *const images[] = {"x", "y", "dy", "dx"};
    emit_layer_comment(emission, node->layer,
                       "dx = dy at the first place of each channel's largest "
                       "value, else 0");
    emit_node_head(emission, node);
    emit_shape(emission, node);
    emit_image_call(emission, node, "guss_max_pool_backward",
                    max_backward_arguments(node), images, 4);
    ctext_close(&emission->c, "");
}

const struct layer_kind layer_global_max_pooling2d = {
    .name = "GlobalMaxPooling2D",
    .stem = "global_max_pooling2d",
    .parameters = parameters,
    .n_parameters = sizeof parameters / sizeof parameters[0],
    .least_inputs = 1,
    .most_inputs = 1,
    .infer = infer_global_pooling,
    .applies_slope = true,
    .backward_reads_input = true,
    .backward_reads_output = true,
    .emit_forward = emit_forward,
    .emit_backward = emit_backward,
};
