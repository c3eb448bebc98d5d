/* The kernel distance of two sets of samples: the unbiased estimate of their
 * squared maximum mean discrepancy, with the kernel
 *
 *   k(x, y) = (x y / d + 1)^3      of d features
 *   MMD^2   = mean k(x, x') + mean k(y, y') - 2 mean k(x, y)
 *
 * over pairs of different samples of a set. Binkowski et al. 2018,
 * arXiv:1801.01401, section 3.1 (there of Inception's features, as KID). Other
 * implementations average it over random subsets of 1,000; here all samples
 * are one set, which has the same expectation and no chance in it.
 *
 * It does not depend on how many samples there are, and may lie below 0. */
#ifndef TRAINER_KERNEL_DISTANCE_H
#define TRAINER_KERNEL_DISTANCE_H

#include <stdbool.h>
#include <stdint.h>

#include "trainer/scores/pairs.h"

/* The kernel's sum over pairs. */
struct kernel_sum {
    bool is_within; /* of one set: a point has no pair with itself */
    int64_t rows;
    double *sums; /* [rows]; owned: kernel_sum_free() */
};

/* False without memory. */
bool kernel_sum_begin(struct kernel_sum *sum, int64_t rows, bool is_within);
struct pair_visitor kernel_sum_visitor(struct kernel_sum *sum);
void kernel_sum_free(struct kernel_sum *sum);

/* Behind the visit: its mean over all pairs of a row and another column. */
double kernel_sum_mean(const struct kernel_sum *sum, int64_t columns);

/* Of the means within each set, and between them. */
static inline double kernel_distance(double within_a, double within_b,
                                     double between)
{
    return within_a + within_b - 2.0 * between;
}

#endif
