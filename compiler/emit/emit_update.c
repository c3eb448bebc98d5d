/* Weights' gradients and the optimizer's step.
 *
 * Each worker updates its own part of every kernel: from the partial sums of
 * the lanes, or from the gradient of that part, which it computes over all
 * samples just before. The bits do not depend on the number of workers. */
#include "compiler/emit/emit.h"
#include "compiler/emit/window.h"
#include "compiler/plan/optimizer.h"

const struct node *layer_gradient(const struct emission *emission,
                                  const struct layer *layer)
{
    for (const struct program *program = emission->plan->programs; program;
         program = program->next)
        for (const struct node *node = program->nodes; node; node = node->next)
            if (node->kind == NODE_GRADIENT && node->layer == layer)
                return node;
    return NULL;
}

bool layer_splits_columns(const struct emission *emission,
                          const struct layer *layer)
{
    const struct weight *kernel = &layer->weights[0];
    const struct node *gradient = layer_gradient(emission, layer);
    return gradient && !gradient->by_lane && kernel->shape.rank == 2 &&
           weight_columns(kernel) > weight_rows(kernel);
}

int64_t layer_split_extent(const struct emission *emission,
                           const struct layer *layer)
{
    const struct weight *kernel = &layer->weights[0];
    int64_t vector = emission->plan->vector;
    if (!layer_splits_columns(emission, layer))
        return weight_rows(kernel);
    return (weight_columns(kernel) + vector - 1) / vector * vector;
}

int64_t layer_split_unit(const struct emission *emission,
                         const struct layer *layer)
{
    const struct plan *plan = emission->plan;
    if (layer->folded) /* one worker updates it all, and folds it anew */
        return weight_rows(&layer->weights[0]);
    if (layer_gradient(emission, layer)->by_lane)
        return 1;
    return layer_splits_columns(emission, layer)
               ? plan->block.vectors * plan->vector
               : plan->block.rows;
}

const struct optimizer_settings *
program_optimizer(const struct plan *plan, const struct program *program)
{
    return program->kind == PROGRAM_TRAIN_DISCRIMINATOR
               ? &plan->schedule->discriminator_optimizer
               : &plan->schedule->optimizer;
}

/* The optimizers differ: of a GAN, whose two networks may have their own. */
static bool has_two_kinds(const struct plan *plan)
{
    return plan->discriminator &&
           plan->schedule->optimizer.kind !=
               plan->schedule->discriminator_optimizer.kind;
}

int slot_count(const struct plan *plan)
{
    int count = optimizer_facts(plan->schedule->optimizer.kind)->n_slots;
    if (!has_two_kinds(plan))
        return count;
    int other =
        optimizer_facts(plan->schedule->discriminator_optimizer.kind)->n_slots;
    return count > other ? count : other;
}

const char *slot_member(struct emission *emission, int index)
{
    const struct plan *plan = emission->plan;
    const struct optimizer_facts *facts =
        optimizer_facts(plan->schedule->optimizer.kind);
    if (has_two_kinds(plan))
        return arena_printf(emission->arena, "slot_%d", index + 1);
    return arena_printf(emission->arena, "%s_%s", facts->name,
                        facts->slots[index]);
}

bool has_own_gradient(const struct emission *emission,
                      const struct layer *layer, const struct weight *weight)
{
    const struct node *gradient = layer_gradient(emission, layer);
    bool is_unfolded = layer->folded && weight->shape.rank > 1;
    return gradient && weight->trainable && (!gradient->by_lane || is_unfolded);
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
                     lane_type(emission, emission->program)),
        lane_sum(emission, at)};
    ctext_call(&emission->c, "guss_add_lanes", arguments, 4);
}

/* The optimizer's step over n numbers that begin at `at`, a text with the
 * weights' member: "encoder_layer_kernel[i][first]". */
static void emit_step(struct emission *emission, const struct layer *layer,
                      const struct weight *weight, const char *count,
                      const char *at)
{
    const struct program *program = emission->program;
    const struct optimizer_facts *optimizer =
        optimizer_facts(program_optimizer(emission->plan, program)->kind);
    bool is_summed = has_own_gradient(emission, layer, weight);
    if (!is_summed)
        emit_lane_sum(emission, count, at);
    const char *arguments[8];
    int n = 0;
    arguments[n++] = count;
    arguments[n++] = arena_printf(emission->arena, "&a->weights.%s", at);
    arguments[n++] = is_summed
                         ? arena_printf(emission->arena, "&a->gradients.%s", at)
                         : lane_sum(emission, at);
    for (int i = 0; i < optimizer->n_slots; i++)
        arguments[n++] = arena_printf(emission->arena, "&a->%s.%s",
                                      slot_member(emission, i), at);
    arguments[n++] = "o";
    ctext_call(&emission->c, optimizer->step, arguments, n);
}

/* Rows of a kernel that are updated together: about as many numbers as the
 * first cache holds of everything that an update reads. */
static int64_t step_rows(int64_t stride)
{
    enum { STEP_NUMBERS = 1024 };
    return stride < STEP_NUMBERS ? STEP_NUMBERS / stride : 1;
}

static void emit_kernel_step(struct emission *emission,
                             const struct layer *layer)
{
    struct ctext *c = &emission->c;
    struct arena *arena = emission->arena;
    const struct weight *kernel = &layer->weights[0];
    const char *name = weight_identifier(emission, layer, kernel);
    long long stride = weight_stride(emission->plan, layer, kernel);
    if (layer_splits_columns(emission, layer)) {
        ctext_open(c, "for (int i = 0; i < %lld; i++)",
                   (long long)weight_rows(kernel));
        emit_step(emission, layer, kernel, "last - first",
                  arena_printf(arena, "%s[i][first]", name));
        ctext_close(c, "");
        return;
    }
    long long together = step_rows(stride);
    const char *count = arena_printf(arena, "%lld", stride);
    if (together == 1) {
        ctext_open(c, "for (int i = first; i < last; i++)");
    } else {
        ctext_open(c, "for (int i = first; i < last; i += %lld)", together);
        ctext_line(c, "int n = last - i < %lld ? last - i : %lld;", together,
                   together);
        count = arena_printf(arena, "n * %lld", stride);
    }
    emit_step(emission, layer, kernel, count,
              arena_printf(arena, "%s[i][0]", name));
    ctext_close(c, "");
}

static void emit_row_step(struct emission *emission, const struct layer *layer,
                          const struct weight *weight)
{
    struct ctext *c = &emission->c;
    struct arena *arena = emission->arena;
    const char *name = weight_identifier(emission, layer, weight);
    if (layer_splits_columns(emission, layer)) {
        emit_step(emission, layer, weight, "last - first",
                  arena_printf(arena, "%s[first]", name));
        return;
    }
    ctext_open(c, "if (first == 0)");
    emit_step(emission, layer, weight,
              arena_printf(arena, "%lld", (long long)weight->shape.size[0]),
              arena_printf(arena, "%s[0]", name));
    ctext_close(c, "");
}

/* How many columns are transposed of a share first..last - 1, which ends at a
 * whole vector even where the kernel does not. */
static const char *columns_of_share(struct emission *emission,
                                    long long columns)
{
    if (columns % emission->plan->vector == 0)
        return "last - first";
    return arena_printf(emission->arena, "(last < %lld ? last : %lld) - first",
                        columns, columns);
}

/* A call that brings the transposed copy in step with the whole kernel, or
 * with a worker's share of it: rows or columns first..last - 1. */
static void emit_transpose_call(struct emission *emission,
                                const struct layer *layer, bool share)
{
    struct arena *arena = emission->arena;
    const struct weight *kernel = &layer->weights[0];
    const char *name = weight_identifier(emission, layer, kernel);
    long long rows = weight_rows(kernel), columns = weight_columns(kernel);
    long long taps = kernel_taps(kernel), tap = rows / taps;
    bool by_columns = share && layer_splits_columns(emission, layer);
    bool by_rows = share && !by_columns;
    const char *count = by_columns ? columns_of_share(emission, columns)
                                   : arena_printf(arena, "%lld", columns);
    const char *first_column = by_columns ? "first" : "0";
    const char *stride = arena_printf(
        arena, "%lld", (long long)weight_stride(emission->plan, layer, kernel));
    const char *to_stride =
        arena_printf(arena, "%lld", (long long)row_stride(tap));
    const char *const arguments[] = {
        by_rows ? "first" : "0",
        by_rows ? "last" : arena_printf(arena, "%lld", rows),
        count,
        arena_printf(arena, "&a->weights.%s[0][%s]", name, first_column),
        stride,
        arena_printf(arena, "&a->transposed.%s[%s][0]", name, first_column),
        to_stride,
        arena_printf(arena, "%lld", tap)};
    ctext_call(&emission->c,
               taps > 1 ? "guss_transpose_taps" : "guss_transpose", arguments,
               taps > 1 ? 8 : 7);
}

/* Arguments of guss_fold and guss_unfold: the kernel, how often the upsampling
 * repeats, channels and filters. */
static const char *fold_sizes(struct emission *emission,
                              const struct layer *layer)
{
    const int64_t *size = layer->weights[0].shape.size;
    int64_t times[2];
    layer->folded->kind->repeats_pixels(layer->folded, times);
    return arena_printf(emission->arena,
                        "&(struct guss_fold){{%lld, %lld}, {%lld, %lld}, %lld, "
                        "%lld}",
                        (long long)size[0], (long long)size[1],
                        (long long)times[0], (long long)times[1],
                        (long long)size[2], (long long)size[3]);
}

/* The lanes' sums of the kernel that takes in the upsampling, back to
 * gradients of the weights. */
static void emit_unfold(struct emission *emission, const struct layer *layer)
{
    struct arena *arena = emission->arena;
    struct meeting meeting = meeting_of(layer);
    const char *name = weight_identifier(emission, layer, &layer->weights[0]);
    const char *at = arena_printf(arena, "%s[0][0]", name);
    const char *const arguments[] = {
        fold_sizes(emission, layer), lane_sum(emission, at),
        arena_printf(arena, "&a->gradients.%s", at)};
    emit_lane_sum(emission,
                  arena_printf(arena, "%lld",
                               (long long)(meeting_rows(&meeting) *
                                           meeting.small.size[2])),
                  at);
    ctext_call(&emission->c, "guss_unfold", arguments, 3);
}

/* The kernel folded anew, and its bias. */
static void emit_fold(struct emission *emission, const struct layer *layer)
{
    struct arena *arena = emission->arena;
    struct ctext *c = &emission->c;
    const char *name = weight_identifier(emission, layer, &layer->weights[0]);
    const char *const arguments[] = {
        fold_sizes(emission, layer),
        arena_printf(arena, "&a->weights.%s[0][0]", name),
        arena_printf(arena, "&a->folded.%s[0][0]", name)};
    ctext_call(c, "guss_fold", arguments, 3);
    if (layer->n_weights == 1)
        return;
    const char *bias = bias_name(emission, layer);
    const char *const copy[] = {
        arena_printf(arena, "a->folded.%s", bias),
        arena_printf(arena, "a->weights.%s", bias),
        arena_printf(arena, "sizeof a->folded.%s", bias)};
    ctext_call(c, "memcpy", copy, 3);
}

static void emit_layer_update(struct emission *emission,
                              const struct layer *layer)
{
    struct ctext *c = &emission->c;
    ctext_comment(
        c,
        "%s's step for %s's kernel, %s first..last - 1, and what "
        "of the bias goes with it.",
        optimizer_word(
            program_optimizer(emission->plan, emission->program)->kind),
        layer->name,
        layer_splits_columns(emission, layer) ? "columns" : "rows");
    bool by_lane = layer_gradient(emission, layer)->by_lane;
    const char *const parameters[] = {"struct arena *restrict a",
                                      "const struct guss_optimizer *o",
                                      "int first", "int last", "int lanes"};
    ctext_function(c,
                   arena_printf(emission->arena, "static void %s",
                                layer_identifier(emission, layer, "update")),
                   parameters, by_lane ? 5 : 4);
    if (layer->weights[0].shape.rank == 1)
        ctext_line(c, "(void)last;");
    if (layer->folded)
        emit_unfold(emission, layer);
    for (int i = 0; i < layer->n_weights; i++) {
        const struct weight *weight = &layer->weights[i];
        if (weight->shape.rank > 1)
            emit_kernel_step(emission, layer);
        else if (weight->trainable)
            emit_row_step(emission, layer, weight);
    }
    if (layer_is_transposed(emission, layer))
        emit_transpose_call(emission, layer, true);
    if (layer->folded)
        emit_fold(emission, layer);
    ctext_close(c, "");
    ctext_blank(c);
}

void emit_weights_changed(struct emission *emission)
{
    struct ctext *c = &emission->c;
    if (!has_transposed(emission) && !has_folded(emission))
        return;
    ctext_comment(c, "To be called when weights were written from outside.");
    const char *const parameters[] = {"void *arena"};
    ctext_function(c, "static void weights_changed", parameters, 1);
    ctext_line(c, "struct arena *a = arena;");
    for (const struct network *network = emission->plan->graph->networks;
         network; network = network->next)
        for (int i = 0; i < network->n_layers; i++) {
            const struct layer *layer = network->layers[i];
            if (layer_is_transposed(emission, layer))
                emit_transpose_call(emission, layer, false);
            if (layer->folded)
                emit_fold(emission, layer);
        }
    ctext_close(c, "");
    ctext_blank(c);
}

void emit_update(struct emission *emission, const struct program *program)
{
    for (const struct node *node = program->nodes; node; node = node->next)
        if (node->kind == NODE_GRADIENT && !node->adds_up)
            emit_layer_update(emission, node->layer);
}
