#include "trainer/scores/kernel_distance.h"

#include <stdlib.h>

bool kernel_sum_begin(struct kernel_sum *sum, int64_t rows, bool is_within)
{
    *sum = (struct kernel_sum){.is_within = is_within, .rows = rows};
    sum->sums = calloc((size_t)rows + 1, sizeof *sum->sums);
    return sum->sums != NULL;
}

void kernel_sum_free(struct kernel_sum *sum)
{
    free(sum->sums);
    *sum = (struct kernel_sum){0};
}

static double kernel(double product, double width)
{
    double base = product / width + 1.0;
    return base * base * base;
}

static void visit(void *state, const struct pair_block *block)
{
    struct kernel_sum *sum = state;
    double width = block->a->width;
    for (int i = 0; i < block->n_rows; i++) {
        const double *products = block->products + i * PAIRS_COLUMNS;
        double row = 0.0;
        for (int j = 0; j < block->n_columns; j++)
            row += kernel(products[j], width);
        int64_t own = block->first_row + i - block->first_column;
        if (sum->is_within && own >= 0 && own < block->n_columns)
            row -= kernel(products[own], width);
        sum->sums[block->first_row + i] += row;
    }
}

struct pair_visitor kernel_sum_visitor(struct kernel_sum *sum)
{
    return (struct pair_visitor){visit, sum};
}

double kernel_sum_mean(const struct kernel_sum *sum, int64_t columns)
{
    double total = 0.0;
    for (int64_t i = 0; i < sum->rows; i++)
        total += sum->sums[i];
    int64_t others = sum->is_within ? columns - 1 : columns;
    return total / (double)sum->rows / (double)others;
}
