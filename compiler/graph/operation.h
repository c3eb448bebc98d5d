/* What layers compute, as data: each layer lowers to a few operations, and all
 * behind it, gradients, layouts, memory and the text of C, knows operations and
 * no layers.
 *
 * A layer's values are numbered: its inputs from 0, then what each of its
 * operations makes; the last one's is the layer's output. */
#ifndef COMPILER_GRAPH_OPERATION_H
#define COMPILER_GRAPH_OPERATION_H

#include "compiler/graph/activation.h"
#include "compiler/graph/regularizer.h"
#include "compiler/graph/window.h"

enum primitive {
    PRIMITIVE_VIEW,        /* y = x, in another shape */
    PRIMITIVE_ACTIVATE,    /* y = activation(x) */
    PRIMITIVE_PRODUCT,     /* y = x kernel + bias, at each position */
    PRIMITIVE_CONVOLUTION, /* products of a window's pixels: window.h */
    PRIMITIVE_POOL,        /* the largest or the mean of each window */
    PRIMITIVE_MEAN,        /* of each channel over an image */
    PRIMITIVE_NORMALISE,   /* each channel by the batch's mean and variance */
    PRIMITIVE_STANDARDISE, /* each group of a sample by its own */
    PRIMITIVE_SCALE,       /* y = x kernel + bias, value by value */
    PRIMITIVE_STRETCH,     /* sizes of 1 repeated */
    PRIMITIVE_JOIN,        /* inputs of one shape, value by value */
    PRIMITIVE_DROP,        /* while training, values to 0 by chance */
    PRIMITIVE_NOISE,       /* while training, y = x + noise */
    PRIMITIVE_CONCATENATE, /* inputs behind each other */
    PRIMITIVE_CROP,        /* an image without its margins */
    PRIMITIVE_PAD,         /* an image with margins of zeros */
    PRIMITIVE_REPEAT,      /* each pixel several times */
    PRIMITIVE_INTERPOLATE, /* bilinear, between the centres of pixels */
    N_PRIMITIVES
};

enum joining {
    JOIN_SUM,
    JOIN_MEAN,
    JOIN_PRODUCT,
    JOIN_DIFFERENCE, /* of two */
    JOIN_MAXIMUM,
    JOIN_MINIMUM
};

/* A matrix product at each of so many positions of a sample. */
struct product_sizes {
    int64_t positions, in, out;
};

struct convolution {
    struct conv_geometry geometry;
    bool scatters; /* forward; a gather is its gradient then */
    /* The upsampling in front of it that the kernel takes in, and how often it
     * repeats a pixel down and across; NULL: none. The plan decides. */
    const struct layer *folded;
    int64_t times[2];
};

struct pooling {
    struct window window;
    int64_t image[2], out[2], before[2];
    bool is_max;
    bool is_whole; /* one window, the image */
};

struct normalisation {
    /* gamma and beta may be NULL; the moving ones are not trained */
    const struct weight *gamma, *beta, *mean, *variance;
    double epsilon, momentum;
};

/* A sample's values as [outer][inner][groups][members]: a group has inner x
 * members of them for each of `outer`. */
struct standardisation {
    int64_t outer, inner, groups, members;
    double epsilon;
};

struct concatenation {
    int64_t blocks;         /* of the output, each a part of every input */
    const int64_t *numbers; /* of each input in a block */
};

struct operation {
    enum primitive primitive;
    int index; /* in its layer */
    const int *inputs;
    int n_inputs;
    struct shape input, shape; /* of input 0, of what it makes */
    /* Of products; bias may be NULL. Of a scale either may; they have the last
     * axis of what it reads, or all, some of size 1. */
    const struct weight *kernel, *bias;
    const struct weight *weights[MAX_WEIGHTS]; /* all that it reads */
    int n_weights;
    int64_t macs;               /* multiply-adds of one sample */
    struct regularizer penalty; /* of what it makes, in the loss; zeros: none */
    union {
        struct activation_use activation;
        struct product_sizes product;
        struct convolution convolution;
        struct pooling pooling;
        struct normalisation normalisation;
        struct standardisation standardisation;
        struct concatenation concatenation;
        enum joining joining;
        int64_t margins[N_SIDES]; /* crop, pad */
        int64_t times[2];         /* repeat, interpolate: down, across */
        struct {
            double amount;      /* drop: the rate; noise: the deviation */
            struct shape drawn; /* drop: its mask, of all that it makes or of
                                   the last axis */
        };
    };
};

/* Which layouts of tensors an operation is computed in. */
enum layout_rule {
    LAYOUT_ANY,   /* both: that of its input */
    LAYOUT_ROWS,  /* rows only */
    LAYOUT_CHOSEN /* both: the plan decides */
};

/* What holds of every operation of a primitive. */
struct primitive_info {
    enum layout_rule layout;
    bool only_training; /* draws random numbers; nothing in prediction */
    bool keeps_mask;    /* of what it drew */
    bool needs_batch;   /* its statistics, while training */
};
const struct primitive_info *primitive_info(enum primitive primitive);

/* True where its output is its input, in another shape. */
bool operation_is_view(const struct operation *operation);
/* True for the largest values of windows. */
bool operation_is_maximum(const struct operation *operation);
/* True where its gradient reads its inputs. */
bool operation_backward_reads_input(const struct operation *operation);
/* True where dx of that input is dy. */
bool operation_passes_gradient(const struct operation *operation, int input);
/* Zeros that it wants around the image it reads or, where `is_backward`, around
 * the gradient of its output. */
void operation_margins(const struct operation *operation, bool is_backward,
                       int64_t margins[N_SIDES]);
/* True for a convolution of several filters whose window is the whole image. One
 * filter's weights lie together as they are. */
bool operation_is_whole(const struct operation *operation);
/* A layer's operation number `index` as the plan runs it: where the layer takes
 * in the upsampling in front of it, a copy of its convolution does; a window that
 * is the whole image makes it a product. */
const struct operation *operation_planned(struct arena *arena,
                                          const struct layer *layer, int index);

/* Lowers the layers of a network whose shape is known, and counts the
 * multiply-adds of each. */
void network_lower(struct arena *arena, struct network *network);

/* ---- lowering ----------------------------------------------------------- */

/* A layer on its way to operations. Everything lives in the arena. */
struct lowering {
    struct arena *arena;
    struct layer *layer;
    size_t capacity;
};

/* Appends an operation, which is copied, and returns the number of its value.
 * What is not said of it is found: it reads all inputs of the layer, and makes a
 * value of the layer's shape. Its weights are found by what it is. */
int lower_operation(struct lowering *lowering, struct operation operation);

/* Value x in another shape; x itself where it has that. */
int lower_view(struct lowering *lowering, int x, struct shape shape);
/* The layer's first input as an image: a row has the height 1. */
int lower_image(struct lowering *lowering);
/* The same of those whose arguments are worked out from others. A linear
 * activation of what the layer has computed is left out. */
int lower_activation(struct lowering *lowering, int x,
                     struct activation_use activation);
/* x kernel + bias on the last axis; bias may be NULL. */
int lower_product(struct lowering *lowering, int x, const struct weight *kernel,
                  const struct weight *bias);
/* x kernel + bias value by value; either may be NULL, both: x. */
int lower_scale(struct lowering *lowering, int x, const struct weight *kernel,
                const struct weight *bias);
/* All inputs, stretched to the layer's shape, value by value. */
int lower_join(struct lowering *lowering, enum joining joining);
/* A convolution of its kernel and bias, whose window, groups (0: 1) and direction
 * are set; the rest of `geometry` and the work follow from the shapes. Without
 * inputs, and without a shape, from the layer's input to its output, both images
 * or both rows. */
int lower_convolution(struct lowering *lowering, struct operation operation);
int lower_pooling(struct lowering *lowering, const struct window *window,
                  bool is_max);
/* Of all inputs, along an axis. */
int lower_concatenation(struct lowering *lowering, int axis);

/* ---- a layer's operations ------------------------------------------------ */

/* The activation that its last operation is; linear where it is none. */
struct activation_use activation_of(const struct layer *layer);
/* Its first operation of that primitive, or NULL. */
const struct operation *layer_operation(const struct layer *layer,
                                        enum primitive primitive);
/* True where its only operation is of that primitive. */
bool layer_is_only(const struct layer *layer, enum primitive primitive);

#endif
