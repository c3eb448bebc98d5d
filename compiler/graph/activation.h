/* Activations: their names, formulas, derivatives, and the C that computes
 * them. activations.def is the only place that knows them one by one. */
#ifndef COMPILER_ACTIVATION_H
#define COMPILER_ACTIVATION_H

#include <stdbool.h>

enum activation {
#define ACTIVATION(kind, ...) ACTIVATION_##kind,
#include "compiler/graph/activations.def"
#undef ACTIVATION
    N_ACTIVATIONS
};

enum { MAX_ACTIVATION_ARGUMENTS = 3 };

/* One use of an activation, with what its functions take behind z. */
struct activation_use {
    enum activation kind;
    double arguments[MAX_ACTIVATION_ARGUMENTS];
};

struct activation_info {
    const char *word;    /* as .nn files name it, unless only_layer */
    const char *also;    /* another word for it, or NULL */
    const char *formula; /* of y, for comments */
    const char *forward; /* the runtime's function: "guss_relu" */
    /* The runtime's derivative, a function of the output y ("guss_relu_derivative")
     * or, where needs_input, of the input z. */
    const char *derivative;
    /* The runtime's function for a block of sums that are still in registers
     * ("block_relu"), or NULL. */
    const char *block;
    bool only_layer; /* a layer alone has it: no argument takes its word */
    bool needs_input;
    bool is_row; /* of a whole row: softmax */
    /* forward(z, alpha), derivative(y, alpha): names and what a word means by them;
     * those without a name are not there. */
    struct {
        const char *name;
        double preset;
    } arguments[MAX_ACTIVATION_ARGUMENTS];
    /* What it can give, where that is said of an output that misfits. */
    struct {
        bool is_known;
        double least, most;
    } range;
};

const struct activation_info *activation_info(enum activation kind);
int activation_arguments(enum activation kind);

/* The activation that an argument means by that word, or N_ACTIVATIONS. */
enum activation activation_find(const char *word);
/* The use of it that a word alone means. */
struct activation_use activation_plain(enum activation kind);

#endif
