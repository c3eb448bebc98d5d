/* What the elaborate*.c files share: the names of a file and of a body, and how
 * much a file may ask for. */
#ifndef COMPILER_SCOPE_H
#define COMPILER_SCOPE_H

#include "compiler/elaborate/elaborate.h"
#include "compiler/graph/graph.h"
#include "compiler/syntax/ast.h"

enum {
    MAX_FILE_LAYERS = 16384,
    MAX_EXPANSIONS = 16384, /* of blocks and rounds of repeats, in a file */
    MAX_NESTING = 64,       /* of blocks, of networks */
    MAX_PARAMETERS = 64,    /* of a block */
    MAX_VALUES = 1 << 20,   /* worked out in a file, and names looked up */
    MAX_MISTAKES = 100,     /* then the rest of the file is not looked at */
    SYMBOL_BUCKETS = 16384
};

enum progress { NOT_STARTED, STARTED, DONE };

/* An item of the file by name. */
struct symbol {
    const struct ast_item *item;
    enum progress progress; /* of a constant's value, a network's layers, or a
                               block that is being expanded */
    struct value value;     /* of a constant */
    struct network *network;
    bool is_broken; /* a block whose body has a mistake, already reported */
    bool is_used;   /* a block that was expanded */
    struct symbol *next;
    struct symbol *next_in_bucket;
};

struct elaboration {
    struct arena *arena;
    struct diags *diags;
    struct diags *aside;    /* takes what is not to be said; NULL so far */
    struct symbol *symbols; /* in the order of the file */
    struct symbol *last_symbol;
    struct symbol *buckets[SYMBOL_BUCKETS];
    int n_layers, n_expansions, n_values;
    int block_depth, network_depth;
    bool has_gaps;     /* items, or parts of blocks, could not be read: unknown
                      names are not reported */
    bool is_too_large; /* said so, and gave up */
    bool has_broken_names; /* what an item means is not certain */
};

/* A name seen in a body: of a layer's (or block's) result, or a value. */
struct binding {
    const char *name;
    struct layer *layer; /* or NULL: a parameter or counter */
    struct value value;
    struct span where;
    struct binding *next;
};

enum { ANY_ROUND = -1 };

/* One use of a body: a network's own, a block's by a call, a round of a
 * repeat. */
struct frame {
    struct frame *outer;  /* whose names are seen, too; NULL for a block */
    struct frame *caller; /* of the statement `use`; NULL for a network's */
    const struct ast_statement *use;
    int64_t round; /* of a repeat, from 0; ANY_ROUND: its count is unknown */
    struct binding *bindings;
};

/* Where an expression stands: what it may name, and where its values and its
 * mistakes go. */
struct scope {
    struct elaboration *elaboration;
    struct arena *arena; /* the elaboration's */
    struct diags *diags; /* likewise */
    struct frame *frame; /* the innermost; NULL: it sees constants alone */
    bool has_gaps;       /* a name that is not found may have been lost */
};

/* True where no more is to be elaborated: a limit is exceeded, or so many
 * mistakes were found that more would help nobody. */
bool elaboration_ends(const struct elaboration *elaboration);
/* Reports a limit, once, and gives up. */
__attribute__((format(printf, 3, 4))) void
elaboration_exceeds(struct elaboration *elaboration, struct span where,
                    const char *format, ...);

/* One more value or name that is worked out; false where there were too many,
 * or no more is to be elaborated. */
bool elaboration_spend(struct elaboration *elaboration, struct span where);

/* Reports a name that was given before: "the name 'x' is taken". */
void report_taken(const struct elaboration *elaboration, const char *what,
                  const char *name, struct span where, struct span first);

/* Of a name's bytes; the same everywhere. */
size_t name_hash(const char *name);

/* Of an item whose name is free. */
void symbol_add(struct elaboration *elaboration, const struct ast_item *item);
struct symbol *symbol_find(const struct elaboration *elaboration,
                           const char *name);
/* Names of items of one kind, at most `most`; how many. */
size_t symbol_names(const struct elaboration *elaboration,
                    enum ast_item_kind kind, const char **names, size_t most);

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

/* Looks for what is wrong in a block that nothing uses, whatever its parameters
 * and its input may be. */
void elaborate_unused_block(struct elaboration *elaboration,
                            struct symbol *symbol);

/* Reports a constant, parameter or counter with the name of a word that
 * arguments take: `padding=same` would no longer mean what it says. */
void check_not_a_word(struct elaboration *elaboration,
                      const struct ast_name *name);

/* What stands outside blocks and repeats sees. */
struct scope constants_scope(struct elaboration *elaboration);

/* The value of a counter, parameter or constant, in that order; NULL where a
 * word is none. */
const struct value *scope_value(const struct scope *scope, const char *name);

/* What a frame, or one outside it, calls so: a layer, or a value; or NULL. */
const struct binding *scope_binding(const struct frame *frame, const char *name,
                                    bool layers);

/* "; did you mean 'x'?" of the layers, or the values, that are seen, or "". */
const char *scope_nearest(const struct scope *scope, const char *name,
                          bool layers);

#endif
