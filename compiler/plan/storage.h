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

/* A struct or a union. */
struct record {
    const char *name;    /* of its type; NULL: inside another, without one */
    const char *comment; /* what it is for, as a sentence */
    bool is_union;
    const struct program *program; /* whose values it holds, or NULL */
    const struct layer *layer;     /* whose statistics, or NULL */
    struct member *members, *last;
    int64_t bytes, alignment; /* sizeof, _Alignof */
    struct record *next;      /* declared behind it */
};

/* An extent of an array: "784", "TILE" or "784 * TILE". */
struct extent {
    int64_t factor;   /* 0: the constant alone */
    const char *name; /* of a constant; NULL: the factor alone */
    int64_t count;    /* what it comes to; 0: there is no such extent */
};

/* The parts of the memory that are reported. */
enum memory_part {
    PART_OTHER, /* losses, what only holds others */
    PART_WEIGHTS,
    PART_TRANSPOSED,
    PART_FOLDED,
    PART_GRADIENTS,
    PART_OPTIMIZER,
    PART_SHARDS,
    PART_KEPT, /* results for phases behind their own */
    PART_STATISTICS,
    PART_ROWS,  /* of a program, of the whole batch */
    PART_TILES, /* of a program, in shards */
    N_MEMORY_PARTS
};

struct member {
    const char *name;    /* NULL: its record's members are the outer one's */
    const char *comment; /* why it is there, where that is not clear; or NULL */
    /* What it is, where the emitted file names it for that; or NULL. */
    const struct weight_plan *weight;
    const struct tensor *tensor;
    const struct node *statistics; /* NODE_MOMENTS */
    const struct program *program;
    enum dtype dtype;            /* DTYPE_NONE: it is a `record` */
    const struct record *record; /* NULL, and no number: it is left out */
    struct extent extents[2];
    bool is_line_aligned; /* begins a cache line whatever it holds */
    bool shares_line;     /* declared in one statement with the one before it */
    int64_t offset, bytes;
    enum memory_part part;
    struct record *parent;
    struct member *next;
};

/* Fills plan->records, in the order of the file, plan->memory, the last of them,
 * plan->slots and each program's records. After finish_weights(). */
void plan_storage(struct plan *plan, struct arena *arena);

/* True where a member is a struct or union that is declared in its place. */
bool member_is_inner(const struct member *member);

/* Bytes of a tensor: those of a tile or, where it is kept, of the batch. */
int64_t tensor_bytes(const struct plan *plan, const struct tensor *tensor);
/* Bytes of what programs read of a weight, and sum gradients of. */
int64_t weight_read_bytes(const struct plan *plan, const struct weight *weight);

/* Prints the table: a part of guss emit --dump=plan. */
void storage_print(const struct plan *plan, struct text *out);
/* "[784][32]", "[12 * TILE]" */
void extents_print(const struct member *member, struct text *out);

#endif
