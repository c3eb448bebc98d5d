/* Conv2D(filters, kernel_size): a window moves over the image; each of its
 * positions gives one value for each filter.
 *
 *   y[h][w][f] = sum over i, j, c of
 *                x[h stride + i dilation - pad][w stride + ...][c]
 *                kernel[i][j][c][f] + bias[f]
 *
 * Goodfellow, Bengio, Courville 2016, section 9.5. */
#include "compiler/emit/window.h"

static const struct parameter parameters[] = {
    {.name = "filters", .type = PARAMETER_INTEGER, .least = 1},
    {.name = "kernel_size", .type = PARAMETER_PAIR, .least = 1},
    {.name = "strides",
     .type = PARAMETER_PAIR,
     .preset = {.kind = VALUE_INTEGER, .integer = 1},
     .least = 1},
    {.name = "padding",
     .type = PARAMETER_WORD,
     .preset = {.kind = VALUE_WORD, .word = "valid"},
     .words = window_paddings},
    {.name = "data_format", .type = PARAMETER_REFUSED},
    {.name = "dilation_rate",
     .type = PARAMETER_PAIR,
     .preset = {.kind = VALUE_INTEGER, .integer = 1},
     .least = 1},
    {.name = "activation",
     .type = PARAMETER_ACTIVATION,
     .preset = {.kind = VALUE_WORD, .word = "linear"}},
    {.name = "use_bias",
     .type = PARAMETER_BOOLEAN,
     .preset = {.kind = VALUE_WORD, .word = "true"}},
    {.name = "kernel_initializer",
     .type = PARAMETER_INITIALIZER,
     .preset = {.kind = VALUE_WORD, .word = "glorot_uniform"}},
    {.name = "bias_initializer",
     .type = PARAMETER_INITIALIZER,
     .preset = {.kind = VALUE_WORD, .word = "zeros"}},
    {.name = "kernel_regularizer", .type = PARAMETER_REFUSED},
    {.name = "bias_regularizer", .type = PARAMETER_REFUSED},
    {.name = "activity_regularizer", .type = PARAMETER_REFUSED},
    {.name = "kernel_constraint", .type = PARAMETER_REFUSED},
    {.name = "bias_constraint", .type = PARAMETER_REFUSED},
    {.name = "groups", .type = PARAMETER_REFUSED},
};

static void infer(struct inference *inference)
{
    struct layer *layer = inference->layer;
    struct window window;
    if (!infer_is_image(inference) ||
        !infer_convolution_window(inference, &window))
        return;
    int64_t channels = layer->inputs[0]->shape.size[2];
    int64_t filters = layer_integer(layer, "filters");
    struct shape kernel = {
        .rank = 4, .size = {window.size[0], window.size[1], channels, filters}};
    struct shape output = {.rank = 3, .size = {0, 0, filters}};
    if (!infer_window(inference, &window, "kernel_size", &output) ||
        !infer_kernel(inference, kernel))
        return;
    layer->shape = output;
    layer->macs = output.size[0] * output.size[1] * shape_elements(&kernel);
}

static const char *arithmetic(struct arena *arena, const struct layer *layer,
                              int axis)
{
    struct window window = layer_window(layer, "kernel_size");
    layer_pair(layer, "dilation_rate", window.dilation);
    return window_arithmetic(arena, layer, &window, axis);
}

/* Its own strides would leave out pixels of what is repeated, and a dilation
 * would not meet neighbours. */
static bool takes_repeated(const struct layer *layer)
{
    int64_t strides[2], dilation[2];
    layer_pair(layer, "strides", strides);
    layer_pair(layer, "dilation_rate", dilation);
    return strides[0] == 1 && strides[1] == 1 && dilation[0] == 1 &&
           dilation[1] == 1;
}

static void margins(const struct layer *layer, int64_t margins[N_SIDES])
{
    struct meeting meeting = meeting_of(layer);
    (layer->folded ? scatter_margins : gather_margins)(&meeting, margins);
}

static void backward_margins(const struct layer *layer,
                             int64_t margins[N_SIDES])
{
    struct meeting meeting = meeting_of(layer);
    (layer->folded ? gather_margins : scatter_margins)(&meeting, margins);
}

static void emit_equation(struct emission *emission, const struct node *node,
                          const char *equation, const struct tensor *from,
                          const struct tensor *to)
{
    const struct layer *layer = node->layer;
    const char *folded =
        layer->folded ? arena_printf(emission->arena,
                                     "; %s, which stands before it, is taken "
                                     "into the kernel",
                                     layer->folded->name)
                      : "";
    emit_layer_comment(emission, layer, "%s; from [%s] to [%s]%s%s", equation,
                       tensor_extents(emission, from),
                       tensor_extents(emission, to),
                       node->by_sample ? ", each of TILE samples" : "", folded);
}

static void emit_forward(struct emission *emission, const struct node *node)
{
    const struct layer *layer = node->layer;
    struct meeting meeting = meeting_of(layer);
    emit_equation(emission, node,
                  "y = the kernel at each position of x, + bias", node->x,
                  node->y);
    emit_node_head(emission, node);
    (layer->folded ? emit_scatter : emit_gather)(
        emission, node, &meeting, "x", "y", bias_name(emission, layer));
    ctext_close(&emission->c, "");
}

static void emit_backward(struct emission *emission, const struct node *node)
{
    struct meeting meeting = meeting_of(node->layer);
    emit_equation(emission, node,
                  "dx = the sum of what each position of the kernel gives back",
                  node->dy, node->dx);
    emit_node_head(emission, node);
    (node->layer->folded ? emit_gather : emit_scatter)(emission, node, &meeting,
                                                       "dy", "dx", NULL);
    ctext_close(&emission->c, "");
}

static void emit_gradient(struct emission *emission, const struct node *node)
{
    bool folded = node->layer->folded;
    struct meeting meeting = meeting_of(node->layer);
    emit_layer_comment(emission, node->layer,
                       "dkernel += x dy over all positions, dbias += the sum "
                       "of dy; a lane that starts has nothing to add to");
    emit_node_head(emission, node);
    emit_meeting_gradient(emission, node, &meeting, folded ? "dy" : "x",
                          folded ? node->dy : node->x, folded ? "x" : "dy",
                          folded ? node->x : node->dy);
    ctext_close(&emission->c, "");
}

static bool reads_transposed(const struct plan *plan, const struct node *node)
{
    return node->kind == NODE_BACKWARD && !node->layer->folded &&
           scatter_reads_transposed(plan, node->layer);
}

const struct layer_kind layer_conv2d = {
    .name = "Conv2D",
    .stem = "conv2d",
    .parameters = parameters,
    .n_parameters = sizeof parameters / sizeof parameters[0],
    .least_inputs = 1,
    .most_inputs = 1,
    .infer = infer,
    .arithmetic = arithmetic,
    .activation = convolution_activation,
    .layout = LAYOUT_CHOSEN,
    .applies_activation = true,
    .takes_repeated = takes_repeated,
    .margins = margins,
    .backward_margins = backward_margins,
    .reads_transposed = reads_transposed,
    .executed = meeting_executed,
    .emit_forward = emit_forward,
    .emit_backward = emit_backward,
    .emit_gradient = emit_gradient,
};
