/* Register blocks of a matrix product.
 *
 * A block keeps rows x columns vectors of sums in registers: it starts from a
 * row (a bias) or from zero, adds left[r] * right[c] for each step of the
 * depth, and is stored. `rows` and `columns` are constants at every call: the
 * loops are unrolled whole, and the sums never touch memory. */
#ifndef GUSS_BLOCK_H
#define GUSS_BLOCK_H

#include "guss/vector.h"

#define GUSS_INLINE static inline __attribute__((always_inline))
#define GUSS_UNROLL _Pragma("GCC unroll 32")

GUSS_INLINE void block_zero(int rows, int columns, vec *sum)
{
    GUSS_UNROLL
    for (int i = 0; i < rows * columns; i++)
        sum[i] = (vec){0};
}

/* Every row of the block starts as `row`, columns vectors wide. */
GUSS_INLINE void block_start(int rows, int columns, vec *sum, const real *row)
{
    GUSS_UNROLL
    for (int i = 0; i < rows * columns; i++)
        sum[i] = vec_load(row + i % columns * VECTOR);
}

/* The block as it was stored. */
GUSS_INLINE void block_load(int rows, int columns, vec *sum, const real *from,
                            size_t stride)
{
    GUSS_UNROLL
    for (int i = 0; i < rows * columns; i++)
        sum[i] = vec_load(from + (size_t)(i / columns) * stride +
                          i % columns * VECTOR);
}

/* sum[r][c] += left[r * stride] * right[c], one step of the depth. */
GUSS_INLINE void block_add(int rows, int columns, vec *sum, const real *left,
                           size_t stride, const real *right)
{
    GUSS_UNROLL
    for (int i = 0; i < rows * columns; i++)
        sum[i] += left[(size_t)(i / columns) * stride] *
                  vec_load(right + i % columns * VECTOR);
}

/* The same where the right row ends after `count` < VECTOR numbers. */
GUSS_INLINE void block_add_first(int rows, vec *sum, const real *left,
                                 size_t stride, const real *right, int count)
{
    GUSS_UNROLL
    for (int r = 0; r < rows; r++)
        sum[r] += left[(size_t)r * stride] * vec_load_first(right, count);
}

GUSS_INLINE void block_store(int rows, int columns, const vec *sum, real *to,
                             size_t stride)
{
    GUSS_UNROLL
    for (int i = 0; i < rows * columns; i++)
        vec_store(to + (size_t)(i / columns) * stride + i % columns * VECTOR,
                  sum[i]);
}

/* The first `count` < VECTOR numbers of each row. */
GUSS_INLINE void block_store_first(int rows, const vec *sum, real *to,
                                   size_t stride, int count)
{
    GUSS_UNROLL
    for (int r = 0; r < rows; r++)
        vec_store_first(to + (size_t)r * stride, sum[r], count);
}

/* to[j][i] = from[i][j] for rows first <= i < last and `columns` columns: a
 * strip of columns at a time, so that the lines written stay in the cache
 * until they are full. */
static inline void guss_transpose(int first, int last, int columns,
                                  const real *restrict from, size_t from_stride,
                                  real *restrict to, size_t to_stride)
{
    enum { STRIP = 16 };
    for (int strip = 0; strip < columns; strip += STRIP) {
        int end = columns - strip < STRIP ? columns : strip + STRIP;
        for (int i = first; i < last; i++)
            for (int j = strip; j < end; j++)
                to[(size_t)j * to_stride + (size_t)i] =
                    from[(size_t)i * from_stride + (size_t)j];
    }
}

#endif
