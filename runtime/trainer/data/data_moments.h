/* The mean and the standard deviation of each channel of a set. */
#ifndef TRAINER_DATA_MOMENTS_H
#define TRAINER_DATA_MOMENTS_H

#include "trainer/data/data.h"

/* Of the values as a network gets them, behind `pixels`: value i of a sample is
 * of channel i % channels, which divides its width. Of the samples that `picks`
 * names, or of all where it is NULL; there is one at least. The deviation is that
 * of the samples themselves (divided by their number), 1 of a channel that is the
 * same everywhere. Sums are in double, in the order of the samples. STATUS_MACHINE
 * where there is no memory. */
enum status data_moments(const struct data_set *set, const uint32_t *picks,
                         int64_t n_picks, int64_t channels, double *mean,
                         double *stddev, struct error *error);

#endif
