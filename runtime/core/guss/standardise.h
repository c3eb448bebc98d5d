/* Values of a sample brought to mean 0 and variance 1, in groups: of layer
 * normalization (Ba, Kiros and Hinton 2016, arXiv:1607.06450) and of group
 * normalization (Wu and He 2018, arXiv:1803.08494).
 *
 *   y = (x - mean) inverse,  inverse = 1 / sqrt(variance + epsilon)
 *   dx = inverse (dy - mean(dy) - y mean(dy y)) */
#ifndef GUSS_STANDARDISE_H
#define GUSS_STANDARDISE_H

#include <math.h>

#include "guss/vector.h"

/* A sample's values are [outer][inner][groups][members]; a group has its inner
 * x members values for each of `outer`. */
struct guss_groups {
    int outer, inner, groups, members;
};

/* Sums side by side, so that a loop over them becomes vectors, whatever the
 * target: the same bits. */
enum { GUSS_SUMS = 16 };

/* The sums of `n` numbers a - from_a and of their products with b - from_b. */
static inline void guss_add_products(int n, const real *a, real from_a,
                                     const real *b, real from_b,
                                     real sum[GUSS_SUMS],
                                     real product[GUSS_SUMS])
{
    int rest = n % GUSS_SUMS, whole = n - rest;
    for (int i = 0; i < whole; i += GUSS_SUMS)
        for (int k = 0; k < GUSS_SUMS; k++) {
            sum[k] += a[i + k] - from_a;
            product[k] += (a[i + k] - from_a) * (b[i + k] - from_b);
        }
    for (int k = 0; k < rest; k++) {
        sum[k] += a[whole + k] - from_a;
        product[k] += (a[whole + k] - from_a) * (b[whole + k] - from_b);
    }
}

static inline real guss_total(const real sum[GUSS_SUMS])
{
    real total = 0;
    for (int k = 0; k < GUSS_SUMS; k++)
        total += sum[k];
    return total;
}

/* The means of a - from_a and of (a - from_a) (b - from_b) over a group, which
 * begins at a and at b. */
static inline void guss_group_means(const struct guss_groups *s, const real *a,
                                    real from_a, const real *b, real from_b,
                                    real *mean, real *product_mean)
{
    real sum[GUSS_SUMS] = {0}, product[GUSS_SUMS] = {0};
    real count = (real)s->inner * (real)s->members;
    size_t step = (size_t)s->groups * (size_t)s->members;
    for (int i = 0; i < s->inner; i++)
        guss_add_products(s->members, a + (size_t)i * step, from_a,
                          b + (size_t)i * step, from_b, sum, product);
    *mean = guss_total(sum) / count;
    *product_mean = guss_total(product) / count;
}

/* The mean of a group and 1 / sqrt(variance + epsilon); a second pass takes the
 * mean off first, and corrects what rounding left of it. */
static inline void guss_group_moments(const struct guss_groups *s,
                                      const real *x, real epsilon, real *mean,
                                      real *inverse)
{
    real first, rest, square;
    guss_group_means(s, x, 0, x, 0, &first, &square);
    guss_group_means(s, x, first, x, first, &rest, &square);
    *mean = first + rest;
    *inverse = 1 / (real)sqrt((double)(square - rest * rest + epsilon));
}

static inline size_t guss_group_at(const struct guss_groups *s, int o, int g)
{
    size_t whole = (size_t)s->inner * (size_t)s->groups * (size_t)s->members;
    return (size_t)o * whole + (size_t)g * (size_t)s->members;
}

static inline void guss_standardise(const struct guss_groups *s, real epsilon,
                                    const real *restrict x, real *restrict y)
{
    size_t step = (size_t)s->groups * (size_t)s->members;
    for (int o = 0; o < s->outer; o++)
        for (int g = 0; g < s->groups; g++) {
            size_t at = guss_group_at(s, o, g);
            real mean, inverse;
            guss_group_moments(s, x + at, epsilon, &mean, &inverse);
            for (int i = 0; i < s->inner; i++, at += step)
                for (size_t m = 0; m < (size_t)s->members; m++)
                    y[at + m] = (x[at + m] - mean) * inverse;
        }
}

static inline void guss_standardise_backward(const struct guss_groups *s,
                                             real epsilon,
                                             const real *restrict x,
                                             const real *restrict dy,
                                             real *restrict dx)
{
    size_t step = (size_t)s->groups * (size_t)s->members;
    for (int o = 0; o < s->outer; o++)
        for (int g = 0; g < s->groups; g++) {
            size_t at = guss_group_at(s, o, g);
            real mean, inverse, mean_dy, mean_dy_xhat;
            guss_group_moments(s, x + at, epsilon, &mean, &inverse);
            guss_group_means(s, dy + at, 0, x + at, mean, &mean_dy,
                             &mean_dy_xhat);
            mean_dy_xhat *= inverse;
            for (int i = 0; i < s->inner; i++, at += step)
                for (size_t m = 0; m < (size_t)s->members; m++)
                    dx[at + m] =
                        inverse * (dy[at + m] - mean_dy -
                                   (x[at + m] - mean) * inverse * mean_dy_xhat);
        }
}

#endif
