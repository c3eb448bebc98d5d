/* Convolutions as loops over register blocks; graph/window.h says what they
 * compute. */
#ifndef COMPILER_EMIT_WINDOW_H
#define COMPILER_EMIT_WINDOW_H

#include "compiler/emit/emit.h"
#include "compiler/plan/algorithm.h"

/* That of a layer, an upsampling taken in where the plan says so. */
struct meeting meeting_of(const struct layer *layer);

/* The body of a function from `in`, with its margins, to `out`; `bias` is a
 * weight's name or NULL. */
void emit_gather(struct emission *emission, const struct node *node,
                 const struct meeting *meeting, const char *in, const char *out,
                 const char *bias);
void emit_scatter(struct emission *emission, const struct node *node,
                  const struct meeting *meeting, const char *in,
                  const char *out, const char *bias);
/* The body of the gradient of the kernel and the bias, from the big image,
 * with its margins, and the small one: "x" or "dy". */
void emit_meeting_gradient(struct emission *emission, const struct node *node,
                           const struct meeting *meeting, const char *big,
                           const struct tensor *big_tensor, const char *small,
                           const struct tensor *small_tensor);

#endif
