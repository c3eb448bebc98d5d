/* Shapes of layers over images and rows: how many positions a window has
 * (Keras's conv_output_length), what does not fit and why. Sizes and steps are
 * numbers from 1 to 2^31, so that products of two of them fit in 64 bits. */
#include "compiler/layers/image.h"

/* ---- windows --------------------------------------------------------- */

static bool is_row(const struct layer *layer)
{
    return layer->kind->input_rank == 2;
}

/* The axis of an image that an axis of a layer's shape is; 2: channels. */
static int image_axis(const struct layer *layer, int axis)
{
    return is_row(layer) ? axis + 1 : axis;
}

/* Sizes as messages show them: "3x3", "3". */
static const char *size_text(struct arena *arena, const struct layer *layer,
                             int64_t height, int64_t width)
{
    return is_row(layer) ? arena_printf(arena, "%lld", (long long)width)
                         : arena_printf(arena, "%lldx%lld", (long long)height,
                                        (long long)width);
}

/* A pair as it would be written: "(2, 2)", "2". */
static const char *pair_text(struct arena *arena, const struct layer *layer,
                             const int64_t pair[2])
{
    return is_row(layer) ? arena_printf(arena, "%lld", (long long)pair[1])
                         : arena_printf(arena, "(%lld, %lld)",
                                        (long long)pair[0], (long long)pair[1]);
}

struct window layer_window(const struct layer *layer, const char *size)
{
    bool is_causal = layer_word_is(layer, "padding", "causal");
    struct window window = {.dilation = {1, 1},
                            .is_same = is_causal ||
                                       layer_word_is(layer, "padding", "same"),
                            .is_causal = is_causal};
    layer_pair(layer, size, window.size);
    layer_pair(layer, "strides", window.stride);
    if (layer_kind_parameter(layer->kind, "dilation_rate") >= 0)
        layer_pair(layer, "dilation_rate", window.dilation);
    return window;
}

static bool dilates(const struct window *window)
{
    return window->dilation[0] > 1 || window->dilation[1] > 1;
}

static void report_misfit(struct inference *inference,
                          const struct window *window, const char *size,
                          int axis)
{
    struct arena *arena = inference->arena;
    const struct layer *layer = inference->layer;
    const struct shape *input = &layer->inputs[0]->shape;
    int across = image_axis(layer, axis);
    const char *covers = "";
    if (dilates(window))
        covers = arena_printf(arena, " with 'dilation_rate' %s covers %s and",
                              pair_text(arena, layer, window->dilation),
                              size_text(arena, layer, window_span(window, 0),
                                        window_span(window, 1)));
    const char *window_size =
        size_text(arena, layer, window->size[0], window->size[1]);
    long long missing = window_span(window, across) - input->size[axis];
    diag_error(inference->diags, layer_argument_where(layer, size),
               "a %s%s%s does not fit into %s: %s = %lld",
               is_row(layer) ? "window of " : window_size,
               is_row(layer) ? window_size : " window", covers,
               shape_text(arena, input), layer->how[axis],
               -((missing - 1) / window->stride[across]));
    infer_note_input(inference, 0);
}

bool infer_window(struct inference *inference, const struct window *window,
                  const char *size, struct shape *output)
{
    struct arena *arena = inference->arena;
    struct layer *layer = inference->layer;
    const struct shape *input = &layer->inputs[0]->shape;
    for (int axis = 0; axis < input->rank - 1; axis++) {
        int across = image_axis(layer, axis);
        long long in = input->size[axis], span = window_span(window, across),
                  stride = window->stride[across];
        layer->how[axis] =
            window->is_same
                ? arena_printf(arena, "ceil(%lld / %lld)", in, stride)
                : arena_printf(arena, "floor((%lld - %lld) / %lld) + 1", in,
                               span, stride);
        if (!window->is_same && in < span) {
            report_misfit(inference, window, size, axis);
            return false;
        }
        output->size[axis] =
            (window->is_same ? in - 1 : in - span) / stride + 1;
    }
    return true;
}

/* ---- convolutions ---------------------------------------------------- */

bool infer_convolution_window(struct inference *inference,
                              struct window *window)
{
    struct arena *arena = inference->arena;
    const struct layer *layer = inference->layer;
    *window = layer_window(layer, "kernel_size");
    bool strides = window->stride[0] > 1 || window->stride[1] > 1;
    if (!strides || !dilates(window))
        return true;
    diag_error(inference->diags, layer_argument_where(layer, "dilation_rate"),
               "%s takes 'strides' or a 'dilation_rate' above 1, not both: "
               "they are %s and %s",
               layer->kind->name, pair_text(arena, layer, window->stride),
               pair_text(arena, layer, window->dilation));
    return false;
}

int64_t layer_groups(const struct layer *layer)
{
    return layer_kind_parameter(layer->kind, "groups") >= 0 &&
                   layer_argument(layer, "groups")->kind == VALUE_INTEGER
               ? layer_integer(layer, "groups")
               : 1;
}

/* Keras's order: (height, width, in, filters), (steps, in, filters). */
static struct shape kernel_shape(const struct layer *layer,
                                 const struct window *window, int64_t in,
                                 int64_t filters)
{
    struct shape kernel = {0};
    if (!is_row(layer))
        kernel.size[kernel.rank++] = window->size[0];
    kernel.size[kernel.rank++] = window->size[1];
    kernel.size[kernel.rank++] = in;
    kernel.size[kernel.rank++] = filters;
    return kernel;
}

/* True where so many channels can be cut into 'groups' of one size. */
static bool divides(struct inference *inference, int64_t groups,
                    int64_t channels, const char *what)
{
    if (channels % groups == 0)
        return true;
    diag_error(inference->diags,
               layer_argument_where(inference->layer, "groups"),
               "'groups' is %lld, which does not divide the %lld %s",
               (long long)groups, (long long)channels, what);
    return false;
}

void infer_convolution(struct inference *inference)
{
    struct layer *layer = inference->layer;
    struct window window;
    if (!infer_convolution_window(inference, &window))
        return;
    struct shape output = layer->inputs[0]->shape;
    int64_t *channels = &output.size[output.rank - 1];
    int64_t filters = layer_integer(layer, "filters");
    int64_t groups = layer_groups(layer);
    if (!divides(inference, groups, *channels, "channels")) {
        infer_note_input(inference, 0);
        return;
    }
    if (!divides(inference, groups, filters, "filters"))
        return;
    struct shape kernel =
        kernel_shape(layer, &window, *channels / groups, filters);
    *channels = filters;
    if (infer_window(inference, &window, "kernel_size", &output) &&
        infer_kernel(inference, kernel, filters))
        layer->shape = output;
}

bool infer_depthwise(struct inference *inference, const char *name,
                     struct shape *output)
{
    const struct layer *layer = inference->layer;
    struct window window;
    if (!infer_convolution_window(inference, &window))
        return false;
    *output = layer->inputs[0]->shape;
    int64_t *channels = &output->size[output->rank - 1];
    int64_t multiplier = layer_integer(layer, "depth_multiplier");
    struct shape kernel = kernel_shape(layer, &window, *channels, multiplier);
    if (!infer_window(inference, &window, "kernel_size", output))
        return false;
    struct weight *weight =
        infer_matrix(inference, name, kernel, "depthwise_initializer",
                     "depthwise_regularizer");
    if (!weight)
        return false;
    *channels *= multiplier;
    weight->columns = *channels;
    return true;
}

void lower_convolution_layer(struct lowering *lowering, bool scatters,
                             int64_t groups)
{
    const struct layer *layer = lowering->layer;
    struct conv_geometry geometry = {
        .window = layer_window(layer, "kernel_size"), .groups = groups};
    int y = lower_convolution(
        lowering, (struct operation){.kernel = layer_weight(layer, "kernel"),
                                     .bias = layer_weight(layer, "bias"),
                                     .convolution = {geometry, scatters}});
    lower_output(lowering, y);
}

/* ---- poolings -------------------------------------------------------- */

void infer_pooling(struct inference *inference)
{
    struct layer *layer = inference->layer;
    struct window window = layer_window(layer, "pool_size");
    struct shape output = layer->inputs[0]->shape;
    if (infer_window(inference, &window, "pool_size", &output))
        layer->shape = output;
}

void infer_global_pooling(struct inference *inference)
{
    struct layer *layer = inference->layer;
    const struct shape *input = &layer->inputs[0]->shape;
    layer->shape =
        (struct shape){.rank = 1, .size = {input->size[input->rank - 1]}};
}

void lower_global_pooling(struct lowering *lowering, bool is_max)
{
    struct shape image = shape_image(&lowering->layer->inputs[0]->shape);
    struct window whole = {.size = {image.size[0], image.size[1]},
                           .stride = {1, 1},
                           .dilation = {1, 1}};
    int x = is_max ? 0 : lower_image(lowering);
    if (is_max)
        lower_pooling(lowering, &whole, true);
    else
        lower_operation(lowering,
                        (struct operation){.primitive = PRIMITIVE_MEAN,
                                           .inputs = &x,
                                           .n_inputs = 1});
}

/* ---- margins --------------------------------------------------------- */

/* Those that a PARAMETER_MARGINS gives: (top, bottom, left, right). */
static void layer_margins(const struct layer *layer, const char *name,
                          int64_t margins[N_SIDES])
{
    const struct value *items = layer_argument(layer, name)->items;
    margins[TOP] = items[0].integer;
    margins[BOTTOM] = items[1].integer;
    margins[LEFT] = items[2].integer;
    margins[RIGHT] = items[3].integer;
}

void infer_margins(struct inference *inference, const char *name, int sign)
{
    struct arena *arena = inference->arena;
    struct layer *layer = inference->layer;
    struct shape output = layer->inputs[0]->shape;
    int64_t margins[N_SIDES];
    char put = sign < 0 ? '-' : '+';
    layer_margins(layer, name, margins);
    for (int axis = 0; axis < 2; axis++) {
        long long in = output.size[axis];
        long long first = margins[axis == 0 ? TOP : LEFT];
        long long last = margins[axis == 0 ? BOTTOM : RIGHT];
        output.size[axis] = in + sign * (first + last);
        layer->how[axis] = arena_printf(arena, "%lld %c %lld %c %lld", in, put,
                                        first, put, last);
        if (output.size[axis] >= 1)
            continue;
        diag_error(inference->diags, layer_argument_where(layer, name),
                   "nothing is left of the %s of %s: %s = %lld",
                   axis == 0 ? "height" : "width",
                   shape_text(arena, &layer->inputs[0]->shape),
                   layer->how[axis], (long long)output.size[axis]);
        infer_note_input(inference, 0);
        return;
    }
    layer->shape = output;
}

void lower_margins(struct lowering *lowering, enum primitive primitive,
                   const char *name)
{
    struct operation operation = {.primitive = primitive};
    layer_margins(lowering->layer, name, operation.margins);
    lower_operation(lowering, operation);
}
