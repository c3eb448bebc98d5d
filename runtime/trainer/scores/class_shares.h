/* Which classes a judge finds in samples, and how evenly. */
#ifndef TRAINER_CLASS_SHARES_H
#define TRAINER_CLASS_SHARES_H

#include <stdint.h>

/* The part of the samples that was taken for each class; `classes` has that of
 * each of `count` >= 1 samples, from 0 to below n_classes. */
void class_shares(const int32_t *classes, int64_t count, int n_classes,
                  double *shares);

/* Shannon's entropy of shares, in bits: 0 where all samples are of one class,
 * log2(n_classes) where each has as many. */
double class_entropy(const double *shares, int n_classes);

#endif
