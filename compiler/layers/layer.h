/* What a layer is made of. One file a layer: its parameters and defaults, its
 * shape rule and weights, what it lowers to; layers.def lists them, and nothing
 * else knows their names. docs/architecture.md shows how to add
 * one. */
#ifndef COMPILER_LAYERS_LAYER_H
#define COMPILER_LAYERS_LAYER_H

#include "compiler/graph/layer_kind.h"
#include "compiler/graph/operation.h"

/* All kinds, in the order of layers.def. */
extern const struct layer_kind *const layer_kinds[];
extern const int n_layer_kinds;
const struct layer_kind *layer_kind_find(const char *name);
/* Where its parameter of that name stands, or -1. */
int layer_kind_parameter(const struct layer_kind *kind, const char *name);

/* Parameters that several layers have: parameters.c. */
extern const struct parameter parameter_filters, parameter_kernel_size,
    parameter_pool_size, parameter_strides, parameter_pool_strides,
    parameter_padding, parameter_dilation_rate, parameter_activation,
    parameter_use_bias, parameter_kernel_initializer,
    parameter_bias_initializer, parameter_axis, parameter_last_axis,
    parameter_epsilon, parameter_center, parameter_scale,
    parameter_beta_initializer, parameter_gamma_initializer, parameter_groups,
    parameter_depth_multiplier, parameter_depthwise_initializer,
    parameter_kernel_regularizer, parameter_bias_regularizer,
    parameter_depthwise_regularizer, parameter_activity_regularizer,
    parameter_kernel_length, parameter_pool_length, parameter_length_strides,
    parameter_pool_length_strides, parameter_dilation_length;
/* One that Keras has and guss does not. */
#define REFUSED(word)                                                          \
    (&(const struct parameter){.name = word, .type = PARAMETER_REFUSED})

/* The value of a layer's argument; `name` is one of its kind's parameters. */
const struct value *layer_argument(const struct layer *layer, const char *name);
int64_t layer_integer(const struct layer *layer, const char *name);
double layer_real(const struct layer *layer, const char *name);
bool layer_boolean(const struct layer *layer, const char *name);
bool layer_word_is(const struct layer *layer, const char *name,
                   const char *word);
/* (height, width) of a PARAMETER_PAIR; (1, length) of a PARAMETER_LENGTH. */
void layer_pair(const struct layer *layer, const char *name, int64_t pair[2]);
/* The argument 'activation'. */
struct activation_use activation_argument(const struct layer *layer);
/* Where a mistake in an argument is: the argument or, where its preset is used,
 * the layer. */
struct span layer_argument_where(const struct layer *layer, const char *name);

/* The weight of that name, or NULL. */
const struct weight *layer_weight(const struct layer *layer, const char *name);

/* Adds a weight; shapes of rank <= 4. */
struct weight *layer_add_weight(struct layer *layer, const char *name,
                                struct shape shape, const char *initializer);
/* The same, filled with one value, where no argument says so. */
struct weight *layer_add_filled_weight(struct layer *layer, const char *name,
                                       struct shape shape, double value);

/* Applies a kind's shape rule, if it is for shapes of that rank. */
void infer_layer(struct inference *inference);
/* Adds a matrix of positive sizes, those of a window in front; NULL after reporting
 * that it is too large. Adds a 'bias' of so many, if the layer has one. */
struct weight *infer_matrix(struct inference *inference, const char *name,
                            struct shape kernel, const char *initializer,
                            const char *regularizer);
void infer_bias(struct inference *inference, int64_t outputs);
/* Adds a 'kernel' of positive sizes and, if the layer has one, a 'bias' of as
 * many as it makes; false after reporting that the kernel is too large. */
bool infer_kernel(struct inference *inference, struct shape kernel,
                  int64_t outputs);
/* Lowers the layer's own activation of value y, and the penalty of what that
 * makes: how a layer ends that has both arguments. */
void lower_output(struct lowering *lowering, int y);
/* The shape rule of layers whose output has the shape of their input. */
void infer_same_shape(struct inference *inference);
/* The shape rule of Add and its like: all inputs have one shape, the output's, but
 * for sizes of 1 and axes in front that are not there, which are stretched. */
void infer_stretched_shapes(struct inference *inference);
/* False after reporting that 'axis' is not the last one. */
bool infer_last_axis(struct inference *inference);
/* Adds gamma and beta for the channels, as 'scale' and 'center' say. */
void infer_scale(struct inference *inference);
/* Adds a note to the error just reported: what an input gives, and where it is
 * made. */
void infer_note_input(struct inference *inference, int index);

#endif
