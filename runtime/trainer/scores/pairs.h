/* All pairs of the points of two sets, block by block: the products of a block
 * are calculated at once, and every visitor makes of them what it is about.
 *
 * A product says a distance only up to rounding. Where a comparison is too close
 * to call, the pair's distance is calculated again by differences, so that equal
 * points are at distance 0, and nothing depends on how products are rounded. */
#ifndef TRAINER_SCORES_PAIRS_H
#define TRAINER_SCORES_PAIRS_H

#include <stdbool.h>

#include "guss/team.h"
#include "trainer/scores/points.h"

enum { PAIRS_ROWS = 256, PAIRS_COLUMNS = 512 };

/* Rows are points of a, columns of b; `count` of them from `first` on. */
struct pair_block {
    const struct points *a, *b;
    int64_t first_row, first_column;
    int n_rows, n_columns;
    const double *products; /* [n_rows][PAIRS_COLUMNS] */
};

/* Visitors meet all blocks of the same rows in the order of the columns and on
 * one thread; of other rows on any thread, perhaps at the same time. */
struct pair_visitor {
    void (*visit)(void *state, const struct pair_block *block);
    void *state;
};

/* False without memory. */
bool pairs_visit(struct guss_team *team, const struct points *a,
                 const struct points *b, const struct pair_visitor *visitors,
                 int n_visitors);

/* The square of a distance in a block, as its product says it; and by how much
 * that may be wrong, at most. */
static inline double pair_near_square(const struct pair_block *block, int row,
                                      int column)
{
    return block->a->squares[block->first_row + row] +
           block->b->squares[block->first_column + column] -
           2.0 * block->products[row * PAIRS_COLUMNS + column];
}

static inline double pair_slack(const struct pair_block *block, int row,
                                int column)
{
    return (block->a->width + 4) * 0x1p-50 *
           (block->a->squares[block->first_row + row] +
            block->b->squares[block->first_column + column]);
}

/* Whether the square of a distance is below `square`, or, where `is_closed`,
 * equal to it. */
static inline bool pair_is_within(const struct pair_block *block, int row,
                                  int column, double square, bool is_closed)
{
    double near = pair_near_square(block, row, column) - square;
    double slack = pair_slack(block, row, column);
    if (near > slack || near < -slack)
        return near < 0.0;
    double exact =
        points_square_distance(block->a, block->first_row + row, block->b,
                               block->first_column + column);
    return is_closed ? exact <= square : exact < square;
}

#endif
