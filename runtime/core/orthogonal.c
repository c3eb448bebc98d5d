/* QR decompositions of a few vectors, by Householder's reflections; Golub and Van
 * Loan, Matrix Computations, section 5.2. */
#include "guss/orthogonal.h"

#include <math.h>
#include <string.h>

#include "best_clone.h"

enum { SUMS = 8 }; /* side by side, so that they become vectors */

static inline double dot(const double *a, const double *b, int64_t n)
{
    double sum[SUMS] = {0}, rest = 0;
    int64_t whole = n - n % SUMS;
    for (int64_t i = 0; i < whole; i += SUMS)
        for (int k = 0; k < SUMS; k++)
            sum[k] += a[i + k] * b[i + k];
    for (int64_t i = whole; i < n; i++)
        rest += a[i] * b[i];
    for (int k = 0; k < SUMS; k++)
        rest += sum[k];
    return rest;
}

/* a = a - 2 v (v . a), the reflection at v's plane; v of length 1. */
static inline void reflect(const double *v, double *a, int64_t n)
{
    double twice = 2 * dot(v, a, n);
    for (int64_t i = 0; i < n; i++)
        a[i] -= twice * v[i];
}

/* Makes of `a` the normal of the plane that reflects it to (r, 0, 0, ...), of
 * length 1, or 0 where there is nothing to reflect; returns r's sign. */
static inline double reflector(double *a, int64_t n)
{
    double norm = sqrt(dot(a, a, n));
    double sign = a[0] < 0 ? 1 : -1;
    a[0] -= sign * norm;
    double length = sqrt(dot(a, a, n));
    for (int64_t i = 0; i < n; i++)
        a[i] = length > 0 ? a[i] / length : 0;
    return sign;
}

BEST_CLONE
void guss_orthonormalise(double *vectors, int64_t n, int64_t length,
                         double *work)
{
    double *normals = work, *signs = work + n * length;
    memcpy(normals, vectors, (size_t)(n * length) * sizeof *normals);
    for (int64_t k = 0; k < n; k++) {
        double *normal = normals + k * length + k;
        signs[k] = reflector(normal, length - k);
        for (int64_t j = k + 1; j < n; j++)
            reflect(normal, normals + j * length + k, length - k);
    }
    for (int64_t j = 0; j < n; j++) {
        double *q = vectors + j * length;
        memset(q, 0, (size_t)length * sizeof *q);
        q[j] = signs[j];
        for (int64_t k = j; k >= 0; k--)
            reflect(normals + k * length + k, q + k, length - k);
    }
}
