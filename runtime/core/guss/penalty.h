/* What the penalty of weights, l1 sum |w| + l2 sum w^2, adds to their gradient.
 * Formulas: keras/src/regularizers/regularizers.py. */
#ifndef GUSS_PENALTY_H
#define GUSS_PENALTY_H

#include "guss/activation.h"

/* The slope of l1 |w| + l2 w^2; 0 where w is. */
static inline real guss_penalty_slope(real w, real l1, real l2)
{
    return l1 * (real)((w > 0) - (w < 0)) + 2 * l2 * w;
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
