/* A convolution while one of its functions is written: its two images, its
 * kernel, and where a tap meets what. graph/window.h says what is computed. */
#ifndef COMPILER_EMIT_WINDOW_H
#define COMPILER_EMIT_WINDOW_H

#include "compiler/emit/operations.h"
#include "compiler/emit/view.h"
#include "compiler/plan/algorithm.h"

struct conv {
    struct emission *emission;
    struct ctext *c;
    const struct node *node;
    const struct conv_geometry *geometry;
    bool reads_big; /* and writes the small image; a gradient reads both */
    struct view big, small;
    bool has_runs;      /* columns of taps are in the run */
    int64_t run;        /* rows of the kernel in a run */
    bool is_single;     /* vectors of channels, each a group by itself */
    const char *group;  /* what counts groups */
    const char *bias;   /* a weight's name, or NULL: none, or not of use */
    struct block block; /* of sums, that is written: the node's, or smaller */
    struct stretch pixels, channels; /* that blocks of this size make */
};

/* Of any node of a convolution. */
struct conv conv_of(struct emission *emission, const struct node *node);

/* Declares `kernel`, its rows the matrix's: the weights, the transposed copy, or
 * the gradient. */
void conv_declare_kernel(const struct conv *conv);
/* Numbers from one of its rows to the next, but for the transposed copy. */
int64_t conv_kernel_stride(const struct conv *conv);
/* The head of the loop over groups, if there are several. */
void conv_head_groups(const struct conv *conv);
/* The loop over samples where those are rows, and the two images of each; its
 * end. */
void conv_open_tile(const struct conv *conv);
void conv_close_tile(const struct conv *conv);

/* A variable of the emitted code. */
const struct expr *conv_name(const struct conv *conv, const char *name);
/* A channel of an image of `channels` a group: f, or of several groups group * 4 +
 * f. */
const struct expr *conv_channel(const struct conv *conv, int64_t channels,
                                const char *name);
/* &kernel[row][column] */
const struct expr *conv_kernel(const struct conv *conv, const struct expr *row,
                               const struct expr *column);
/* Number m of the run of tap i, or of taps i and `column` where columns are no
 * run: the kernel's row; &big[...], what it meets of the big image at (h, v). */
const struct expr *conv_tap_row(const struct conv *conv, const char *column,
                                const struct expr *m);
const struct expr *conv_met(const struct conv *conv, const char *column,
                            const struct expr *m);
/* h * 2 + i: the big image's row that tap i meets at row h. */
const struct expr *conv_met_row(const struct conv *conv);
/* &small[h][v][channel] */
const struct expr *conv_small(const struct conv *conv,
                              const struct expr *channel);

/* The body of a function of NODE_FORWARD or NODE_BACKWARD: a gather or a scatter,
 * in blocks of sums; of NODE_GRADIENT, over one tile, added to the sums of its
 * shard. */
void emit_gather(const struct conv *conv);
void emit_scatter(const struct conv *conv);
void emit_window_gradient(const struct conv *conv);

#endif
