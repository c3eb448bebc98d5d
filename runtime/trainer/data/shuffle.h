/* The order in which a pass visits the samples. */
#ifndef TRAINER_SHUFFLE_H
#define TRAINER_SHUFFLE_H

#include <stdint.h>

/* 0 .. count - 1, in order. */
void shuffle_none(uint32_t *order, int64_t count);

/* A permutation of 0 .. count - 1 that depends on the seed and the number of
 * the pass alone. count < 2^32. */
void shuffle_pass(uint32_t *order, int64_t count, uint64_t seed, uint64_t pass);

#endif
