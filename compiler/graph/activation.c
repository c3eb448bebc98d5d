/* The activations: Keras's formulas. */
#include "compiler/graph/activation.h"

#include <stddef.h>
#include <string.h>

static const struct activation_facts activations[N_ACTIVATIONS] = {
    [ACTIVATION_LINEAR] = {.word = "linear", .formula = "z"},
    [ACTIVATION_RELU] = {.word = "relu",
                         .formula = "max(z, 0)",
                         .forward = "guss_relu",
                         .slope = "guss_relu_slope"},
    [ACTIVATION_SIGMOID] = {.word = "sigmoid",
                            .formula = "1 / (1 + exp(-z))",
                            .forward = "guss_sigmoid",
                            .slope = "guss_sigmoid_slope"},
    [ACTIVATION_TANH] = {.word = "tanh",
                         .formula = "tanh(z)",
                         .forward = "guss_tanh",
                         .slope = "guss_tanh_slope"},
    [ACTIVATION_SOFTMAX] = {.word = "softmax",
                            .formula = "exp(z) / sum of exp(z)",
                            .forward = "guss_softmax",
                            .slope = "guss_softmax_slope",
                            .is_row = true},
    [ACTIVATION_ELU] = {.word = "elu",
                        .formula = "z where z > 0, else alpha (exp(z) - 1)",
                        .forward = "guss_elu",
                        .slope = "guss_elu_slope",
                        .takes_alpha = true},
    [ACTIVATION_SELU] = {.word = "selu",
                         .formula = "1.0507 elu(z, 1.6733)",
                         .forward = "guss_selu",
                         .slope = "guss_selu_slope"},
    [ACTIVATION_SOFTPLUS] = {.word = "softplus",
                             .formula = "log(1 + exp(z))",
                             .forward = "guss_softplus",
                             .slope = "guss_softplus_slope",
                             .needs_input = true},
    [ACTIVATION_SWISH] = {.word = "swish",
                          .also = "silu",
                          .formula = "z sigmoid(z)",
                          .forward = "guss_swish",
                          .slope = "guss_swish_slope",
                          .needs_input = true},
    [ACTIVATION_GELU] = {.word = "gelu",
                         .formula = "z (1 + erf(z / sqrt(2))) / 2",
                         .forward = "guss_gelu",
                         .slope = "guss_gelu_slope",
                         .needs_input = true},
    [ACTIVATION_LEAKY_RELU] = {.word = "leaky_relu",
                               .formula = "z where z > 0, else alpha z",
                               .forward = "guss_leaky_relu",
                               .slope = "guss_leaky_relu_slope",
                               .only_layer = true,
                               .takes_alpha = true},
};

const struct activation_facts *activation_facts(enum activation kind)
{
    return &activations[kind];
}

enum activation activation_find(const char *word)
{
    for (int i = 0; i < N_ACTIVATIONS; i++) {
        const struct activation_facts *facts = &activations[i];
        bool is_it = strcmp(facts->word, word) == 0 ||
                     (facts->also && strcmp(facts->also, word) == 0);
        if (is_it && !facts->only_layer)
            return (enum activation)i;
    }
    return N_ACTIVATIONS;
}
