/* Images made larger or smaller: upsampling, zeros around, edges cut off. */
#include <math.h>

#include "compiler/layers/image.h"
#include "tests/naive/naive_layer.h"

/* ---- upsampling ------------------------------------------------------- */

/* Up to two pixels of the input that one of the output is mixed from. */
struct mix {
    int64_t pixel[2];
    double share[2];
};

/* Bilinear: between the centres of pixels, and the edge's pixel beyond them. */
static struct mix mix_of(const struct layer *layer, int axis, int64_t at)
{
    int64_t size[2], in = layer->inputs[0]->shape.size[axis];
    layer_pair(layer, "size", size);
    if (layer_word_is(layer, "interpolation", "nearest"))
        return (struct mix){{at / size[axis], 0}, {1, 0}};
    double place = ((double)at + 0.5) / (double)size[axis] - 0.5;
    double below = floor(place);
    int64_t first = (int64_t)below, second = first + 1;
    return (struct mix){{first < 0 ? 0 : first, second < in ? second : in - 1},
                        {1 - (place - below), place - below}};
}

static void visit_mixes(struct naive_use *use,
                        void (*visit)(struct naive_use *use, int64_t from,
                                      int64_t to, double share))
{
    const struct shape *input = &use->layer->inputs[0]->shape;
    const struct shape *output = &use->layer->shape;
    int64_t pixels = output->size[0] * output->size[1];
    for (int64_t n = 0; n < use->count; n++)
        for (int64_t p = 0; p < pixels * 4; p++) {
            int64_t h = p / 4 / output->size[1], w = p / 4 % output->size[1];
            struct mix rows = mix_of(use->layer, 0, h);
            struct mix columns = mix_of(use->layer, 1, w);
            int i = p % 4 > 1, j = p % 2 > 0;
            for (int64_t c = 0; c < output->size[2]; c++)
                visit(use,
                      naive_at(input, n, rows.pixel[i], columns.pixel[j], c),
                      naive_at(output, n, h, w, c),
                      rows.share[i] * columns.share[j]);
        }
}

static void take_share(struct naive_use *use, int64_t from, int64_t to,
                       double share)
{
    use->z[to] += share * use->x[0][from];
}

static void give_share(struct naive_use *use, int64_t from, int64_t to,
                       double share)
{
    use->dx[0][from] += share * use->dz[to];
}

static void forward_up(struct naive_use *use)
{
    visit_mixes(use, take_share);
}

static void backward_up(struct naive_use *use)
{
    visit_mixes(use, give_share);
}

const struct naive_rule naive_up_sampling = {"UpSampling2D", forward_up,
                                             backward_up};

/* ---- edges ------------------------------------------------------------ */

/* Every pixel that is in both images, where the output's (0, 0) is the input's
 * (top, left). */
static void visit_shifted(struct naive_use *use, int64_t top, int64_t left,
                          void (*visit)(struct naive_use *use, int64_t from,
                                        int64_t to, double share))
{
    const struct shape *input = &use->layer->inputs[0]->shape;
    const struct shape *output = &use->layer->shape;
    for (int64_t n = 0; n < use->count; n++)
        for (int64_t h = 0; h < output->size[0]; h++)
            for (int64_t w = 0; w < output->size[1]; w++) {
                if (h + top < 0 || h + top >= input->size[0] || w + left < 0 ||
                    w + left >= input->size[1])
                    continue;
                for (int64_t c = 0; c < output->size[2]; c++)
                    visit(use, naive_at(input, n, h + top, w + left, c),
                          naive_at(output, n, h, w, c), 1);
            }
}

static int64_t margin(const struct naive_use *use, const char *name, int which)
{
    return layer_argument(use->layer, name)->items[which].integer;
}

static void forward_padding(struct naive_use *use)
{
    visit_shifted(use, -margin(use, "padding", 0), -margin(use, "padding", 2),
                  take_share);
}

static void backward_padding(struct naive_use *use)
{
    visit_shifted(use, -margin(use, "padding", 0), -margin(use, "padding", 2),
                  give_share);
}

const struct naive_rule naive_padding = {"ZeroPadding2D", forward_padding,
                                         backward_padding};

static void forward_cropping(struct naive_use *use)
{
    visit_shifted(use, margin(use, "cropping", 0), margin(use, "cropping", 2),
                  take_share);
}

static void backward_cropping(struct naive_use *use)
{
    visit_shifted(use, margin(use, "cropping", 0), margin(use, "cropping", 2),
                  give_share);
}

const struct naive_rule naive_cropping = {"Cropping2D", forward_cropping,
                                          backward_cropping};
