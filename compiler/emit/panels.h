/* Products that read panels: plan/products.h. */
#ifndef COMPILER_EMIT_PANELS_H
#define COMPILER_EMIT_PANELS_H

#include "compiler/emit/emit.h"

/* The body of y = x kernel + bias, or of dx = dy kernel^T, over the rows of a
 * tile. */
void emit_panel_rows(struct emission *emission, const struct node *node);

/* What is done with a row of a finished block of a kernel's gradient, which lies
 * in dw[r]: `columns` numbers of row i + r, from column j on. */
typedef void use_gradient_row(struct emission *emission,
                              const struct weight_plan *kernel,
                              const char *columns, const char *column);

/* The body of x^T dy over the batch's rows, for rows first..last - 1 of the
 * kernel, `use` for each row of each block. `ahead`, or NULL: asks for the memory
 * that `use` touches. */
void emit_panel_gradient(struct emission *emission, const struct node *node,
                         use_gradient_row *ahead, use_gradient_row *use);

/* The same of the bias: the sum of dy, by the worker that has the first row; in
 * `g`. */
void emit_batch_bias(struct emission *emission, const struct node *node);

#endif
