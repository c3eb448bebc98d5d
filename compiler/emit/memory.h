/* How many bytes an executable's one block of memory has, and what takes them:
 * the structs that emit_arena.c writes, laid out as C lays them out. */
#ifndef COMPILER_EMIT_MEMORY_H
#define COMPILER_EMIT_MEMORY_H

#include "compiler/plan/plan.h"

/* What a program keeps. */
struct kept {
    const struct program *program;
    int64_t rows,
        tiles;    /* values of the whole batch; of a tile, in each lane */
    int64_t size; /* of both */
};

struct memory {
    int64_t weights;     /* of all networks, rows padded */
    int64_t transposed;  /* copies of kernels */
    int64_t folded;      /* kernels with an upsampling in them */
    int64_t gradients;   /* that lanes do not add up */
    int64_t optimizer;   /* its state */
    int64_t lanes;       /* partial sums of gradients */
    int64_t statistics;  /* of batches, in tiles */
    int64_t imitations;  /* a GAN's */
    struct kept update;  /* the most of an update's programs, or of a
                            prediction's where nothing trains */
    struct kept largest; /* of all programs: they share their memory */
    int64_t training;    /* what an update touches: as if there were no more */
    int64_t total;       /* sizeof(struct arena) */
};

/* True for the programs of an update or, where nothing trains, of a
 * prediction. */
bool is_of_update(const struct plan *plan, const struct program *program);

/* What the plan's executable takes. Sums that do not fit stay at MEMORY_MOST. */
#define MEMORY_MOST ((int64_t)1 << 60)
struct memory count_memory(const struct plan *plan);

/* Bytes of a tensor: those of a tile or, where it is kept, of the batch. */
int64_t tensor_bytes(const struct plan *plan, const struct tensor *tensor);

/* Bytes of a weight, rows padded. */
int64_t padded_bytes(const struct plan *plan, const struct weight *weight);

#endif
