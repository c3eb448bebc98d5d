/* The table of the layers' rules, and the plainest of them: dense layers,
 * Concatenate, and what acts by chance while training. */
#include <string.h>

#include "compiler/layers/layer.h"
#include "tests/naive/naive_layer.h"

const struct naive_rule *naive_rule_find(const char *kind)
{
    static const struct naive_rule *const rules[] = {
        &naive_dense,
        &naive_conv2d,
        &naive_conv2d_transpose,
        &naive_depthwise_conv2d,
        &naive_separable_conv2d,
        &naive_max_pooling,
        &naive_average_pooling,
        &naive_global_max_pooling,
        &naive_global_average_pooling,
        &naive_conv1d,
        &naive_max_pooling1d,
        &naive_average_pooling1d,
        &naive_global_max_pooling1d,
        &naive_global_average_pooling1d,
        &naive_up_sampling,
        &naive_padding,
        &naive_cropping,
        &naive_normalization,
        &naive_dropout,
        &naive_noise,
        &naive_add,
        &naive_subtract,
        &naive_multiply,
        &naive_maximum,
        &naive_minimum,
        &naive_layer_normalization,
        &naive_group_normalization,
        &naive_p_re_lu,
        &naive_spatial_dropout,
        &naive_average,
        &naive_concatenate};
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (strcmp(rules[i]->kind, kind) == 0)
            return rules[i];
    return NULL;
}

struct naive_weight *naive_use_weight(const struct naive_use *use,
                                      const char *name)
{
    for (int i = 0; i < use->layer->n_weights; i++)
        if (strcmp(use->layer->weights[i].name, name) == 0)
            return &use->weights[i];
    return NULL;
}

static int64_t width_of(const struct naive_use *use)
{
    return shape_elements(&use->layer->shape);
}

/* ---- Dense: z[u] = sum over k of x[k] kernel[k][u] + bias[u] ----------- */

static void forward_dense(struct naive_use *use)
{
    const struct naive_weight *kernel = naive_use_weight(use, "kernel");
    const struct naive_weight *bias = naive_use_weight(use, "bias");
    int64_t in = kernel->weight->shape.size[0];
    int64_t units = kernel->weight->shape.size[1];
    int64_t rows = use->count * width_of(use) / units;
    for (int64_t r = 0; r < rows; r++)
        for (int64_t u = 0; u < units; u++) {
            double sum = bias ? bias->used[u] : 0;
            for (int64_t k = 0; k < in; k++)
                sum += use->x[0][r * in + k] * kernel->used[k * units + u];
            use->z[r * units + u] = sum;
        }
}

static void backward_dense(struct naive_use *use)
{
    struct naive_weight *kernel = naive_use_weight(use, "kernel");
    int64_t in = kernel->weight->shape.size[0];
    int64_t units = kernel->weight->shape.size[1];
    int64_t rows = use->count * width_of(use) / units;
    naive_use_bias_gradient(use, rows, units);
    for (int64_t r = 0; r < rows; r++)
        for (int64_t u = 0; u < units; u++) {
            double dz = use->dz[r * units + u];
            for (int64_t k = 0; k < in; k++) {
                kernel->gradient[k * units + u] += use->x[0][r * in + k] * dz;
                use->dx[0][r * in + k] += kernel->used[k * units + u] * dz;
            }
        }
}

const struct naive_rule naive_dense = {"Dense", forward_dense, backward_dense};

/* ---- Concatenate ------------------------------------------------------ */

/* Where each value of input k goes: `outer` runs of size[k] * inner values,
 * behind each other. The visitor is called with the place in the input and
 * that in the output. */
static void visit_joined(struct naive_use *use, int k,
                         void (*visit)(struct naive_use *use, int k,
                                       int64_t from, int64_t to))
{
    const struct layer *layer = use->layer;
    int64_t axis = layer_integer(layer, "axis"), inner = 1, before = 0;
    int64_t rank = layer->shape.rank;
    axis = axis < 0 ? axis + rank : axis - 1;
    for (int64_t i = axis + 1; i < rank; i++)
        inner *= layer->shape.size[i];
    for (int i = 0; i < k; i++)
        before += layer->inputs[i]->shape.size[axis];
    int64_t run = layer->inputs[k]->shape.size[axis] * inner;
    int64_t whole = layer->shape.size[axis] * inner;
    int64_t outer = use->count * width_of(use) / whole;
    for (int64_t o = 0; o < outer; o++)
        for (int64_t i = 0; i < run; i++)
            visit(use, k, o * run + i, o * whole + before * inner + i);
}

static void join(struct naive_use *use, int k, int64_t from, int64_t to)
{
    use->z[to] = use->x[k][from];
}

static void split(struct naive_use *use, int k, int64_t from, int64_t to)
{
    use->dx[k][from] += use->dz[to];
}

static void forward_concatenate(struct naive_use *use)
{
    for (int k = 0; k < use->layer->n_inputs; k++)
        visit_joined(use, k, join);
}

static void backward_concatenate(struct naive_use *use)
{
    for (int k = 0; k < use->layer->n_inputs; k++)
        visit_joined(use, k, split);
}

const struct naive_rule naive_concatenate = {"Concatenate", forward_concatenate,
                                             backward_concatenate};

/* ---- chance: one draw a sample and element, keyed by the layer's use --- */

/* `channels` values of a sample have draws of their own, the others theirs. */
static void drop(struct naive_use *use, int64_t channels)
{
    int64_t width = width_of(use);
    double *mask =
        arena_alloc(use->arena, (size_t)(use->count * width), sizeof(double));
    double rate = layer_real(use->layer, "rate");
    uint32_t threshold = (uint32_t)(rate * 4294967296.0);
    struct guss_stream stream =
        guss_stream(use->pass->seed, GUSS_RANDOM_DROPOUT, (uint32_t)use->draws,
                    use->pass->update);
    for (int64_t n = 0; n < use->count; n++)
        for (int64_t i = 0; i < width; i++) {
            struct guss_words words =
                guss_draw(&stream, (uint32_t)(i % channels / 4), (uint32_t)n);
            bool stays = words.word[i % channels % 4] >= threshold;
            double kept = stays ? 1 / (1 - rate) : 0;
            mask[n * width + i] = use->pass->is_training ? kept : 1;
            use->z[n * width + i] =
                use->x[0][n * width + i] * mask[n * width + i];
        }
    *use->saved = mask;
}

static void forward_dropout(struct naive_use *use)
{
    drop(use, width_of(use));
}

static void forward_spatial_dropout(struct naive_use *use)
{
    drop(use, use->layer->shape.size[2]);
}

static void backward_dropout(struct naive_use *use)
{
    for (int64_t i = 0; i < use->count * width_of(use); i++)
        use->dx[0][i] += use->dz[i] * (*use->saved)[i];
}

const struct naive_rule naive_dropout = {"Dropout", forward_dropout,
                                         backward_dropout};

const struct naive_rule naive_spatial_dropout = {
    "SpatialDropout2D", forward_spatial_dropout, backward_dropout};

static void forward_noise(struct naive_use *use)
{
    int64_t width = width_of(use);
    double stddev = layer_real(use->layer, "stddev");
    struct guss_stream stream =
        guss_stream(use->pass->seed, GUSS_RANDOM_NOISE, (uint32_t)use->draws,
                    use->pass->update);
    for (int64_t n = 0; n < use->count; n++)
        for (int64_t i = 0; i < width; i++) {
            struct guss_words words =
                guss_draw(&stream, (uint32_t)i, (uint32_t)n);
            double noise =
                use->pass->is_training ? stddev * guss_normal(&words) : 0;
            use->z[n * width + i] = use->x[0][n * width + i] + noise;
        }
}

static void backward_noise(struct naive_use *use)
{
    for (int64_t i = 0; i < use->count * width_of(use); i++)
        use->dx[0][i] += use->dz[i];
}

const struct naive_rule naive_noise = {"GaussianNoise", forward_noise,
                                       backward_noise};
