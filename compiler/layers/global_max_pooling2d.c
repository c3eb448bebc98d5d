/* GlobalMaxPooling2D(): the largest value of each channel over the whole
 * image. */
#include "compiler/layers/image.h"

static void lower(struct lowering *lowering)
{
    const int64_t *size = lowering->layer->inputs[0]->shape.size;
    struct window whole = {
        .size = {size[0], size[1]}, .stride = {1, 1}, .dilation = {1, 1}};
    lower_pooling(lowering, &whole, true);
}

const struct layer_kind layer_global_max_pooling2d = {
    .name = "GlobalMaxPooling2D",
    .stem = "global_max_pooling2d",
    .parameters = {REFUSED("data_format"), REFUSED("keepdims")},
    .infer = infer_global_pooling,
    .lower = lower,
};
