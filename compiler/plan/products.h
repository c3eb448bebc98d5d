/* How the products of dense layers are computed: where their kernel lies, or
 * copied panel by panel; and which kernels are stepped with their gradient. */
#ifndef COMPILER_PRODUCTS_H
#define COMPILER_PRODUCTS_H

#include "compiler/plan/plan.h"

/* Samples that a panel of a gradient over the batch has at most, and rows of the
 * kernel whose inputs are copied at a time: together a quarter of a cache of
 * 1 MiB. */
enum { MOST_SAMPLES = 512, COPIED_INPUTS = 1 << 16 };

/* Gives each product of a dense layer its algorithm: ALGORITHM_PANELS, and
 * node->panel_depth, where that is faster than reading the kernel where it lies.
 * After choose_sums(). */
void choose_panels(const struct plan *plan, struct program *program);

/* True for a gradient over the batch whose blocks, whole when they leave the
 * registers, can be stepped at once: one panel is as deep as the batch. */
bool gradient_is_whole(const struct plan *plan, const struct node *node);

#endif
