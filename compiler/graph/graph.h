/* The graph: networks of layers, every shape known.
 *
 * elaborate.c makes it from the syntax tree, lower.c gives its layers their
 * operations; steps.c and differentiate.c derive programs (program.h) from it.
 * Everything lives in the arena of the compilation. */
#ifndef COMPILER_GRAPH_H
#define COMPILER_GRAPH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/source.h"
#include "base/text.h"
#include "compiler/graph/value.h"

enum { MAX_RANK = 4, MAX_WEIGHTS = 4, MAX_LAYERS = 4096 };

/* The shape of one sample. A shape of rank SHAPE_UNKNOWN stands for one that
 * could not be inferred because of an error already reported: every rule that
 * meets it stays silent. */
enum { SHAPE_UNKNOWN = -1 };
struct shape {
    int rank;
    int64_t size[MAX_RANK];
};

/* Number of values in a sample of this shape. Shapes in a graph hold at most
 * MAX_ELEMENTS values, so that the product fits. */
#define MAX_ELEMENTS ((int64_t)1 << 31)
int64_t shape_elements(const struct shape *shape);
/* True for positive sizes that make no more than that. */
bool shape_fits(const struct shape *shape);
/* An image (height, width, channels) itself; (steps, channels) as an image of
 * height 1. */
struct shape shape_image(const struct shape *shape);
bool shape_equal(const struct shape *a, const struct shape *b);
/* "(28, 28, 1)", "(784)". */
const char *shape_text(struct arena *arena, const struct shape *shape);
/* "(None, 28, 28, 1)", as Keras prints a batch. */
const char *shape_batch_text(struct arena *arena, const struct shape *shape);

struct weight {
    const char *name; /* kernel, bias, gamma, ... */
    struct shape shape;
    struct initializer initializer;
    struct regularizer regularizer;
    int64_t fan_in, fan_out; /* of glorot and he initializers */
    int64_t taps;            /* positions of the window that its rows are of; 0:
                                of none */
    int64_t columns;         /* of it as a matrix; 0: its last axis */
    bool trainable;
    /* The channels of the image whose values, as a row, its inputs are, or what
     * it makes (of a vector: its elements); 0: of none; -1: it cannot be told.
     * image_order.h */
    int64_t reads_image, makes_image;
    int index; /* among all weights of the graph, set by the plan */
};

struct network;
struct layer_kind;
struct operation;

struct layer {
    const struct layer_kind *kind; /* NULL: a placed network */
    const char *name;
    struct network *network; /* it belongs to */
    struct network *placed;
    struct span where;       /* the statement */
    struct value *arguments; /* one for each parameter of the kind */
    struct layer **inputs;
    int n_inputs;
    struct shape shape;        /* of its output */
    const char *how[MAX_RANK]; /* a size of it comes from those of the inputs,
                                  as "28 * 2"; NULL: nothing to work out */
    struct shape
        asserted_shape; /* the same if an `@` before that is not met were
                             right; rank 0: it makes no difference */
    struct weight weights[MAX_WEIGHTS];
    int n_weights;
    struct operation **operations; /* that compute it: operation.h */
    int n_operations;
    int64_t macs; /* multiply-adds of one sample */
    bool trainable;
    bool is_implicit;           /* the input of a Sequential network: no row */
    bool is_needed;             /* by an output */
    const struct layer *folded; /* the upsampling that its kernel takes in, set
                                   by the plan; or NULL */
    int index;                  /* in its network */
};

/* Numbers of weights; all, and those that training changes. */
struct parameter_count {
    int64_t total, trainable;
};

struct network {
    const char *name;
    struct span where;  /* its name */
    bool is_sequential; /* the shape stands after its name */
    struct layer **layers;
    int n_layers;
    struct layer **inputs, **outputs;
    int n_inputs, n_outputs;
    struct parameter_count parameters; /* from network_count() */
    int64_t macs;
    bool is_broken;                   /* there are mistakes in it */
    const struct network *counted_in; /* by network_count(), the last time */
    struct network *next;
};

/* A model: the networks of a file, in its order. */
struct graph {
    const char *path;
    const char *text; /* a file that gives this very graph: its includes put in
                         place, and the definitions of the command line */
    struct network *networks;
    int n_networks;
};

struct network *graph_find(const struct graph *graph, const char *name);
/* The network's place in the graph, from 0. */
int graph_index(const struct graph *graph, const struct network *network);

/* Counts the parameters and multiply-adds of a network whose layers are
 * complete; weights that are met again, in a network placed twice or in two
 * placed networks, count once. False where the multiply-adds overflow. */
bool network_count(struct network *network);
struct parameter_count network_parameters(const struct network *network);
struct parameter_count layer_parameters(const struct layer *layer);
int64_t network_macs(const struct network *network);

/* Prints the graph, a line a layer: guss emit --dump=graph. */
void graph_print(const struct graph *graph, struct arena *arena,
                 struct text *out);

#endif
