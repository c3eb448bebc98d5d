/* BatchNormalization, channel by channel. While training and trainable by the
 * batch's mean and variance, which then also move the moving ones; else by the
 * moving ones, which are constants. saved: mean and 1 / deviation, by turns. */
#include <math.h>

#include "compiler/layers/layer.h"
#include "tests/naive/naive_layer.h"

static int64_t channels_of(const struct naive_use *use)
{
    const struct shape *shape = &use->layer->shape;
    return shape->size[shape->rank - 1];
}

static int64_t rows_of(const struct naive_use *use)
{
    return use->count * shape_elements(&use->layer->shape) / channels_of(use);
}

static bool uses_batch(const struct naive_use *use)
{
    return use->pass->is_training && use->is_trained;
}

/* The batch's mean and variance of a channel; the moving ones follow. */
static void measure(struct naive_use *use, int64_t c, double *mean,
                    double *variance)
{
    int64_t rows = rows_of(use), channels = channels_of(use);
    double momentum = layer_real(use->layer, "momentum");
    double size = 0;
    *mean = *variance = 0;
    for (int64_t r = 0; r < rows; r++) {
        *mean += use->x[0][r * channels + c] / (double)rows;
        size += fabs(use->x[0][r * channels + c]) / (double)rows;
    }
    /* Alike values round alike: a sum in order may lose this much. */
    *mean += naive_use_rounding(use, size * sqrt((double)rows));
    for (int64_t r = 0; r < rows; r++) {
        double away = use->x[0][r * channels + c] - *mean;
        *variance += away * away / (double)rows;
    }
    double *moving_mean = naive_use_weight(use, "moving_mean")->value;
    double *moving_variance = naive_use_weight(use, "moving_variance")->value;
    moving_mean[c] = momentum * moving_mean[c] + (1 - momentum) * *mean;
    moving_variance[c] =
        momentum * moving_variance[c] + (1 - momentum) * *variance;
}

static void forward(struct naive_use *use)
{
    int64_t rows = rows_of(use), channels = channels_of(use);
    const struct naive_weight *gamma = naive_use_weight(use, "gamma");
    const struct naive_weight *beta = naive_use_weight(use, "beta");
    double *saved =
        arena_alloc(use->arena, (size_t)channels, 2 * sizeof *saved);
    *use->saved = saved;
    for (int64_t c = 0; c < channels; c++) {
        double mean = naive_use_weight(use, "moving_mean")->used[c];
        double variance = naive_use_weight(use, "moving_variance")->used[c];
        if (uses_batch(use))
            measure(use, c, &mean, &variance);
        saved[2 * c] = mean;
        saved[2 * c + 1] =
            1 / sqrt(variance + layer_real(use->layer, "epsilon"));
        for (int64_t r = 0; r < rows; r++) {
            double normal =
                (use->x[0][r * channels + c] - mean) * saved[2 * c + 1];
            use->z[r * channels + c] = (gamma ? gamma->used[c] : 1) * normal +
                                       (beta ? beta->used[c] : 0);
        }
    }
}

/* dx = gamma / deviation (dy - mean of dy - normal mean of (dy normal)); with
 * the moving statistics the means are not there. */
static void backward_channel(struct naive_use *use, int64_t c)
{
    int64_t rows = rows_of(use), channels = channels_of(use);
    struct naive_weight *gamma = naive_use_weight(use, "gamma");
    struct naive_weight *beta = naive_use_weight(use, "beta");
    double mean = (*use->saved)[2 * c], scale = (*use->saved)[2 * c + 1];
    double sum = 0, sum_normal = 0, size = 0, size_normal = 0;
    for (int64_t r = 0; r < rows; r++) {
        double normal = (use->x[0][r * channels + c] - mean) * scale;
        sum += use->dz[r * channels + c];
        sum_normal += use->dz[r * channels + c] * normal;
        size += fabs(use->dz[r * channels + c]);
        size_normal += fabs(use->dz[r * channels + c] * normal);
    }
    sum += naive_use_rounding(use, size);
    sum_normal += naive_use_rounding(use, size_normal);
    if (gamma)
        gamma->gradient[c] += sum_normal;
    if (beta)
        beta->gradient[c] += sum;
    for (int64_t r = 0; r < rows; r++) {
        double normal = (use->x[0][r * channels + c] - mean) * scale;
        double dz = use->dz[r * channels + c];
        if (uses_batch(use))
            dz -= (sum + normal * sum_normal) / (double)rows;
        use->dx[0][r * channels + c] +=
            (gamma ? gamma->used[c] : 1) * scale * dz;
    }
}

static void backward(struct naive_use *use)
{
    for (int64_t c = 0; c < channels_of(use); c++)
        backward_channel(use, c);
}

const struct naive_rule naive_normalization = {"BatchNormalization", forward,
                                               backward};
