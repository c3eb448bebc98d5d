/* Convolutions as loops over register blocks.
 *
 * A window moves over a big image and meets one pixel of a small one at each
 * position. A convolution reads the big image and writes the small one; its
 * gradient, and a transposed convolution, go the other way:
 *
 *   gather    small[q] = sum over taps of big[q stride + tap - before] K[tap]
 *   scatter   big[q stride + tap - before] += small[q] K[tap]^T
 *   gradient  dK[tap] = sum over q of big[q stride + tap - before] small[q]
 *
 * A scatter is computed by its result: the big image's pixels fall into
 * stride x stride phases, each the gather of a part of the taps. The kernel is
 * a matrix of a row for each tap and big channel, a column for each small
 * channel: Keras's order for both kinds of layers. */
#ifndef COMPILER_EMIT_WINDOW_H
#define COMPILER_EMIT_WINDOW_H

#include "compiler/emit/emit.h"
#include "compiler/layers/image.h"

struct meeting {
    const struct layer *layer;
    struct window window;
    int64_t before[2]; /* rows above and columns left of the big image */
    struct shape big, small;
};

/* Of a Conv2D, whose input is the big image, or a Conv2DTranspose. */
struct meeting meeting_of(const struct layer *layer);

/* Rows of its kernel: taps times channels of the big image. */
int64_t meeting_rows(const struct meeting *meeting);

/* Zeros that a gather wants around the big image, a scatter around the small
 * one. */
void gather_margins(const struct meeting *meeting, int64_t margins[N_SIDES]);
void scatter_margins(const struct meeting *meeting, int64_t margins[N_SIDES]);

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

/* The register block, of sums in `rows` x `vectors`, that costs least for so
 * many rows and columns of them. */
struct block best_block(const struct plan *plan, int64_t rows, int64_t columns);

/* How many pixels a row of taps slides over at once where a pixel's vector,
 * loaded once, meets them all; 0 where it does not slide: one filter's taps
 * that lie next to each other do, if enough registers are left. */
int64_t slide_width(const struct plan *plan, const struct meeting *meeting);

/* True where a scatter reads the transposed copy of the kernel. */
bool scatter_reads_transposed(const struct plan *plan,
                              const struct layer *layer);

/* Multiply-adds of a batch, padding included. */
double meeting_executed(const struct plan *plan, const struct node *node);

#endif
