/* How a node is computed: the algorithm, its register block, what is executed. */
#ifndef COMPILER_ALGORITHM_H
#define COMPILER_ALGORITHM_H

#include "compiler/plan/plan.h"

/* Fills in node->algorithm, node->block and node->reads_transposed. After
 * lay_out(). */
void choose_algorithms(const struct plan *plan, struct program *program);

/* "product", as tables name it. */
const char *algorithm_word(enum algorithm algorithm);

/* The register block, of sums in `rows` x `vectors`, that costs least for so
 * many rows and columns of them. */
struct block best_block(const struct plan *plan, int64_t rows, int64_t columns);

/* How many pixels a row of taps slides over at once where a pixel's vector,
 * loaded once, meets them all; 0 where it does not slide: one filter's taps
 * that lie next to each other do, if enough registers are left. */
int64_t slide_width(const struct plan *plan, const struct meeting *meeting);

/* The big image's numbers that a row of taps reads next to each other. */
int64_t taps_run(const struct meeting *meeting);

/* True where a scatter reads the transposed copy of the kernel. */
bool scatter_reads_transposed(const struct plan *plan,
                              const struct layer *layer);

/* Multiply-adds of a batch, padding included, of NODE_FORWARD, NODE_BACKWARD or
 * NODE_GRADIENT. */
double node_executed(const struct plan *plan, const struct node *node);

#endif
