/* Register blocks of a matrix product.
 *
 * A block keeps rows x columns vectors of sums in registers: it starts from a
 * row (a bias) or from zero, adds left[r] * right[c] for each step of the
 * depth, and is stored. `rows` and `columns` are constants at every call: the
 * loops are unrolled whole, and the sums never touch memory. */
#ifndef GUSS_BLOCK_H
#define GUSS_BLOCK_H

#include <stdbool.h>

#include "guss/vector.h"

#define GUSS_INLINE static inline __attribute__((always_inline))
/* A function that is compiled once in a file, and not for each caller's sizes. */
#define GUSS_ONCE static GUSS_APART __attribute__((unused))
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

/* The same of one column, the last row first. */
GUSS_INLINE void block_load_back(int rows, vec *sum, const real *from,
                                 size_t stride)
{
    GUSS_UNROLL
    for (int i = 0; i < rows; i++)
        sum[i] = vec_load(from + (size_t)(rows - 1 - i) * stride);
}

/* Asks for the line at `at`, to be read soon. */
GUSS_INLINE void block_prefetch(const real *at)
{
    __builtin_prefetch(at);
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

/* ---- blocks whose columns are not next to each other ----------------- */

/* Every row of the block starts as its own number. */
GUSS_INLINE void block_fill(int rows, int columns, vec *sum, const real *values)
{
    GUSS_UNROLL
    for (int i = 0; i < rows * columns; i++)
        sum[i] = values[i / columns] - (vec){0};
}

/* block_add where the right columns lie `right_stride` numbers apart. */
GUSS_INLINE void block_add_at(int rows, int columns, vec *sum, const real *left,
                              size_t stride, const real *right,
                              size_t right_stride)
{
    GUSS_UNROLL
    for (int i = 0; i < rows * columns; i++)
        sum[i] += left[(size_t)(i / columns) * stride] *
                  vec_load(right + (size_t)(i % columns) * right_stride);
}

GUSS_INLINE void block_store_at(int rows, int columns, const vec *sum, real *to,
                                size_t row_stride, size_t column_stride)
{
    GUSS_UNROLL
    for (int i = 0; i < rows * columns; i++)
        vec_store(to + (size_t)(i / columns) * row_stride +
                      (size_t)(i % columns) * column_stride,
                  sum[i]);
}

/* Products of vectors on both sides, to be summed over the vector. */
GUSS_INLINE void block_add_dot(int rows, int columns, vec *sum,
                               const real *left, size_t stride,
                               const real *right, size_t right_stride)
{
    GUSS_UNROLL
    for (int i = 0; i < rows * columns; i++)
        sum[i] += vec_load(left + (size_t)(i / columns) * stride) *
                  vec_load(right + (size_t)(i % columns) * right_stride);
}

/* sum[r] += left[(r + t) * stride] * tap[t] over all taps t, which pass a row
 * of vectors: each of them is loaded once. */
GUSS_INLINE void block_slide(int rows, int taps, vec *sum, const real *left,
                             size_t stride, const vec *tap)
{
    GUSS_UNROLL
    for (int i = 0; i < rows + taps - 1; i++) {
        vec at = vec_load(left + (size_t)i * stride);
        GUSS_UNROLL
        for (int t = 0; t < taps; t++)
            if (t <= i && i - t < rows)
                sum[i - t] += at * tap[t];
    }
}

/* The sum over each vector of a block. */
GUSS_INLINE void block_sums(int count, const vec *sum, real *to)
{
    GUSS_UNROLL
    for (int i = 0; i < count; i += VECTOR)
        vec_store(to + i,
                  vec_sums(sum + i, count - i < VECTOR ? count - i : VECTOR));
}

enum { GUSS_BLOCK_MOST = 32 };

/* to[r] = start + the sum over vector r. */
GUSS_INLINE void block_store_dots(int rows, const vec *sum, real start,
                                  real *to)
{
    real total[GUSS_BLOCK_MOST];
    block_sums(rows, sum, total);
    for (int r = 0; r < rows; r++)
        to[r] = start + total[r];
}

/* to[r][c] = the sum over a block's vector, or += behind the first tile. */
GUSS_INLINE void block_store_sums(int rows, int columns, const vec *sum,
                                  real *to, size_t stride, bool first_tile)
{
    real total[GUSS_BLOCK_MOST];
    block_sums(rows * columns, sum, total);
    for (int r = 0; r < rows; r++)
        for (int c = 0; c < columns; c++) {
            real *at = to + (size_t)r * stride + c;
            *at = (first_tile ? 0 : *at) + total[r * columns + c];
        }
}

/* ---- activations of a finished block ----------------------------------
 * As of numbers: a NaN stays one. */

GUSS_INLINE void block_relu(int rows, int columns, vec *sum)
{
    GUSS_UNROLL
    for (int i = 0; i < rows * columns; i++)
        sum[i] = vec_select(sum[i] < (vec){0}, (vec){0}, sum[i]);
}

GUSS_INLINE void block_leaky_relu(int rows, int columns, vec *sum, real alpha)
{
    GUSS_UNROLL
    for (int i = 0; i < rows * columns; i++)
        sum[i] = vec_select(sum[i] > (vec){0}, sum[i], sum[i] * alpha);
}

/* Where the next block begins: where the step does not divide the extent, the
 * last block covers some of the one before it again. */
static inline int block_next(int at, int step, int end)
{
    int next = at + step;
    return next >= end || next + step <= end ? next : end - step;
}

/* to[j][i] = from[i][j] over a square of VECTOR rows and columns. */
GUSS_INLINE void guss_transpose_square(const real *restrict from,
                                       size_t from_stride, real *restrict to,
                                       size_t to_stride)
{
    vec v[VECTOR];
    GUSS_UNROLL
    for (int i = 0; i < VECTOR; i++)
        v[i] = vec_load(from + (size_t)i * from_stride);
    vec_transpose(v);
    GUSS_UNROLL
    for (int j = 0; j < VECTOR; j++)
        vec_store(to + (size_t)j * to_stride, v[j]);
}

/* to[j][i] = from[i][j], number by number, for rows first <= i < last and at
 * most VECTOR columns. What lies between the columns belongs to other workers:
 * volatile keeps GCC from loading it before the loop and storing it behind
 * (predictive commoning, which does not know that no two iterations store to
 * one place). */
GUSS_INLINE void guss_transpose_edge(int first, int last, int columns,
                                     const real *restrict from,
                                     size_t from_stride,
                                     volatile real *restrict to,
                                     size_t to_stride)
{
    for (int i = first; i < last; i++)
        for (int j = 0; j < columns; j++)
            to[(size_t)j * to_stride + (size_t)i] =
                from[(size_t)i * from_stride + (size_t)j];
}

/* to[j][i] = from[i][j] for rows first <= i < last and `columns` columns:
 * squares, and number by number what is left over of rows and columns. */
static inline void guss_transpose(int first, int last, int columns,
                                  const real *restrict from, size_t from_stride,
                                  real *restrict to, size_t to_stride)
{
    int j = 0;
    for (; j + VECTOR <= columns; j += VECTOR) {
        int i = first;
        for (; i + VECTOR <= last; i += VECTOR)
            guss_transpose_square(from + (size_t)i * from_stride + j,
                                  from_stride, to + (size_t)j * to_stride + i,
                                  to_stride);
        guss_transpose_edge(i, last, VECTOR, from + j, from_stride,
                            to + (size_t)j * to_stride, to_stride);
    }
    guss_transpose_edge(first, last, vec_left_over(columns), from + j,
                        from_stride, to + (size_t)j * to_stride, to_stride);
}

/* The same for rows first .. last - 1 of a kernel of `tap` rows a tap: each
 * tap is a matrix of its own. */
static inline void guss_transpose_taps(int first, int last, int columns,
                                       const real *restrict from,
                                       size_t from_stride, real *restrict to,
                                       size_t to_stride, int tap)
{
    for (int begin = first, end; begin < last; begin = end) {
        int at = begin / tap;
        end = (at + 1) * tap < last ? (at + 1) * tap : last;
        guss_transpose(begin - at * tap, end - at * tap, columns,
                       from + (size_t)(at * tap) * from_stride, from_stride,
                       to + (size_t)(at * columns) * to_stride, to_stride);
    }
}

#endif
