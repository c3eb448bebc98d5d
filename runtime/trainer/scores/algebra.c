#include "trainer/scores/algebra.h"

#include <stddef.h>
#include <stdlib.h>

#include <cblas.h>

/* LAPACK: eigenvalues of a symmetric matrix, by divide and conquer. A Fortran
 * function: matrices by columns, lengths of its texts at the end. */
void dsyevd_(const char *job, const char *triangle, const int *n, double *a,
             const int *lda, double *w, double *work, const int *lwork,
             int *iwork, const int *liwork, int *info, size_t job_length,
             size_t triangle_length);

void algebra_start(void)
{
    openblas_set_num_threads(1);
}

void algebra_products(const double *a, int n_a, const double *b, int n_b,
                      int width, double *products, int stride)
{
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, n_a, n_b, width, 1.0,
                a, width, b, width, 0.0, products, stride);
}

void algebra_add_squares(const double *rows, int n_rows, int width,
                         double *square)
{
    cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, width, width, n_rows,
                1.0, rows, width, rows, width, 1.0, square, width);
}

void algebra_multiply(const double *a, const double *b, int width,
                      double *product)
{
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, width, width, width,
                1.0, a, width, b, width, 0.0, product, width);
}

bool algebra_eigenvalues(double *matrix, int width, bool is_with_vectors,
                         double *values)
{
    const char *job = is_with_vectors ? "V" : "N";
    double work_size = 0.0;
    int iwork_size = 0, info = 0;
    const int ask = -1;
    /* Columns of Fortran are rows here; of a symmetric matrix it is all one. */
    dsyevd_(job, "U", &width, matrix, &width, values, &work_size, &ask,
            &iwork_size, &ask, &info, 1, 1);
    if (info != 0)
        return false;
    const int n_work = (int)work_size;
    double *work = calloc((size_t)n_work, sizeof *work);
    int *iwork = calloc((size_t)iwork_size, sizeof *iwork);
    if (work && iwork)
        dsyevd_(job, "U", &width, matrix, &width, values, work, &n_work, iwork,
                &iwork_size, &info, 1, 1);
    bool is_done = work && iwork && info == 0;
    free(work);
    free(iwork);
    return is_done;
}
