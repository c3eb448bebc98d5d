#include "trainer/scores/pairs.h"

#include <assert.h>
#include <stdlib.h>

#include "trainer/scores/algebra.h"

struct walk {
    const struct points *a, *b;
    const struct pair_visitor *visitors;
    int n_visitors;
    double *products; /* [workers][PAIRS_ROWS][PAIRS_COLUMNS] */
};

static int least(int64_t left, int most)
{
    return left < most ? (int)left : most;
}

static void visit_block(const struct walk *walk, struct pair_block *block,
                        double *products)
{
    const struct points *a = walk->a, *b = walk->b;
    algebra_products(a->values + block->first_row * a->width, block->n_rows,
                     b->values + block->first_column * b->width,
                     block->n_columns, a->width, products, PAIRS_COLUMNS);
    for (int i = 0; i < walk->n_visitors; i++)
        walk->visitors[i].visit(walk->visitors[i].state, block);
}

static void visit_columns(const struct walk *walk, struct pair_block *block,
                          double *products)
{
    for (int64_t column = 0; column < walk->b->count; column += PAIRS_COLUMNS) {
        block->first_column = column;
        block->n_columns = least(walk->b->count - column, PAIRS_COLUMNS);
        visit_block(walk, block, products);
    }
}

static void visit_rows(void *argument, const struct guss_worker *worker)
{
    const struct walk *walk = argument;
    double *products =
        walk->products + (size_t)worker->index * PAIRS_ROWS * PAIRS_COLUMNS;
    struct pair_block block = {
        .a = walk->a, .b = walk->b, .products = products};
    struct guss_units units =
        guss_units(worker, (int)walk->a->count, PAIRS_ROWS);
    while (guss_take(&units))
        for (int row = units.first; row < units.last; row += PAIRS_ROWS) {
            block.first_row = row;
            block.n_rows = least(units.last - row, PAIRS_ROWS);
            visit_columns(walk, &block, products);
        }
}

bool pairs_visit(struct guss_team *team, const struct points *a,
                 const struct points *b, const struct pair_visitor *visitors,
                 int n_visitors)
{
    assert(a->width == b->width);
    struct walk walk = {
        .a = a, .b = b, .visitors = visitors, .n_visitors = n_visitors};
    walk.products = malloc((size_t)guss_team_count(team) * PAIRS_ROWS *
                           PAIRS_COLUMNS * sizeof *walk.products);
    if (!walk.products)
        return false;
    algebra_start();
    guss_team_run(team, visit_rows, &walk);
    free(walk.products);
    return true;
}
