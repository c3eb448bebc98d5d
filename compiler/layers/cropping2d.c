/* Cropping2D(cropping=0): the image without rows and columns at its edges. */
#include "compiler/layers/image.h"

static const struct parameter own_cropping = {
    .name = "cropping",
    .type = PARAMETER_MARGINS,
    .preset = {.kind = VALUE_INTEGER, .integer = 0}};

static void infer(struct inference *inference)
{
    static const char *const extents[] = {"height", "width"};
    struct layer *layer = inference->layer;
    if (!infer_is_image(inference))
        return;
    const struct shape *input = &layer->inputs[0]->shape;
    int64_t margins[N_SIDES];
    layer_margins(layer, "cropping", margins);
    struct shape output = *input;
    for (int axis = 0; axis < 2; axis++) {
        long long in = input->size[axis];
        long long first = margins[axis == 0 ? TOP : LEFT];
        long long last = margins[axis == 0 ? BOTTOM : RIGHT];
        output.size[axis] = in - first - last;
        if (output.size[axis] >= 1)
            continue;
        diag_error(inference->diags, layer_argument_where(layer, "cropping"),
                   "nothing is left of the %s of %s: %lld - %lld - %lld = %lld",
                   extents[axis], shape_text(inference->arena, input), in,
                   first, last, in - first - last);
        infer_note_input(inference, 0);
        return;
    }
    layer->shape = output;
}

static const char *arithmetic(struct arena *arena, const struct layer *layer,
                              int axis)
{
    return margins_arithmetic(arena, layer, "cropping", '-', axis);
}

static void lower(struct lowering *lowering)
{
    struct operation crop = {.primitive = PRIMITIVE_CROP};
    layer_margins(lowering->layer, "cropping", crop.margins);
    lower_operation(lowering, crop);
}

const struct layer_kind layer_cropping2d = {
    .name = "Cropping2D",
    .stem = "cropping2d",
    .parameters = {&own_cropping, REFUSED("data_format")},
    .infer = infer,
    .arithmetic = arithmetic,
    .lower = lower,
};
