#include "trainer/scores/frechet_distance.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "trainer/scores/algebra.h"

enum { CENTRED_ROWS = 512 };

static double *new_square(int width)
{
    return calloc((size_t)width * (size_t)width, sizeof(double));
}

static void take_mean(const struct points *points, double *mean)
{
    for (int64_t i = 0; i < points->count; i++)
        for (int j = 0; j < points->width; j++)
            mean[j] += points->values[i * points->width + j];
    for (int j = 0; j < points->width; j++)
        mean[j] /= (double)points->count;
}

/* Differences from the mean are squared, some rows at a time: a sum of squares
 * less the square of a sum would lose what varies little. */
static bool take_covariance(const struct points *points, const double *mean,
                            double *covariance)
{
    int width = points->width;
    double *rows = malloc(CENTRED_ROWS * (size_t)width * sizeof *rows);
    if (!rows)
        return false;
    for (int64_t first = 0; first < points->count; first += CENTRED_ROWS) {
        int64_t left = points->count - first;
        int n = left < CENTRED_ROWS ? (int)left : CENTRED_ROWS;
        const double *values = points->values + first * width;
        for (int i = 0; i < n; i++)
            for (int j = 0; j < width; j++)
                rows[i * width + j] = values[i * width + j] - mean[j];
        algebra_add_squares(rows, n, width, covariance);
    }
    free(rows);
    for (int i = 0; i < width * width; i++)
        covariance[i] /= (double)(points->count - 1);
    return true;
}

/* root = V^T sqrt(values) V, where V has eigenvectors as rows; these become V
 * times the fourth root of the values. */
static void put_root(double *vectors, const double *values, int width,
                     double *root)
{
    for (int i = 0; i < width; i++) {
        double factor = sqrt(sqrt(fmax(values[i], 0.0)));
        for (int j = 0; j < width; j++)
            vectors[i * width + j] *= factor;
    }
    algebra_add_squares(vectors, width, width, root);
}

static bool take_root(struct moments *moments)
{
    int width = moments->width;
    double *vectors = new_square(width);
    double *values = calloc((size_t)width, sizeof *values);
    moments->root = new_square(width);
    bool is_done = vectors && values && moments->root;
    if (is_done) {
        memcpy(vectors, moments->covariance,
               (size_t)width * (size_t)width * sizeof *vectors);
        is_done = algebra_eigenvalues(vectors, width, true, values);
    }
    if (is_done)
        put_root(vectors, values, width, moments->root);
    free(vectors);
    free(values);
    return is_done;
}

bool moments_take(struct moments *moments, const struct points *points,
                  bool is_with_root)
{
    assert(points->count >= 2);
    algebra_start();
    *moments = (struct moments){.width = points->width};
    moments->mean = calloc((size_t)points->width, sizeof *moments->mean);
    moments->covariance = new_square(points->width);
    bool is_done = moments->mean && moments->covariance;
    if (is_done) {
        take_mean(points, moments->mean);
        is_done = take_covariance(points, moments->mean, moments->covariance);
    }
    if (is_done && is_with_root)
        is_done = take_root(moments);
    if (!is_done)
        moments_free(moments);
    return is_done;
}

void moments_free(struct moments *moments)
{
    free(moments->mean);
    free(moments->covariance);
    free(moments->root);
    *moments = (struct moments){0};
}

double moments_variance(const struct moments *moments)
{
    double trace = 0.0;
    for (int i = 0; i < moments->width; i++)
        trace += moments->covariance[i * moments->width + i];
    return trace;
}

/* The sum of the square roots of the eigenvalues of a.root b.covariance a.root,
 * of which rounding may have put some below 0. */
static bool find_overlap(const struct moments *a, const struct moments *b,
                         double *overlap)
{
    int width = a->width;
    double *half = new_square(width), *whole = new_square(width);
    double *values = calloc((size_t)width, sizeof *values);
    bool is_done = half && whole && values;
    if (is_done) {
        algebra_multiply(a->root, b->covariance, width, half);
        algebra_multiply(half, a->root, width, whole);
        is_done = algebra_eigenvalues(whole, width, false, values);
    }
    *overlap = 0.0;
    for (int i = 0; is_done && i < width; i++)
        *overlap += sqrt(fmax(values[i], 0.0));
    free(half);
    free(whole);
    free(values);
    return is_done;
}

bool frechet_distance(const struct moments *a, const struct moments *b,
                      double *distance)
{
    assert(a->width == b->width && a->root);
    algebra_start();
    double overlap;
    if (!find_overlap(a, b, &overlap))
        return false;
    double means = 0.0;
    for (int i = 0; i < a->width; i++) {
        double difference = a->mean[i] - b->mean[i];
        means += difference * difference;
    }
    double traces = moments_variance(a) + moments_variance(b);
    *distance = fmax(means + traces - 2.0 * overlap, 0.0);
    return true;
}
