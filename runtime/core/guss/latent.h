/* Latent vectors: what a generator's networks read, drawn or from a file. */
#ifndef GUSS_LATENT_H
#define GUSS_LATENT_H

#include "guss/model.h"

/* Row `row` of an update's `rows` latent vectors: `width` numbers. Drawn ones
 * use draw (number / 2, row) of the stream (seed, GUSS_RANDOM_LATENT, 0,
 * update); those of a file are taken in its order, from row update * rows + row
 * on, wrapping round. The file's rows are `width` wide. */
void guss_latent_row(const struct guss_latent *latent, uint64_t seed,
                     uint64_t update, int rows, int row, int width, float *to);

#endif
