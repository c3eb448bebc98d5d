/* The functions of operations, one file a family of primitives: the body of a node's
 * function, its comment and head too, for what computes it (forward), its
 * inputs' gradients (backward) and its weights' (gradient), up to the brace that
 * closes it. */
#ifndef COMPILER_EMIT_OPERATIONS_H
#define COMPILER_EMIT_OPERATIONS_H

#include "compiler/emit/emit.h"

/* Any node of an operation: NODE_FORWARD, NODE_BACKWARD, NODE_GRADIENT,
 * NODE_MOMENTS and NODE_BACKWARD_MOMENTS. */
void emit_operation(struct emission *emission, const struct node *node);
/* "block": the header guss/block.h, which holds what a node's function calls. */
const char *node_header(const struct node *node);

void emit_row_product(struct emission *emission, const struct node *node);
void emit_row_product_backward(struct emission *emission,
                               const struct node *node);
void emit_row_product_gradient(struct emission *emission,
                               const struct node *node);

void emit_convolution(struct emission *emission, const struct node *node);
void emit_convolution_backward(struct emission *emission,
                               const struct node *node);
void emit_convolution_gradient(struct emission *emission,
                               const struct node *node);

void emit_pool(struct emission *emission, const struct node *node);
void emit_pool_backward(struct emission *emission, const struct node *node);

void emit_normalise(struct emission *emission, const struct node *node);
void emit_normalise_backward(struct emission *emission,
                             const struct node *node);
void emit_normalise_gradient(struct emission *emission,
                             const struct node *node);
/* A tile's part of the batch's statistics, or of the sums that its gradient
 * needs. */
void emit_tile_moments(struct emission *emission, const struct node *node);

void emit_standardise(struct emission *emission, const struct node *node);
void emit_standardise_backward(struct emission *emission,
                               const struct node *node);
void emit_scale(struct emission *emission, const struct node *node);
void emit_scale_backward(struct emission *emission, const struct node *node);
void emit_scale_gradient(struct emission *emission, const struct node *node);
void emit_stretch(struct emission *emission, const struct node *node);
void emit_stretch_backward(struct emission *emission, const struct node *node);

void emit_combine(struct emission *emission, const struct node *node);
void emit_combine_backward(struct emission *emission, const struct node *node);

void emit_drop(struct emission *emission, const struct node *node);
void emit_drop_backward(struct emission *emission, const struct node *node);
void emit_noise(struct emission *emission, const struct node *node);

void emit_concatenate(struct emission *emission, const struct node *node);
void emit_concatenate_backward(struct emission *emission,
                               const struct node *node);
/* These go both ways, forward and backward. */
void emit_mean(struct emission *emission, const struct node *node);
void emit_margins(struct emission *emission, const struct node *node);
void emit_resample(struct emission *emission, const struct node *node);

#endif
