/* Regularizers: what the size of a weight, or of a layer's output, adds to the
 * loss. regularizer.c is the only place that knows them one by one. */
#ifndef COMPILER_GRAPH_REGULARIZER_H
#define COMPILER_GRAPH_REGULARIZER_H

#include <stdbool.h>

/* The penalty l1 sum |v| + l2 sum v^2 of values v, both factors 0 or more; zeros: none. */
struct regularizer {
    double l1, l2;
};

/* A word of the language, with or without arguments: "l2", "l2(0.001)". */
struct regularizer_info {
    const char *name;
    struct regularizer plain;  /* what the word alone means */
    struct regularizer called; /* a call, in place of arguments not given */
    bool takes_l1, takes_l2;   /* its arguments, in this order */
};

extern const struct regularizer_info regularizer_table[];
extern const int n_regularizers;

/* The regularizer of that name, or NULL. */
const struct regularizer_info *regularizer_find(const char *name);

/* False where it adds nothing. */
bool regularizer_acts(const struct regularizer *regularizer);

#endif
