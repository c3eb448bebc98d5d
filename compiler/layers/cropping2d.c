/* Cropping2D(cropping=0): the image without rows and columns at its edges. */
#include "compiler/layers/image.h"

static const struct parameter parameters[] = {
    {.name = "cropping",
     .type = PARAMETER_MARGINS,
     .preset = {.kind = VALUE_INTEGER, .integer = 0}},
    {.name = "data_format", .type = PARAMETER_REFUSED},
};

static void infer(struct inference *inference)
{
    static const char *const extents[] = {"height", "width"};
    struct layer *layer = inference->layer;
    if (!infer_is_image(inference))
        return;
    const struct shape *input = &layer->inputs[0]->shape;
    const struct value *margins = layer_argument(layer, "cropping")->items;
    struct shape output = *input;
    for (int axis = 0; axis < 2; axis++) {
        long long in = input->size[axis], first = margins[2 * axis].integer,
                  last = margins[2 * axis + 1].integer;
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

const struct layer_kind layer_cropping2d = {
    .name = "Cropping2D",
    .stem = "cropping2d",
    .parameters = parameters,
    .n_parameters = sizeof parameters / sizeof parameters[0],
    .least_inputs = 1,
    .most_inputs = 1,
    .infer = infer,
};
