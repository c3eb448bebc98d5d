/* Shapes of layers over images: how many positions a window has (Keras's
 * conv_output_length), what does not fit and why. Pairs hold numbers from 1 to
 * 2^31, so that products of two of them fit in 64 bits. */
#include "compiler/layers/image.h"

struct window layer_window(const struct layer *layer, const char *size)
{
    struct window window = {.dilation = {1, 1},
                            .is_same = layer_word_is(layer, "padding", "same")};
    layer_pair(layer, size, window.size);
    layer_pair(layer, "strides", window.stride);
    return window;
}

bool infer_is_image(struct inference *inference)
{
    const struct layer *layer = inference->layer;
    const struct shape *input = &layer->inputs[0]->shape;
    if (input->rank == 3)
        return true;
    diag_error(inference->diags, layer->where,
               "%s wants (height, width, channels), not %s", layer->kind->name,
               shape_text(inference->arena, input));
    infer_note_input(inference, 0);
    return false;
}

/* ---- windows --------------------------------------------------------- */

const char *margins_arithmetic(struct arena *arena, const struct layer *layer,
                               const char *name, char sign, int axis)
{
    const struct value *margins = layer_argument(layer, name)->items;
    if (axis > 1)
        return NULL;
    return arena_printf(arena, "%lld %c %lld %c %lld",
                        (long long)layer->inputs[0]->shape.size[axis], sign,
                        (long long)margins[2 * axis].integer, sign,
                        (long long)margins[2 * axis + 1].integer);
}

const char *window_arithmetic(struct arena *arena, const struct layer *layer,
                              const struct window *window, int axis)
{
    if (axis > 1)
        return NULL;
    long long in = layer->inputs[0]->shape.size[axis],
              stride = window->stride[axis];
    return window->is_same
               ? arena_printf(arena, "ceil(%lld / %lld)", in, stride)
               : arena_printf(arena, "floor((%lld - %lld) / %lld) + 1", in,
                              (long long)window_span(window, axis), stride);
}

static void report_misfit(struct inference *inference,
                          const struct window *window, const char *size,
                          int axis)
{
    const struct layer *layer = inference->layer;
    const struct shape *input = &layer->inputs[0]->shape;
    const char *covers = "";
    long long in = input->size[axis], span = window_span(window, axis),
              stride = window->stride[axis];
    if (window->dilation[0] > 1 || window->dilation[1] > 1)
        covers = arena_printf(
            inference->arena,
            " with 'dilation_rate' (%lld, %lld) covers %lldx%lld and",
            (long long)window->dilation[0], (long long)window->dilation[1],
            (long long)window_span(window, 0),
            (long long)window_span(window, 1));
    diag_error(inference->diags, layer_argument_where(layer, size),
               "a %lldx%lld window%s does not fit into %s: %s = %lld",
               (long long)window->size[0], (long long)window->size[1], covers,
               shape_text(inference->arena, input),
               window_arithmetic(inference->arena, layer, window, axis),
               -((span - in - 1) / stride));
    infer_note_input(inference, 0);
}

bool infer_window(struct inference *inference, const struct window *window,
                  const char *size, struct shape *output)
{
    const struct shape *input = &inference->layer->inputs[0]->shape;
    for (int axis = 0; axis < 2; axis++) {
        int64_t in = input->size[axis], span = window_span(window, axis);
        if (!window->is_same && in < span) {
            report_misfit(inference, window, size, axis);
            return false;
        }
        int64_t free = window->is_same ? in - 1 : in - span;
        output->size[axis] = free / window->stride[axis] + 1;
    }
    return true;
}

/* ---- convolutions ---------------------------------------------------- */

struct window convolution_window(const struct layer *layer)
{
    struct window window = layer_window(layer, "kernel_size");
    layer_pair(layer, "dilation_rate", window.dilation);
    return window;
}

bool infer_convolution_window(struct inference *inference,
                              struct window *window)
{
    const struct layer *layer = inference->layer;
    *window = convolution_window(layer);
    bool strides = window->stride[0] > 1 || window->stride[1] > 1;
    bool dilates = window->dilation[0] > 1 || window->dilation[1] > 1;
    if (!strides || !dilates)
        return true;
    diag_error(inference->diags, layer_argument_where(layer, "dilation_rate"),
               "%s takes 'strides' or a 'dilation_rate' above 1, not both: "
               "they are (%lld, %lld) and (%lld, %lld)",
               layer->kind->name, (long long)window->stride[0],
               (long long)window->stride[1], (long long)window->dilation[0],
               (long long)window->dilation[1]);
    return false;
}

bool infer_kernel(struct inference *inference, struct shape kernel)
{
    struct layer *layer = inference->layer;
    int64_t elements = 1;
    for (int i = 0; i < kernel.rank; i++)
        if (__builtin_mul_overflow(elements, kernel.size[i], &elements) ||
            elements > MAX_ELEMENTS) {
            diag_error(inference->diags, layer->where,
                       "the kernel of '%s' would have %lld * %lld * %lld * "
                       "%lld values: 2147483648 are the most",
                       layer->name, (long long)kernel.size[0],
                       (long long)kernel.size[1], (long long)kernel.size[2],
                       (long long)kernel.size[3]);
            return false;
        }
    layer_add_weight(layer, "kernel", kernel, "kernel_initializer")->taps =
        kernel.size[0] * kernel.size[1];
    if (layer_boolean(layer, "use_bias"))
        layer_add_weight(
            layer, "bias",
            (struct shape){.rank = 1,
                           .size = {layer_integer(layer, "filters")}},
            "bias_initializer");
    return true;
}

/* ---- poolings -------------------------------------------------------- */

void infer_pooling(struct inference *inference)
{
    struct layer *layer = inference->layer;
    if (!infer_is_image(inference))
        return;
    struct window window = layer_window(layer, "pool_size");
    struct shape output = layer->inputs[0]->shape;
    if (infer_window(inference, &window, "pool_size", &output))
        layer->shape = output;
}

const char *pooling_arithmetic(struct arena *arena, const struct layer *layer,
                               int axis)
{
    struct window window = layer_window(layer, "pool_size");
    return window_arithmetic(arena, layer, &window, axis);
}

void infer_global_pooling(struct inference *inference)
{
    struct layer *layer = inference->layer;
    if (infer_is_image(inference))
        layer->shape = (struct shape){
            .rank = 1, .size = {layer->inputs[0]->shape.size[2]}};
}

/* ---- margins --------------------------------------------------------- */

void layer_margins(const struct layer *layer, const char *name,
                   int64_t margins[N_SIDES])
{
    const struct value *items = layer_argument(layer, name)->items;
    margins[TOP] = items[0].integer;
    margins[BOTTOM] = items[1].integer;
    margins[LEFT] = items[2].integer;
    margins[RIGHT] = items[3].integer;
}
