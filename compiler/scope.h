/* What elaborate.c and elaborate_body.c share: the items of a file, and the
 * names that can be seen while a body is elaborated. */
#ifndef COMPILER_SCOPE_H
#define COMPILER_SCOPE_H

#include "compiler/elaborate.h"
#include "compiler/value.h"

enum progress { NOT_STARTED, STARTED, DONE };

/* An item of the file by name. */
struct symbol {
    const struct ast_item *item;
    enum progress progress; /* of a constant's value, a network's layers, or a
                               block that is being expanded */
    struct value value;     /* of a constant */
    struct network *network;
    struct symbol *next;
};

struct elaboration {
    struct arena *arena;
    struct diags *diags;
    struct symbol *symbols;
    struct graph *graph;
};

struct symbol *symbol_find(const struct elaboration *elaboration,
                           const char *name);
/* All names of items of one kind, and how many. */
size_t symbol_names(const struct elaboration *elaboration,
                    enum ast_item_kind kind, const char **names);

/* The value of a constant, worked out at its first use. */
const struct value *constant_value(struct elaboration *elaboration,
                                   struct symbol *symbol);

/* Elaborates a network once; its own use inside itself is an error at
 * `where`. NULL after an error. */
struct network *elaborate_network(struct elaboration *elaboration,
                                  struct symbol *symbol, struct span where);

/* Fills network->layers, inputs and outputs from the item's body. */
void elaborate_body(struct elaboration *elaboration, struct network *network,
                    const struct ast_item *item);

/* Evaluates ((28, 28, 1)) to a shape; false after an error. */
bool evaluate_shape(struct elaboration *elaboration,
                    const struct value_names *names,
                    const struct ast_expression *tuple, struct shape *shape);

/* Names of constants alone: what stands outside blocks and repeats. */
struct value_names constant_names(struct elaboration *elaboration);

#endif
