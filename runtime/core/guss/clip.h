/* Gradients kept within limits before the optimizer's step, as Keras does it
 * (keras/src/optimizers/base_optimizer.py): each number by itself, or all of a
 * weight, or of all weights, by one factor where their norm is too large. */
#ifndef GUSS_CLIP_H
#define GUSS_CLIP_H

#include <math.h>

#include "guss/model.h"
#include "guss/vector.h"

/* A NaN stays one, so that the loss tells of it. */
static inline void guss_clip_values(int n, real *restrict g,
                                    const struct guss_optimizer *o)
{
    if (o->clipvalue == 0)
        return;
    real most = (real)o->clipvalue;
    for (int i = 0; i < n; i++) {
        real low = g[i] > most ? most : g[i];
        g[i] = low < -most ? -most : low;
    }
}

/* Adds the squares of a matrix to *sum; its rows are `stride` numbers apart, and
 * what lies behind their columns is none of it. 16 sums side by side, so that
 * the loop becomes vectors: the same bits on every target. In double, where no
 * square overflows. */
static inline void guss_add_squares(int rows, int columns, int stride,
                                    const real *g, double *sum)
{
    enum { SIDE = 16 };
    double sums[SIDE] = {0};
    int rest = (int)((unsigned)columns % SIDE), whole = columns - rest;
    for (int row = 0; row < rows; row++, g += stride) {
        for (int i = 0; i < whole; i += SIDE)
            for (int k = 0; k < SIDE; k++)
                sums[k] += (double)g[i + k] * (double)g[i + k];
        for (int k = 0; k < rest; k++)
            sums[k] += (double)g[whole + k] * (double)g[whole + k];
    }
    for (int k = 0; k < SIDE; k++)
        *sum += sums[k];
}

/* What gradients of the norm sqrt(the sum of n squares) are multiplied by, so
 * that it is `most` at most. NaN where one is. */
static inline double guss_norm_scale(int n, const double *squares, double most)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += squares[i];
    double norm = sqrt(sum);
    return norm <= most ? 1 : most / norm;
}

/* The factor of all gradients: `squares` are those of all weights. */
static inline double guss_global_scale(const struct guss_optimizer *o, int n,
                                       const double *squares)
{
    return o->global_clipnorm > 0
               ? guss_norm_scale(n, squares, o->global_clipnorm)
               : 1;
}

/* The factor of one weight's gradient, of the norm of its own or of all. */
static inline real guss_scale(const struct guss_optimizer *o, int n,
                              const double *squares)
{
    return (real)(o->clipnorm > 0 ? guss_norm_scale(n, squares, o->clipnorm)
                                  : o->scale);
}

static inline void guss_scale_gradient(int n, real *restrict g, real scale)
{
    if (scale == 1)
        return;
    for (int i = 0; i < n; i++)
        g[i] *= scale;
}

#endif
