/* Windows that move over images (height, width, channels), and the geometry of
 * convolutions.
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
 * channel: Keras's order for both kinds of layers.
 *
 * In groups, the channels of both images are cut into as many runs, and those of
 * one meet those of the other with the same number only: the kernel has a row
 * for each tap and big channel of a group. A depthwise convolution has a group
 * for each channel of the big image. */
#ifndef COMPILER_GRAPH_WINDOW_H
#define COMPILER_GRAPH_WINDOW_H

#include "compiler/graph/graph.h"

enum side { TOP, LEFT, BOTTOM, RIGHT, N_SIDES };

/* A window that moves over an image: (height, width) of each. */
struct window {
    int64_t size[2], stride[2], dilation[2];
    bool is_same;   /* Keras's padding: 'same', or 'valid' */
    bool is_causal; /* as many positions as with 'same', but no window reaches
                       behind its own: all margins stand before the image */
};

/* Positions that a window covers along an axis: with dilation more than it
 * reads. */
int64_t window_span(const struct window *window, int axis);
/* Positions along an axis from the first to the last that so many windows
 * cover. */
int64_t window_reach(const struct window *window, int64_t windows, int axis);
/* Positions of the first window that lie before an image of so many. */
int64_t window_before(const struct window *window, int64_t image,
                      int64_t windows, int axis);

/* Where a convolution's window meets what. */
struct conv_geometry {
    struct window window;
    int64_t before[2]; /* rows above and columns left of the big image */
    struct shape big, small;
    int64_t groups; /* of channels; 1: each meets all */
};

/* Channels of a group. */
int64_t geometry_big_channels(const struct conv_geometry *geometry);
int64_t geometry_small_channels(const struct conv_geometry *geometry);
/* True where each channel meets one channel only. */
bool geometry_is_single(const struct conv_geometry *geometry);

/* True where the window is the whole big image, and stands once: each value of
 * it meets a row of the kernel, as of a dense layer. */
bool geometry_is_whole(const struct conv_geometry *geometry);

/* Rows of its kernel: taps times channels of a group of the big image. */
int64_t geometry_rows(const struct conv_geometry *geometry);

/* Rows of the kernel that are one run, and meet numbers of the big image at one
 * distance: a row of taps, unless it is dilated, with all channels; or, in groups,
 * channels of one tap, and a row of taps where there is but one channel. */
int64_t geometry_run(const struct conv_geometry *geometry);
/* True where columns of taps are in the run. */
bool geometry_run_has_columns(const struct conv_geometry *geometry);

/* Zeros that a gather wants around the big image, a scatter around the small
 * one. */
void gather_margins(const struct conv_geometry *geometry,
                    int64_t margins[N_SIDES]);
void scatter_margins(const struct conv_geometry *geometry,
                     int64_t margins[N_SIDES]);

/* The geometry of a convolution that takes the nearest upsampling in front of it
 * into its kernel: each pixel of `small` stands times[0] x times[1] times in
 * what the convolution reads. It is the transposed convolution of a kernel
 * whose taps are sums, k + u - 1 of them an axis; tap o of it takes in the taps
 * k - 1 - o + r, 0 <= r < u. */
struct conv_geometry geometry_folded(const struct conv_geometry *plain,
                                     const struct shape *small,
                                     const int64_t times[2]);

#endif
