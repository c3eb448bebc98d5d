/* Panels: copies of what a register block walks along, one run of numbers that
 * stays in the cache while it is read again and again. */
#ifndef GUSS_PANEL_H
#define GUSS_PANEL_H

#include "guss/block.h"

/* to[k][c] = from[k][c]: `depth` rows of `columns` numbers, whole vectors. Both
 * strides are in numbers, here and below. */
GUSS_INLINE void guss_pack(int depth, int columns, const real *restrict from,
                           size_t from_stride, real *restrict to,
                           size_t to_stride)
{
    for (int k = 0; k < depth; k++) {
        GUSS_UNROLL
        for (int c = 0; c < columns; c += VECTOR)
            vec_store(to + (size_t)k * to_stride + c,
                      vec_load(from + (size_t)k * from_stride + c));
    }
}

/* to[k][c] = from[c][k]: `rows` of `depth` numbers become columns, zeros behind
 * them up to whole vectors. */
static inline void guss_pack_transposed(int depth, int rows,
                                        const real *restrict from,
                                        size_t from_stride, real *restrict to,
                                        size_t to_stride)
{
    int left = vec_left_over(rows);
    for (int k = 0; left > 0 && k < depth; k++)
        memset(to + (size_t)k * to_stride + rows, 0,
               (size_t)(VECTOR - left) * sizeof(real));
    guss_transpose(0, rows, depth, from, from_stride, to, to_stride);
}

/* to[b][k][r] = from[k][b rows + r]: `columns` numbers of each of `depth` rows in
 * groups of `rows`, zeros behind the last; the groups are `to_stride` apart. */
GUSS_INLINE void guss_pack_groups(int rows, int depth, int columns,
                                  const real *restrict from, size_t from_stride,
                                  real *restrict to, size_t to_stride)
{
    for (int k = 0; k < depth; k++) {
        const real *row = from + (size_t)k * from_stride;
        real *group = to + (size_t)k * (size_t)rows;
        int c = 0;
        for (; c + rows <= columns; c += rows, group += to_stride)
            memcpy(group, row + c, (size_t)rows * sizeof(real));
        for (int r = 0; c < columns && r < rows; r++)
            group[r] = c + r < columns ? row[c + r] : 0;
    }
}

/* Asks for n numbers at `at`, which are to be written soon. */
GUSS_INLINE void block_prefetch_row(int n, const real *at)
{
    enum { LINE = 64 / sizeof(real) };
    for (int i = 0; i < n; i += LINE)
        __builtin_prefetch(at + i, 1);
}

/* What a block of a gradient adds to row `to` of it; the first one begins it. */
GUSS_INLINE void guss_put_row(int n, const real *restrict from,
                              real *restrict to, bool is_first)
{
    for (int i = 0; i < n; i++)
        to[i] = is_first ? from[i] : to[i] + from[i];
}

#endif
