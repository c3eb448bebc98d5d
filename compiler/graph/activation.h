/* Activations: their names, formulas, derivatives, and the C that computes
 * them. The table is the only place that knows them one by one. */
#ifndef COMPILER_ACTIVATION_H
#define COMPILER_ACTIVATION_H

#include <stdbool.h>

enum activation {
    ACTIVATION_LINEAR,
    ACTIVATION_RELU,
    ACTIVATION_SIGMOID,
    ACTIVATION_TANH,
    ACTIVATION_SOFTMAX,
    ACTIVATION_ELU,
    ACTIVATION_SELU,
    ACTIVATION_SOFTPLUS,
    ACTIVATION_SWISH,
    ACTIVATION_GELU,
    ACTIVATION_LEAKY_RELU, /* only as a layer */
    N_ACTIVATIONS
};

/* One use of an activation, with its argument. */
struct activation_use {
    enum activation kind;
    double alpha; /* leaky_relu, elu: the slope or scale below 0 */
};

struct activation_facts {
    const char *word;    /* as .nn files name it, unless only_layer */
    const char *also;    /* another word for it, or NULL */
    const char *formula; /* of y, for comments */
    const char *forward; /* the runtime's function: "guss_relu" */
    /* The runtime's derivative, a function of the output y ("guss_relu_slope")
     * or, where needs_input, of the input z. */
    const char *slope;
    bool only_layer; /* LeakyReLU: no argument takes its word */
    bool needs_input;
    bool takes_alpha; /* forward(z, alpha), slope(y, alpha) */
    bool is_row;      /* of a whole row: softmax */
};

const struct activation_facts *activation_facts(enum activation kind);

/* The activation that an argument means by that word, or N_ACTIVATIONS. */
enum activation activation_find(const char *word);

#endif
