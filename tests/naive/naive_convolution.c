/* Convolutions. All kinds are one set of terms between an image of `fine`
 * positions and one of `coarse` positions, a stride apart:
 *
 *   fine position = coarse position * stride + tap * dilation - padding
 *
 * Conv2D reads the fine image and makes the coarse one, Conv2DTranspose the
 * other way round. With SAME the padding's smaller half stands before, with
 * CAUSAL all that a window reaches back. Channels meet those of their group: a
 * depthwise convolution has a group for each channel of the fine image. Conv1D's
 * rows are images of height 1. */
#include <string.h>

#include "compiler/layers/image.h"
#include "tests/naive/naive_layer.h"

struct terms {
    struct window window;
    struct shape fine, coarse;
    int64_t padding[2];
    int64_t groups;
    bool is_transposed;
    /* from x to z, and back */
    const double *x, *dz;
    double *z, *dx;
    struct naive_weight *kernel;
};

/* Places in the input, the kernel and the output that one product joins. */
struct term {
    int64_t x, kernel, z;
};

typedef void visitor(const struct terms *terms, struct term term);

static struct terms terms_of(const struct naive_use *use,
                             const struct shape *output)
{
    const struct layer *layer = use->layer;
    struct shape made = shape_image(output);
    struct shape input = shape_image(&layer->inputs[0]->shape);
    const char *kind = layer->kind->name;
    bool is_transposed = strcmp(kind, "Conv2DTranspose") == 0;
    struct terms terms = {
        .window = layer_window(layer, "kernel_size"),
        .fine = is_transposed ? made : input,
        .coarse = is_transposed ? input : made,
        .groups = layer_kind_parameter(layer->kind, "depth_multiplier") >= 0
                      ? input.size[2]
                      : layer_groups(layer),
        .is_transposed = is_transposed,
        .x = use->x[0],
        .dz = use->dz,
        .z = use->z,
        .dx = use->dx ? use->dx[0] : NULL,
        .kernel = &use->weights[0],
    };
    for (int axis = 0; axis < 2; axis++) {
        int64_t reach =
            (terms.coarse.size[axis] - 1) * terms.window.stride[axis] +
            window_span(&terms.window, axis);
        int64_t missing = reach - terms.fine.size[axis];
        bool pads = terms.window.is_same && missing > 0;
        terms.padding[axis] = pads ? missing / 2 : 0;
        if (terms.window.is_causal)
            terms.padding[axis] =
                terms.window.dilation[axis] * (terms.window.size[axis] - 1);
    }
    return terms;
}

/* The terms of sample n between coarse position (h, w) and tap (i, j); all
 * channels. Taps outside the fine image have none. */
static void visit_tap(const struct terms *terms, const int64_t at[5],
                      visitor *visit)
{
    const struct window *window = &terms->window;
    int64_t n = at[0], h = at[1], w = at[2], i = at[3], j = at[4];
    int64_t fine_h =
        h * window->stride[0] + i * window->dilation[0] - terms->padding[0];
    int64_t fine_w =
        w * window->stride[1] + j * window->dilation[1] - terms->padding[1];
    if (fine_h < 0 || fine_h >= terms->fine.size[0] || fine_w < 0 ||
        fine_w >= terms->fine.size[1])
        return;
    int64_t fine_channels = terms->fine.size[2] / terms->groups;
    int64_t coarse_channels = terms->coarse.size[2];
    for (int64_t c = 0; c < coarse_channels; c++)
        for (int64_t f = 0; f < fine_channels; f++) {
            int64_t group = c / (coarse_channels / terms->groups);
            int64_t fine = naive_at(&terms->fine, n, fine_h, fine_w,
                                    group * fine_channels + f);
            int64_t coarse = naive_at(&terms->coarse, n, h, w, c);
            int64_t tap = i * window->size[1] + j;
            struct term term = {
                .x = terms->is_transposed ? coarse : fine,
                .kernel = (tap * fine_channels + f) * coarse_channels + c,
                .z = terms->is_transposed ? fine : coarse};
            visit(terms, term);
        }
}

static void visit_terms(const struct terms *terms, int count, visitor *visit)
{
    for (int64_t n = 0; n < count; n++)
        for (int64_t h = 0; h < terms->coarse.size[0]; h++)
            for (int64_t w = 0; w < terms->coarse.size[1]; w++)
                for (int64_t i = 0; i < terms->window.size[0]; i++)
                    for (int64_t j = 0; j < terms->window.size[1]; j++) {
                        const int64_t at[5] = {n, h, w, i, j};
                        visit_tap(terms, at, visit);
                    }
}

static void add_product(const struct terms *terms, struct term term)
{
    terms->z[term.z] += terms->x[term.x] * terms->kernel->used[term.kernel];
}

static void add_gradients(const struct terms *terms, struct term term)
{
    double dz = terms->dz[term.z];
    terms->kernel->gradient[term.kernel] += terms->x[term.x] * dz;
    terms->dx[term.x] += terms->kernel->used[term.kernel] * dz;
}

static int64_t filters_of(const struct naive_use *use)
{
    return shape_image(&use->layer->shape).size[2];
}

/* Pixels of all samples. */
static int64_t pixels_of(const struct naive_use *use)
{
    return use->count * shape_elements(&use->layer->shape) / filters_of(use);
}

static void begin(struct naive_use *use)
{
    const struct naive_weight *bias = naive_use_weight(use, "bias");
    int64_t filters = filters_of(use);
    for (int64_t i = 0; bias && i < pixels_of(use) * filters; i++)
        use->z[i] = bias->used[i % filters];
}

static void forward(struct naive_use *use)
{
    struct terms terms = terms_of(use, &use->layer->shape);
    begin(use);
    visit_terms(&terms, use->count, add_product);
}

static void backward(struct naive_use *use)
{
    struct terms terms = terms_of(use, &use->layer->shape);
    naive_use_bias_gradient(use, pixels_of(use), filters_of(use));
    visit_terms(&terms, use->count, add_gradients);
}

const struct naive_rule naive_conv2d = {"Conv2D", forward, backward};
const struct naive_rule naive_conv1d = {"Conv1D", forward, backward};
const struct naive_rule naive_conv2d_transpose = {"Conv2DTranspose", forward,
                                                  backward};
const struct naive_rule naive_depthwise_conv2d = {"DepthwiseConv2D", forward,
                                                  backward};

/* ---- SeparableConv2D: a depthwise one, then filters at each pixel -------- */

static struct shape between(const struct naive_use *use)
{
    struct shape shape = use->layer->shape;
    shape.size[2] = use->layer->inputs[0]->shape.size[2] *
                    layer_integer(use->layer, "depth_multiplier");
    return shape;
}

static void forward_separable(struct naive_use *use)
{
    struct shape shape = between(use);
    struct terms terms = terms_of(use, &shape);
    int64_t pixels = pixels_of(use), filters = filters_of(use);
    int64_t in = shape.size[2];
    const double *pointwise = naive_use_weight(use, "pointwise_kernel")->used;
    double *middle =
        arena_alloc(use->arena, (size_t)(pixels * in), sizeof *middle);
    terms.z = middle;
    visit_terms(&terms, use->count, add_product);
    begin(use);
    for (int64_t p = 0; p < pixels; p++)
        for (int64_t k = 0; k < in; k++)
            for (int64_t f = 0; f < filters; f++)
                use->z[p * filters + f] +=
                    middle[p * in + k] * pointwise[k * filters + f];
    *use->saved = middle;
}

static void backward_separable(struct naive_use *use)
{
    struct shape shape = between(use);
    struct terms terms = terms_of(use, &shape);
    int64_t pixels = pixels_of(use), filters = filters_of(use);
    int64_t in = shape.size[2];
    struct naive_weight *pointwise = naive_use_weight(use, "pointwise_kernel");
    const double *middle = *use->saved;
    double *dmiddle =
        arena_alloc(use->arena, (size_t)(pixels * in), sizeof *dmiddle);
    naive_use_bias_gradient(use, pixels, filters);
    for (int64_t p = 0; p < pixels; p++)
        for (int64_t k = 0; k < in; k++)
            for (int64_t f = 0; f < filters; f++) {
                double dz = use->dz[p * filters + f];
                pointwise->gradient[k * filters + f] += middle[p * in + k] * dz;
                dmiddle[p * in + k] += pointwise->used[k * filters + f] * dz;
            }
    terms.dz = dmiddle;
    visit_terms(&terms, use->count, add_gradients);
}

const struct naive_rule naive_separable_conv2d = {
    "SeparableConv2D", forward_separable, backward_separable};
