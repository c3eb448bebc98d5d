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

/* What comparing vectors gives: all bits of a number set, or none. */
typedef __typeof__((vec){0} > (vec){0}) vec_mask;

/* Each number as `yes` has it where the mask is set, else as `no`. */
static inline vec vec_select(vec_mask mask, vec yes, vec no)
{
    return (vec)(((vec_mask)yes & mask) | ((vec_mask)no & ~mask));
}

/* The sum of the numbers, by halves. */
static inline real vec_sum(vec v)
{
#if defined(__GNUC__) && !defined(__clang__)
    for (int half = VECTOR / 2; half > 0; half /= 2) {
        vec_mask other;
        for (int i = 0; i < VECTOR; i++)
            other[i] = i ^ half;
        v += __builtin_shuffle(v, other);
    }
    return v[0];
#else
    real part[VECTOR];
    vec_store(part, v);
    for (int half = VECTOR / 2; half > 0; half /= 2)
        for (int i = 0; i < half; i++)
            part[i] += part[i + half];
    return part[0];
#endif
}

/* Sums of pairs: of the groups of 2 half numbers in a, then of those in b, the
 * first half of each plus its second. */
static inline vec vec_fold(vec a, vec b, int half)
{
#if defined(__GNUC__) && !defined(__clang__)
    vec_mask low, high;
    for (int i = 0; i < VECTOR; i++) {
        low[i] = i / half * 2 * half + i % half;
        high[i] = low[i] + half;
    }
    return __builtin_shuffle(a, b, low) + __builtin_shuffle(a, b, high);
#else
    real from[2 * VECTOR], to[VECTOR];
    vec_store(from, a);
    vec_store(from + VECTOR, b);
    for (int i = 0; i < VECTOR; i++) {
        int low = i / half * 2 * half + i % half;
        to[i] = from[low] + from[low + half];
    }
    return vec_load(to);
#endif
}

/* The sums of `count` <= VECTOR vectors, one a number: as vec_sum() adds, many
 * at a time. */
static inline __attribute__((always_inline)) vec vec_sums(const vec *v,
                                                          int count)
{
    vec part[VECTOR];
    _Pragma("GCC unroll 16") for (int i = 0; i < VECTOR; i++) part[i] =
        i < count ? v[i] : (vec){0};
    _Pragma("GCC unroll 4") for (int half = VECTOR / 2; half > 0; half /= 2)
        _Pragma("GCC unroll 8") for (int i = 0; i < half; i++) part[i] =
            vec_fold(part[2 * i], part[2 * i + 1], half);
    return part[0];
}

/* Swaps, of each group of 2 half numbers, the second half of *a with the first
 * half of *b. */
static inline void vec_exchange(vec *a, vec *b, int half)
{
#if defined(__GNUC__) && !defined(__clang__)
    vec_mask first, second;
    for (int i = 0; i < VECTOR; i++) {
        first[i] = i % (2 * half) < half ? i : VECTOR + i - half;
        second[i] = first[i] + half;
    }
    vec was = *a;
    *a = __builtin_shuffle(was, *b, first);
    *b = __builtin_shuffle(was, *b, second);
#else
    real left[VECTOR], right[VECTOR];
    vec_store(left, *a);
    vec_store(right, *b);
    for (int i = 0; i < VECTOR; i++)
        if (i % (2 * half) >= half) {
            real was = left[i];
            left[i] = right[i - half];
            right[i - half] = was;
        }
    *a = vec_load(left);
    *b = vec_load(right);
#endif
}

/* Number j of vector i and number i of vector j change places. */
static inline __attribute__((always_inline)) void vec_transpose(vec *v)
{
    _Pragma("GCC unroll 4") for (int half = VECTOR / 2; half > 0; half /= 2)
    {
        _Pragma("GCC unroll 8") for (int at = 0; at < VECTOR / 2; at++)
        {
            int i = at / half * 2 * half + at % half;
            vec_exchange(&v[i], &v[i + half], half);
        }
    }
}

#endif
