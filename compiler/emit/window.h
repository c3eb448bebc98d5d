/* Convolutions as loops over register blocks; graph/window.h says what they
 * compute. */
#ifndef COMPILER_EMIT_WINDOW_H
#define COMPILER_EMIT_WINDOW_H

#include "compiler/emit/emit.h"
#include "compiler/plan/algorithm.h"

/* The body of a function from `in`, with its margins, to `out`: names of the
 * node's images. `bias` is a weight's name or NULL. */
void emit_gather(struct emission *emission, const struct node *node,
                 const char *in, const char *out, const char *bias);
void emit_scatter(struct emission *emission, const struct node *node,
                  const char *in, const char *out, const char *bias);
/* The body of the gradient of the kernel and the bias, from x and dy. */
void emit_meeting_gradient(struct emission *emission, const struct node *node);

#endif
