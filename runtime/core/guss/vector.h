/* Numbers and vectors of emitted code.
 *
 * Emitted files choose before they include anything:
 *   GUSS_VECTOR  numbers in a vector: 16, 8, 4 or 2, by the target
 *   GUSS_DOUBLE  defined: numbers are doubles (gradient checks)
 * Vectors are those of GCC and clang; no intrinsics. */
#ifndef GUSS_VECTOR_H
#define GUSS_VECTOR_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef GUSS_DOUBLE
typedef double real;
typedef int64_t real_index;
#else
typedef float real;
typedef int32_t real_index;
#endif

/* Said of a function that stays one. Inlined into another, its loops lose what
 * `restrict` says of its pointers: ResNet-20 took 4 % longer. */
#define GUSS_APART __attribute__((noinline))

enum { VECTOR = GUSS_VECTOR };
typedef real vec __attribute__((vector_size(GUSS_VECTOR * sizeof(real))));

/* How many of n >= 0 numbers are left over by whole vectors. The compiler sees
 * that they are fewer than a vector's, whatever it knows of n. */
static inline int vec_left_over(int n)
{
    return (int)((unsigned)n % VECTOR);
}

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

/* The first `count` < VECTOR numbers; the others are 0. */
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

#if defined(__GNUC__) && !defined(__clang__)
/* Where a shuffle takes each number from. Computed as vectors from the places
 * themselves: GCC knows such indices when it compiles, but not those that are
 * filled in number by number. */
typedef real_index vec_index
    __attribute__((vector_size(GUSS_VECTOR * sizeof(real_index))));
#if GUSS_VECTOR == 16
#define GUSS_PLACES                                                            \
    ((vec_index){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
#elif GUSS_VECTOR == 8
#define GUSS_PLACES ((vec_index){0, 1, 2, 3, 4, 5, 6, 7})
#elif GUSS_VECTOR == 4
#define GUSS_PLACES ((vec_index){0, 1, 2, 3})
#else
#define GUSS_PLACES ((vec_index){0, 1})
#endif
#endif

/* The sum of the numbers, by halves. */
static inline real vec_sum(vec v)
{
#if defined(__GNUC__) && !defined(__clang__)
    for (int half = VECTOR / 2; half > 0; half /= 2)
        v += __builtin_shuffle(v, GUSS_PLACES ^ half);
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
    const vec_index low = GUSS_PLACES + GUSS_PLACES / half * half;
    const vec_index high = low + half;
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
    const vec_index in_second_half = GUSS_PLACES / half % 2;
    const vec_index first = GUSS_PLACES + in_second_half * (VECTOR - half);
    const vec_index second = first + half;
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
