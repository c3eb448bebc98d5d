/* What the trainer calls: a whole batch, shared between the workers. */
#include "compiler/emit/emit.h"
#include "compiler/plan/optimizer.h"

/* "train_gradients": a part of what a program's function does. */
static const char *part_identifier(struct emission *emission,
                                   const struct program *program,
                                   const char *part)
{
    return arena_printf(emission->arena, "%s_%s",
                        program_identifier(emission, program), part);
}

/* How many tiles the batch fills, and shards where gradients are summed in
 * them. */
static void emit_counts(struct emission *emission,
                        const struct program *program)
{
    struct ctext *c = &emission->c;
    ctext_line(c, "int tiles = (%s + TILE - 1) / TILE;",
               halves_text(emission->arena, program->phase->share));
    if (program->shard)
        ctext_line(c, "int shards = (tiles * SHARDS + TILES - 1) / TILES;");
}

/* The calls for one part of the program, of all tiles that a worker takes. */
static void emit_tiles(struct emission *emission, const struct program *program,
                       int segment)
{
    struct ctext *c = &emission->c;
    const char *call = segment_identifier(emission, program, segment);
    const char *name = program_identifier(emission, program);
    const char *scratch =
        program->tile ? arena_printf(emission->arena,
                                     "&a->%s.tiles[worker->index], ", name)
                      : "";
    ctext_line(c, "units = guss_units_among(worker, %s, SHARDS);",
               program->shard ? "shards" : "tiles");
    ctext_line(c, "while (guss_take(&units))");
    if (!program->shard) {
        ctext_line(c,
                   "    for (int tile = units.first; tile < units.last; "
                   "tile++)\n"
                   "        %s(a, %sbatch, tile * TILE);",
                   call, scratch);
        return;
    }
    ctext_line(
        c,
        "    for (int shard = units.first; shard < units.last; shard++) {\n"
        "        int begin = shard * TILES / SHARDS;\n"
        "        int end = (shard + 1) * TILES / SHARDS;\n"
        "        for (int tile = begin; tile < end && tile < tiles; tile++)\n"
        "            %s(a, %sbatch, tile * TILE, &a->%s[shard], "
        "tile == begin);\n"
        "    }",
        call, scratch, shards_member(emission, program));
}

/* All tiles reach the cut; one worker joins what they found. */
static void emit_cut(struct emission *emission, const struct program *program,
                     int segment)
{
    struct ctext *c = &emission->c;
    const struct node *node = segment_first(program, segment);
    while (!node->cut)
        node = node->next;
    ctext_line(c, "guss_barrier(worker);\n"
                  "units = guss_units(worker, 1, 1);");
    ctext_head(c, "while (guss_take(&units))");
    emit_join_call(emission, node);
    ctext_line(c, "guss_barrier(worker);");
}

static void emit_segments(struct emission *emission,
                          const struct program *program)
{
    int segments = program_segments(program);
    emit_counts(emission, program);
    ctext_line(&emission->c, "struct guss_units units;");
    for (int i = 0; i < segments; i++) {
        if (!segment_is_empty(program, i))
            emit_tiles(emission, program, i);
        if (i + 1 < segments)
            emit_cut(emission, program, i);
    }
}

/* ---- gradients ---------------------------------------------------------- */

static bool has_gradients(const struct program *program,
                          enum gradient_sum gradient)
{
    for (const struct weight_plan *leader = program->updates; leader;
         leader = leader->next_update)
        if (leader->gradient == gradient)
            return true;
    return false;
}

/* The head of a loop over the parts of a weight that a worker takes. */
static void emit_parts(struct emission *emission,
                       const struct weight_plan *leader)
{
    ctext_line(&emission->c, "units = guss_units(worker, %lld, %lld);",
               (long long)leader->split.extent, (long long)leader->split.part);
}

/* The gradient over the batch of all uses of an operation, a worker's part. */
static void emit_batch_gradient(struct emission *emission,
                                const struct weight_plan *leader)
{
    struct ctext *c = &emission->c;
    const struct node *first = leader->trained_by;
    emit_parts(emission, leader);
    ctext_open(c, "while (guss_take(&units))");
    for (const struct node *node = first; node; node = node->next)
        if (node->kind == NODE_GRADIENT && nodes_share_operation(node, first))
            emit_node_call(emission, node);
    ctext_close(c, "");
}

/* Of which gradients over the batch are computed. */
static void emit_rows_of_batch(struct emission *emission,
                               const struct program *program)
{
    ctext_line(&emission->c,
               "const struct %s_rows *rows = &%s;\n"
               "int n_rows = tiles * TILE;",
               program_identifier(emission, program),
               rows_member(emission, program));
}

static void emit_batch_gradients(struct emission *emission,
                                 const struct program *program)
{
    struct ctext *c = &emission->c;
    bool reads_batch = false;
    for (const struct node *node = program->nodes; node; node = node->next)
        reads_batch |=
            node_reads_batch(node) && !node_is_stepped(emission->plan, node);
    ctext_blank(c);
    ctext_comment(c, "Over the whole batch, each worker its part of every "
                     "kernel.");
    if (reads_batch)
        emit_rows_of_batch(emission, program);
    for (const struct weight_plan *leader = program->updates; leader;
         leader = leader->next_update)
        if (leader->gradient == GRADIENT_BATCH)
            emit_batch_gradient(emission, leader);
}

/* Where they are when all workers are back. */
static const char *gradients_comment(struct emission *emission,
                                     const struct program *program)
{
    struct text text = text_new(emission->arena);
    text_puts(&text, "The gradients of one batch.");
    if (has_gradients(program, GRADIENT_SHARDS))
        text_printf(&text,
                    " Those of small kernels lie in `%s`, to be added "
                    "up.",
                    shards_member(emission, program));
    if (has_gradients(program, GRADIENT_BATCH))
        text_puts(&text, " Those of larger ones lie in `gradients`.");
    if (has_gradients(program, GRADIENT_STEPPED))
        text_puts(&text, " Those of large kernels are computed when they are "
                         "stepped.");
    return text_string(&text);
}

/* Where the gradient of an update exists: the place to add up those of several
 * machines, or to limit it. */
static void emit_gradients(struct emission *emission,
                           const struct program *program)
{
    struct ctext *c = &emission->c;
    bool over_batch = has_gradients(program, GRADIENT_BATCH);
    ctext_comment(c, "%s", gradients_comment(emission, program));
    ctext_function(c,
                   "static void %s(void *arena, "
                   "const struct guss_batch *batch, "
                   "const struct guss_worker *worker)",
                   part_identifier(emission, program, "gradients"));
    ctext_line(c, "struct arena *a = arena;");
    emit_segments(emission, program);
    ctext_line(c, "guss_barrier(worker);");
    if (over_batch) {
        emit_batch_gradients(emission, program);
        ctext_line(c, "guss_barrier(worker);");
    }
    ctext_close(c, "");
}

/* ---- the step ------------------------------------------------------------ */

/* Norms are those of whole gradients: each worker adds up what it applies, and
 * its squares. */
static void emit_all_squares(struct emission *emission,
                             const struct program *program)
{
    struct ctext *c = &emission->c;
    ctext_comment(c,
                  "Adds up those gradients and their squares, each worker its "
                  "part of every kernel.");
    ctext_function(c,
                   "static void %s(void *arena, "
                   "const struct guss_batch *batch, "
                   "const struct guss_worker *worker)",
                   part_identifier(emission, program, "squares"));
    ctext_line(c, "struct arena *a = arena;");
    if (has_gradients(program, GRADIENT_SHARDS))
        emit_counts(emission, program);
    else
        ctext_line(c, "(void)batch;");
    ctext_line(c, "struct guss_units units;");
    for (const struct weight_plan *leader = program->updates; leader;
         leader = leader->next_update) {
        emit_parts(emission, leader);
        ctext_head(c, "while (guss_take(&units))");
        ctext_line(c, "%s(a, units.first, units.last%s);",
                   squares_identifier(emission, leader),
                   leader->gradient == GRADIENT_SHARDS ? ", shards" : "");
    }
    ctext_line(c, "guss_barrier(worker);");
    ctext_close(c, "");
}

static void emit_weight_step(struct emission *emission,
                             const struct weight_plan *leader)
{
    struct ctext *c = &emission->c;
    emit_parts(emission, leader);
    ctext_head(c, "while (guss_take(&units))");
    ctext_line(c, "%s(a, &step, %sunits.first, units.last);",
               update_identifier(emission, leader),
               update_arguments(emission, leader));
}

/* The numbers of one update, for all weights. */
static void emit_prepared(struct emission *emission,
                          const struct program *program)
{
    struct ctext *c = &emission->c;
    const struct optimizer_info *optimizer =
        optimizer_info(program_optimizer(emission->plan, program)->kind);
    ctext_line(c,
               "%sstruct guss_optimizer step = %s(optimizer, batch->update);",
               program->squares ? "" : "const ", optimizer->prepare);
    if (!program->squares)
        return;
    const char *squares = squares_member(emission, program);
    ctext_line(c,
               "step.scale = guss_global_scale(optimizer, (int)(sizeof %s / "
               "sizeof(double)), (const double *)&%s);",
               squares, squares);
}

static void emit_apply(struct emission *emission, const struct program *program)
{
    struct ctext *c = &emission->c;
    enum optimizer_kind optimizer =
        program_optimizer(emission->plan, program)->kind;
    ctext_comment(c,
                  "%s's step by those gradients, each worker its part of "
                  "every kernel.",
                  optimizer_word(optimizer));
    ctext_function(c,
                   "static void %s(void *arena, "
                   "const struct guss_batch *batch, "
                   "const struct guss_optimizer *optimizer, "
                   "const struct guss_worker *worker)",
                   part_identifier(emission, program, "apply"));
    ctext_line(c, "struct arena *a = arena;");
    bool steps_at_once = has_gradients(program, GRADIENT_STEPPED);
    if ((has_gradients(program, GRADIENT_SHARDS) && !program->squares) ||
        steps_at_once)
        emit_counts(emission, program);
    if (steps_at_once)
        emit_rows_of_batch(emission, program);
    ctext_line(c, "struct guss_units units;");
    emit_prepared(emission, program);
    for (const struct weight_plan *leader = program->updates; leader;
         leader = leader->next_update)
        emit_weight_step(emission, leader);
    ctext_close(c, "");
}

/* ---- entries ------------------------------------------------------------- */

static void emit_training(struct emission *emission,
                          const struct program *program)
{
    struct ctext *c = &emission->c;
    bool has_norms = program->squares;
    emit_gradients(emission, program);
    if (has_norms)
        emit_all_squares(emission, program);
    emit_apply(emission, program);
    ctext_comment(c, "%s", program->phase->comment);
    ctext_function(c,
                   "static void %s(void *arena, "
                   "const struct guss_batch *batch, "
                   "const struct guss_optimizer *optimizer, "
                   "const struct guss_worker *worker)",
                   program_identifier(emission, program));
    ctext_line(c, "%s(arena, batch, worker);",
               part_identifier(emission, program, "gradients"));
    if (has_norms)
        ctext_line(c, "%s(arena, batch, worker);",
                   part_identifier(emission, program, "squares"));
    ctext_line(c, "%s(arena, batch, optimizer, worker);",
               part_identifier(emission, program, "apply"));
    ctext_close(c, "");
}

void emit_entry(struct emission *emission, const struct program *program)
{
    struct ctext *c = &emission->c;
    if (program_trains(program)) {
        emit_training(emission, program);
        return;
    }
    ctext_comment(c, "%s", program->phase->comment);
    ctext_function(c,
                   "static void %s(void *arena, "
                   "const struct guss_batch *batch, "
                   "const struct guss_worker *worker)",
                   program_identifier(emission, program));
    ctext_line(c, "struct arena *a = arena;");
    emit_segments(emission, program);
    ctext_close(c, "");
}

/* The call of a phase's function, as a part of train(). */
static void emit_phase_call(struct emission *emission,
                            const struct phase *phase)
{
    const char *optimizer =
        phase_trains(phase) ? arena_printf(emission->arena, "&optimizer[%d], ",
                                           phase->optimizer)
                            : "";
    ctext_line(&emission->c, "%s(arena, batch, %sworker);", phase->name,
               optimizer);
}

void emit_whole_update(struct emission *emission)
{
    struct ctext *c = &emission->c;
    const struct objective_plan *objective = emission->plan->objective;
    const struct phase *last = objective_last(objective);
    if (last == objective->phases)
        return;
    ctext_comment(c, "%s Run by every worker of a team.", objective->comment);
    ctext_function(c, "static void train(void *arena, "
                      "const struct guss_batch *batch, "
                      "const struct guss_optimizer *optimizer, "
                      "const struct guss_worker *worker)");
    for (const struct phase *phase = objective->phases; phase <= last;
         phase++) {
        emit_phase_call(emission, phase);
        if (phase < last)
            ctext_line(c, "guss_barrier(worker);");
    }
    ctext_close(c, "");
}
