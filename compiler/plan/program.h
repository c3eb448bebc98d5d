/* A program: what is computed, node by node, for one tile of samples.
 *
 *   differentiate.c  graph, phase -> program: forward, losses, gradients
 *   layout.c         the layout of each node, transposes where they meet
 *   algorithm.c      how each is computed
 *   fuse.c           program -> program: fewer nodes, less memory
 *
 * There is one for each phase of the objective (objective.h), and for each
 * network one that predicts: any layer's output, from any other's. */
#ifndef COMPILER_PROGRAM_H
#define COMPILER_PROGRAM_H

#include "compiler/graph/operation.h"
#include "compiler/plan/dtype.h"
#include "compiler/plan/objective.h"

/* The values of one layer's output, or of a gradient, for a tile of samples.
 * A sample's values are in Keras's order, and around an image's pixels there
 * may be margins, which are always zero. Two layouts:
 *
 *   rows        [sample][value]: a row a sample, each begins on a cache line
 *   by sample   [value][sample]: the samples of a tile are the vector
 *
 * Most tensors hold one tile and are overwritten by the next. */
struct tensor {
    const char *name; /* "encoder_layer_y" */
    const char *role; /* "y" */
    const struct layer *layer;
    struct shape shape;       /* without the margins */
    int64_t margins[N_SIDES]; /* pixels */
    struct tensor *whole;     /* the image whose pixels hold its channels, from
                             number `before` on; NULL: it is a whole itself */
    int64_t before;
    bool batch_innermost;
    enum dtype dtype;       /* from choose_types(), but for masks */
    struct tensor *storage; /* the tensor whose memory it uses; itself */
    struct tensor *value;   /* the same for all that are one value, whatever
                               their memory; from name_values() */
    bool whole_batch;       /* outlives its tile: a result, or read across a
                               cut or by a NODE_GRADIENT that waits for the
                               batch */
    bool is_used;           /* by a node, or as a result */
    int index;              /* among the program's */
    int first, last;        /* nodes that write it first and read it last */
    int segment,
        last_segment; /* between cuts, of `first` and `last`; behind all
                                  cuts where others read it in the end */
};

/* Values of a sample, margins included. */
int64_t tensor_values(const struct tensor *tensor);
/* Itself, or what it is a part of. */
const struct tensor *tensor_whole(const struct tensor *tensor);

enum node_kind {
    NODE_PAD,               /* y = x with margins of zeros; those alone where
                               there is no x */
    NODE_TRANSPOSE,         /* y = x in the other layout */
    NODE_FORWARD,           /* y = operation(x), operation(inputs) */
    NODE_ACTIVATE,          /* y = activation(x) */
    NODE_LOSS,              /* loss(activation(x), target) and its dx; y: the
                               network's output, for metrics */
    NODE_PENALTY,           /* what the penalty of y adds to the loss; dx, where
                               it is wanted: its gradient, and dy if there is
                               one */
    NODE_SUM,               /* y = the sum of inputs: gradients that meet */
    NODE_ACTIVATE_BACKWARD, /* dx = dy * derivative of the activation */
    NODE_BACKWARD,          /* dx, of input number `input`, from dy */
    NODE_GRADIENT,          /* weights' gradients from x and dy, and update */
    NODE_MOMENTS,           /* a tile's sums of x; the batch's at the cut */
    NODE_BACKWARD_MOMENTS   /* a tile's sums of dy, and of dy with x */
};

/* How a node computes what it does. */
enum algorithm {
    ALGORITHM_LOOP, /* value by value, or a function of the runtime */
    ALGORITHM_COPY,
    ALGORITHM_PRODUCT, /* sums in register blocks */
    ALGORITHM_PANELS,  /* the same, from copies of what is read again: plan/
                          products.h */
    ALGORITHM_GATHER,  /* the same, of a window's pixels */
    ALGORITHM_SCATTER, /* by phases of the big image: graph/window.h */
    ALGORITHM_DOT,     /* one filter, its sums across the vector */
    ALGORITHM_SLIDE,   /* a dot's row of taps over a row of pixels */
    ALGORITHM_SINGLE   /* vectors of channels, each by itself */
};

/* How a product C[rows][columns] = A B is blocked: `rows` x `vectors` sums are
 * kept in registers while the depth is walked. Of a convolution, with samples as
 * the vector, output channels x pixels; with channels, pixels x vectors of
 * channels; of its gradient by samples, numbers of a row of taps, or of all taps,
 * x the small image's channels; of a dot, pixels x 1. */
struct block {
    int rows, vectors;
};

struct node {
    enum node_kind kind;
    const struct layer *layer;
    const struct operation *operation; /* of the layer; NULL: a value that is
                                          given */
    const struct layer *part; /* the layer of the program's own network that it
                                 belongs to: `layer`, or where that is placed */
    enum mode mode;
    bool batch_innermost; /* the layout that it works in */
    enum algorithm algorithm;
    struct block block;    /* of what has sums in registers */
    int panel_depth;       /* ALGORITHM_PANELS: rows of each panel */
    bool reads_transposed; /* the kernel, from a copy that is transposed */
    bool keeps_kernel;     /* of a convolution of rows: all samples pass a block
                              of channels, whose kernel stays in the cache */
    bool skips_margins;    /* rows of zeros above and below what it reads */
    bool fetches_ahead;    /* NODE_GRADIENT: lines of x before they are read */
    struct tensor *x, *y;
    struct tensor *dx, *dy;
    struct tensor *addend;  /* batch normalization: what is added to it */
    struct tensor *mask;    /* dropout: what multiplied x */
    struct tensor *target;  /* NODE_LOSS */
    int rng_stream;         /* NODE_FORWARD: the number that keys what it draws,
                               its own in an update of the model */
    struct tensor **inputs; /* of merging layers, and of NODE_SUM */
    int n_inputs;
    int input;    /* NODE_BACKWARD: of which input dx is the gradient */
    bool adds_dx; /* NODE_BACKWARD: to what is there already */
    struct activation_use activation;
    bool by_shard; /* NODE_GRADIENT: summed tile by tile in shards, not computed
                     at once over the batch */
    bool adds_up;  /* NODE_GRADIENT of weights that another node's gradient,
                     before it, is of too */
    const struct node *moments; /* the NODE_MOMENTS whose statistics it uses,
                                   or itself; NULL: none */
    const struct node
        *known; /* NODE_MOMENTS: the one before it whose statistics
                                 are those of x's first channels; NULL: none */
    const struct phase_loss *loss; /* NODE_LOSS, NODE_PENALTY */
    struct tensor *derivative_of;  /* NODE_ACTIVATE_BACKWARD: the activation's
                                output, or input where it needs that */
    bool cut;                      /* whole batch first, then what follows */
    struct node *next;
};

/* True for nodes of one operation of one layer: of the uses of a network that is
 * placed several times, too. */
bool nodes_share_operation(const struct node *a, const struct node *b);

/* Number `i` of the tensors that a node reads, of those that it writes, and of
 * both, in this order; NULL behind the last. */
struct tensor *node_read(const struct node *node, int i);
struct tensor *node_written(const struct node *node, int i);
struct tensor *node_touched(const struct node *node, int i);

/* What a node reads value by value, so that it may write over it; NULL: none. */
struct tensor *node_overwritable(const struct node *node);
/* True for a node that writes there. */
bool node_is_in_place(const struct node *node);

/* True for a gradient that is computed when all tiles are done; and from the rows
 * of all of them, not from statistics of the batch. */
bool node_is_over_batch(const struct node *node);
bool node_reads_batch(const struct node *node);

struct program {
    const struct phase *phase;     /* of the objective; NULL: it predicts */
    const struct network *network; /* that it trains, or computes */
    struct node *nodes;
    struct tensor **tensors;
    int n_tensors;
    size_t capacity;
    struct tensor **inputs; /* the network's, rows; n_inputs of them */
    int n_inputs;
    struct tensor *target;   /* the input itself, or labels as rows; NULL in
                                prediction */
    struct tensor **outputs; /* by layer index: its output, rows */
    /* What it keeps: values of the whole batch, values of a tile, and partial
     * sums of gradients; NULL: none. From plan_storage(). */
    const struct record *rows, *tile, *shard;
    const struct record *squares; /* sums of its gradients' squares; NULL: it
                                     does not ask for norms */
    const struct weight_plan *updates; /* the first leader that it updates, or
                                          NULL; from finish_weights() */
    struct program *next;
};

/* The output of the program's network. */
struct tensor *program_result(const struct program *program);

/* True for programs with a backward part, that end with new weights. */
bool program_trains(const struct program *program);

/* True for one that predicts: any layer's output can be asked for. */
bool program_predicts(const struct program *program);

/* True for those that an update runs. */
bool program_is_of_update(const struct program *program);

/* True where its result is kept for the programs of phases behind it. */
bool program_keeps_result(const struct program *program);

/* The program of a phase or, where that is NULL, of the prediction of a
 * network, which build accepts. */
struct program *differentiate(struct arena *arena,
                              const struct network *network,
                              const struct phase *phase);

/* Takes out what nobody reads. */
void drop_unread(struct program *program);

/* The layout of every node and tensor, transposing where they meet. The plan
 * decides for layers that can do both (layer_is_batch_innermost()). */
struct plan;
void assign_layouts(struct arena *arena, const struct plan *plan,
                    struct program *program);

/* The type of every tensor. After assign_layouts(). */
void choose_types(const struct plan *plan, struct program *program);

/* Lets batch normalization add what is added to it; convolutions and batch
 * normalization apply the activation behind them where
 * it is a simple one; poolings the derivative of the one before them, and batch
 * normalization that of its own. */
void fuse_activations(struct program *program);

/* Lets what makes an image write it between the margins that others read it with,
 * where they all can: a NODE_PAD without x is left for the margins alone. After
 * fuse_activations(). */
void fuse_margins(struct program *program);

/* Lets what is concatenated along channels lie in its part of the result, and
 * gradients in theirs, where all that touch them can. After fuse_margins(). */
void place_concatenations(struct program *program);

/* Lets batch normalization compute again, a tile at a time, what the weights'
 * gradient of the convolution behind it reads, so that it is not kept for the
 * whole batch. After place_concatenations(). */
void recompute(struct arena *arena, struct program *program);

/* True for an input of a concatenation that lies in its place already. */
bool node_input_is_placed(const struct node *node, int i);

/* True for memory that others than nodes hand over or ask for. */
bool program_uses(const struct program *program, const struct tensor *storage);

/* Computes activations and gradients in place where nobody reads what they
 * overwrite; when by_shard is chosen. */
void compute_in_place(struct program *program);

/* Which tensors live for the whole batch and which for a tile, and what of the
 * latter can share memory; after compute_in_place(). */
void place(struct program *program);

/* ---- making programs -------------------------------------------------- */

/* A new tensor with memory of its own, one of the program's. */
struct tensor *program_tensor(struct arena *arena, struct program *program,
                              const struct layer *layer, const char *role,
                              const struct shape *shape);

/* "forward" */
const char *node_kind_name(const struct node *node);

/* "train", "predict"; "an update", "a prediction" */
const char *program_name(const struct program *program);
const char *program_use(const struct program *program);

/* Prints a program, a line a node. */
void program_print(const struct program *program, struct arena *arena,
                   struct text *out);

#endif
