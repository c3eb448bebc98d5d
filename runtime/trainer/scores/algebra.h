/* What scores need of linear algebra, in double, from OpenBLAS.
 *
 * Whoever calls divides work among threads: the library itself runs on the
 * thread that called it, so that its sums do not depend on how many there are.
 * Matrices are rows of `width` numbers, one behind the other. */
#ifndef TRAINER_ALGEBRA_H
#define TRAINER_ALGEBRA_H

#include <stdbool.h>
#include <stdint.h>

/* Keeps the library to the threads that call it. Before all below. */
void algebra_start(void);

/* products[i][j] = a's row i times b's row j, with `stride` numbers from one row
 * of products to the next. Several threads may call it at once. */
void algebra_products(const double *a, int n_a, const double *b, int n_b,
                      int width, double *products, int stride);

/* square += rows^T rows, [width][width]. */
void algebra_add_squares(const double *rows, int n_rows, int width,
                         double *square);

/* product = a b, all [width][width]; `product` is neither a nor b. */
void algebra_multiply(const double *a, const double *b, int width,
                      double *product);

/* The eigenvalues, in rising order, of a symmetric matrix of finite numbers; of
 * `matrix` nothing is left, or, where `is_with_vectors`, its eigenvectors as
 * rows. False where there is no memory, or no convergence. */
bool algebra_eigenvalues(double *matrix, int width, bool is_with_vectors,
                         double *values);

#endif
