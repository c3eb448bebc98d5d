#include "trainer/scores/points.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

bool points_take(struct points *points, const float *values, int64_t count,
                 int width)
{
    assert(count >= 0 && width > 0 && width <= POINTS_MOST_WIDTH);
    *points = (struct points){.count = count, .width = width};
    if ((uint64_t)count > SIZE_MAX / sizeof(double) / ((size_t)width + 1))
        return false;
    size_t n = (size_t)count * (size_t)width;
    double *owned = malloc((n + (size_t)count + 1) * sizeof *owned);
    if (!owned)
        return false;
    double *squares = owned + n;
    for (int64_t i = 0; i < count; i++) {
        double square = 0.0;
        for (int64_t j = i * width; j < (i + 1) * width; j++) {
            owned[j] = (double)values[j];
            square += owned[j] * owned[j];
        }
        squares[i] = square;
    }
    points->values = points->owned = owned;
    points->squares = squares;
    return true;
}

void points_free(struct points *points)
{
    free(points->owned);
    *points = (struct points){0};
}

struct points points_part(const struct points *points, int64_t first,
                          int64_t count)
{
    assert(first >= 0 && count >= 0 && count <= points->count - first);
    return (struct points){.values = points->values + first * points->width,
                           .squares = points->squares + first,
                           .count = count,
                           .width = points->width};
}

bool points_are_finite(const struct points *points)
{
    for (int64_t i = 0; i < points->count; i++)
        if (!isfinite(points->squares[i]))
            return false;
    return true;
}

double points_square_distance(const struct points *a, int64_t i,
                              const struct points *b, int64_t j)
{
    const double *x = a->values + i * a->width, *y = b->values + j * b->width;
    double square = 0.0;
    for (int k = 0; k < a->width; k++)
        square += (x[k] - y[k]) * (x[k] - y[k]);
    return square;
}
