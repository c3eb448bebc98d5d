/* What the elaborate*.c files share: the items of a file by name, and how much
 * a file may ask for. */
#ifndef COMPILER_SCOPE_H
#define COMPILER_SCOPE_H

#include "compiler/elaborate/elaborate.h"
#include "compiler/elaborate/evaluate.h"

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
    struct symbol *buckets[SYMBOL_BUCKETS];
    int n_layers, n_expansions, n_values;
    int block_depth, network_depth;
    bool has_gaps;     /* items, or parts of blocks, could not be read: unknown
                      names are not reported */
    bool is_too_large; /* said so, and gave up */
    bool has_broken_names; /* what an item means is not certain */
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

/* Of a name's bytes; the same everywhere. */
size_t name_hash(const char *name);

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

/* Evaluates ((28, 28, 1)) to a shape; false after an error. */
bool evaluate_shape(struct elaboration *elaboration,
                    const struct value_names *names,
                    const struct ast_expression *tuple, struct shape *shape);

/* Names of constants alone: what stands outside blocks and repeats. */
struct value_names constant_names(struct elaboration *elaboration);

#endif
