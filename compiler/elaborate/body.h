/* What elaborate_network.c, elaborate_body.c and elaborate_layer.c share: the
 * body of one network while its statements become layers. */
#ifndef COMPILER_BODY_H
#define COMPILER_BODY_H

#include "compiler/elaborate/evaluate.h"
#include "compiler/layers/layer.h"

/* A name that a layer of the network has, and how often its stem was used. */
struct layer_name {
    const char *name;
    struct span where;
    const struct network *placed; /* whose name it is, or NULL */
    bool is_automatic;            /* and nothing that 'from' could name */
    int uses;                     /* as the name of a body that is made anew */
    struct layer_name *next;      /* of the same bucket */
};

enum { LAYER_NAME_BUCKETS = 64 };

struct body {
    struct scope scope; /* of what stands in the body, where it has come to */
    struct network *network;
    struct layer *last;        /* made last; what the next one reads */
    struct layer_name **names; /* LAYER_NAME_BUCKETS of them */
    int *counts;               /* unnamed layers, by kind */
    size_t layers_capacity;
    struct span outputs;  /* the 'output' statement; no source: none so far */
    bool uses_broken;     /* a block whose mistake is reported elsewhere */
    bool is_unused_block; /* not a network's: names may yet get numbers */
};

void elaborate_statements(struct body *body,
                          const struct ast_statement *statement);

/* True where one of these statements names a layer `input`. */
bool names_input(const struct ast_statement *statement);

/* Gives a parameter or a counter its value in a frame. */
void bind_value(struct body *body, struct frame *frame,
                const struct ast_name *name, struct value value);

/* Gives the result of a statement a name in the innermost body; an error
 * where the name is taken there. */
void bind_layer(struct body *body, const struct ast_name *name,
                struct layer *layer);

/* The layer that `from` or `output` names; NULL after an error. */
struct layer *find_input(struct body *body, const struct ast_name *name);

/* What a statement reads, from its `from` or the layer made before it; false
 * after an error. */
bool find_inputs(struct body *body, const struct ast_statement *statement,
                 struct layer ***inputs, int *n_inputs);

/* A layer of unknown shape at the network's end. */
struct layer *new_layer(struct body *body, struct span where);

/* new_layer() in place of a statement with a mistake, so that what reads it
 * is no second one. */
struct layer *make_unknown(struct body *body,
                           const struct ast_statement *statement);

/* Names the row of a placed network, however often it is placed. */
void name_placed(struct body *body, struct layer *layer, struct span where);

/* The layer of a statement that calls a layer kind. */
struct layer *make_layer(struct body *body,
                         const struct ast_statement *statement,
                         const struct layer_kind *kind);

/* Holds a layer's shape to the `@` of its statement, if there is one. After a
 * mistake nobody knows whether the layer or the `@` is wrong: what follows is
 * held to both, and only what fits neither is a mistake of its own. */
void check_shape(struct body *body, const struct ast_statement *statement,
                 struct layer *layer);

#endif
