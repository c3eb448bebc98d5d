/* UpSampling2D(size=2): each pixel becomes size[0] x size[1] pixels, copies of
 * it (nearest) or interpolated between the centres of pixels (bilinear). */
#include "compiler/emit/emit.h"
#include "compiler/layers/image.h"

static const char *const interpolations[] = {"nearest", "bilinear", NULL};

static const struct parameter parameters[] = {
    {.name = "size",
     .type = PARAMETER_PAIR,
     .preset = {.kind = VALUE_INTEGER, .integer = 2},
     .least = 1},
    {.name = "data_format", .type = PARAMETER_REFUSED},
    {.name = "interpolation",
     .type = PARAMETER_WORD,
     .preset = {.kind = VALUE_WORD, .word = "nearest"},
     .words = interpolations},
};

static void infer(struct inference *inference)
{
    struct layer *layer = inference->layer;
    if (!infer_is_image(inference))
        return;
    int64_t size[2];
    layer_pair(layer, "size", size);
    layer->shape = layer->inputs[0]->shape;
    layer->shape.size[0] *= size[0];
    layer->shape.size[1] *= size[1];
}

static const char *arithmetic(struct arena *arena, const struct layer *layer,
                              int axis)
{
    int64_t size[2];
    layer_pair(layer, "size", size);
    if (axis > 1)
        return NULL;
    return arena_printf(arena, "%lld * %lld",
                        (long long)layer->inputs[0]->shape.size[axis],
                        (long long)size[axis]);
}

/* "14, 14, 2, 2, 8": the image, how often, and the numbers of a pixel. */
static const char *sizes(struct emission *emission, const struct node *node)
{
    const int64_t *in = node->layer->inputs[0]->shape.size;
    int64_t size[2];
    layer_pair(node->layer, "size", size);
    return arena_printf(emission->arena, "%lld, %lld, %lld, %lld, %s",
                        (long long)in[0], (long long)in[1], (long long)size[0],
                        (long long)size[1],
                        numbers_text(emission, node->by_sample, in[2]));
}

static bool is_bilinear(const struct layer *layer)
{
    return layer_word_is(layer, "interpolation", "bilinear");
}

static void emit_forward(struct emission *emission, const struct node *node)
{
    static const char *const images[] = {"x", "y"};
    bool bilinear = is_bilinear(node->layer);
    emit_layer_comment(emission, node->layer,
                       bilinear ? "y[%s] = x between its pixels' centres"
                                : "y[%s] = copies of each pixel of x",
                       tensor_extents(emission, node->y));
    emit_node_head(emission, node);
    emit_image_call(emission, node,
                    bilinear ? "guss_bilinear" : "guss_upsample",
                    sizes(emission, node), images, 2);
    ctext_close(&emission->c, "");
}

static void emit_backward(struct emission *emission, const struct node *node)
{
    static const char *const images[] = {"dy", "dx"};
    emit_layer_comment(emission, node->layer,
                       "dx = the sum of what a pixel's copies give back");
    emit_node_head(emission, node);
    emit_image_call(emission, node,
                    is_bilinear(node->layer) ? "guss_bilinear_backward"
                                             : "guss_upsample_backward",
                    sizes(emission, node), images, 2);
    ctext_close(&emission->c, "");
}

static bool repeats_pixels(const struct layer *layer, int64_t times[2])
{
    layer_pair(layer, "size", times);
    return !is_bilinear(layer);
}

const struct layer_kind layer_up_sampling2d = {
    .name = "UpSampling2D",
    .stem = "up_sampling2d",
    .parameters = parameters,
    .n_parameters = sizeof parameters / sizeof parameters[0],
    .least_inputs = 1,
    .most_inputs = 1,
    .infer = infer,
    .arithmetic = arithmetic,
    .repeats_pixels = repeats_pixels,
    .emit_forward = emit_forward,
    .emit_backward = emit_backward,
};
