/* The plan of each weight: how it lies in memory, which copies are derived from
 * it, where its gradient is summed, and how its update is divided between
 * workers. Made by plan_weights() and finish_weights(), changed by nobody. */
#ifndef COMPILER_WEIGHTS_H
#define COMPILER_WEIGHTS_H

#include "compiler/plan/program.h"

struct plan;

enum weight_role {
    WEIGHT_MATRIX,   /* rows and columns: of products, of windows */
    WEIGHT_VECTOR,   /* one row, a number a channel: a bias, gamma */
    WEIGHT_STATISTIC /* one that training keeps without a gradient */
};

/* A matrix in memory: its rows, and numbers from one of them to the next. */
struct matrix {
    int64_t rows, stride;
};

enum gradient_sum {
    GRADIENT_NONE,   /* nothing trains it */
    GRADIENT_SHARDS, /* tile by tile, a partial sum a shard */
    GRADIENT_BATCH,  /* at once, over the rows of the whole batch */
    GRADIENT_STEPPED /* the same, and each block of it is stepped as soon as it is
                        there: that of a matrix is never in memory */
};

/* How an update is divided: workers take parts of `extent` rows or columns, each
 * of `part` but for the last, which is a multiple of `unit`. */
struct split {
    bool by_columns;
    int64_t extent, unit, part;
    int64_t rows; /* of a matrix, that are stepped together */
};

struct weight_plan {
    const struct layer *layer;
    const struct weight *weight;
    enum weight_role role;
    enum dtype dtype;
    int64_t rows, columns; /* all axes but the last, and the last */
    int64_t taps;          /* positions of the window that its rows are of; 1:
                              of no window */
    int64_t stride;        /* numbers from one row to the next */
    bool is_dot;           /* read a vector at a time down its only column: one
                              filter over channels that fill vectors */
    struct matrix transposed; /* the copy that is read by columns, tap by tap;
                                 no rows: there is none */
    struct matrix folded;     /* the copy with the upsampling before it taken
                                 in, or of its bias; no rows: none */
    enum gradient_sum gradient;
    bool has_own_gradient; /* its gradient has a place of its own, and is not
                              left in the first shard's sum */
    struct split split;
    const struct node *trained_by; /* the first NODE_GRADIENT that is of it */
    const struct weight_plan *leader; /* the weight of the layer whose parts its
                                         update goes with, itself or another:
                                         with all of a matrix's columns that a
                                         worker takes, or with its first row;
                                         NULL: nothing trains it */
    const struct weight_plan *next_update; /* of a leader: the one that its
                                              program updates next */
};

/* A weight as a matrix: all axes but the last, and the last, where the layer does
 * not say otherwise. */
int64_t weight_rows(const struct weight *weight);
int64_t weight_columns(const struct weight *weight);

/* Numbers all weights of the graph, and decides how they lie in memory. After
 * choose_layouts() and fold_upsampling(), before any program. */
struct graph;
void plan_weights(struct plan *plan, struct arena *arena, struct graph *graph);

/* Decides of each NODE_GRADIENT whether it is summed tile by tile, in shards:
 * node->by_shard. After assign_layouts(). */
void choose_sums(const struct plan *plan, struct program *program);

/* Decides what the programs, which are complete, ask of each weight: copies,
 * gradients, shares of updates. */
void finish_weights(struct plan *plan);

const struct weight_plan *weight_plan(const struct plan *plan,
                                      const struct weight *weight);
/* Numbers from one run along its last axis to the next. */
int64_t weight_axis_stride(const struct weight_plan *weight);
/* What programs read of a weight, and sum gradients of: its folded copy where
 * there is one, or itself. */
struct matrix weight_read(const struct weight_plan *weight);

/* Parts of a weight's gradient whose squares are summed each by itself: as an
 * update is divided, one a unit. */
int64_t weight_parts(const struct weight_plan *weight);

/* True for a weight whose update, with those that go with it, is that of this
 * NODE_GRADIENT. */
bool leads_update(const struct weight_plan *weight, const struct node *node);

/* True for a gradient that is a part of its weights' step: GRADIENT_STEPPED. */
bool node_is_stepped(const struct plan *plan, const struct node *node);

/* What the losses of the phase that trains a weight include of it; NULL: nothing,
 * as of a weight that stands still (Keras). After finish_weights(). */
const struct regularizer *weight_penalty(const struct weight_plan *weight);

/* True where some weight has a copy, to be kept in step with it. */
bool plan_has_copies(const struct plan *plan);

/* Prints all of them, a line each: a part of guss emit --dump=plan. */
void weights_print(const struct plan *plan, struct text *out);

#endif
