/* What the layers over images (height, width, channels) and rows (steps,
 * channels) share: windows that move over them, convolutions, poolings, margins.
 * A row is an image of height 1: of a window or a pair of strides, the first is
 * 1 there. Axes are those of the layer's shape. */
#ifndef COMPILER_LAYERS_IMAGE_H
#define COMPILER_LAYERS_IMAGE_H

#include "compiler/layers/layer.h"

/* A layer's window, from the parameter `size`, 'strides' and 'padding', and
 * 'dilation_rate' where it has that. */
struct window layer_window(const struct layer *layer, const char *size);

/* Sets height and width of `output`, an image or a row, to the window's
 * positions over the input, and says how: "floor((28 - 3) / 2) + 1". False after reporting, at the argument `size`, that
 * there are none. */
bool infer_window(struct inference *inference, const struct window *window,
                  const char *size, struct shape *output);
/* The window of a convolution from its arguments; false after reporting strides
 * and a dilation above 1, which Keras does not have either. */
bool infer_convolution_window(struct inference *inference,
                              struct window *window);
/* The shape rule of convolutions that gather. */
void infer_convolution(struct inference *inference);
/* The argument 'groups', or 1. */
int64_t layer_groups(const struct layer *layer);
/* The shape rule of windows over each channel by itself: their kernel `name`, and
 * the image that they give, 'depth_multiplier' values of each channel; false after
 * reporting. */
bool infer_depthwise(struct inference *inference, const char *name,
                     struct shape *output);
/* Lowers a convolution, which gathers or scatters, and its activation. */
void lower_convolution_layer(struct lowering *lowering, bool scatters,
                             int64_t groups);

/* The shape rules of poolings: over a window, and over the whole image. */
void infer_pooling(struct inference *inference);
void infer_global_pooling(struct inference *inference);
/* Lowers the largest value, or the mean, of each channel over the image. */
void lower_global_pooling(struct lowering *lowering, bool is_max);

/* The shape rule of margins, of the argument `name`, that are put on (+1) or
 * taken off (-1). */
void infer_margins(struct inference *inference, const char *name, int sign);
/* Lowers them: PRIMITIVE_CROP or PRIMITIVE_PAD. */
void lower_margins(struct lowering *lowering, enum primitive primitive,
                   const char *name);

#endif
