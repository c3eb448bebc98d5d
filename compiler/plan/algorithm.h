/* How a node is computed: the algorithm, its register block, what is executed. */
#ifndef COMPILER_ALGORITHM_H
#define COMPILER_ALGORITHM_H

#include "compiler/plan/plan.h"

/* Fills in node->algorithm, node->block, node->reads_transposed and
 * node->skips_margins, node->keeps_kernel. After
 * assign_layouts(). */
void choose_algorithms(const struct plan *plan, struct program *program);

/* Fills in node->fetches_ahead. After finish_weights(). */
void choose_fetches(struct plan *plan);

/* "product", as tables name it. */
const char *algorithm_word(enum algorithm algorithm);

/* Multiply-adds of a batch, padding included, of NODE_FORWARD, NODE_BACKWARD or
 * NODE_GRADIENT. */
double node_executed(const struct plan *plan, const struct node *node);

#endif
