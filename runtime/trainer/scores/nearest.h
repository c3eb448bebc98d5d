/* Nearest neighbours: of each row's point those among the columns'. */
#ifndef TRAINER_NEAREST_H
#define TRAINER_NEAREST_H

#include <stdbool.h>
#include <stdint.h>

#include "trainer/scores/pairs.h"

struct nearest {
    int k;
    /* Of each row its own index among the columns, which is no neighbour of
     * it; NULL: none is there. */
    const int64_t *own;
    /* [rows][k], rising, and which they are; INFINITY and -1 where there are
     * fewer. Owned: nearest_free() */
    double *squares;
    int64_t *columns;
};

/* False without memory. */
bool nearest_begin(struct nearest *nearest, int64_t rows, int k,
                   const int64_t *own);
struct pair_visitor nearest_visitor(struct nearest *nearest);
/* Behind the visit: squares by differences. */
void nearest_finish(struct nearest *nearest, const struct points *a,
                    const struct points *b);
void nearest_free(struct nearest *nearest);

/* The square of a row's distance to its k-th neighbour, from 1 to nearest->k. */
static inline double nearest_square(const struct nearest *nearest, int64_t row,
                                    int k)
{
    return nearest->squares[row * nearest->k + k - 1];
}

#endif
