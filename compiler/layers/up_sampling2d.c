/* UpSampling2D(size=2): each pixel becomes size[0] x size[1] pixels, copies of
 * it (nearest) or interpolated between the centres of pixels (bilinear). */
#include "compiler/layers/image.h"

static const char *const interpolations[] = {"nearest", "bilinear", NULL};

static const struct parameter own_size = {
    .name = "size",
    .type = PARAMETER_PAIR,
    .preset = {.kind = VALUE_INTEGER, .integer = 2},
    .least = 1};
static const struct parameter own_interpolation = {
    .name = "interpolation",
    .type = PARAMETER_WORD,
    .preset = {.kind = VALUE_WORD, .word = "nearest"},
    .words = interpolations};

static void infer(struct inference *inference)
{
    struct layer *layer = inference->layer;
    int64_t size[2];
    layer_pair(layer, "size", size);
    layer->shape = layer->inputs[0]->shape;
    for (int axis = 0; axis < 2; axis++) {
        layer->how[axis] = arena_printf(inference->arena, "%lld * %lld",
                                        (long long)layer->shape.size[axis],
                                        (long long)size[axis]);
        layer->shape.size[axis] *= size[axis];
    }
}

static void lower(struct lowering *lowering)
{
    const struct layer *layer = lowering->layer;
    bool is_bilinear = layer_word_is(layer, "interpolation", "bilinear");
    struct operation resample = {
        .primitive = is_bilinear ? PRIMITIVE_INTERPOLATE : PRIMITIVE_REPEAT};
    layer_pair(layer, "size", resample.times);
    lower_operation(lowering, resample);
}

const struct layer_kind layer_up_sampling2d = {
    .name = "UpSampling2D",
    .stem = "up_sampling2d",
    .input_rank = 3,
    .parameters = {&own_size, REFUSED("data_format"), &own_interpolation},
    .infer = infer,
    .lower = lower,
};
