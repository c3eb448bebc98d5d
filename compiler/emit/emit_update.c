/* Weights' gradients and the optimizer's step.
 *
 * Each worker updates its own part of every kernel: from the partial sums of
 * the lanes, or from the gradient of that part, which it computes over all
 * samples just before. The bits do not depend on the number of workers. */
#include "compiler/emit/emit.h"
#include "compiler/plan/optimizer.h"

enum optimizer_kind program_optimizer(const struct plan *plan,
                                      const struct program *program)
{
    return plan->objective->optimizers[program->phase->optimizer]->kind;
}

/* Where the lanes' gradients add up: the first lane. */
static const char *lane_sum(struct emission *emission, const char *at)
{
    return arena_printf(emission->arena, "&a->%s[0].%s",
                        lanes_member(emission, emission->program), at);
}

static void emit_lane_sum(struct emission *emission, const char *count,
                          const char *at)
{
    const char *const arguments[] = {
        count, "lanes",
        arena_printf(emission->arena, "sizeof(struct %s) / sizeof(real)",
                     emission->program->lane->name),
        lane_sum(emission, at)};
    ctext_call(&emission->c, "guss_add_lanes", arguments, 4);
}

/* The optimizer's step over n numbers that begin at `at`, a text with the
 * weights' member: "encoder_layer_kernel[i][first]". */
static void emit_step(struct emission *emission,
                      const struct weight_plan *weight, const char *count,
                      const char *at)
{
    const struct program *program = emission->program;
    const struct optimizer_facts *optimizer =
        optimizer_facts(program_optimizer(emission->plan, program));
    if (!weight->has_own_gradient)
        emit_lane_sum(emission, count, at);
    const char *arguments[8];
    int n = 0;
    arguments[n++] = count;
    arguments[n++] = arena_printf(emission->arena, "&a->weights.%s", at);
    arguments[n++] = weight->has_own_gradient
                         ? arena_printf(emission->arena, "&a->gradients.%s", at)
                         : lane_sum(emission, at);
    for (int i = 0; i < optimizer->n_slots; i++)
        arguments[n++] = arena_printf(emission->arena, "&a->%s.%s",
                                      emission->plan->slots[i], at);
    arguments[n++] = "o";
    ctext_call(&emission->c, optimizer->step, arguments, n);
}

static const char *member_of(struct emission *emission,
                             const struct weight_plan *weight)
{
    return weight_identifier(emission, weight->layer, weight->weight);
}

static void emit_matrix_step(struct emission *emission,
                             const struct weight_plan *weight)
{
    struct ctext *c = &emission->c;
    struct arena *arena = emission->arena;
    const char *name = member_of(emission, weight);
    long long stride = weight->stride;
    if (weight->split.by_columns) {
        ctext_open(c, "for (int i = 0; i < %lld; i++)",
                   (long long)weight->rows);
        emit_step(emission, weight, "last - first",
                  arena_printf(arena, "%s[i][first]", name));
        ctext_close(c, "");
        return;
    }
    long long together = weight->split.rows;
    const char *count = arena_printf(arena, "%lld", stride);
    if (together == 1) {
        ctext_open(c, "for (int i = first; i < last; i++)");
    } else {
        ctext_open(c, "for (int i = first; i < last; i += %lld)", together);
        ctext_line(c, "int n = last - i < %lld ? last - i : %lld;", together,
                   together);
        count = expr_text(expr_times(expr_name(arena, "n"), stride));
    }
    emit_step(emission, weight, count, arena_printf(arena, "%s[i][0]", name));
    ctext_close(c, "");
}

static void emit_vector_step(struct emission *emission,
                             const struct weight_plan *weight)
{
    struct ctext *c = &emission->c;
    struct arena *arena = emission->arena;
    const char *name = member_of(emission, weight);
    if (weight->leader->split.by_columns) {
        emit_step(emission, weight, "last - first",
                  arena_printf(arena, "%s[first]", name));
        return;
    }
    ctext_open(c, "if (first == 0)");
    emit_step(emission, weight,
              arena_printf(arena, "%lld", (long long)weight->columns),
              arena_printf(arena, "%s[0]", name));
    ctext_close(c, "");
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
    const char *name = member_of(emission, weight);
    bool by_columns = share && weight->split.by_columns;
    bool by_rows = share && !by_columns;
    const char *count =
        by_columns ? columns_of_share(emission, weight->columns)
                   : arena_printf(arena, "%lld", (long long)weight->columns);
    const char *first_column = by_columns ? "first" : "0";
    const char *const arguments[] = {
        by_rows ? "first" : "0",
        by_rows ? "last" : arena_printf(arena, "%lld", (long long)weight->rows),
        count,
        arena_printf(arena, "&a->weights.%s[0][%s]", name, first_column),
        arena_printf(arena, "%lld", (long long)weight->stride),
        arena_printf(arena, "&a->transposed.%s[%s][0]", name, first_column),
        arena_printf(arena, "%lld", (long long)weight->transposed.stride),
        arena_printf(arena, "%lld", (long long)(weight->rows / weight->taps))};
    bool has_taps = weight->taps > 1;
    ctext_call(&emission->c,
               has_taps ? "guss_transpose_taps" : "guss_transpose", arguments,
               has_taps ? 8 : 7);
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

/* The lanes' sums of the kernel that takes in the upsampling, back to
 * gradients of the weights. */
static void emit_unfold(struct emission *emission,
                        const struct weight_plan *kernel)
{
    struct arena *arena = emission->arena;
    const char *at =
        arena_printf(arena, "%s[0][0]", member_of(emission, kernel));
    const char *const arguments[] = {
        fold_sizes(emission, kernel), lane_sum(emission, at),
        arena_printf(arena, "&a->gradients.%s", at)};
    emit_lane_sum(
        emission,
        arena_printf(arena, "%lld",
                     (long long)(kernel->folded.rows * kernel->folded.stride)),
        at);
    ctext_call(&emission->c, "guss_unfold", arguments, 3);
}

/* The copy of a kernel folded anew; that of its bias. */
static void emit_fold(struct emission *emission,
                      const struct weight_plan *weight)
{
    struct arena *arena = emission->arena;
    struct ctext *c = &emission->c;
    const char *name = member_of(emission, weight);
    if (weight->role == WEIGHT_MATRIX) {
        const char *const arguments[] = {
            fold_sizes(emission, weight),
            arena_printf(arena, "&a->weights.%s[0][0]", name),
            arena_printf(arena, "&a->folded.%s[0][0]", name)};
        ctext_call(c, "guss_fold", arguments, 3);
        return;
    }
    const char *const copy[] = {
        arena_printf(arena, "a->folded.%s", name),
        arena_printf(arena, "a->weights.%s", name),
        arena_printf(arena, "sizeof a->folded.%s", name)};
    ctext_call(c, "memcpy", copy, 3);
}

/* Brings the copies of a layer's weights in step with them: of those that go
 * with `leader`, its share or, where that is NULL, of all. */
static void emit_copies(struct emission *emission, const struct layer *layer,
                        const struct weight_plan *leader)
{
    for (int i = 0; i < layer->n_weights; i++) {
        const struct weight_plan *weight =
            weight_plan(emission->plan, &layer->weights[i]);
        if (leader && weight->leader != leader)
            continue;
        if (weight->transposed.rows > 0)
            emit_transpose_call(emission, weight, leader);
        if (weight->folded.rows > 0)
            emit_fold(emission, weight);
    }
}

/* ---- updates ---------------------------------------------------------- */

/* Most layers have one such function. */
static bool is_first_leader(const struct plan *plan,
                            const struct weight_plan *leader)
{
    const struct weight *weight = leader->layer->weights;
    while (weight_plan(plan, weight)->leader != weight_plan(plan, weight))
        weight++;
    return weight == leader->weight;
}

const char *update_identifier(struct emission *emission,
                              const struct weight_plan *leader)
{
    const char *role =
        is_first_leader(emission->plan, leader)
            ? "update"
            : arena_printf(emission->arena, "%s_update", leader->weight->name);
    return layer_identifier(emission, leader->layer, role);
}

static void emit_update_comment(struct emission *emission,
                                const struct weight_plan *leader)
{
    bool is_first = is_first_leader(emission->plan, leader);
    ctext_comment(
        &emission->c, "%s's step for %s's %s, %s first..last - 1%s.",
        optimizer_word(program_optimizer(emission->plan, emission->program)),
        leader->layer->name, is_first ? "kernel" : leader->weight->name,
        leader->split.by_columns ? "columns" : "rows",
        is_first ? ", and what of the bias goes with it" : "");
}

static void emit_weight_update(struct emission *emission,
                               const struct weight_plan *leader)
{
    struct ctext *c = &emission->c;
    const struct layer *layer = leader->layer;
    emit_update_comment(emission, leader);
    ctext_function(c,
                   "static void %s(struct arena *restrict a, "
                   "const struct guss_optimizer *o, int first, int last%s)",
                   update_identifier(emission, leader),
                   leader->gradient == GRADIENT_LANES ? ", int lanes" : "");
    if (leader->role == WEIGHT_VECTOR)
        ctext_line(c, "(void)last;");
    if (leader->folded.rows > 0)
        emit_unfold(emission, leader);
    for (int i = 0; i < layer->n_weights; i++) {
        const struct weight_plan *weight =
            weight_plan(emission->plan, &layer->weights[i]);
        if (weight->leader != leader)
            continue;
        if (weight->role == WEIGHT_MATRIX)
            emit_matrix_step(emission, weight);
        else
            emit_vector_step(emission, weight);
    }
    emit_copies(emission, layer, leader);
    ctext_close(c, "");
    ctext_blank(c);
}

void emit_weights_changed(struct emission *emission)
{
    struct ctext *c = &emission->c;
    if (!plan_has_copies(emission->plan))
        return;
    ctext_comment(c, "To be called when weights were written from outside.");
    ctext_function(c, "static void weights_changed(void *arena)");
    ctext_line(c, "struct arena *a = arena;");
    for (const struct network *network = emission->plan->graph->networks;
         network; network = network->next)
        for (int i = 0; i < network->n_layers; i++)
            emit_copies(emission, network->layers[i], NULL);
    ctext_close(c, "");
    ctext_blank(c);
}

void emit_update(struct emission *emission, const struct program *program)
{
    for (const struct node *node = program->nodes; node; node = node->next) {
        const struct layer *layer = node->layer;
        for (int i = 0; i < layer->n_weights; i++) {
            const struct weight_plan *weight =
                weight_plan(emission->plan, &layer->weights[i]);
            if (leads_update(weight, node))
                emit_weight_update(emission, weight);
        }
    }
}
