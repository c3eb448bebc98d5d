/* Weights' gradients and the optimizer's step.
 *
 * Each worker updates its own part of every kernel: from the partial sums of
 * the shards, or from the gradient of that part, which it computes over all
 * samples just before. The bits do not depend on the number of workers. */
#include "compiler/emit/panels.h"
#include "compiler/plan/optimizer.h"

static const char *name_of(struct emission *emission,
                           const struct weight_plan *weight)
{
    return weight_identifier(emission, weight->layer, weight->weight);
}

/* The shards' gradients of n numbers that begin at `at`, added up in the first
 * shard's. `at` is a text with the weight's name: "kernel[i][first]". */
static void emit_shard_sum(struct emission *emission, const char *n,
                           const char *at)
{
    const struct program *program = emission->program;
    ctext_line(&emission->c,
               "guss_add_shards(%s, shards, sizeof(struct %s) / sizeof(real), "
               "&a->%s[0].%s);",
               n, program->shard->name, shards_member(emission, program), at);
}

const char *gradient_member(struct emission *emission,
                            const struct weight_plan *weight)
{
    return weight->has_own_gradient
               ? "gradients"
               : arena_printf(emission->arena, "%s[0]",
                              shards_member(emission, emission->program));
}

void emit_rest_of_gradient(struct emission *emission,
                           const struct weight_plan *weight, const char *n,
                           const char *at)
{
    struct arena *arena = emission->arena;
    const struct regularizer *penalty = weight_penalty(weight);
    if (!weight->has_own_gradient)
        emit_shard_sum(emission, n, at);
    if (penalty)
        ctext_line(&emission->c,
                   "guss_add_penalty_gradient(%s, &a->weights.%s, %s, %s, "
                   "&a->%s.%s);",
                   n, at, ctext_real(arena, penalty->l1),
                   ctext_real(arena, penalty->l2),
                   gradient_member(emission, weight), at);
}

static const struct optimizer_info *optimizer_of(struct emission *emission)
{
    return optimizer_info(
        program_optimizer(emission->plan, emission->program)->kind);
}

/* The optimizer's step over n numbers that begin at `at`, from a gradient. */
static void emit_step_by(struct emission *emission, const char *n,
                         const char *at, const char *gradient)
{
    const struct optimizer_info *optimizer = optimizer_of(emission);
    struct text slots = text_new(emission->arena);
    for (int i = 0; i < optimizer->n_slots; i++)
        text_printf(&slots, "&a->%s.%s, ", emission->plan->slots[i], at);
    ctext_line(&emission->c, "%s(%s, &a->weights.%s, %s, %so);",
               optimizer->step, n, at, gradient, text_string(&slots));
}

/* The same from the gradient in memory. */
static void emit_step(struct emission *emission,
                      const struct weight_plan *weight, const char *n,
                      const char *at)
{
    const char *gradient = arena_printf(emission->arena, "&a->%s.%s",
                                        gradient_member(emission, weight), at);
    if (emission->program->squares)
        ctext_line(&emission->c, "guss_scale_gradient(%s, %s, scale);", n,
                   gradient);
    else
        emit_rest_of_gradient(emission, weight, n, at);
    emit_step_by(emission, n, at, gradient);
}

/* ---- with its gradient ------------------------------------------------ */

/* "kernel[i + r][j]": where a row of a block begins. */
static const char *block_row(struct emission *emission,
                             const struct weight_plan *kernel,
                             const char *column)
{
    return arena_printf(emission->arena, "%s[i + r][%s]",
                        name_of(emission, kernel), column);
}

/* What a step of a row of a block reads and writes. */
static void emit_ahead_of_step(struct emission *emission,
                               const struct weight_plan *kernel,
                               const char *columns, const char *column)
{
    const char *at = block_row(emission, kernel, column);
    ctext_line(&emission->c, "block_prefetch_row(%s, &a->weights.%s);", columns,
               at);
    for (int i = 0; i < optimizer_of(emission)->n_slots; i++)
        ctext_line(&emission->c, "block_prefetch_row(%s, &a->%s.%s);", columns,
                   emission->plan->slots[i], at);
}

static void emit_step_of_row(struct emission *emission,
                             const struct weight_plan *kernel,
                             const char *columns, const char *column)
{
    const struct regularizer *penalty = weight_penalty(kernel);
    const char *at = block_row(emission, kernel, column);
    if (penalty)
        ctext_line(&emission->c,
                   "guss_add_penalty_gradient(%s, &a->weights.%s, %s, %s, "
                   "dw[r]);",
                   columns, at, ctext_real(emission->arena, penalty->l1),
                   ctext_real(emission->arena, penalty->l2));
    emit_step_by(emission, columns, at, "dw[r]");
}

/* A gradient over the batch, and the step of each of its blocks. */
static void emit_stepped_matrix(struct emission *emission,
                                const struct weight_plan *kernel)
{
    emit_panel_gradient(emission, kernel->trained_by, emit_ahead_of_step,
                        emit_step_of_row);
    if (!kernel->trained_by->operation->bias)
        return;
    ctext_line(&emission->c, "struct gradients *g = &a->gradients;");
    emit_batch_bias(emission, kernel->trained_by);
}

/* ---- of a gradient in memory ------------------------------------------ */

static void emit_matrix_step(struct emission *emission,
                             const struct weight_plan *weight)
{
    struct ctext *c = &emission->c;
    struct arena *arena = emission->arena;
    const char *row = arena_printf(arena, "%s[i]", name_of(emission, weight));
    long long stride = weight->stride, step = weight->split.rows;
    const char *n = "last - first", *first = "first";
    if (weight->split.by_columns) {
        ctext_open(c, "for (int i = 0; i < %lld; i++)",
                   (long long)weight->rows);
    } else if (step == 1) {
        ctext_open(c, "for (int i = first; i < last; i++)");
        n = arena_printf(arena, "%lld", stride);
        first = "0";
    } else {
        ctext_open(c, "for (int i = first; i < last; i += %lld)", step);
        ctext_line(c, "int n = last - i < %lld ? last - i : %lld;", step, step);
        n = expr_text(expr_times(expr_name(arena, "n"), stride));
        first = "0";
    }
    emit_step(emission, weight, n, arena_printf(arena, "%s[%s]", row, first));
    ctext_close(c, "");
}

/* A vector goes with all columns of a share, or with the first row. */
static void emit_vector_step(struct emission *emission,
                             const struct weight_plan *weight)
{
    struct arena *arena = emission->arena;
    const char *name = name_of(emission, weight);
    if (weight->leader->split.by_columns) {
        emit_step(emission, weight, "last - first",
                  arena_printf(arena, "%s[first]", name));
        return;
    }
    ctext_open(&emission->c, "if (first == 0)");
    emit_step(emission, weight,
              arena_printf(arena, "%lld", (long long)weight->columns),
              arena_printf(arena, "%s[0]", name));
    ctext_close(&emission->c, "");
}

/* ---- copies ----------------------------------------------------------- */

/* How many columns are transposed of a share first..last - 1, which ends at a
 * whole vector even where the matrix does not. */
static const char *columns_of_share(struct emission *emission,
                                    long long columns)
{
    if (columns % emission->plan->vector == 0)
        return "last - first";
    return arena_printf(emission->arena, "(last < %lld ? last : %lld) - first",
                        columns, columns);
}

/* A call that brings the transposed copy in step with the whole matrix, or
 * with a worker's share of it: rows or columns first..last - 1. */
static void emit_transpose_call(struct emission *emission,
                                const struct weight_plan *weight, bool share)
{
    struct arena *arena = emission->arena;
    const char *name = name_of(emission, weight);
    bool by_columns = share && weight->split.by_columns;
    bool by_rows = share && !by_columns, has_taps = weight->taps > 1;
    long long rows = weight->rows, columns = weight->columns;
    const char *first_column = by_columns ? "first" : "0";
    ctext_line(
        &emission->c,
        "%s(%s, %s, %s, &a->weights.%s[0][%s], %lld, "
        "&a->transposed.%s[%s][0], %lld%s);",
        has_taps ? "guss_transpose_taps" : "guss_transpose",
        by_rows ? "first" : "0",
        by_rows ? "last" : arena_printf(arena, "%lld", rows),
        by_columns ? columns_of_share(emission, columns)
                   : arena_printf(arena, "%lld", columns),
        name, first_column, (long long)weight->stride, name, first_column,
        (long long)weight->transposed.stride,
        has_taps ? arena_printf(arena, ", %lld", rows / (long long)weight->taps)
                 : "");
}

/* Arguments of guss_fold and guss_unfold: the kernel, how often the upsampling
 * repeats, channels and filters. */
static const char *fold_sizes(struct emission *emission,
                              const struct weight_plan *kernel)
{
    const int64_t *size = kernel->weight->shape.size;
    const int64_t *times = kernel->layer->folded->operations[0]->times;
    return arena_printf(emission->arena,
                        "&(struct guss_fold){{%lld, %lld}, {%lld, %lld}, %lld, "
                        "%lld}",
                        (long long)size[0], (long long)size[1],
                        (long long)times[0], (long long)times[1],
                        (long long)size[2], (long long)size[3]);
}

/* The shards' sums of the kernel that takes in the upsampling, back to
 * gradients of the weights. */
void emit_unfold(struct emission *emission, const struct weight_plan *kernel)
{
    struct arena *arena = emission->arena;
    const char *name = name_of(emission, kernel);
    emit_shard_sum(
        emission,
        arena_printf(arena, "%lld",
                     (long long)(kernel->folded.rows * kernel->folded.stride)),
        arena_printf(arena, "%s[0][0]", name));
    ctext_line(&emission->c,
               "guss_unfold(%s, &a->%s[0].%s[0][0], &a->gradients.%s[0][0]);",
               fold_sizes(emission, kernel),
               shards_member(emission, emission->program), name, name);
}

/* The copy of a kernel folded anew; that of its bias. */
static void emit_fold(struct emission *emission,
                      const struct weight_plan *weight)
{
    struct ctext *c = &emission->c;
    const char *name = name_of(emission, weight);
    if (weight->role == WEIGHT_MATRIX)
        ctext_line(c,
                   "guss_fold(%s, &a->weights.%s[0][0], "
                   "&a->folded.%s[0][0]);",
                   fold_sizes(emission, weight), name, name);
    else
        ctext_line(c,
                   "memcpy(a->folded.%s, a->weights.%s, sizeof a->folded.%s);",
                   name, name, name);
}

/* Brings the copies of a weight in step with it, or with a worker's share. */
static void emit_copies(struct emission *emission,
                        const struct weight_plan *weight, bool share)
{
    if (weight->transposed.rows > 0)
        emit_transpose_call(emission, weight, share);
    if (weight->folded.rows > 0)
        emit_fold(emission, weight);
}

void emit_weights_changed(struct emission *emission)
{
    struct ctext *c = &emission->c;
    const struct plan *plan = emission->plan;
    if (!plan_has_copies(plan))
        return;
    ctext_comment(c, "To be called when weights were written from outside.");
    ctext_function(c, "static void weights_changed(void *arena)");
    ctext_line(c, "struct arena *a = arena;");
    for (int i = 0; i < plan->n_weights; i++)
        emit_copies(emission, &plan->weights[i], false);
    ctext_close(c, "");
}

/* ---- updates ---------------------------------------------------------- */

const char *update_identifier(struct emission *emission,
                              const struct weight_plan *leader)
{
    return layer_identifier(
        emission, leader->layer,
        arena_printf(emission->arena, "%s_update", leader->weight->name));
}

const char *names_of_update(struct emission *emission,
                            const struct weight_plan *leader)
{
    const struct plan *plan = emission->plan;
    struct text text = text_new(emission->arena);
    text_puts(&text, leader->weight->name);
    for (int i = 0; i < plan->n_weights; i++)
        if (plan->weights[i].leader == leader && &plan->weights[i] != leader)
            text_printf(&text, " and %s", plan->weights[i].weight->name);
    return text_string(&text);
}

/* What the weight's gradient is multiplied by; it has a type the first time. */
static void emit_scale(struct emission *emission,
                       const struct weight_plan *weight, bool is_first)
{
    ctext_line(&emission->c, "%sscale = guss_scale(o, %lld, %s.%s);",
               is_first ? "real " : "", (long long)weight_parts(weight),
               squares_member(emission, emission->program),
               name_of(emission, weight));
}

static void emit_steps(struct emission *emission,
                       const struct weight_plan *leader)
{
    const struct plan *plan = emission->plan;
    bool is_first = true;
    for (int i = 0; i < plan->n_weights; i++) {
        const struct weight_plan *weight = &plan->weights[i];
        if (weight->leader != leader)
            continue;
        if (emission->program->squares)
            emit_scale(emission, weight, is_first);
        is_first = false;
        if (weight->gradient == GRADIENT_STEPPED &&
            weight->role == WEIGHT_MATRIX)
            emit_stepped_matrix(emission, weight);
        else if (weight->role == WEIGHT_MATRIX)
            emit_matrix_step(emission, weight);
        else
            emit_vector_step(emission, weight);
    }
}

/* "const real (*restrict x)[784], ": rows that a gradient is computed from. */
static const char *rows_parameter(struct emission *emission, const char *name,
                                  const struct tensor *tensor)
{
    return arena_printf(emission->arena, "const %s (*restrict %s)[%lld], ",
                        dtype_word(emission, tensor->dtype), name,
                        (long long)row_stride(tensor_values(tensor)));
}

/* What the step needs besides: how many shards there are to be added up, or what
 * its gradient is computed from. */
static const char *more_parameters(struct emission *emission,
                                   const struct weight_plan *leader)
{
    const struct node *node = leader->trained_by;
    if (leader->gradient == GRADIENT_SHARDS && !emission->program->squares)
        return "int shards, ";
    if (leader->gradient != GRADIENT_STEPPED)
        return "";
    return arena_printf(emission->arena, "%s%sint rows, ",
                        rows_parameter(emission, "x", node->x),
                        rows_parameter(emission, "dy", node->dy));
}

const char *update_arguments(struct emission *emission,
                             const struct weight_plan *leader)
{
    const struct node *node = leader->trained_by;
    if (leader->gradient == GRADIENT_SHARDS && !emission->program->squares)
        return "shards, ";
    if (leader->gradient != GRADIENT_STEPPED)
        return "";
    return arena_printf(emission->arena, "%s, %s, n_rows, ",
                        tensor_text(emission, node->x, true),
                        tensor_text(emission, node->dy, true));
}

static void emit_weight_update(struct emission *emission,
                               const struct weight_plan *leader)
{
    struct ctext *c = &emission->c;
    const struct plan *plan = emission->plan;
    bool has_norms = emission->program->squares;
    ctext_comment(
        c, "%s's step for %s's %s%s: %s first..last - 1.",
        optimizer_word(program_optimizer(plan, emission->program)->kind),
        leader->layer->name, names_of_update(emission, leader),
        leader->gradient == GRADIENT_STEPPED
            ? ", by their gradients over the batch's rows, x^T dy and the sum "
              "of dy, block by block"
            : "",
        leader->split.by_columns ? "columns" : "rows");
    ctext_function(c,
                   "static void %s(struct arena *restrict a, "
                   "const struct guss_optimizer *o, %sint first, int last)",
                   update_identifier(emission, leader),
                   more_parameters(emission, leader));
    if (leader->role == WEIGHT_VECTOR)
        ctext_line(c, "(void)last;");
    if (leader->folded.rows > 0 && !has_norms)
        emit_unfold(emission, leader);
    emit_steps(emission, leader);
    for (int i = 0; i < plan->n_weights; i++)
        if (plan->weights[i].leader == leader)
            emit_copies(emission, &plan->weights[i], true);
    ctext_close(c, "");
}

void emit_update(struct emission *emission, const struct program *program)
{
    if (program->squares)
        emit_squares(emission, program);
    for (const struct weight_plan *leader = program->updates; leader;
         leader = leader->next_update)
        emit_weight_update(emission, leader);
}
