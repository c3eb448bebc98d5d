/* Decides of each weight where it lies, what is derived from it, where its
 * gradient is summed and who updates which part of it. */
#include "compiler/plan/weights.h"

#include <assert.h>

#include "compiler/plan/plan.h"
#include "compiler/plan/products.h"

int64_t weight_rows(const struct weight *weight)
{
    return shape_elements(&weight->shape) / weight_columns(weight);
}

int64_t weight_columns(const struct weight *weight)
{
    return weight->columns > 0 ? weight->columns
                               : weight->shape.size[weight->shape.rank - 1];
}

const struct weight_plan *weight_plan(const struct plan *plan,
                                      const struct weight *weight)
{
    return &plan->weights[weight->index];
}

int64_t weight_axis_stride(const struct weight_plan *weight)
{
    const struct shape *shape = &weight->weight->shape;
    int64_t last = shape->size[shape->rank - 1];
    if (weight->columns == last)
        return weight->stride;
    /* rows of several axes, which have no gaps */
    assert(weight->stride == weight->columns);
    return last;
}

struct matrix weight_read(const struct weight_plan *weight)
{
    return weight->folded.rows > 0
               ? weight->folded
               : (struct matrix){weight->rows, weight->stride};
}

int64_t weight_parts(const struct weight_plan *weight)
{
    const struct split *split = &weight->leader->split;
    bool is_one = weight->role == WEIGHT_VECTOR && !split->by_columns;
    return is_one ? 1 : (split->extent + split->unit - 1) / split->unit;
}

bool leads_update(const struct weight_plan *weight, const struct node *node)
{
    return weight->leader == weight && weight->trained_by == node;
}

bool node_is_stepped(const struct plan *plan, const struct node *node)
{
    return node->kind == NODE_GRADIENT && node->operation->kernel &&
           weight_plan(plan, node->operation->kernel)->gradient ==
               GRADIENT_STEPPED;
}

const struct regularizer *weight_penalty(const struct weight_plan *weight)
{
    const struct regularizer *penalty = &weight->weight->regularizer;
    return weight->leader && regularizer_acts(penalty) ? penalty : NULL;
}

bool plan_has_copies(const struct plan *plan)
{
    for (int i = 0; i < plan->n_weights; i++)
        if (plan->weights[i].transposed.rows > 0 ||
            plan->weights[i].folded.rows > 0)
            return true;
    return false;
}

/* ---- how it lies in memory -------------------------------------------- */

static enum weight_role role_of(const struct weight *weight)
{
    if (!weight->trainable)
        return WEIGHT_STATISTIC;
    return weight->shape.rank > 1 ? WEIGHT_MATRIX : WEIGHT_VECTOR;
}

/* A kernel whose upsampling is taken in has sums of taps, k + u - 1 of them an
 * axis, each from filters to channels as that of a transposed convolution;
 * without gaps, for it is broadcast. Its bias is copied beside it. */
static struct matrix folded_copy(const struct weight_plan *weight)
{
    const struct layer *upsampling = weight->layer->folded;
    const int64_t *size = weight->weight->shape.size;
    if (!upsampling || weight->role != WEIGHT_MATRIX)
        return (struct matrix){upsampling ? weight->rows : 0, weight->stride};
    const int64_t *times = upsampling->operations[0]->times;
    int64_t taps = (size[0] + times[0] - 1) * (size[1] + times[1] - 1);
    return (struct matrix){taps * weight->columns, weight->rows / weight->taps};
}

/* The convolution whose window moves with it, or NULL. */
static const struct operation *moved_by(const struct layer *layer,
                                        const struct weight *weight)
{
    for (int i = 0; i < layer->n_operations; i++) {
        const struct operation *operation = layer->operations[i];
        if (operation->primitive == PRIMITIVE_CONVOLUTION &&
            operation->kernel == weight && !operation_is_whole(operation))
            return operation;
    }
    return NULL;
}

/* A window's kernel that is broadcast, or has one filter, lies without gaps. */
static struct weight_plan lay_weight(const struct plan *plan,
                                     const struct layer *layer,
                                     const struct weight *weight)
{
    bool is_window = moved_by(layer, weight);
    bool batch_innermost = is_window && layer_is_batch_innermost(plan, layer);
    struct weight_plan planned = {
        .layer = layer,
        .weight = weight,
        .role = role_of(weight),
        .dtype = plan->dtype,
        .rows = weight_rows(weight),
        .columns = weight_columns(weight),
        .taps = is_window ? weight->taps : 1,
    };
    planned.is_dot = is_window && !batch_innermost && planned.columns == 1 &&
                     planned.rows / planned.taps % ROW_ALIGNMENT == 0;
    planned.stride = planned.is_dot || batch_innermost
                         ? planned.columns
                         : row_stride(planned.columns);
    planned.folded = folded_copy(&planned);
    return planned;
}

static int count_weights(const struct graph *graph)
{
    int count = 0;
    for (const struct network *network = graph->networks; network;
         network = network->next)
        for (int i = 0; i < network->n_layers; i++)
            count += network->layers[i]->n_weights;
    return count;
}

void plan_weights(struct plan *plan, struct arena *arena, struct graph *graph)
{
    int count = count_weights(graph), n = 0;
    plan->weights = arena_alloc(arena, (size_t)count, sizeof *plan->weights);
    plan->n_weights = count;
    for (struct network *network = graph->networks; network;
         network = network->next)
        for (int i = 0; i < network->n_layers; i++) {
            struct layer *layer = network->layers[i];
            for (int j = 0; j < layer->n_weights; j++, n++) {
                layer->weights[j].index = n;
                plan->weights[n] = lay_weight(plan, layer, &layer->weights[j]);
            }
        }
}

/* ---- its gradient ----------------------------------------------------- */

static bool has_other_gradient(const struct program *program,
                               const struct node *node)
{
    for (const struct node *other = program->nodes; other; other = other->next)
        if (other->kind == NODE_GRADIENT && other != node &&
            nodes_share_operation(other, node))
            return true;
    return false;
}

/* A gradient with no more weights than a tile has values around it is summed
 * tile by tile, while those values are in the cache, in one partial sum a
 * shard. A larger one is computed once over the whole batch, where its blocks
 * stay in registers from the first sample to the last: each worker computes the
 * part of the one matrix that it updates. */
static bool sums_by_shard(const struct plan *plan,
                          const struct program *program,
                          const struct node *node)
{
    const struct operation *operation = node->operation;
    if (primitive_info(operation->primitive)->needs_batch)
        return false;
    if (operation->primitive != PRIMITIVE_PRODUCT)
        return true;
    int64_t numbers = shape_elements(&operation->kernel->shape);
    int64_t values = tensor_values(node->x) + tensor_values(node->dy);
    return numbers <= values * plan->tile || has_other_gradient(program, node);
}

void choose_sums(const struct plan *plan, struct program *program)
{
    for (struct node *node = program->nodes; node; node = node->next)
        node->by_shard =
            node->kind == NODE_GRADIENT && sums_by_shard(plan, program, node);
}

static void transpose_kernel(struct plan *plan,
                             const struct operation *operation)
{
    struct weight_plan *weight = &plan->weights[operation->kernel->index];
    weight->transposed =
        (struct matrix){weight->taps * weight->columns,
                        row_stride(weight->rows / weight->taps)};
}

/* ---- its update ------------------------------------------------------- */

/* Rows of a matrix that are updated together: about as many numbers as the
 * first cache holds of everything that an update reads. */
static int64_t rows_of_step(int64_t stride)
{
    enum { STEP_NUMBERS = 1024 };
    return stride < STEP_NUMBERS ? STEP_NUMBERS / stride : 1;
}

/* A gradient over the whole batch is computed by the worker that updates with
 * it, in whole register blocks; of a matrix that is wider than high by columns.
 * A folded kernel is one worker's, who folds it anew. Where norms are asked for,
 * a unit has a sum of squares and is as many rows as are stepped together. */
static struct split divide(const struct plan *plan,
                           const struct weight_plan *weight, bool has_norm)
{
    bool over_batch = weight->gradient != GRADIENT_SHARDS;
    bool has_panels = weight->trained_by->algorithm == ALGORITHM_PANELS;
    int64_t vector = plan->vector;
    if (over_batch && !has_panels && weight->role == WEIGHT_MATRIX &&
        weight->columns > weight->rows)
        return (struct split){.by_columns = true,
                              .extent = (weight->columns + vector - 1) /
                                        vector * vector,
                              .unit = plan->block.vectors * vector,
                              .rows = 1};
    int64_t unit = over_batch ? plan->block.rows
                   : has_norm ? rows_of_step(weight->stride)
                              : 1;
    return (struct split){.extent = weight->rows,
                          .unit = weight->folded.rows > 0 ? weight->rows : unit,
                          .rows = rows_of_step(weight->stride)};
}

/* Parts are small, so that a worker who is late is late by little, but taking one
 * costs nothing beside it; sixteen of a large weight are enough, eight of one whose
 * gradient copies what it reads for each part anew. Rows that are transposed are
 * columns of the copy: parts are whole lines of it. */
static struct split choose_split(const struct plan *plan,
                                 const struct weight_plan *weight,
                                 bool has_norm)
{
    enum { NUMBERS_OF_A_PART = 8192, PARTS = 16, COPYING_PARTS = 8 };
    int64_t parts = weight->trained_by->algorithm == ALGORITHM_PANELS
                        ? COPYING_PARTS
                        : PARTS;
    struct split split = divide(plan, weight, has_norm);
    int64_t numbers = split.by_columns ? weight->rows : weight->stride;
    int64_t part = NUMBERS_OF_A_PART / numbers, step = split.unit;
    part = part < split.extent / parts ? split.extent / parts : part;
    while (step % ROW_ALIGNMENT != 0 && step < split.extent)
        step *= 2;
    split.part = part > step ? (part + step - 1) / step * step : step;
    split.part = split.part < split.extent ? split.part : split.extent;
    return split;
}

/* Vectors go with the matrix of their operation or, where there is none, with
 * its first vector. */
static const struct weight_plan *find_leader(const struct plan *plan,
                                             const struct node *node)
{
    const struct operation *operation = node->operation;
    const struct weight_plan *leader = NULL;
    for (int i = 0; i < operation->n_weights; i++) {
        const struct weight_plan *weight =
            weight_plan(plan, operation->weights[i]);
        if (weight->role == WEIGHT_MATRIX)
            return weight;
        if (weight->role == WEIGHT_VECTOR && !leader)
            leader = weight;
    }
    return leader;
}

/* A gradient that is whole when it leaves the registers is stepped there, unless
 * norms of all gradients are asked for first. */
static enum gradient_sum where_summed(const struct plan *plan,
                                      const struct node *node, bool has_norms)
{
    if (node->by_shard)
        return GRADIENT_SHARDS;
    return gradient_is_whole(plan, node) && !has_norms ? GRADIENT_STEPPED
                                                       : GRADIENT_BATCH;
}

/* The weights that a node's gradient is of; their leaders go to the end of the
 * program's updates, `*end`. */
static void plan_update(struct plan *plan, const struct program *program,
                        const struct node *node,
                        const struct weight_plan ***end)
{
    bool has_norms = optimizer_clips_by_norm(program_optimizer(plan, program));
    const struct operation *operation = node->operation;
    const struct weight_plan *leader = find_leader(plan, node);
    for (int i = 0; i < operation->n_weights; i++) {
        struct weight_plan *weight =
            &plan->weights[operation->weights[i]->index];
        if (weight->role == WEIGHT_STATISTIC)
            continue;
        bool is_matrix = weight->role == WEIGHT_MATRIX;
        weight->trained_by = node;
        weight->gradient = where_summed(plan, node, has_norms);
        weight->has_own_gradient =
            is_matrix
                ? weight->gradient == GRADIENT_BATCH || weight->folded.rows > 0
                : weight->gradient != GRADIENT_SHARDS;
        weight->leader = is_matrix ? weight : leader;
        if (weight->leader != weight)
            continue;
        weight->split = choose_split(plan, weight, has_norms);
        **end = weight;
        *end = &weight->next_update;
    }
}

void finish_weights(struct plan *plan)
{
    for (struct program *program = plan->programs; program;
         program = program->next) {
        const struct weight_plan **end = &program->updates;
        for (const struct node *node = program->nodes; node;
             node = node->next) {
            if (node->kind == NODE_GRADIENT && !node->adds_up)
                plan_update(plan, program, node, &end);
            if (node->reads_transposed)
                transpose_kernel(plan, node->operation);
        }
    }
}

/* ---- printing --------------------------------------------------------- */

static void print_matrix(const char *name, const struct matrix *matrix,
                         struct text *out)
{
    if (matrix->rows > 0)
        text_printf(out, "; %s %lld x %lld", name, (long long)matrix->rows,
                    (long long)matrix->stride);
}

static void print_update(const struct weight_plan *weight, struct text *out)
{
    if (weight->gradient == GRADIENT_NONE)
        return;
    static const char *const sums[] = {
        [GRADIENT_SHARDS] = "in shards",
        [GRADIENT_BATCH] = "over the batch",
        [GRADIENT_STEPPED] = "over the batch, stepped block by block"};
    text_printf(out, "; gradient %s%s", sums[weight->gradient],
                weight->has_own_gradient ? ", of its own" : "");
    if (weight->leader != weight)
        text_printf(out, "; goes with %s", weight->leader->weight->name);
    else
        text_printf(out, "; %lld %s in parts of %lld, steps of %lld rows",
                    (long long)weight->split.extent,
                    weight->split.by_columns ? "columns" : "rows",
                    (long long)weight->split.part,
                    (long long)weight->split.rows);
}

static void print_penalty(const struct weight_plan *weight, struct text *out)
{
    const struct regularizer *penalty = weight_penalty(weight);
    if (penalty)
        text_printf(out, ", penalty l1 %g l2 %g", penalty->l1, penalty->l2);
}

void weights_print(const struct plan *plan, struct text *out)
{
    static const char *const roles[] = {[WEIGHT_MATRIX] = "matrix",
                                        [WEIGHT_VECTOR] = "vector",
                                        [WEIGHT_STATISTIC] = "statistic"};
    text_puts(out, "weights\n");
    for (int i = 0; i < plan->n_weights; i++) {
        const struct weight_plan *weight = &plan->weights[i];
        text_printf(out, "  %s/%s %s %s %lld x %lld, stride %lld",
                    weight->layer->network->name, weight->layer->name,
                    weight->weight->name, roles[weight->role],
                    (long long)weight->rows, (long long)weight->columns,
                    (long long)weight->stride);
        print_matrix("transposed", &weight->transposed, out);
        print_matrix("folded", &weight->folded, out);
        print_penalty(weight, out);
        print_update(weight, out);
        text_puts(out, "\n");
    }
}
