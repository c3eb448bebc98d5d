/* Latent vectors: what a generator reads, drawn or from a file. */
#ifndef GUSS_LATENT_H
#define GUSS_LATENT_H

#include "guss/model.h"

/* Row `row` of an update's `rows` latent vectors: `width` numbers. Drawn ones
 * use the words of guss_words(row) of the stream (seed, GUSS_RANDOM_LATENT, 0,
 * update): a uniform number takes one, a pair of normal numbers two. Those of a
 * file are taken in its order, from row update * rows + row on, wrapping round;
 * its rows are `width` wide. */
void guss_latent_row(const struct guss_latent *latent, uint64_t seed,
                     uint64_t update, int rows, int row, int width, float *to);

/* Numbers first .. first + count - 1 of such a row; `first` is a multiple of
 * 128. */
void guss_latent_part(const struct guss_latent *latent, uint64_t seed,
                      uint64_t update, int rows, int row, int width, int first,
                      int count, float *to);

#endif
