#include "trainer/scores/precision_recall.h"

#include <stdlib.h>

bool precision_recall_begin(struct precision_recall *state,
                            const struct nearest *real, int64_t n_real,
                            const struct nearest *generated,
                            int64_t n_generated)
{
    *state = (struct precision_recall){.real = real,
                                       .generated = generated,
                                       .n_real = n_real,
                                       .n_generated = n_generated};
    state->is_real_within =
        calloc((size_t)n_real + 1, sizeof *state->is_real_within);
    state->is_generated_within =
        calloc((size_t)n_generated + 1, sizeof *state->is_generated_within);
    if (state->is_real_within && state->is_generated_within)
        return true;
    precision_recall_free(state);
    return false;
}

void precision_recall_free(struct precision_recall *state)
{
    free(state->is_real_within);
    free(state->is_generated_within);
    *state = (struct precision_recall){0};
}

static void visit(void *argument, const struct pair_block *block)
{
    struct precision_recall *state = argument;
    for (int i = 0; i < block->n_rows; i++) {
        int64_t row = block->first_row + i;
        double square = nearest_square(state->real, row, PRECISION_NEIGHBOUR);
        bool *is_within = &state->is_real_within[row];
        for (int j = 0; j < block->n_columns; j++) {
            int64_t column = block->first_column + j;
            if (pair_is_within(block, i, j, square, true))
                atomic_store_explicit(&state->is_generated_within[column], true,
                                      memory_order_relaxed);
            if (!*is_within)
                *is_within =
                    pair_is_within(block, i, j,
                                   nearest_square(state->generated, column,
                                                  PRECISION_NEIGHBOUR),
                                   true);
        }
    }
}

struct pair_visitor precision_recall_visitor(struct precision_recall *state)
{
    return (struct pair_visitor){visit, state};
}

double precision_of(const struct precision_recall *state)
{
    int64_t within = 0;
    for (int64_t i = 0; i < state->n_generated; i++)
        within += atomic_load_explicit(&state->is_generated_within[i],
                                       memory_order_relaxed);
    return (double)within / (double)state->n_generated;
}

double recall_of(const struct precision_recall *state)
{
    int64_t within = 0;
    for (int64_t i = 0; i < state->n_real; i++)
        within += state->is_real_within[i];
    return (double)within / (double)state->n_real;
}
