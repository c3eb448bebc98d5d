/* Numbers and vectors of emitted code.
 *
 * Emitted files choose before they include anything:
 *   GUSS_VECTOR  numbers in a vector: 16, 8 or 4, by the target
 *   GUSS_DOUBLE  defined: numbers are doubles (gradient checks)
 * Vectors are those of GCC and clang; no intrinsics. */
#ifndef GUSS_VECTOR_H
#define GUSS_VECTOR_H

#include <stddef.h>
#include <string.h>

#ifdef GUSS_DOUBLE
typedef double real;
#else
typedef float real;
#endif

enum { VECTOR = GUSS_VECTOR };
typedef real vec __attribute__((vector_size(GUSS_VECTOR * sizeof(real))));

static inline vec vec_load(const real *from)
{
    vec v;
    memcpy(&v, from, sizeof v);
    return v;
}

static inline void vec_store(real *to, vec v)
{
    memcpy(to, &v, sizeof v);
}

/* The first `count` numbers; the others are 0. */
static inline vec vec_load_first(const real *from, int count)
{
    vec v = {0};
    memcpy(&v, from, (size_t)count * sizeof(real));
    return v;
}

static inline void vec_store_first(real *to, vec v, int count)
{
    memcpy(to, &v, (size_t)count * sizeof(real));
}

/* The sum of the numbers, by halves. */
static inline real vec_sum(vec v)
{
    real part[VECTOR];
    vec_store(part, v);
    for (int half = VECTOR / 2; half > 0; half /= 2)
        for (int i = 0; i < half; i++)
            part[i] += part[i + half];
    return part[0];
}

#endif
