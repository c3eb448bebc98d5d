/* A network spread out: one step for each operation of each use of a layer,
 * placed networks put in their places. The forward nodes of a program, and what
 * their gradients will need. */
#ifndef COMPILER_STEPS_H
#define COMPILER_STEPS_H

#include "compiler/plan/program.h"

/* One use of an operation. */
struct step {
    const struct layer *layer;
    const struct operation *operation; /* NULL: a value that is given */
    enum mode mode;
    bool is_frozen; /* its weights get no gradient */
    int rng_stream; /* the number that keys what it draws */
    struct step **inputs;
    int n_inputs;
    struct tensor *x; /* what it read, with its margins */
    struct tensor *y;
    struct tensor *mask;
    const struct node *moments; /* of the batch, where it trains with them */
    bool wants_gradient;       /* of its output: for its weights, or below it */
    struct tensor **gradients; /* of its output, one from each reader */
    int n_gradients;
    struct step *before; /* the step made just before it */
};

/* Nodes and steps of a program under construction. */
struct builder {
    struct arena *arena;
    struct program *program;
    struct node **tail;
    struct step *last;        /* the newest step */
    const struct layer *part; /* of the nodes that are appended */
    int rng_stream;           /* the first number that keys no draws yet */
};

/* True where its output is what it reads, in the shape of the output: also
 * Dropout in prediction. */
bool step_is_view(const struct step *step);
/* True where its weights get a gradient. */
bool step_trains(const struct step *step);

/* A tensor of the step's layer; its name ends in the role: "y", "dz". */
struct tensor *builder_tensor(struct builder *builder, const struct step *step,
                              const char *role, const struct shape *shape);
struct node *builder_append(struct builder *builder, enum node_kind kind,
                            const struct step *step);
/* Lets a node read what the step reads: x or, where it has several inputs, those. */
void builder_read(struct builder *builder, struct node *node,
                  const struct step *step);
/* The tensor with such margins around it, by a NODE_PAD; itself where they are
 * 0. */
struct tensor *builder_pad(struct builder *builder, const struct step *step,
                           const char *role, struct tensor *tensor,
                           const int64_t margins[N_SIDES]);

/* How a network is put into a program. */
struct spread {
    enum mode mode;
    bool is_frozen;
};

/* Layers of a network with all that is placed in it, each as often as it is:
 * how many numbers builder_spread() uses to key their draws. A network's own
 * layers come first, by index; placed ones follow in their order. */
int64_t count_uses(const struct network *network);

/* A step that stands for a value computed elsewhere, such as the network's
 * input. */
struct step *builder_given(struct builder *builder, const struct layer *layer,
                           struct tensor *tensor);

/* A step that gives another's output in the shape of an Input layer. */
struct step *builder_view(struct builder *builder, const struct layer *input,
                          struct step *shown);

/* Appends a network that reads `inputs`, in the order of its Input layers; the
 * steps that make its layers' outputs, by index, lie in the arena. */
struct step **builder_spread(struct builder *builder,
                             const struct network *network,
                             const struct spread *how, struct step **inputs);

#endif
