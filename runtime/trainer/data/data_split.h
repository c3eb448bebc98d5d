/* The samples of a set in two shares: those to train on, and those that are set
 * aside to validate with. Nothing is copied: a share is the numbers of its
 * samples. */
#ifndef TRAINER_DATA_SPLIT_H
#define TRAINER_DATA_SPLIT_H

#include <stdint.h>

#include "base/status.h"
#include "guss/model.h"

/* Together all samples of the set, each share in their order. */
struct data_split {
    uint32_t *training; /* [n_training], owned; NULL: nothing is set aside */
    const uint32_t *validation; /* [n_validation], in the same memory */
    int64_t n_training, n_validation;
};

/* Sets a part `share`, above 0 and below 1, of the samples aside: how many is the
 * nearest whole number, the higher one of two. Samples of one label are a class;
 * without labels there is one. Each class gives its part of them rounded down, or
 * one sample more: those with the largest remainders do, of equal ones the larger
 * class, then the lower label; but a class keeps one sample to train on at least.
 * Which ones they are depends on the seed and the number of the class.
 *
 * A share is empty where that number is none or all, and nothing may be set aside
 * of classes of one sample. STATUS_MACHINE where there is no memory. */
enum status data_split_draw(const struct guss_samples *samples, double share,
                            uint64_t seed, struct data_split *split,
                            struct error *error);
void data_split_free(struct data_split *split);

/* The values of so many samples of a set, one behind the other, as they lie in
 * it; to be freed. NULL where there is no memory. */
void *data_copy_samples(const struct guss_samples *samples,
                        const uint32_t *numbers, int64_t count);

#endif
