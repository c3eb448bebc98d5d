/* Plan to C: one file that reads as if a careful person had written it, and a
 * Makefile beside it.
 *
 *   emit.c          the file from top to bottom; names
 *   emit_arena.c    memory: weights, rows of samples, the arena
 *   emit_product.c  matrix products in register blocks
 *   emit_program.c  a program as functions of rows, and the calls of them
 *   emit_update.c   weights' gradients over the batch, and the optimizer
 *   emit_tables.c   the tables that the trainer reads
 *   emit_makefile.c the build file */
#ifndef COMPILER_EMIT_EMIT_H
#define COMPILER_EMIT_EMIT_H

#include "compiler/emit/ctext.h"
#include "compiler/layers/layer.h"
#include "compiler/plan/plan.h"

/* A name in the emitted file and what it stands for. */
struct identifier {
    const void *scope; /* NULL: the file; a program: its rows */
    const void *owner;
    const char *role;
    const char *text;
    struct identifier *next;
};

/* Texts that the emitted file carries for its run folders. */
struct emit_sources {
    const char *model_name; /* "simple_autoencoder" */
    const char *nn_path, *nn_text;
    const char *schedule_path, *schedule_text; /* NULL without a schedule */
};

struct emission {
    struct arena *arena;
    struct ctext c;
    const struct plan *plan;
    const struct program *program; /* being emitted */
    const struct emit_sources *sources;
    struct identifier *identifiers;
};

/* Appends the C of a plan to `code`, and a Makefile for it to `makefile`. */
void emit_model(struct arena *arena, const struct plan *plan,
                const struct emit_sources *sources, struct text *code);
void emit_makefile(const struct plan *plan, const char *model_name,
                   const char *runtime, const char *libraries,
                   struct text *makefile);

/* ---- names ---------------------------------------------------------- */

/* The C identifier of a thing in a role, unique in its scope and the same at
 * every call, made from the user's names where that is free:
 * "encoder_layer_forward", with several networks "generator_dense_forward". */
const char *identifier(struct emission *emission, const void *scope,
                       const void *owner, const char *stem, const char *role);
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

/* The comment above a layer's function: what the user wrote, where, and the
 * equation. */
__attribute__((format(printf, 3, 4))) void
emit_layer_comment(struct emission *emission, const struct layer *layer,
                   const char *format, ...);

/* ---- nodes ---------------------------------------------------------- */

/* The head of a node's function, its parameters those that the node needs:
 * weights w, transposed kernels t, gradients g, and rows x, y, dy, dx, mask. A
 * function works on the TILE rows of a tile; a gradient over the whole batch
 * on its first `rows` rows, for the part first..last - 1 of the kernel. */
void emit_node_head(struct emission *emission, const struct node *node);
/* A call of it. */
void emit_node_call(struct emission *emission, const struct node *node);

/* What a program keeps: rows of the whole batch, rows of a tile, and partial
 * sums of gradients. */
bool program_has_rows(const struct program *program);
bool program_has_tile(const struct program *program);
bool program_has_lanes(const struct program *program);

/* The node that computes a layer's gradient, or NULL: frozen. */
const struct node *layer_gradient(const struct emission *emission,
                                  const struct layer *layer);
/* True where a layer's update is divided between workers by columns of its
 * kernel, not by rows. */
bool layer_splits_columns(const struct emission *emission,
                          const struct layer *layer);
/* Columns or rows that are divided, and the least that a worker takes. */
int64_t layer_split_extent(const struct emission *emission,
                           const struct layer *layer);
int64_t layer_split_unit(const struct emission *emission,
                         const struct layer *layer);
/* True for layers whose transposed kernel some program reads. */
bool layer_is_transposed(const struct emission *emission,
                         const struct layer *layer);

/* ---- products ------------------------------------------------------- */

/* A matrix product in register blocks:
 *   out[row][column] = start + sum over k < depth of left(row, k) right[k]
 * Texts are C expressions; "%s" in them is replaced by the column. */
struct product {
    const char *row;                  /* the loop variable of rows */
    const char *first_row, *last_row; /* NULL: 0 and `rows` */
    int64_t rows;                     /* 0: last - first, a multiple of the
                                           block's rows */
    int64_t columns;
    const char *first_column, *last_column; /* NULL: all */
    const char *depth;                      /* end of k */
    bool adds;            /* to what out holds, unless `starts` is true */
    int64_t inner_depth;  /* > 0: p < inner_depth for each k */
    const char *left;     /* "&x[n][k]" */
    int64_t left_stride;  /* from one row of the block's to the
                                           next */
    const char *right;    /* "&kernel[k][%s]" */
    bool right_is_packed; /* no padding behind the columns */
    const char *start;    /* "&bias[%s]", or NULL: zero */
    const char *out;      /* "&y[n][%s]" */
    int64_t out_stride;
    bool out_is_packed;
};
void emit_product(struct emission *emission, const struct product *product);

/* ---- parts of the file, in their order ------------------------------ */

void emit_arena(struct emission *emission);
void emit_program_functions(struct emission *emission,
                            const struct program *program);
void emit_update(struct emission *emission, const struct program *program);
void emit_entry(struct emission *emission, const struct program *program);
void emit_tables(struct emission *emission);

#endif
