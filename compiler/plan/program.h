/* A program: what is computed, node by node, for one tile of samples.
 *
 *   differentiate.c  graph, schedule -> program: forward, loss, gradients
 *   fuse.c           program -> program: fewer nodes, less memory
 *
 * A network has up to three: to train, to evaluate (loss and metrics as in
 * prediction) and to predict (every layer's output). */
#ifndef COMPILER_PROGRAM_H
#define COMPILER_PROGRAM_H

#include "compiler/graph/activation.h"
#include "compiler/graph/graph.h"
#include "trainer/schedule/schedule.h"

/* Rows of samples x features, one row a sample. Values of a sample are packed
 * in Keras's order; rows start on cache lines. Most tensors hold the rows of
 * the tile at hand and are overwritten by the next one. */
struct tensor {
    const char *name; /* in emitted code: "encoder_layer_y" */
    const struct layer *layer;
    struct shape shape;
    struct tensor *storage; /* the tensor whose memory it uses; itself */
    bool whole_batch;       /* outlives its tile: a result, or read by a
                               NODE_GRADIENT that waits for the batch */
    bool is_used;           /* by a node, or as a result */
    int first, last;        /* nodes that write it first and read it last */
};

enum node_kind {
    NODE_FORWARD,           /* y = layer(x) */
    NODE_ACTIVATE,          /* y = activation(x) */
    NODE_LOSS,              /* loss(activation(x), target) and its dx; y: the
                               network's output, for metrics */
    NODE_ACTIVATE_BACKWARD, /* dx = dy * slope of the activation */
    NODE_BACKWARD,          /* dx from dy */
    NODE_GRADIENT           /* weights' gradients from x and dy, and update */
};

struct node {
    enum node_kind kind;
    const struct layer *layer;
    struct tensor *x, *y;
    struct tensor *dx, *dy;
    struct tensor *mask; /* dropout: what multiplied x */
    struct activation_use activation;
    bool by_lane; /* NODE_GRADIENT: summed tile by tile in lanes, not computed
                     at once over the batch */
    struct tensor *slope_of; /* NODE_ACTIVATE_BACKWARD: the activation's
                                output, or input where it needs that */
    struct node *next;
};

enum program_kind { PROGRAM_TRAIN, PROGRAM_EVALUATE, PROGRAM_PREDICT };

struct program {
    enum program_kind kind;
    const struct network *network;
    struct node *nodes;
    struct tensor **tensors;
    int n_tensors;
    size_t capacity;
    struct tensor *input, *target; /* target: the input itself, or labels as
                                      rows; NULL in prediction */
    struct tensor **outputs;       /* by layer index: its output */
    struct program *next;
};

/* The program of `kind` for a network that build accepts. `schedule` may be
 * NULL for prediction. */
struct program *differentiate(struct arena *arena,
                              const struct network *network,
                              const struct schedule *schedule,
                              enum program_kind kind);

/* Joins activations with what computes them, the last activation with the
 * loss, and gives tensors that can share memory the same storage. */
void fuse(struct program *program, const struct schedule *schedule);

/* Which tensors live for the whole batch and which for a tile, and what of the
 * latter can share memory; after fuse(), when by_lane is chosen. */
void place(struct program *program);

/* Prints a program, a line a node. */
void program_print(const struct program *program, struct arena *arena,
                   struct text *out);

#endif
