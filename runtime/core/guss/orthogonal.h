/* Orthogonal matrices: the first weights of Saxe, McClelland and Ganguli 2013,
 * arXiv:1312.6120. */
#ifndef GUSS_ORTHOGONAL_H
#define GUSS_ORTHOGONAL_H

#include <stdint.h>

/* Makes `n` vectors of `length` numbers each, behind each other, orthonormal:
 * Q of their QR decomposition by Householder's reflections, with the signs that
 * make R's diagonal positive, so that normal numbers become a matrix drawn
 * evenly from all orthogonal ones (Mezzadri 2007, arXiv:math-ph/0609050).
 * n <= length. `work` has room for another n * length + n. Plain sums in a
 * fixed order: every machine gives the same bits. */
void guss_orthonormalise(double *vectors, int64_t n, int64_t length,
                         double *work);

#endif
