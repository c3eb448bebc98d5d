/* A program as functions: those of its nodes, and their calls for one tile. */
#include "compiler/emit/operations.h"

static void emit_node(struct emission *emission, const struct node *node)
{
    static void (*const emitters[])(struct emission *, const struct node *) = {
        [NODE_PAD] = emit_pad,
        [NODE_TRANSPOSE] = emit_transpose,
        [NODE_FORWARD] = emit_operation,
        [NODE_ACTIVATE] = emit_activate,
        [NODE_LOSS] = emit_loss,
        [NODE_PENALTY] = emit_penalty,
        [NODE_SUM] = emit_sum,
        [NODE_ACTIVATE_BACKWARD] = emit_activate_backward,
        [NODE_BACKWARD] = emit_operation,
        [NODE_GRADIENT] = emit_operation,
        [NODE_MOMENTS] = emit_operation,
        [NODE_BACKWARD_MOMENTS] = emit_operation,
    };
    emitters[node->kind](emission, node);
    ctext_close(&emission->c, "");
}

/* ---- what a tile reads -------------------------------------------------- */

const char *halves_text(struct arena *arena, int halves)
{
    const struct expr *count = expr_member(expr_name(arena, "batch"), "count");
    const struct expr *half = expr_divide(count, expr_constant(arena, 2));
    return expr_text(
        expr_add(expr_times(count, halves / 2), expr_times(half, halves % 2)));
}

/* A gather's call, with arguments behind those that all have. */
static void emit_gather_call(struct emission *emission, const char *function,
                             const struct tensor *to, const char *more)
{
    long long values = tensor_values(to);
    ctext_line(&emission->c,
               "%s(batch, %lld, %lld, %s[%s], first, first + TILE%s);",
               function, values, (long long)row_stride(values),
               tensor_text(emission, to, true),
               to->storage->whole_batch ? "first" : "0", more);
}

/* ", a->imitations.dense_y[0]": what a phase before this one keeps. */
static const char *kept_result(struct emission *emission,
                               const struct phase *made_by)
{
    const struct program *program = emission->plan->programs;
    while (program->phase != made_by)
        program = program->next;
    return arena_printf(
        emission->arena, ", %s.%s[0]", rows_member(emission, program),
        tensor_identifier(emission, program, program_result(program)));
}

/* The target is gathered first, and the input made of it. */
static void emit_normalized(struct emission *emission,
                            const struct program *program)
{
    const struct tensor *target = program->target;
    emit_gather_call(emission, "guss_gather_pixels", target, "");
    emit_gather_call(
        emission, "guss_gather_normalized", program->inputs[0],
        arena_printf(emission->arena, ", %s[%s]",
                     tensor_text(emission, target, true),
                     target->storage->whole_batch ? "first" : "0"));
}

static void emit_input(struct emission *emission, const struct phase *phase,
                       const struct tensor *input)
{
    struct arena *arena = emission->arena;
    switch (phase->input.kind) {
    case INPUT_SAMPLES:
        emit_gather_call(emission, "guss_gather", input, "");
        break;
    case INPUT_LATENT:
        emit_gather_call(
            emission, "guss_gather_latent", input,
            arena_printf(
                arena, ", %s, %s, %s", halves_text(arena, phase->input.first),
                halves_text(arena, phase->share),
                halves_text(arena,
                            objective_latent_rows(emission->plan->objective))));
        break;
    case INPUT_JOINED:
        emit_gather_call(emission, "guss_gather_joined", input,
                         kept_result(emission, phase->input.made_by));
        break;
    }
}

static void emit_target(struct emission *emission, const struct phase *phase,
                        const struct tensor *target)
{
    switch (phase->target.kind) {
    case TARGET_INPUT:
    case TARGET_PIXELS:
        break;
    case TARGET_LABELS:
        emit_gather_call(emission, "guss_gather_labels", target, "");
        break;
    case TARGET_DATA:
        emit_gather_call(emission, "guss_gather_targets", target, "");
        break;
    case TARGET_TRUTH:
        emit_gather_call(
            emission, "guss_gather_truth", target,
            arena_printf(emission->arena, ", %s",
                         halves_text(emission->arena, phase->target.real)));
        break;
    }
}

/* What the program reads of the batch, and what it should give. */
static void emit_gathers(struct emission *emission,
                         const struct program *program)
{
    if (program->target && program->phase->target.kind == TARGET_PIXELS) {
        emit_normalized(emission, program);
        return;
    }
    emit_input(emission, program->phase, program->inputs[0]);
    if (program->target)
        emit_target(emission, program->phase, program->target);
}

/* ---- tiles --------------------------------------------------------------- */

int program_segments(const struct program *program)
{
    int segments = 1;
    for (const struct node *node = program->nodes; node; node = node->next)
        segments += node->cut;
    return segments;
}

const char *segment_identifier(struct emission *emission,
                               const struct program *program, int segment)
{
    const char *name = program_identifier(emission, program);
    if (program_segments(program) == 1)
        return arena_printf(emission->arena, "%s_one_tile", name);
    return arena_printf(emission->arena, "%s_one_tile_%d", name, segment + 1);
}

const struct node *segment_first(const struct program *program, int segment)
{
    const struct node *node = program->nodes;
    for (; segment > 0; node = node->next)
        segment -= node->cut;
    return node;
}

static const char *what_of_tile(const struct program *program)
{
    if (program_trains(program))
        return "forward, loss, backward";
    return program->phase->n_losses > 0 ? "forward, loss, metrics" : "forward";
}

static void emit_tile_head(struct emission *emission,
                           const struct program *program, int segment)
{
    struct ctext *c = &emission->c;
    const char *name = program_identifier(emission, program);
    int segments = program_segments(program);
    ctext_comment(
        c, "A tile of samples, from number `first` of the batch on: %s%s.%s",
        what_of_tile(program),
        segments > 1 ? arena_printf(emission->arena, ", part %d of %d",
                                    segment + 1, segments)
                     : "",
        program->shard ? " Gradients are added to those of the shard." : "");
    struct text parameters = text_new(emission->arena);
    text_puts(&parameters, "struct arena *a");
    if (program->tile)
        text_printf(&parameters, ", struct %s_tile *tile", name);
    text_puts(&parameters, ", const struct guss_batch *batch, int first");
    if (program->shard)
        text_printf(&parameters, ", struct %s *shard, bool first_tile",
                    program->shard->name);
    ctext_function(c, "static void %s(%s)",
                   segment_identifier(emission, program, segment),
                   text_string(&parameters));
}

bool segment_is_empty(const struct program *program, int segment)
{
    if (segment == 0)
        return false; /* it gathers the samples */
    for (const struct node *node = segment_first(program, segment); node;
         node = node->next)
        if (!node_is_over_batch(node))
            return false;
    return true;
}

/* What a part of the program may leave unused of its parameters. */
static void emit_unused(struct emission *emission,
                        const struct program *program)
{
    struct ctext *c = &emission->c;
    if (program_segments(program) == 1)
        return;
    if (program->tile)
        ctext_line(c, "(void)tile;");
    ctext_line(c, "(void)batch;");
    if (program->shard) {
        ctext_line(c, "(void)shard;");
        ctext_line(c, "(void)first_tile;");
    }
}

/* One tile through a part of the program, but for gradients that wait for the
 * batch. */
static void emit_tile(struct emission *emission, const struct program *program,
                      int segment)
{
    struct ctext *c = &emission->c;
    const char *name = program_identifier(emission, program);
    emit_tile_head(emission, program, segment);
    if (program->rows)
        ctext_line(c, "struct %s_rows *rows = &%s;", name,
                   rows_member(emission, program));
    emit_unused(emission, program);
    if (segment == 0)
        emit_gathers(emission, program);
    for (const struct node *node = segment_first(program, segment); node;
         node = node->next) {
        if (!node_is_over_batch(node))
            emit_node_call(emission, node);
        if (node->cut)
            break;
    }
    ctext_close(c, "");
}

void emit_program_functions(struct emission *emission,
                            const struct program *program)
{
    for (const struct node *node = program->nodes; node; node = node->next) {
        if (!node_is_stepped(emission->plan, node) &&
            node_is_first(emission, node))
            emit_node(emission, node);
        if (node->cut)
            emit_join(emission, node);
    }
    bool predicts = program_predicts(program);
    for (int i = 0; !predicts && i < program_segments(program); i++)
        if (!segment_is_empty(program, i))
            emit_tile(emission, program, i);
}
