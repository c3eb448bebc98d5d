/* Plan to C: one file that reads as if a careful person had written it, and a
 * Makefile beside it.
 *
 *   emit.c          the file from top to bottom
 *   names.c         the identifiers in it
 *   emit_arena.c    memory: weights, rows of samples, the arena
 *   emit_node.c     the comment and the head of a node's function, its calls
 *   emit_operation.c, operations.h   which of these writes which primitive:
 *   emit_row_product.c, emit_convolution.c, emit_pool.c, emit_normalise.c,
 *   emit_standardise.c, emit_stretch.c, emit_random.c, emit_copies.c
 *   emit_values.c   what goes value by value: activations, joins, sums
 *   emit_loss.c     the loss of a tile, its gradient, metrics; penalties of
 *                   outputs: emit_penalty.c
 *   emit_moments.c  statistics of the batch, joined at a cut
 *   emit_product.c  matrix products in register blocks
 *   emit_panels.c   the same, of large matrices
 *   window.c, emit_window*.c   convolutions in register blocks;
 *                   graph/window.h says how
 *   emit_program.c  a program's nodes as functions, and a tile through them
 *   emit_predict.c  prediction of a tile, from any layer to any other
 *   emit_update.c   weights' gradients over the batch, and the optimizer
 *   emit_squares.c  sums of gradients' squares, where norms are asked for
 *   emit_entry.c    what the trainer calls: a batch, shared by the workers
 *   emit_tables.c   the tables that the trainer reads
 *   emit_companion.c   of a judge or its autoencoder, what the trainer reads
 *                   besides
 *   emit_makefile.c the build file
 *   expr.c          expressions, folded as they are built
 *   view.c          images as arrays of their extents
 *   ctext.c, loops.c   C as text: lines, calls, comments; heads of loops
 *   report.c        what guss build -v says */
#ifndef COMPILER_EMIT_EMIT_H
#define COMPILER_EMIT_EMIT_H

#include "compiler/emit/ctext.h"
#include "compiler/emit/expr.h"
#include "compiler/emit/loops.h"
#include "compiler/plan/plan.h"

/* What a file carries that is emitted of a network beside the model. */
enum companion_kind { COMPANION_JUDGE, COMPANION_AUTOENCODER };
struct emit_companion {
    enum companion_kind kind;
    const char *name;     /* "judge": what its identifiers begin with */
    int features;         /* of a judge: index of the layer that is compared */
    bool has_autoencoder; /* of a judge */
    const char *weights;  /* the bytes of a file */
    size_t weights_bytes;
};

/* Texts that the emitted file carries for its run folders. */
struct emit_sources {
    const char *model_name; /* "simple_autoencoder" */
    const char *nn_path, *nn_text;
    const char *schedule_path, *schedule_text; /* NULL without a schedule */
    bool has_judge; /* that is emitted as a file of its own */
    const struct emit_companion *companion; /* NULL: it is the model's file */
};

struct emission {
    struct arena *arena;
    struct ctext c;
    const struct plan *plan;
    const struct program *program; /* being emitted */
    const struct emit_sources *sources;
    struct names *names; /* given so far */
};

/* What emitted C is compiled and linked with. */
struct emit_tools {
    const char *runtime;   /* the folder of include/ and lib/guss/ */
    const char *flags;     /* of the C compiler, for every target */
    const char *libraries; /* behind the runtime's own */
};

/* Appends the C of a plan to `code`; a Makefile for it, and for files beside it, to
 * `makefile`, where `file_name` needs no quoting and is that of the C without its
 * ending; `endings` are those of the others, n of them. */
void emit_model(struct arena *arena, const struct plan *plan,
                const struct emit_sources *sources, struct text *code);
void emit_makefile(const struct plan *plan, const char *file_name,
                   const char *const *endings, int n_endings,
                   const struct emit_tools *tools, struct text *makefile);

/* ---- names ---------------------------------------------------------- */

struct names *names_new(struct arena *arena);
/* C's word for a type: "real" for that of the plan's values. */
const char *dtype_word(const struct emission *emission, enum dtype dtype);
/* True the first time that a function of this name is asked for. */
bool function_is_first(struct emission *emission, const char *name);

/* The C identifier of a thing in a role, unique in its scope and the same at
 * every call, made from the user's names where that is free:
 * "encoder_layer_forward", with several networks "generator_dense_forward". */
const char *identifier(struct emission *emission, const void *scope,
                       const void *owner, const char *stem, const char *role);
/* The same, where a layer has several things in a role: `variant` tells them
 * apart and is not part of the name. */
const char *variant_identifier(struct emission *emission,
                               const struct layer *layer, const char *role,
                               const char *variant);
const char *layer_identifier(struct emission *emission,
                             const struct layer *layer, const char *role);
const char *weight_identifier(struct emission *emission,
                              const struct layer *layer,
                              const struct weight *weight);
/* A member of a program's rows: "encoder_layer_y". */
const char *tensor_identifier(struct emission *emission,
                              const struct program *program,
                              const struct tensor *tensor);
/* "train", "evaluate", "predict", or "predict_generator" where there are
 * several: a program's member of the arena and stem of its functions. */
const char *program_identifier(struct emission *emission,
                               const struct program *program);

/* ---- nodes ---------------------------------------------------------- */

/* The head of a node's function, its parameters those that the node needs:
 * weights w, transposed kernels t, gradients g, and rows x, y, dy, dx, mask. A
 * function works on the TILE rows of a tile; a gradient over the whole batch
 * on its first `rows` rows, for the part first..last - 1 of the kernel. */
void emit_node_head(struct emission *emission, const struct node *node);
/* The comment above it, what the user wrote, where, and an equation; and the
 * head. What emits a node writes no more than that and the body. */
__attribute__((format(printf, 3, 4))) void open_node(struct emission *emission,
                                                     const struct node *node,
                                                     const char *format, ...);
/* A call of it. */
void emit_node_call(struct emission *emission, const struct node *node);

/* True the first time that a node's function is asked for: programs share
 * those of layers. */
bool node_is_first(struct emission *emission, const struct node *node);
const char *node_identifier(struct emission *emission, const struct node *node);
/* A tensor as an argument: of the tile that begins at `first`, or whole. */
const char *tensor_text(struct emission *emission, const struct tensor *tensor,
                        bool whole);
/* "28, 28, 16", margins included. */
const char *tensor_extents(struct emission *emission,
                           const struct tensor *tensor);

void emit_pad(struct emission *emission, const struct node *node);
void emit_transpose(struct emission *emission, const struct node *node);
void emit_activate(struct emission *emission, const struct node *node);
/* "guss_relu(z)", "block_leaky_relu(4, 2, sum, (real)0.3)": what an activation
 * takes stands behind the operands. */
const char *activation_call(struct emission *emission, const char *function,
                            const struct activation_use *use,
                            const char *operands);
void emit_activate_backward(struct emission *emission, const struct node *node);
void emit_sum(struct emission *emission, const struct node *node);
void emit_loss(struct emission *emission, const struct node *node);
void emit_penalty(struct emission *emission, const struct node *node);

/* The loop over samples where they are rows; what stands behind the name of an
 * image: "[n]" or nothing. */
const char *open_images(struct emission *emission, bool batch_innermost);
/* Loops over all values of a tile, `step` at a time; what stands behind a name for
 * one: "[n][i]" or "[i]". */
const char *open_values(struct emission *emission, const struct tensor *tensor,
                        int64_t step);
/* So many values of a sample, in numbers: "16" or "16 * TILE". */
const char *numbers_text(struct emission *emission, bool batch_innermost,
                         int64_t count);

/* ---- statistics of the batch ------------------------------------------ */

/* The type and the member of the arena that hold a layer's statistics. */
const char *moments_type(struct emission *emission, const struct layer *layer);
const char *moments_member(struct emission *emission, const struct node *node);
/* What one worker does at the cut behind a node of statistics; its call. */
void emit_join(struct emission *emission, const struct node *node);
void emit_join_call(struct emission *emission, const struct node *node);

/* The member of the arena that is a training program's partial sums: "shards". */
const char *shards_member(const struct emission *emission,
                          const struct program *program);
/* "a->train.rows": what a program keeps of the whole batch. */
const char *rows_member(struct emission *emission,
                        const struct program *program);

/* Parts of a program between cuts; the first node of one, the name of its
 * function for a tile. */
int program_segments(const struct program *program);
const struct node *segment_first(const struct program *program, int segment);
/* True for a part that has nothing to do for a tile. */
bool segment_is_empty(const struct program *program, int segment);
const char *segment_identifier(struct emission *emission,
                               const struct program *program, int segment);

/* So many halves of a batch's rows: "batch->count / 2". */
const char *halves_text(struct arena *arena, int halves);

/* The function that updates a weight and those that go with it. */
const char *update_identifier(struct emission *emission,
                              const struct weight_plan *leader);
/* What it takes between the optimizer and the share: "shards, ", or "". */
const char *update_arguments(struct emission *emission,
                             const struct weight_plan *leader);

/* Where the gradient of a weight that the program updates lies: "gradients",
 * "shards[0]". */
const char *gradient_member(struct emission *emission,
                            const struct weight_plan *weight);
/* What is still missing of the gradient of n numbers that begin at `at`, a text
 * with the weight's name: "kernel[i][first]". */
void emit_rest_of_gradient(struct emission *emission,
                           const struct weight_plan *weight, const char *n,
                           const char *at);
/* A folded kernel's gradient, all of it. */
void emit_unfold(struct emission *emission, const struct weight_plan *kernel);
/* "kernel and bias": what goes with a leader. */
const char *names_of_update(struct emission *emission,
                            const struct weight_plan *leader);

/* ---- norms of gradients, of a program that has squares ------------------ */

/* "a->train_squares": the member that holds their sums. */
const char *squares_member(struct emission *emission,
                           const struct program *program);
/* The functions that add up the gradients of a leader and of what goes with it,
 * and their squares. */
void emit_squares(struct emission *emission, const struct program *program);
const char *squares_identifier(struct emission *emission,
                               const struct weight_plan *leader);

/* ---- products ------------------------------------------------------- */

/* A matrix product in register blocks:
 *   out[row][column] = start + sum over k < depth of left(row, k) right[k]
 * The column is named j in expressions; where it is fixed, a number stands for
 * it. */
enum { DEPTH_LOOPS = 2 };
/* Which part of it a worker computes: all, or that from `first` to `last`. */
enum share { SHARE_NONE, SHARE_ROWS, SHARE_COLUMNS };
struct product {
    struct block block;
    enum share share;
    const char *row; /* the loop variable of rows */
    int64_t rows, columns;
    const char
        *row_count; /* the name of the constant that `rows` is, or NULL */
    const char *depth_loops[DEPTH_LOOPS]; /* heads: loop_text() */
    const char *overwrites;   /* a condition: where it is false, the sums are
                                added to what out holds; NULL: true */
    const struct expr *left;  /* &x[n][k] */
    int64_t left_stride;      /* from one row of the block's to the next */
    const char *ahead;        /* where a line of the next block's left side
                                lies, to be fetched at each step, or NULL */
    const struct expr *right; /* &kernel[k][j] */
    bool right_is_packed;     /* no padding behind the columns */
    const struct expr *start; /* &bias[j], or NULL: zero */
    const struct expr *out;   /* &y[n][j] */
    int64_t out_stride;
    bool out_is_packed;
};
void emit_product(struct emission *emission, const struct product *product);

/* ---- parts of the file, in their order ------------------------------ */

void emit_arena(struct emission *emission);
void emit_program_functions(struct emission *emission,
                            const struct program *program);
void emit_update(struct emission *emission, const struct program *program);
void emit_weights_changed(struct emission *emission);
void emit_entry(struct emission *emission, const struct program *program);
/* train(), where an update has several phases: those after each other. */
void emit_whole_update(struct emission *emission);
void emit_prediction(struct emission *emission, const struct program *program);
void emit_tables(struct emission *emission);
/* Where the file is that of a network beside the model: its weights, and what names
 * all of it. */
void emit_companion(struct emission *emission);

#endif
