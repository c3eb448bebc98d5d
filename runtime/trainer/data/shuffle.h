/* The order in which a pass visits the samples, and in which those of a class are
 * set aside. */
#ifndef TRAINER_SHUFFLE_H
#define TRAINER_SHUFFLE_H

#include <stdint.h>

/* 0 .. count - 1, in order. */
void shuffle_none(uint32_t *order, int64_t count);

/* A permutation of 0 .. count - 1 that depends on the seed and the number of
 * the pass alone. count < 2^32. */
void shuffle_pass(uint32_t *order, int64_t count, uint64_t seed, uint64_t pass);

/* Puts the numbers in another order, which depends on the seed and the number of
 * the class alone. */
void shuffle_class(uint32_t *numbers, int64_t count, uint64_t seed,
                   uint64_t class);

#endif
