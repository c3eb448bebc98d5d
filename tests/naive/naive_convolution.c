/* Convolutions. Both kinds are one set of terms between an image of `fine`
 * positions and one of `coarse` positions, a stride apart:
 *
 *   fine position = coarse position * stride + tap * dilation - padding
 *
 * Conv2D reads the fine image and makes the coarse one, Conv2DTranspose the
 * other way round. With SAME the padding's smaller half stands before. */
#include "compiler/layers/image.h"
#include "tests/naive/naive_layer.h"

struct terms {
    struct window window;
    const struct shape *fine, *coarse;
    int64_t padding[2];
    bool is_transposed;
};

/* Places in the input, the kernel and the output that one product joins. */
struct term {
    int64_t x, kernel, z;
};

static struct terms terms_of(const struct layer *layer, bool is_transposed)
{
    const struct shape *input = &layer->inputs[0]->shape;
    struct terms terms = {
        .window = layer_window(layer, "kernel_size"),
        .fine = is_transposed ? &layer->shape : input,
        .coarse = is_transposed ? input : &layer->shape,
        .is_transposed = is_transposed,
    };
    layer_pair(layer, "dilation_rate", terms.window.dilation);
    for (int axis = 0; axis < 2; axis++) {
        int64_t reach =
            (terms.coarse->size[axis] - 1) * terms.window.stride[axis] +
            window_span(&terms.window, axis);
        int64_t missing = reach - terms.fine->size[axis];
        bool pads = terms.window.is_same && missing > 0;
        terms.padding[axis] = pads ? missing / 2 : 0;
    }
    return terms;
}

/* The terms of sample n between coarse position (h, w) and tap (i, j); all
 * channels. Taps outside the fine image have none. */
static void visit_tap(struct naive_use *use, const struct terms *terms,
                      const int64_t at[5],
                      void (*visit)(struct naive_use *use, struct term term))
{
    const struct window *window = &terms->window;
    int64_t n = at[0], h = at[1], w = at[2], i = at[3], j = at[4];
    int64_t fine_h =
        h * window->stride[0] + i * window->dilation[0] - terms->padding[0];
    int64_t fine_w =
        w * window->stride[1] + j * window->dilation[1] - terms->padding[1];
    if (fine_h < 0 || fine_h >= terms->fine->size[0] || fine_w < 0 ||
        fine_w >= terms->fine->size[1])
        return;
    int64_t fine_channels = terms->fine->size[2];
    int64_t coarse_channels = terms->coarse->size[2];
    for (int64_t f = 0; f < fine_channels; f++)
        for (int64_t c = 0; c < coarse_channels; c++) {
            int64_t fine = naive_at(terms->fine, n, fine_h, fine_w, f);
            int64_t coarse = naive_at(terms->coarse, n, h, w, c);
            int64_t tap = i * window->size[1] + j;
            struct term term = {
                .x = terms->is_transposed ? coarse : fine,
                .kernel = (tap * fine_channels + f) * coarse_channels + c,
                .z = terms->is_transposed ? fine : coarse};
            visit(use, term);
        }
}

static void visit_terms(struct naive_use *use, bool is_transposed,
                        void (*visit)(struct naive_use *use, struct term term))
{
    struct terms terms = terms_of(use->layer, is_transposed);
    for (int64_t n = 0; n < use->count; n++)
        for (int64_t h = 0; h < terms.coarse->size[0]; h++)
            for (int64_t w = 0; w < terms.coarse->size[1]; w++)
                for (int64_t i = 0; i < terms.window.size[0]; i++)
                    for (int64_t j = 0; j < terms.window.size[1]; j++) {
                        const int64_t at[5] = {n, h, w, i, j};
                        visit_tap(use, &terms, at, visit);
                    }
}

/* The kernel is always the layer's first weight. */
static void add_product(struct naive_use *use, struct term term)
{
    use->z[term.z] += use->x[0][term.x] * use->weights[0].used[term.kernel];
}

static void add_gradients(struct naive_use *use, struct term term)
{
    double dz = use->dz[term.z];
    use->weights[0].gradient[term.kernel] += use->x[0][term.x] * dz;
    use->dx[0][term.x] += use->weights[0].used[term.kernel] * dz;
}

static void forward(struct naive_use *use, bool is_transposed)
{
    const struct naive_weight *bias = naive_use_weight(use, "bias");
    int64_t filters = use->layer->shape.size[2];
    int64_t n = use->count * shape_elements(&use->layer->shape);
    for (int64_t i = 0; bias && i < n; i++)
        use->z[i] = bias->used[i % filters];
    visit_terms(use, is_transposed, add_product);
}

static void backward(struct naive_use *use, bool is_transposed)
{
    int64_t filters = use->layer->shape.size[2];
    int64_t n = use->count * shape_elements(&use->layer->shape);
    naive_use_bias_gradient(use, n / filters, filters);
    visit_terms(use, is_transposed, add_gradients);
}

static void forward_conv2d(struct naive_use *use)
{
    forward(use, false);
}

static void backward_conv2d(struct naive_use *use)
{
    backward(use, false);
}

static void forward_transpose(struct naive_use *use)
{
    forward(use, true);
}

static void backward_transpose(struct naive_use *use)
{
    backward(use, true);
}

const struct naive_rule naive_conv2d = {"Conv2D", forward_conv2d,
                                        backward_conv2d};
const struct naive_rule naive_conv2d_transpose = {
    "Conv2DTranspose", forward_transpose, backward_transpose};
