/* The plan: how the programs of a model run on a machine. Batch, tile, shards,
 * vector, register blocks, and where everything lies in memory. */
#ifndef COMPILER_PLAN_H
#define COMPILER_PLAN_H

#include "compiler/plan/optimizer.h"
#include "compiler/plan/program.h"
#include "compiler/plan/storage.h"
#include "compiler/plan/weights.h"
#include "trainer/schedule/ranges.h"

/* An instruction set that code is emitted for. */
struct target {
    const char *name;  /* "x86-64-v4" */
    const char *flags; /* of the C compiler */
    int vector;        /* numbers of DTYPE_FLOAT32 in a register */
    int registers;     /* vector registers */
};

/* The target of that name, or of this machine for "native"; NULL if unknown. */
const struct target *target_find(const char *name);

struct plan {
    const struct graph *graph;
    const struct objective_plan *objective; /* NULL: prediction only */
    const struct target *target;
    enum dtype dtype;      /* of values and weights */
    int vector;            /* numbers in a register of the target */
    int batch;             /* samples of an update, or of a prediction's step */
    int tile;              /* samples taken through the network at a time */
    int tiles, shards;     /* of a batch; runs of tiles that threads take */
    struct block block;    /* of products of matrices */
    bool *batch_innermost; /* by the network's place in the graph: its
                              convolutions have samples as the vector */
    struct weight_plan *weights; /* by the weight's index; n_weights of them */
    int n_weights;
    const char *slots[MAX_SLOTS]; /* arrays of optimizers' state, each like the
                                     weights; n_slots of them */
    int n_slots;
    struct program *programs;
    struct record *records;      /* the memory's, in the order of the file */
    const struct record *memory; /* all of it: the last of them */
};

/* Numbers from one row of `features` to the next: rows start on a cache
 * line, whatever the target. */
enum { ROW_ALIGNMENT = 16 };
int64_t row_stride(int64_t features);

/* Slots of whole steps over an extent, for each that is used: 1.6 where 10 are
 * taken in steps of 16. */
double padding_of(int64_t extent, int64_t step);

/* True where a convolution of this layer takes the samples of a tile as its
 * vector, and not its channels. */
bool layer_is_batch_innermost(const struct plan *plan,
                              const struct layer *layer);

/* Decides which convolutions take the nearest upsampling in front of them into
 * their kernel: layer->folded. After choose_layouts(). */
void fold_upsampling(const struct plan *plan, struct graph *graph);

/* Fills plan->batch_innermost; the samples of a tile, after it. */
void choose_layouts(struct plan *plan, struct arena *arena);
int choose_tile(const struct plan *plan);

/* Plans a graph that build accepts, in DTYPE_FLOAT32 or DTYPE_FLOAT64.
 * `objective` says what is trained of it; NULL: nothing. */
struct plan *plan_model(struct arena *arena, struct graph *graph,
                        const struct objective_plan *objective,
                        const struct target *target, enum dtype dtype);

/* Reports every layer that cannot be emitted (yet), and what of a schedule
 * does not fit the graph; true if there is nothing. */
bool check_emittable(struct arena *arena, const struct graph *graph,
                     const struct schedule *schedule, struct diags *diags);

/* Reports layers whose sizes emitted C cannot count in an `int`. */
void check_sizes(struct arena *arena, const struct graph *graph,
                 struct diags *diags);

/* Warns where what the networks can give is not what the loss is defined for;
 * where the schedule scales data to what they cannot give. check_emittable() was
 * true. */
void check_outputs(struct arena *arena, const struct graph *graph,
                   const struct schedule *schedule, struct diags *diags);
void check_data_range(struct arena *arena, const struct graph *graph,
                      const struct schedule *schedule, struct diags *diags);

/* What the network's first output goes from and to. */
struct made_range network_range(const struct network *network);

/* The optimizer of a program that trains. */
const struct optimizer_settings *
program_optimizer(const struct plan *plan, const struct program *program);

/* Multiply-adds of a full batch: of Keras's own arithmetic, and those really
 * executed, padding included. */
struct work {
    double forward, nominal, executed;
};
struct work plan_work(const struct plan *plan);
/* Those of one node; 0 for one that is not counted. */
struct work node_work(const struct plan *plan, const struct program *program,
                      const struct node *node);

/* Prints its programs, a line a node: guss emit --dump=plan. */
void plan_print(const struct plan *plan, struct arena *arena, struct text *out);

#endif
