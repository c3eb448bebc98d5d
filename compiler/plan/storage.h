/* The memory of a plan, as a table: each struct and union of the emitted file,
 * their members in order, and where every one of them lies, as C lays them out.
 * plan_storage() makes it once; the emission prints it, the report of memory
 * sums it. Sizes are bytes. */
#ifndef COMPILER_STORAGE_H
#define COMPILER_STORAGE_H

#include "compiler/plan/program.h"
#include "compiler/plan/weights.h"

struct plan;

/* Sizes that do not fit stay at this. */
#define MEMORY_MOST ((int64_t)1 << 60)

/* What a record is for. */
enum record_kind {
    RECORD_WEIGHTS,    /* all weights; a slot of the optimizer for each */
    RECORD_TRANSPOSED, /* copies of matrices that are read by columns */
    RECORD_FOLDED,     /* copies with an upsampling in them */
    RECORD_GRADIENTS,  /* those that have a place of their own */
    RECORD_LANE,       /* of a program: the sums of gradients of a lane */
    RECORD_MOMENTS,    /* of a layer: the statistics of some samples */
    RECORD_ROWS,       /* of a program: values of the whole batch */
    RECORD_TILE,       /* of a program: values of a tile */
    RECORD_ARENA,      /* everything */
    RECORD_INNER       /* without a name of its own: inside another */
};

/* A struct or a union. */
struct record {
    enum record_kind kind;
    bool is_union;
    const struct program *program; /* whose, or NULL */
    const struct layer *layer;
    struct member *members, *last;
    int64_t bytes, alignment; /* sizeof, _Alignof */
    struct record *next;      /* declared behind it */
};

/* What a member is named for. */
enum member_kind {
    MEMBER_WORD,       /* `word` */
    MEMBER_NONE,       /* nothing: it fills a struct that would be empty */
    MEMBER_INNER,      /* nothing: its record's members are the outer one's */
    MEMBER_WEIGHT,     /* `weight` */
    MEMBER_TENSOR,     /* `tensor` */
    MEMBER_STATISTICS, /* `node`, a NODE_MOMENTS */
    MEMBER_SLOT,       /* the optimizers' state number `slot` */
    MEMBER_LANES,      /* `program` */
    MEMBER_PROGRAM     /* `program` */
};

enum element {
    ELEMENT_REAL,
    ELEMENT_FLOAT, /* whatever a real is */
    ELEMENT_CHAR,
    ELEMENT_SUMS,  /* struct guss_sums */
    ELEMENT_RECORD /* `record` */
};

/* An extent of an array: "784", "TILE" or "784 * TILE". */
struct extent {
    int64_t factor;   /* 0: the constant alone */
    const char *name; /* of a constant; NULL: the factor alone */
    int64_t count;    /* what it comes to */
};

/* The parts of the memory that are reported. */
enum memory_part {
    PART_OTHER, /* losses, what only holds others */
    PART_WEIGHTS,
    PART_TRANSPOSED,
    PART_FOLDED,
    PART_GRADIENTS,
    PART_OPTIMIZER,
    PART_LANES,
    PART_IMITATIONS,
    PART_STATISTICS,
    PART_ROWS,  /* of a program, of the whole batch */
    PART_TILES, /* of a program, in lanes */
    N_MEMORY_PARTS
};

struct member {
    enum member_kind kind;
    union {
        const char *word;
        const struct weight_plan *weight;
        const struct tensor *tensor;
        const struct node *node;
        const struct program *program;
        int slot;
    };
    enum element element;
    const struct record *record;
    struct extent extents[2];
    int n_extents;
    bool is_line_aligned; /* begins a cache line whatever it holds */
    bool shares_line;     /* declared in one statement with the one before it */
    int64_t offset, bytes;
    int first, last; /* of a tensor: nodes that touch its memory, by number */
    enum memory_part part;
    struct record *parent;
    struct member *next;
};

/* Fills plan->records, in the order of the file, plan->memory, the last of them,
 * and each program's records. After finish_weights(). */
void plan_storage(struct plan *plan, struct arena *arena);

/* Bytes of a tensor: those of a tile or, where it is kept, of the batch. */
int64_t tensor_bytes(const struct plan *plan, const struct tensor *tensor);
/* Bytes of what programs read of a weight, and sum gradients of. */
int64_t weight_read_bytes(const struct plan *plan, const struct weight *weight);

/* Slots of all optimizers together: arrays of state, each like the weights. */
int slot_count(const struct plan *plan);

/* Prints the table: a part of guss emit --dump=plan. */
void storage_print(const struct plan *plan, struct text *out);

#endif
