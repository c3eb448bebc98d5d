/* The penalty l1 sum |v| + l2 sum v^2 of weights, or of a layer's outputs, and its
 * gradient. Formulas: keras/src/regularizers/regularizers.py. */
#ifndef GUSS_PENALTY_H
#define GUSS_PENALTY_H

#include "guss/loss.h"

/* Of n outputs. */
static inline double guss_penalty(int n, const real *y, real l1, real l2)
{
    double sum = 0;
    for (int begin = 0; begin < n; begin += GUSS_BLOCK) {
        int count = n - begin < GUSS_BLOCK ? n - begin : GUSS_BLOCK;
        real term[GUSS_BLOCK];
        GUSS_INDEPENDENT
        for (int i = 0; i < count; i++)
            term[i] = l1 * guss_absolute(y[begin + i]) +
                      l2 * y[begin + i] * y[begin + i];
        sum += guss_sum(count, term);
    }
    return sum;
}

/* Of the first `valid` samples of y[values][tile]. */
static inline double guss_penalty_by_sample(int values, int tile, int valid,
                                            const real *y, real l1, real l2)
{
    if (valid == tile)
        return guss_penalty(values * tile, y, l1, l2);
    double sum = 0;
    for (int i = 0; i < values; i++)
        sum += guss_penalty(valid, y + i * tile, l1, l2);
    return sum;
}

/* The slope of l1 |v| + l2 v^2; of the former 0 at 0. */
static inline real guss_penalty_slope(real v, real l1, real l2)
{
    return l1 * (real)((v > 0) - (v < 0)) + 2 * l2 * v;
}

/* Of n weights: g += its slope. */
static inline void guss_add_penalty_gradient(int n, const real *restrict w,
                                             double l1, double l2,
                                             real *restrict g)
{
    GUSS_INDEPENDENT
    for (int i = 0; i < n; i++)
        g[i] += guss_penalty_slope(w[i], (real)l1, (real)l2);
}

#endif
