/* What a layer is made of. One file a layer: its parameters and defaults, its
 * shape rule and weights, its gradient, its emission; layers.def lists them,
 * and nothing else knows their names. docs/architecture.md shows how to add
 * one. */
#ifndef COMPILER_LAYERS_LAYER_H
#define COMPILER_LAYERS_LAYER_H

#include "compiler/graph/graph.h"
#include "compiler/plan/program.h"

enum parameter_type {
    PARAMETER_INTEGER, /* >= least */
    PARAMETER_REAL,    /* least <= value, value < below (if below > 0) */
    PARAMETER_BOOLEAN, /* true, false */
    PARAMETER_WORD,    /* one of `words` */
    PARAMETER_PAIR,    /* 3 or (3, 3), each >= least; becomes a tuple */
    PARAMETER_MARGINS, /* 1, (1, 2) or ((1, 2), (3, 4)); becomes a tuple
                              (top, bottom, left, right) */
    PARAMETER_SHAPE,   /* (7, 7, 128), or the sizes themselves */
    PARAMETER_ACTIVATION,
    PARAMETER_INITIALIZER,
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

struct emission;
struct plan;

/* Which layouts of tensors a layer's emission knows. */
enum layer_layout {
    LAYOUT_ANY,    /* both: that of its input */
    LAYOUT_ROWS,   /* rows only */
    LAYOUT_CHOSEN, /* both: the plan decides */
};

/* A kind of layer. */
struct layer_kind {
    const char *name; /* of its class, Keras's: "Dense" */
    const char *stem; /* of automatic names: "dense" */
    const char *type; /* in summaries, where not `name`: "InputLayer" */
    const struct parameter *parameters; /* in Keras's order */
    int n_parameters;
    int least_inputs, most_inputs; /* 0, 0: Input */

    /* Sets layer->shape, weights and macs from the inputs' shapes, which are
     * known; reports what does not fit and leaves the shape unknown. */
    void (*infer)(struct inference *inference);
    /* How a size of the output comes from those of the inputs, as "28 * 2";
     * NULL, as a function or its result: there is nothing to work out. */
    const char *(*arithmetic)(struct arena *arena, const struct layer *layer,
                              int axis);

    /* The activation that the layer applies last, to what it computes;
     * NULL: none. */
    struct activation_use (*activation)(const struct layer *layer);

    /* ---- what the plan knows of it ---- */

    bool is_view;       /* output is the input, in another shape */
    bool is_activation; /* output is activation() of the input */
    bool only_training; /* does nothing in prediction (Dropout) */
    bool keeps_mask;    /* what it drew while training: node->mask */
    enum layer_layout layout;
    /* Zeros that it wants around the image it reads, and around the gradient
     * of its output; NULL: none. */
    void (*margins)(const struct layer *layer, int64_t margins[N_SIDES]);
    void (*backward_margins)(const struct layer *layer,
                             int64_t margins[N_SIDES]);
    bool scatters; /* forward, as emit/window.h says: Conv2DTranspose */
    /* Of a convolution: true where it may take a repeating layer in front of it
     * into its kernel. Of a layer that repeats pixels: how often, down and
     * across; false where it does something else. NULL: no layer of the kind. */
    bool (*takes_repeated)(const struct layer *layer);
    bool (*repeats_pixels)(const struct layer *layer, int64_t times[2]);
    bool backward_reads_input;  /* in emit_backward: node->x, inputs */
    bool backward_reads_output; /* node->y */
    bool passes_gradient;       /* dx of every input is dy */
    bool applies_activation;    /* simple ones, in emit_forward */
    bool applies_slope;         /* that of relu before it, in emit_backward */
    bool needs_batch;           /* in training: BatchNormalization */

    /* ---- emission ---- */

    void (*emit_forward)(struct emission *emission, const struct node *node);
    /* Gradient of the input from that of the output. */
    void (*emit_backward)(struct emission *emission, const struct node *node);
    /* Gradients of the weights. */
    void (*emit_gradient)(struct emission *emission, const struct node *node);
    /* A tile's sums, of a layer that needs the whole batch. */
    void (*emit_moments)(struct emission *emission, const struct node *node);
    /* True for a node that reads the transposed copy of the kernel. */
    bool (*reads_transposed)(const struct plan *plan, const struct node *node);
    /* Multiply-adds of NODE_FORWARD, NODE_BACKWARD or NODE_GRADIENT that are
     * really done for a batch of so many slots; NULL: as many as
     * layer->macs says. */
    double (*executed)(const struct plan *plan, const struct node *node);
};

/* All kinds, in the order of layers.def. */
extern const struct layer_kind *const layer_kinds[];
extern const int n_layer_kinds;
const struct layer_kind *layer_kind_find(const char *name);

/* The value of a layer's argument; `name` is one of its kind's parameters. */
const struct value *layer_argument(const struct layer *layer, const char *name);
int64_t layer_integer(const struct layer *layer, const char *name);
double layer_real(const struct layer *layer, const char *name);
bool layer_boolean(const struct layer *layer, const char *name);
bool layer_word_is(const struct layer *layer, const char *name,
                   const char *word);
/* (height, width) of a PARAMETER_PAIR. */
void layer_pair(const struct layer *layer, const char *name, int64_t pair[2]);
/* Where a mistake in an argument is: the argument or, where its preset is used,
 * the layer. */
struct span layer_argument_where(const struct layer *layer, const char *name);

/* The weight of that name, or NULL. */
const struct weight *layer_weight(const struct layer *layer, const char *name);

/* True where forward is a scatter: of a transposed convolution, and of one that
 * took in an upsampling. The gradient of the weights reads dy with margins
 * then. */
bool layer_scatters(const struct layer *layer);

/* Adds a weight; shapes of rank <= 4. */
struct weight *layer_add_weight(struct layer *layer, const char *name,
                                struct shape shape, const char *initializer);
/* The same with zeros or ones, where no argument says so. */
struct weight *layer_add_filled_weight(struct layer *layer, const char *name,
                                       struct shape shape,
                                       enum initializer_kind kind);

/* The shape rule of layers whose output has the shape of their input. */
void infer_same_shape(struct inference *inference);
/* The shape rule of Add and its like: all inputs have one shape, the output's.
 * Keras also stretches sizes of 1; guss does not. */
void infer_equal_shapes(struct inference *inference);
/* Adds a note to the error just reported: what an input gives, and where it is
 * made. */
void infer_note_input(struct inference *inference, int index);

#endif
