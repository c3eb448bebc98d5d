/* Parameters that several layers have, with Keras's defaults. */
#include "compiler/layers/layer.h"

static const char *const window_paddings[] = {"valid", "same", NULL};

const struct parameter parameter_filters = {
    .name = "filters", .type = PARAMETER_INTEGER, .least = 1};
const struct parameter parameter_kernel_size = {
    .name = "kernel_size", .type = PARAMETER_PAIR, .least = 1};
const struct parameter parameter_pool_size = {
    .name = "pool_size",
    .type = PARAMETER_PAIR,
    .preset = {.kind = VALUE_INTEGER, .integer = 2},
    .least = 1};
const struct parameter parameter_strides = {
    .name = "strides",
    .type = PARAMETER_PAIR,
    .preset = {.kind = VALUE_INTEGER, .integer = 1},
    .least = 1};
const struct parameter parameter_pool_strides = {.name = "strides",
                                                 .type = PARAMETER_PAIR,
                                                 .preset_from = "pool_size",
                                                 .least = 1};
const struct parameter parameter_padding = {
    .name = "padding",
    .type = PARAMETER_WORD,
    .preset = {.kind = VALUE_WORD, .word = "valid"},
    .words = window_paddings};
const struct parameter parameter_dilation_rate = {
    .name = "dilation_rate",
    .type = PARAMETER_PAIR,
    .preset = {.kind = VALUE_INTEGER, .integer = 1},
    .least = 1};
const struct parameter parameter_activation = {
    .name = "activation",
    .type = PARAMETER_ACTIVATION,
    .preset = {.kind = VALUE_WORD, .word = "linear"}};
const struct parameter parameter_use_bias = {
    .name = "use_bias",
    .type = PARAMETER_BOOLEAN,
    .preset = {.kind = VALUE_WORD, .word = "true"}};
const struct parameter parameter_kernel_initializer = {
    .name = "kernel_initializer",
    .type = PARAMETER_INITIALIZER,
    .preset = {.kind = VALUE_WORD, .word = "glorot_uniform"}};
const struct parameter parameter_bias_initializer = {
    .name = "bias_initializer",
    .type = PARAMETER_INITIALIZER,
    .preset = {.kind = VALUE_WORD, .word = "zeros"}};
const struct parameter parameter_kernel_regularizer = {
    .name = "kernel_regularizer",
    .type = PARAMETER_REGULARIZER,
    .preset = {.kind = VALUE_WORD, .word = "none"}};
const struct parameter parameter_bias_regularizer = {
    .name = "bias_regularizer",
    .type = PARAMETER_REGULARIZER,
    .preset = {.kind = VALUE_WORD, .word = "none"}};
const struct parameter parameter_depthwise_regularizer = {
    .name = "depthwise_regularizer",
    .type = PARAMETER_REGULARIZER,
    .preset = {.kind = VALUE_WORD, .word = "none"}};
const struct parameter parameter_activity_regularizer = {
    .name = "activity_regularizer",
    .type = PARAMETER_REGULARIZER,
    .preset = {.kind = VALUE_WORD, .word = "none"}};
const struct parameter parameter_axis = {
    .name = "axis",
    .type = PARAMETER_INTEGER,
    .preset = {.kind = VALUE_INTEGER, .integer = -1},
    .least = -MAX_RANK};
const struct parameter parameter_last_axis = {
    .name = "axis",
    .type = PARAMETER_LAST_AXIS,
    .preset = {.kind = VALUE_INTEGER, .integer = -1},
    .least = -MAX_RANK};
const struct parameter parameter_epsilon = {
    .name = "epsilon",
    .type = PARAMETER_REAL,
    .preset = {.kind = VALUE_REAL, .real = 1e-3}};
const struct parameter parameter_center = {
    .name = "center",
    .type = PARAMETER_BOOLEAN,
    .preset = {.kind = VALUE_WORD, .word = "true"}};
const struct parameter parameter_scale = {
    .name = "scale",
    .type = PARAMETER_BOOLEAN,
    .preset = {.kind = VALUE_WORD, .word = "true"}};
const struct parameter parameter_beta_initializer = {
    .name = "beta_initializer",
    .type = PARAMETER_INITIALIZER,
    .preset = {.kind = VALUE_WORD, .word = "zeros"}};
const struct parameter parameter_gamma_initializer = {
    .name = "gamma_initializer",
    .type = PARAMETER_INITIALIZER,
    .preset = {.kind = VALUE_WORD, .word = "ones"}};
const struct parameter parameter_groups = {
    .name = "groups",
    .type = PARAMETER_INTEGER,
    .preset = {.kind = VALUE_INTEGER, .integer = 1},
    .least = 1};
const struct parameter parameter_depth_multiplier = {
    .name = "depth_multiplier",
    .type = PARAMETER_INTEGER,
    .preset = {.kind = VALUE_INTEGER, .integer = 1},
    .least = 1};
const struct parameter parameter_depthwise_initializer = {
    .name = "depthwise_initializer",
    .type = PARAMETER_INITIALIZER,
    .preset = {.kind = VALUE_WORD, .word = "glorot_uniform"}};

/* The same of layers over rows: one number each. */
const struct parameter parameter_kernel_length = {
    .name = "kernel_size", .type = PARAMETER_LENGTH, .least = 1};
const struct parameter parameter_pool_length = {
    .name = "pool_size",
    .type = PARAMETER_LENGTH,
    .preset = {.kind = VALUE_INTEGER, .integer = 2},
    .least = 1};
const struct parameter parameter_length_strides = {
    .name = "strides",
    .type = PARAMETER_LENGTH,
    .preset = {.kind = VALUE_INTEGER, .integer = 1},
    .least = 1};
const struct parameter parameter_pool_length_strides = {
    .name = "strides",
    .type = PARAMETER_LENGTH,
    .preset_from = "pool_size",
    .least = 1};
const struct parameter parameter_dilation_length = {
    .name = "dilation_rate",
    .type = PARAMETER_LENGTH,
    .preset = {.kind = VALUE_INTEGER, .integer = 1},
    .least = 1};
