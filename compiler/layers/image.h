/* What the layers over images (height, width, channels) share: windows that
 * move over them, the kernels of convolutions, poolings. */
#ifndef COMPILER_LAYERS_IMAGE_H
#define COMPILER_LAYERS_IMAGE_H

#include "compiler/layers/layer.h"

/* A layer's window, from the parameter `size`, 'strides' and 'padding';
 * without dilation. */
struct window layer_window(const struct layer *layer, const char *size);
/* False after reporting that the input is not (height, width, channels). */
bool infer_is_image(struct inference *inference);

/* Sets the height and width of `output` to the window's positions over the
 * input. False after reporting, at the argument `size`, that there are none. */
bool infer_window(struct inference *inference, const struct window *window,
                  const char *size, struct shape *output);

/* How it comes to its positions along an axis: "floor((28 - 3) / 2) + 1"; NULL
 * for the channels. */
const char *window_arithmetic(struct arena *arena, const struct layer *layer,
                              const struct window *window, int axis);

/* The window of a convolution, from its arguments. */
struct window convolution_window(const struct layer *layer);
/* The same where they are right; false after reporting
 * strides and a dilation above 1, which Keras does not have either. */
bool infer_convolution_window(struct inference *inference,
                              struct window *window);
/* Adds the kernel and, if the layer has one, a bias for each of 'filters';
 * false after reporting that the kernel is too large. */
bool infer_kernel(struct inference *inference, struct shape kernel);
/* The shape rules of poolings: over a window, and over the whole image. */
void infer_pooling(struct inference *inference);
const char *pooling_arithmetic(struct arena *arena, const struct layer *layer,
                               int axis);
void infer_global_pooling(struct inference *inference);

/* How margins of the argument `name` change an axis: "28 - 1 - 2"; NULL for
 * the channels. */
const char *margins_arithmetic(struct arena *arena, const struct layer *layer,
                               const char *name, char sign, int axis);

/* The margins that a PARAMETER_MARGINS gives. */
void layer_margins(const struct layer *layer, const char *name,
                   int64_t margins[N_SIDES]);

#endif
