#include "trainer/scores/density_coverage.h"

#include <stdlib.h>

bool density_coverage_begin(struct density_coverage *state,
                            const struct nearest *real, int64_t n_real)
{
    *state = (struct density_coverage){.real = real, .n_real = n_real};
    state->held = calloc((size_t)n_real + 1, sizeof *state->held);
    return state->held != NULL;
}

void density_coverage_free(struct density_coverage *state)
{
    free(state->held);
    *state = (struct density_coverage){0};
}

static void visit(void *argument, const struct pair_block *block)
{
    struct density_coverage *state = argument;
    for (int i = 0; i < block->n_rows; i++) {
        int64_t row = block->first_row + i;
        double square = nearest_square(state->real, row, DENSITY_NEIGHBOUR);
        for (int j = 0; j < block->n_columns; j++)
            state->held[row] += pair_is_within(block, i, j, square, false);
    }
}

struct pair_visitor density_coverage_visitor(struct density_coverage *state)
{
    return (struct pair_visitor){visit, state};
}

double density_of(const struct density_coverage *state, int64_t n_generated)
{
    int64_t total = 0;
    for (int64_t i = 0; i < state->n_real; i++)
        total += state->held[i];
    return (double)total / DENSITY_NEIGHBOUR / (double)n_generated;
}

double coverage_of(const struct density_coverage *state)
{
    int64_t covered = 0;
    for (int64_t i = 0; i < state->n_real; i++)
        covered += state->held[i] > 0;
    return (double)covered / (double)state->n_real;
}
