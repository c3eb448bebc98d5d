/* The Fréchet distance of two sets of samples, each taken for normally
 * distributed in a judge's features:
 *
 *   |m1 - m2|^2 + Tr(C1 + C2 - 2 (C1^1/2 C2 C1^1/2)^1/2)
 *
 * with their means m and covariances C, sums of squares over n - 1.
 * Heusel et al. 2017, arXiv:1706.08500, section 3 (there of Inception's
 * features, as FID); the symmetric form has the same eigenvalues as C1 C2, and
 * needs no root of a matrix that is not symmetric.
 *
 * It falls as samples become more: by about (features) / n times what the
 * covariance weighs. Only distances of equally many samples can be compared. */
#ifndef TRAINER_FRECHET_DISTANCE_H
#define TRAINER_FRECHET_DISTANCE_H

#include <stdbool.h>

#include "trainer/scores/points.h"

struct moments {
    int width;
    double *mean;       /* [width]; owned: moments_free() */
    double *covariance; /* [width][width] */
    double *root;       /* of the covariance; NULL: not asked for */
};

/* Of at least two points, all finite; fewer than the width will do, and values
 * that are always the same. False where there is no memory or LAPACK finds no
 * eigenvalues. */
bool moments_take(struct moments *moments, const struct points *points,
                  bool is_with_root);
void moments_free(struct moments *moments);

/* False as above; `a` is with its root. At least 0. */
bool frechet_distance(const struct moments *a, const struct moments *b,
                      double *distance);

/* Tr C, the variance of all features: the least distance that another set of samples
 * which are all one can have from these. */
double moments_variance(const struct moments *moments);

#endif
