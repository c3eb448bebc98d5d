#include "trainer/scores/nearest.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

bool nearest_begin(struct nearest *nearest, int64_t rows, int k,
                   const int64_t *own)
{
    assert(k > 0 && rows >= 0);
    size_t n = (size_t)rows * (size_t)k;
    *nearest = (struct nearest){.k = k, .own = own};
    nearest->squares = calloc(n + 1, sizeof *nearest->squares);
    nearest->columns = calloc(n + 1, sizeof *nearest->columns);
    if (!nearest->squares || !nearest->columns) {
        nearest_free(nearest);
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        nearest->squares[i] = INFINITY;
        nearest->columns[i] = -1;
    }
    return true;
}

void nearest_free(struct nearest *nearest)
{
    free(nearest->squares);
    free(nearest->columns);
    *nearest = (struct nearest){0};
}

/* Puts a column among the k of a row; of equals the first stays first. */
static void put(double *squares, int64_t *columns, int k, double square,
                int64_t column)
{
    int i = k - 1;
    for (; i > 0 && squares[i - 1] > square; i--) {
        squares[i] = squares[i - 1];
        columns[i] = columns[i - 1];
    }
    squares[i] = square;
    columns[i] = column;
}

static void visit(void *state, const struct pair_block *block)
{
    struct nearest *nearest = state;
    int k = nearest->k;
    for (int i = 0; i < block->n_rows; i++) {
        int64_t row = block->first_row + i;
        double *squares = nearest->squares + row * k;
        int64_t own = nearest->own ? nearest->own[row] : -1;
        for (int j = 0; j < block->n_columns; j++) {
            double square = pair_near_square(block, i, j);
            if (square < squares[k - 1] && block->first_column + j != own)
                put(squares, nearest->columns + row * k, k, square,
                    block->first_column + j);
        }
    }
}

struct pair_visitor nearest_visitor(struct nearest *nearest)
{
    return (struct pair_visitor){visit, nearest};
}

/* What near products put in order may be a rounding's width out of it. */
static void sort_row(double *squares, int64_t *columns, int k)
{
    for (int i = 1; i < k; i++)
        put(squares, columns, i + 1, squares[i], columns[i]);
}

void nearest_finish(struct nearest *nearest, const struct points *a,
                    const struct points *b)
{
    int k = nearest->k;
    for (int64_t row = 0; row < a->count; row++) {
        double *squares = nearest->squares + row * k;
        int64_t *columns = nearest->columns + row * k;
        for (int i = 0; i < k && columns[i] >= 0; i++)
            squares[i] = points_square_distance(a, row, b, columns[i]);
        sort_row(squares, columns, k);
    }
}
