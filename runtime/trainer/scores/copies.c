#include "trainer/scores/copies.h"

#include <assert.h>
#include <stdlib.h>

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

bool copies_threshold(const struct nearest *training, int64_t count,
                      double *square)
{
    assert(count > 0);
    double *squares = calloc((size_t)count, sizeof *squares);
    if (!squares)
        return false;
    for (int64_t i = 0; i < count; i++)
        squares[i] = nearest_square(training, i, 1);
    qsort(squares, (size_t)count, sizeof *squares, compare);
    *square = squares[(count + 99) / 100 - 1];
    free(squares);
    return true;
}

double copies_share(const struct nearest *samples, int64_t first, int64_t count,
                    double square)
{
    int64_t copies = 0;
    for (int64_t i = first; i < first + count; i++)
        copies += nearest_square(samples, i, 1) <= square;
    return (double)copies / (double)count;
}
