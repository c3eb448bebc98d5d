/* Whether generated samples are copies of training samples: their part that lies
 * as near to one as only one in a hundred of the training samples lies to
 * another. Fresh samples of the same kind give about 0.01, copies 1.
 *
 * By nearest neighbours in a judge's features, as Meehan et al. 2020
 * (arXiv:2004.05675) hold generated samples' distances to the training set
 * against those of real samples; a share beyond a quantile says how many, and
 * does not rise because the rest is poor. */
#ifndef TRAINER_COPIES_H
#define TRAINER_COPIES_H

#include "trainer/scores/nearest.h"

/* The square of the distance below which a sample counts as a copy: the least
 * such that at least a hundredth of the training samples that were looked at lie
 * as near to their nearest other one. False without memory. */
bool copies_threshold(const struct nearest *training, int64_t count,
                      double *square);

/* The part of `count` samples from the first-th on whose nearest training sample lies at most so far away. */
double copies_share(const struct nearest *samples, int64_t first, int64_t count,
                    double square);

#endif
