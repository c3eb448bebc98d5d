/* One layer by chance: arguments are drawn, the shape follows; what does not
 * fit or is too large is not made. */
#include <string.h>

#include "tests/naive/random_network.h"

static const struct shape nothing = {.rank = SHAPE_UNKNOWN};

const char *random_activation(struct maker *maker, int64_t channels)
{
    static const char *const words[] = {
        "relu",         "linear",   "tanh",  "sigmoid",   "softmax", "elu",
        "selu",         "softplus", "swish", "gelu",      "mish",    "relu6",
        "hard_sigmoid", "softsign", "silu",  "leaky_relu"};
    const char *word =
        maker_word(maker, words, maker_chance(maker, 2) ? 3 : 16);
    /* The softmax of one channel is 1: everything behind it is constant. */
    return channels == 1 && strcmp(word, "softmax") == 0 ? "tanh" : word;
}

/* What every layer with weights may be told besides. */
static const char *random_settings(struct maker *maker, int64_t channels)
{
    const char *bias = maker_chance(maker, 4) ? ", use_bias=false" : "";
    const char *frozen = maker_chance(maker, 12) ? ", trainable=false" : "";
    const char *penalty =
        maker_chance(maker, 8) ? ", bias_regularizer=l1_l2(0.01, 0.03)" : "";
    const char *output = maker_chance(maker, 8)
                             ? ", activity_regularizer=l1_l2(0.02, 0.01)"
                             : "";
    return arena_printf(maker->arena, ", activation=%s%s%s%s%s",
                        random_activation(maker, channels), bias, frozen,
                        penalty, output);
}

static struct spot add_one(struct maker *maker, const char *call,
                           struct spot from, struct shape shape)
{
    return maker_add(maker, call, &from, 1, shape);
}

/* ---- dense and convolution ------------------------------------------- */

static int64_t random_size(struct maker *maker)
{
    static const int64_t sizes[] = {1, 2, 3, 5, 7, 4, 11, 13, 17, 19};
    return sizes[maker_pick(maker, maker_chance(maker, 3) ? 10 : 6)];
}

static struct spot add_dense(struct maker *maker, struct spot from)
{
    struct shape shape = from.shape;
    int64_t in = shape.size[shape.rank - 1], units = random_size(maker);
    shape.size[shape.rank - 1] = units;
    if (!maker_affords(maker, &shape, shape_elements(&shape) * in))
        return from;
    const char *call = arena_printf(
        maker->arena, "Dense(%lld%s%s)", (long long)units,
        random_settings(maker, units),
        maker_chance(maker, 5) ? ", kernel_regularizer=l2(0.02)" : "");
    return add_one(maker, call, from, shape);
}

struct window_choice {
    int64_t size[2], stride[2], dilation[2];
    bool is_same, is_causal, is_row;
};

static void random_pair(struct maker *maker, int64_t most, int64_t pair[2])
{
    pair[0] = 1 + maker_pick(maker, most);
    pair[1] = maker_chance(maker, 2) ? pair[0] : 1 + maker_pick(maker, most);
}

static struct window_choice random_window(struct maker *maker, bool dilates)
{
    struct window_choice window = {.stride = {1, 1}, .dilation = {1, 1}};
    random_pair(maker, 5, window.size);
    if (maker_chance(maker, 2))
        random_pair(maker, 3, window.stride);
    else if (dilates && maker_chance(maker, 3))
        random_pair(maker, 3, window.dilation);
    window.is_same = maker_chance(maker, 2);
    return window;
}

/* Of height 1, for (steps, channels); `reads_back` where padding=causal may be. */
static struct window_choice random_row_window(struct maker *maker,
                                              bool reads_back)
{
    struct window_choice window = random_window(maker, reads_back);
    window.is_row = true;
    window.size[0] = window.stride[0] = window.dilation[0] = 1;
    window.is_causal = reads_back && maker_chance(maker, 3);
    window.is_same = window.is_same || window.is_causal;
    return window;
}

static int64_t span_of(const struct window_choice *window, int axis)
{
    return (window->size[axis] - 1) * window->dilation[axis] + 1;
}

/* The positions of a window on an image, or `nothing`. */
static struct shape slide(const struct window_choice *window,
                          struct shape shape)
{
    for (int axis = 0; axis < 2; axis++) {
        int64_t span = window->is_same ? 1 : span_of(window, axis);
        if (shape.size[axis] < span)
            return nothing;
        shape.size[axis] = (shape.size[axis] - span) / window->stride[axis] + 1;
    }
    return shape;
}

static struct shape spread(const struct window_choice *window,
                           struct shape shape)
{
    for (int axis = 0; axis < 2; axis++) {
        int64_t over = span_of(window, axis) - window->stride[axis];
        shape.size[axis] *= window->stride[axis];
        if (!window->is_same && over > 0)
            shape.size[axis] += over;
    }
    return shape;
}

/* An argument: (height, width), or one number for a row. */
static const char *sizes_text(struct maker *maker,
                              const struct window_choice *window,
                              const int64_t pair[2])
{
    return window->is_row
               ? arena_printf(maker->arena, "%lld", (long long)pair[1])
               : maker_pair(maker, pair);
}

/* "strides=2, padding=same, dilation_rate=(1, 2)" as far as needed. */
static const char *window_text(struct maker *maker,
                               const struct window_choice *window,
                               bool names_strides)
{
    const char *strides = "", *dilation = "";
    if (names_strides)
        strides = arena_printf(maker->arena, ", strides=%s",
                               sizes_text(maker, window, window->stride));
    if (window->dilation[0] > 1 || window->dilation[1] > 1)
        dilation = arena_printf(maker->arena, ", dilation_rate=%s",
                                sizes_text(maker, window, window->dilation));
    return arena_printf(maker->arena, "%s%s%s", strides,
                        window->is_causal        ? ", padding=causal"
                        : window->is_same        ? ", padding=same"
                        : maker_chance(maker, 3) ? ", padding=\"valid\""
                                                 : "",
                        dilation);
}

/* A row's shape from that of an image of height 1. */
static struct shape row_of(struct shape image)
{
    return (struct shape){.rank = 2, .size = {image.size[1], image.size[2]}};
}

static struct spot add_row_convolution(struct maker *maker, struct spot from)
{
    struct window_choice window = random_row_window(maker, true);
    struct shape shape = slide(&window, shape_image(&from.shape));
    if (shape.rank == SHAPE_UNKNOWN)
        return from;
    int64_t in = shape.size[2];
    shape.size[2] = random_size(maker);
    if (!maker_affords(maker, &shape,
                       shape_elements(&shape) * window.size[1] * in))
        return from;
    const char *call =
        arena_printf(maker->arena, "Conv1D(%lld, %lld%s%s)",
                     (long long)shape.size[2], (long long)window.size[1],
                     window_text(maker, &window, window.stride[1] > 1),
                     random_settings(maker, shape.size[2]));
    return add_one(maker, call, from, row_of(shape));
}

static struct spot add_convolution(struct maker *maker, struct spot from,
                                   bool is_transposed)
{
    struct window_choice window = random_window(maker, true);
    struct shape shape = is_transposed ? spread(&window, from.shape)
                                       : slide(&window, from.shape);
    if (shape.rank == SHAPE_UNKNOWN)
        return from;
    shape.size[2] = random_size(maker);
    struct shape pixels = is_transposed ? from.shape : shape;
    int64_t macs = pixels.size[0] * pixels.size[1] * window.size[0] *
                   window.size[1] * from.shape.size[2] * shape.size[2];
    if (!maker_affords(maker, &shape, macs))
        return from;
    bool strides = window.stride[0] > 1 || window.stride[1] > 1;
    const char *call = arena_printf(
        maker->arena, "%s(%lld, %s%s%s)",
        is_transposed ? "Conv2DTranspose" : "Conv2D", (long long)shape.size[2],
        maker_pair(maker, window.size), window_text(maker, &window, strides),
        random_settings(maker, shape.size[2]));
    return add_one(maker, call, from, shape);
}

struct spot random_channels(struct maker *maker, struct spot from,
                            int64_t channels, const char *activation)
{
    struct shape shape = from.shape;
    int64_t in = shape.size[shape.rank - 1], size[2] = {1, 1};
    shape.size[shape.rank - 1] = channels;
    if (shape.rank == 3 && maker_chance(maker, 2))
        random_pair(maker, 4, size);
    int64_t macs = shape_elements(&shape) * in * size[0] * size[1];
    if (!maker_affords(maker, &shape, macs))
        size[0] = size[1] = 1;
    const char *call =
        shape.rank == 3 && !maker_chance(maker, 4)
            ? arena_printf(
                  maker->arena, "Conv2D(%lld, %s, padding=same, activation=%s)",
                  (long long)channels, maker_pair(maker, size), activation)
            : arena_printf(maker->arena, "Dense(%lld, activation=%s)",
                           (long long)channels, activation);
    return add_one(maker, call, from, shape);
}

/* A window over each channel by itself; channels that fill vectors by chance. */
static struct spot add_depthwise(struct maker *maker, struct spot from)
{
    struct window_choice window = random_window(maker, true);
    bool is_separable = maker_chance(maker, 2),
         is_wide = maker_chance(maker, 2);
    if (is_wide)
        from = random_channels(maker, from, 16, "tanh");
    int64_t multiplier = is_wide ? 1 : 1 + maker_pick(maker, 3);
    int64_t filters =
        is_separable ? random_size(maker) : from.shape.size[2] * multiplier;
    struct shape shape = slide(&window, from.shape);
    if (shape.rank == SHAPE_UNKNOWN)
        return from;
    int64_t macs = shape_elements(&shape) * multiplier *
                   (window.size[0] * window.size[1] + filters);
    shape.size[2] = filters;
    if (!maker_affords(maker, &shape, macs))
        return from;
    bool strides = window.stride[0] > 1 || window.stride[1] > 1;
    const char *head =
        is_separable ? arena_printf(maker->arena, "SeparableConv2D(%lld, ",
                                    (long long)filters)
                     : "DepthwiseConv2D(";
    const char *call = arena_printf(
        maker->arena, "%s%s%s, depth_multiplier=%lld%s)", head,
        maker_pair(maker, window.size), window_text(maker, &window, strides),
        (long long)multiplier, random_settings(maker, filters));
    return add_one(maker, call, from, shape);
}

/* A Conv2D in two groups or as many as there are channels. */
static struct spot add_groups(struct maker *maker, struct spot from)
{
    struct window_choice window = random_window(maker, true);
    struct shape shape = slide(&window, from.shape);
    int64_t channels = from.shape.size[2];
    int64_t groups = channels % 2 == 0 && maker_chance(maker, 2) ? 2 : channels;
    if (shape.rank == SHAPE_UNKNOWN)
        return from;
    shape.size[2] = groups * (1 + maker_pick(maker, 3));
    int64_t macs = shape_elements(&shape) * window.size[0] * window.size[1] *
                   (channels / groups);
    if (!maker_affords(maker, &shape, macs))
        return from;
    bool strides = window.stride[0] > 1 || window.stride[1] > 1;
    const char *call =
        arena_printf(maker->arena, "Conv2D(%lld, %s%s, groups=%lld%s)",
                     (long long)shape.size[2], maker_pair(maker, window.size),
                     window_text(maker, &window, strides), (long long)groups,
                     random_settings(maker, shape.size[2]));
    return add_one(maker, call, from, shape);
}

/* ---- images ------------------------------------------------------------ */

static struct spot add_pooling(struct maker *maker, struct spot from)
{
    bool is_row = from.shape.rank == 2;
    struct window_choice window =
        is_row ? random_row_window(maker, false) : random_window(maker, false);
    bool strides = maker_chance(maker, 2);
    if (!strides) {
        window.stride[0] = window.size[0];
        window.stride[1] = window.size[1];
    }
    struct shape shape = slide(&window, shape_image(&from.shape));
    if (shape.rank == SHAPE_UNKNOWN)
        return from;
    const char *call =
        arena_printf(maker->arena, "%sPooling%dD(%s%s)",
                     maker_chance(maker, 2) ? "Max" : "Average", is_row ? 1 : 2,
                     sizes_text(maker, &window, window.size),
                     window_text(maker, &window, strides));
    return add_one(maker, call, from, is_row ? row_of(shape) : shape);
}

static struct spot add_up_sampling(struct maker *maker, struct spot from)
{
    int64_t size[2];
    random_pair(maker, 3, size);
    struct shape shape = from.shape;
    shape.size[0] *= size[0];
    shape.size[1] *= size[1];
    if (!maker_affords(maker, &shape, 0))
        return from;
    const char *call = arena_printf(
        maker->arena, "UpSampling2D(%s%s)", maker_pair(maker, size),
        maker_chance(maker, 2) ? "" : ", interpolation=bilinear");
    return add_one(maker, call, from, shape);
}

static struct spot add_edges(struct maker *maker, struct spot from, int sign)
{
    int64_t margin[4];
    for (int i = 0; i < 4; i++)
        margin[i] = maker_pick(maker, 3);
    struct shape shape = from.shape;
    shape.size[0] += sign * (margin[0] + margin[1]);
    shape.size[1] += sign * (margin[2] + margin[3]);
    if (shape.size[0] < 1 || shape.size[1] < 1 ||
        !maker_affords(maker, &shape, 0))
        return from;
    const char *call = arena_printf(
        maker->arena, "%s(((%lld, %lld), (%lld, %lld)))",
        sign > 0 ? "ZeroPadding2D" : "Cropping2D", (long long)margin[0],
        (long long)margin[1], (long long)margin[2], (long long)margin[3]);
    return add_one(maker, call, from, shape);
}

static struct spot add_global(struct maker *maker, struct spot from)
{
    const char *call = arena_printf(maker->arena, "Global%sPooling%dD()",
                                    maker_chance(maker, 2) ? "Max" : "Average",
                                    from.shape.rank - 1);
    int64_t channels = from.shape.size[from.shape.rank - 1];
    return add_one(maker, call, from,
                   (struct shape){.rank = 1, .size = {channels}});
}

/* ---- shapes ------------------------------------------------------------ */

/* The values in another shape: flat, or an image of any channels. */
static struct spot add_view(struct maker *maker, struct spot from)
{
    int64_t n = shape_elements(&from.shape), channels = 1 + n % 5;
    struct shape flat = {.rank = 1, .size = {n}};
    struct shape rows = {.rank = 2, .size = {n / channels, channels}};
    struct shape image = {.rank = 3, .size = {1, n / channels, channels}};
    bool divides = n % channels == 0;
    for (int64_t h = 2; divides && h <= 7; h++)
        if (n / channels % h == 0) {
            image.size[0] = h;
            image.size[1] = n / channels / h;
        }
    if (!divides || (from.shape.rank > 1 && maker_chance(maker, 2)))
        return add_one(maker,
                       maker_chance(maker, 2) ? "Flatten()" : "Reshape(-1)",
                       from, flat);
    struct shape shape = maker_chance(maker, 3) ? rows : image;
    const char *sizes = shape_text(maker->arena, &shape);
    return add_one(maker, arena_printf(maker->arena, "Reshape%s", sizes), from,
                   shape);
}

/* ---- layers that keep the shape ----------------------------------------- */

static const char *random_normalization(struct maker *maker)
{
    return arena_printf(maker->arena, "BatchNormalization(momentum=%s%s%s%s)",
                        maker_chance(maker, 2) ? "0.9" : "0.6",
                        maker_chance(maker, 3) ? ", epsilon=0.01" : "",
                        maker_chance(maker, 4) ? ", center=false" : "",
                        maker_chance(maker, 4)   ? ", scale=false"
                        : maker_chance(maker, 8) ? ", trainable=false"
                                                 : "");
}

/* Of groups that divide the channels, or of a position. */
static const char *random_groups(struct maker *maker, int64_t channels)
{
    int64_t groups = 1 + maker_pick(maker, channels);
    const char *more = maker_chance(maker, 4)   ? ", center=false"
                       : maker_chance(maker, 4) ? ", scale=false"
                                                : "";
    if (channels % groups == 0 && maker_chance(maker, 2))
        return arena_printf(maker->arena,
                            "GroupNormalization(%lld, epsilon=0.02%s)",
                            (long long)groups, more);
    return arena_printf(maker->arena, "LayerNormalization(epsilon=0.02%s)",
                        more);
}

static const char *random_p_re_lu(struct maker *maker, int rank)
{
    static const char *const shared[] = {"", ", shared_axes=1",
                                         ", shared_axes=(1, 2)"};
    return arena_printf(maker->arena, "PReLU(random_uniform(-0.3, 0.5)%s)",
                        maker_word(maker, shared, rank < 3 ? rank : 3));
}

static const char *random_by_chance(struct maker *maker, int rank)
{
    if (!maker->is_plain && rank == 3 && maker_chance(maker, 3))
        return "SpatialDropout2D(0.3)";
    if (maker->is_plain || maker_chance(maker, 2))
        return maker_chance(maker, 2) ? "Dropout(0.25)" : "Dropout(rate=0.6)";
    return "GaussianNoise(0.1)";
}

struct spot random_same_shape(struct maker *maker, struct spot from)
{
    static const char *const calls[] = {
        "ReLU()",  "LeakyReLU()",          "LeakyReLU(alpha=0.1)", "ELU(0.7)",
        "ReLU(6)", "ReLU(1.5, 0.1, 0.25)", "ReLU(threshold=0.5)",  "Softmax()"};
    int64_t channels = from.shape.size[from.shape.rank - 1];
    const char *call = maker_word(maker, calls, channels > 1 ? 8 : 7);
    int64_t which = maker_pick(maker, 6);
    if (which <= 1)
        return random_channels(maker, from, channels,
                               random_activation(maker, channels));
    if (which == 2 && !maker->is_plain)
        call = maker_chance(maker, 2) ? random_normalization(maker)
                                      : random_groups(maker, channels);
    if (which == 5 && maker_chance(maker, 2))
        call = maker_chance(maker, 4) ? "Rescaling(0.7, -0.2)"
                                      : random_p_re_lu(maker, from.shape.rank);
    if (which == 3)
        call = arena_printf(maker->arena, "Activation(%s)",
                            random_activation(maker, channels));
    if (which == 4)
        call = random_by_chance(maker, from.shape.rank);
    return add_one(maker, call, from, from.shape);
}

static struct spot random_row_layer(struct maker *maker, struct spot from)
{
    switch (maker_pick(maker, 8)) {
    case 0:
    case 1:
    case 2:
        return add_row_convolution(maker, from);
    case 3:
        return add_pooling(maker, from);
    case 4:
        return maker_chance(maker, 3) ? add_global(maker, from)
                                      : add_pooling(maker, from);
    case 5:
        return add_view(maker, from);
    case 6:
        return add_dense(maker, from);
    default:
        return random_same_shape(maker, from);
    }
}

struct spot random_layer(struct maker *maker, struct spot from)
{
    if (from.shape.rank == 2 && !maker->is_plain)
        return random_row_layer(maker, from);
    bool is_image = from.shape.rank == 3 && !maker->is_plain;
    switch (maker_pick(maker, is_image ? 14 : 4)) {
    case 0:
        return random_same_shape(maker, from);
    case 1:
        return maker_chance(maker, 3) ? add_view(maker, from)
                                      : add_dense(maker, from);
    case 2:
        return add_dense(maker, from);
    case 3:
        return random_same_shape(maker, from);
    case 4:
    case 5:
        return add_convolution(maker, from, false);
    case 6:
    case 7:
        return add_convolution(maker, from, true);
    case 8:
        return add_pooling(maker, from);
    case 9:
        return add_up_sampling(maker, from);
    case 10:
        return add_edges(maker, from, maker_chance(maker, 2) ? 1 : -1);
    case 11:
        return add_depthwise(maker, from);
    case 12:
        return add_groups(maker, from);
    default:
        return maker_chance(maker, 4) ? add_global(maker, from)
                                      : add_pooling(maker, from);
    }
}
