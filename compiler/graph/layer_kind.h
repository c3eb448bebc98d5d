/* What a kind of layer is made of: its parameters, its shape rule, what it
 * lowers to. The kinds themselves are in compiler/layers, one file each. */
#ifndef COMPILER_GRAPH_LAYER_KIND_H
#define COMPILER_GRAPH_LAYER_KIND_H

#include "compiler/graph/graph.h"

enum parameter_type {
    PARAMETER_INTEGER,   /* >= least */
    PARAMETER_REAL,      /* least <= value, value < below (if below > 0) */
    PARAMETER_BOOLEAN,   /* true, false */
    PARAMETER_WORD,      /* one of `words` */
    PARAMETER_PAIR,      /* 3 or (3, 3), each >= least; becomes a tuple */
    PARAMETER_LENGTH,    /* 3 or (3,), >= least; becomes an integer */
    PARAMETER_LAST_AXIS, /* -1 or (-1,), >= least, of normalisations; becomes
                            an integer */
    PARAMETER_MARGINS,   /* 1, (1, 2) or ((1, 2), (3, 4)); becomes a tuple
                              (top, bottom, left, right) */
    PARAMETER_SHAPE,     /* (7, 7, 128), or the sizes themselves */
    PARAMETER_AXES,      /* 1 or (1, 2), as Keras counts them: 0 would be the
                              batch; becomes a tuple */
    PARAMETER_ACTIVATION,
    PARAMETER_INITIALIZER,
    PARAMETER_REGULARIZER,
    PARAMETER_REFUSED /* Keras has it and guss does not */
};

struct parameter {
    const char *name;
    enum parameter_type type;
    struct value preset;     /* VALUE_ABSENT: must be given */
    const char *preset_from; /* or, the preset is the value of this one, which
                                stands before it */
    double least, below;
    const char *const *words; /* NULL-terminated */
};

/* What a shape rule may use. */
struct inference {
    struct arena *arena;
    struct diags *diags;
    struct layer *layer;
};

struct lowering;

enum reading {
    READS_ONE,
    READS_TWO,
    READS_SEVERAL, /* two or more */
    READS_NOTHING
};

enum { MOST_PARAMETERS = 31 }; /* of a layer */

struct layer_kind {
    const char *name; /* of its class, Keras's: "Dense" */
    const char *stem; /* of automatic names: "dense" */
    const char *type; /* in summaries, where not `name`: "InputLayer" */
    enum reading reads;
    int input_rank; /* 3: it reads (height, width, channels), 2: (steps,
                       channels), 0: any shape */
    /* In Keras's order, up to the first NULL: by position all count, refused
     * ones too. */
    const struct parameter *parameters[MOST_PARAMETERS + 1];

    /* Sets layer->shape, how it comes about, and the weights from the inputs'
     * shapes, which are known; reports what does not fit and leaves the shape
     * unknown. */
    void (*infer)(struct inference *inference);
    /* Appends the operations that compute the layer, whose shape and weights
     * are known (graph/operation.h). */
    void (*lower)(struct lowering *lowering);
};

#endif
