/* What the trainer calls: a whole batch, shared between the workers. */
#include "compiler/emit/emit.h"
#include "compiler/plan/optimizer.h"

/* The tiles or, where gradients are summed in them, the lanes that a worker
 * takes. */
static void emit_share(struct emission *emission, const struct program *program)
{
    struct ctext *c = &emission->c;
    const char *name = program_identifier(emission, program);
    bool has_lanes = program->lane;
    ctext_line(c, "int tiles = (%s + TILE - 1) / TILE;",
               halves_text(emission->arena, program->phase->share));
    if (has_lanes)
        ctext_line(c, "int lanes = (tiles * LANES + TILES - 1) / TILES;");
    ctext_line(c,
               "int first, last;\n"
               "guss_share_among(%s, LANES, worker, &first, &last);",
               has_lanes ? "lanes" : "tiles");
    if (program->tile)
        ctext_line(c,
                   "struct %s_tile *scratch = "
                   "&a->%s.tiles[worker->index %% LANES];",
                   name, name);
}

/* The calls for one part of the program, of all tiles that a worker takes. */
static void emit_tiles(struct emission *emission, const struct program *program,
                       int segment)
{
    struct ctext *c = &emission->c;
    const char *call = segment_identifier(emission, program, segment);
    const char *scratch = program->tile ? "scratch, " : "";
    if (!program->lane) {
        ctext_line(c,
                   "for (int tile = first; tile < last; tile++)\n"
                   "    %s(a, %sbatch, tile * TILE);",
                   call, scratch);
        return;
    }
    ctext_line(
        c,
        "for (int lane = first; lane < last; lane++) {\n"
        "    int begin = lane * TILES / LANES;\n"
        "    int end = (lane + 1) * TILES / LANES;\n"
        "    for (int tile = begin; tile < end && tile < tiles; tile++)\n"
        "        %s(a, %sbatch, tile * TILE, &a->%s[lane], "
        "tile == begin);\n"
        "}",
        call, scratch, lanes_member(emission, program));
}

/* All tiles reach the cut; one worker joins what they found. */
static void emit_cut(struct emission *emission, const struct program *program,
                     int segment)
{
    struct ctext *c = &emission->c;
    const struct node *node = segment_first(program, segment);
    while (!node->cut)
        node = node->next;
    ctext_line(c, "guss_barrier(worker);");
    ctext_head(c, "if (worker->index == 0)");
    emit_join_call(emission, node);
    ctext_line(c, "guss_barrier(worker);");
}

static void emit_segments(struct emission *emission,
                          const struct program *program)
{
    int segments = program_segments(program);
    emit_share(emission, program);
    for (int i = 0; i < segments; i++) {
        if (!segment_is_empty(program, i))
            emit_tiles(emission, program, i);
        if (i + 1 < segments)
            emit_cut(emission, program, i);
    }
}

/* The gradients over the batch of all uses of an operation. */
static void emit_gradient_calls(struct emission *emission,
                                const struct node *first)
{
    for (const struct node *node = first; node; node = node->next)
        if (node->kind == NODE_GRADIENT && nodes_share_operation(node, first))
            emit_node_call(emission, node);
}

/* A worker's part of a weight, and what goes with it of others. */
static void emit_weight_share(struct emission *emission,
                              const struct weight_plan *leader)
{
    struct ctext *c = &emission->c;
    const char *update = update_identifier(emission, leader);
    ctext_line(c, "guss_share_steps(%lld, %lld, worker, &first, &last);",
               (long long)leader->split.extent, (long long)leader->split.unit);
    if (leader->gradient == GRADIENT_LANES) {
        ctext_head(c, "if (first < last)");
        ctext_line(c, "%s(a, &step, first, last, lanes);", update);
        return;
    }
    ctext_open(c, "if (first < last)");
    emit_gradient_calls(emission, leader->trained_by);
    ctext_line(c, "%s(a, &step, first, last);", update);
    ctext_close(c, "");
}

static void emit_updates(struct emission *emission,
                         const struct program *program)
{
    struct ctext *c = &emission->c;
    bool over_batch = false;
    for (const struct node *node = program->nodes; node; node = node->next)
        over_batch |= node_reads_batch(node);
    ctext_line(c, "guss_barrier(worker);\n");
    ctext_comment(c, "The weights, each worker its part of every kernel.");
    if (over_batch)
        ctext_line(c,
                   "const struct %s_rows *rows = &%s;\n"
                   "int n_rows = tiles * TILE;",
                   program_identifier(emission, program),
                   rows_member(emission, program));
    ctext_line(
        c, "const struct guss_optimizer step = %s(optimizer, batch->update);",
        optimizer_facts(program_optimizer(emission->plan, program))->prepare);
    for (const struct weight_plan *leader = program->updates; leader;
         leader = leader->next_update)
        emit_weight_share(emission, leader);
}

void emit_entry(struct emission *emission, const struct program *program)
{
    struct ctext *c = &emission->c;
    bool trains = program_trains(program);
    ctext_comment(c, "%s", program->phase->comment);
    ctext_function(
        c,
        "static void %s(void *arena, const struct guss_batch *batch, "
        "%sconst struct guss_worker *worker)",
        program_identifier(emission, program),
        trains ? "const struct guss_optimizer *optimizer, " : "");
    ctext_line(c, "struct arena *a = arena;");
    emit_segments(emission, program);
    if (trains)
        emit_updates(emission, program);
    ctext_close(c, "");
    ctext_blank(c);
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
    ctext_blank(c);
}
