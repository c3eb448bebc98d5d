/* Lays out the memory of a plan: what there is of each kind, in the order of
 * the emitted file. */
#include "compiler/plan/storage.h"

#include <string.h>

#include "compiler/plan/optimizer.h"
#include "compiler/plan/plan.h"
#include "guss/model.h"

enum { LINE = 64 };

struct table {
    struct plan *plan;
    struct arena *arena;
    struct record **tail;
    struct record *weights, *transposed, *folded, *gradients, *memory;
    struct extent tiles, shards;
};

/* ---- arithmetic ------------------------------------------------------- */

static int64_t times(int64_t a, int64_t b)
{
    int64_t product;
    bool fits = !__builtin_mul_overflow(a, b, &product);
    return fits && product < MEMORY_MOST ? product : MEMORY_MOST;
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t aligned(int64_t size, int64_t alignment)
{
    int64_t up = (size + alignment - 1) / alignment * alignment;
    return smaller(up, MEMORY_MOST);
}

/* ---- records and members ---------------------------------------------- */

/* What the trainer reads of a loss. */
static const struct record loss_sums = {
    .name = "guss_sums",
    .bytes = sizeof(struct guss_sums),
    .alignment = _Alignof(struct guss_sums),
};

static int64_t member_bytes(const struct member *member)
{
    int64_t bytes = member->record ? member->record->bytes
                                   : dtype_info(member->dtype)->bytes;
    for (int i = 0; i < 2 && member->extents[i].count > 0; i++)
        bytes = times(bytes, member->extents[i].count);
    return bytes;
}

/* Appends a member behind the others of a struct, or on top of a union's; but
 * for one of a record that is empty. */
static void add(const struct table *table, struct record *to,
                struct member member)
{
    if (member.dtype == DTYPE_NONE &&
        (!member.record || member.record->bytes == 0))
        return;
    struct member *added = arena_alloc(table->arena, 1, sizeof *added);
    int64_t alignment = member.record ? member.record->alignment
                                      : dtype_info(member.dtype)->bytes;
    int64_t end =
        to->last && !to->is_union ? to->last->offset + to->last->bytes : 0;
    *added = member;
    added->parent = to;
    if (member.is_line_aligned)
        alignment = larger(alignment, LINE);
    added->offset = aligned(end, alignment);
    added->bytes = member_bytes(added);
    end = smaller(added->offset + added->bytes, MEMORY_MOST);
    to->alignment = larger(to->alignment, alignment);
    to->bytes = aligned(larger(to->bytes, end), to->alignment);
    *(to->last ? &to->last->next : &to->members) = added;
    to->last = added;
}

static struct extent number(int64_t count)
{
    return (struct extent){count, NULL, count};
}

static struct member one(const char *name, const struct record *record,
                         enum memory_part part)
{
    return (struct member){.name = name, .record = record, .part = part};
}

static struct member array(struct member member, struct extent extent)
{
    member.extents[0] = extent;
    return member;
}

static struct member on_line(struct member member)
{
    member.is_line_aligned = true;
    return member;
}

static struct record *new_record(const struct table *table, const char *name,
                                 const char *comment)
{
    struct record *record = arena_alloc(table->arena, 1, sizeof *record);
    *record = (struct record){.name = name, .comment = comment, .alignment = 1};
    return record;
}

/* A struct or a union inside another. */
static struct record *new_inner(const struct table *table, bool is_union)
{
    struct record *record = new_record(table, NULL, NULL);
    record->is_union = is_union;
    return record;
}

/* Declares a record that is whole; NULL, and nothing, where it is empty. */
static const struct record *declare(struct table *table, struct record *record)
{
    if (!record->members)
        return NULL;
    *table->tail = record;
    table->tail = &record->next;
    return record;
}

/* ---- weights ---------------------------------------------------------- */

static struct member matrix_member(const struct weight_plan *weight,
                                   struct matrix matrix)
{
    bool is_row = weight->weight->shape.rank == 1;
    return (struct member){
        .name = weight->weight->name,
        .weight = weight,
        .dtype = weight->dtype,
        .extents = {number(is_row ? matrix.stride : matrix.rows),
                    number(is_row ? 0 : matrix.stride)},
        .is_line_aligned = true,
    };
}

int64_t weight_read_bytes(const struct plan *plan, const struct weight *weight)
{
    const struct weight_plan *planned = weight_plan(plan, weight);
    struct member member = matrix_member(planned, weight_read(planned));
    return member_bytes(&member);
}

static void declare_weights(struct table *table)
{
    const struct plan *plan = table->plan;
    const struct {
        struct record **record;
        const char *name, *comment;
    } records[] = {
        {&table->weights, "weights",
         "All weights, in Keras's layouts; rows are padded to whole cache "
         "lines."},
        {&table->transposed, "transposed",
         "Kernels that are read by columns as well, transposed tap by tap; "
         "kept in step with the weights."},
        {&table->folded, "folded",
         "Kernels with the upsampling before them taken in, and their biases; "
         "kept in step with the weights."},
        {&table->gradients, "gradients",
         "The gradients that are not added up in the first shard."},
    };
    for (int i = 0; i < 4; i++)
        *records[i].record =
            new_record(table, records[i].name, records[i].comment);
    for (int i = 0; i < plan->n_weights; i++) {
        const struct weight_plan *weight = &plan->weights[i];
        struct member itself = matrix_member(
            weight, (struct matrix){weight->rows, weight->stride});
        add(table, table->weights, itself);
        if (weight->transposed.rows > 0)
            add(table, table->transposed,
                matrix_member(weight, weight->transposed));
        if (weight->folded.rows > 0)
            add(table, table->folded, matrix_member(weight, weight->folded));
        if (weight->has_own_gradient)
            add(table, table->gradients, itself);
    }
    if (plan->n_weights == 0)
        add(table, table->weights,
            (struct member){.name = "none",
                            .comment = "no layer has weights",
                            .dtype = plan->dtype,
                            .extents = {number(ROW_ALIGNMENT)}});
    for (int i = 0; i < 4; i++)
        declare(table, *records[i].record);
}

/* Of a program that trains. */
static void declare_shard(struct table *table, struct program *program)
{
    struct record *shard =
        new_record(table, program->phase->shard,
                   "The sum of gradients over one shard's tiles.");
    for (const struct node *node = program->nodes; node; node = node->next)
        for (int i = 0;
             node->kind == NODE_GRADIENT && i < node->operation->n_weights;
             i++) {
            const struct weight_plan *weight =
                weight_plan(table->plan, node->operation->weights[i]);
            if (weight->trained_by == node &&
                weight->gradient == GRADIENT_SHARDS)
                add(table, shard, matrix_member(weight, weight_read(weight)));
        }
    program->shard = declare(table, shard);
}

static bool is_updated_by(const struct weight_plan *weight,
                          const struct program *program)
{
    const struct weight_plan *leader = program->updates;
    while (leader && leader != weight->leader)
        leader = leader->next_update;
    return leader;
}

/* Of one whose gradients are clipped by norm. All of it is numbers, read as one
 * array. */
static void declare_squares(struct table *table, struct program *program)
{
    const struct plan *plan = table->plan;
    struct record *squares = new_record(
        table, "squares",
        "Sums of squares of gradients, one for each part of a weight that one "
        "worker takes.");
    if (!optimizer_clips_by_norm(program_optimizer(plan, program)))
        return;
    squares->program = program;
    for (int i = 0; i < plan->n_weights; i++) {
        const struct weight_plan *weight = &plan->weights[i];
        if (weight->leader && is_updated_by(weight, program))
            add(table, squares,
                array((struct member){.name = weight->weight->name,
                                      .weight = weight,
                                      .dtype = DTYPE_FLOAT64},
                      number(weight_parts(weight))));
    }
    program->squares = declare(table, squares);
}

/* ---- statistics ------------------------------------------------------- */

static const struct record *moments_of(const struct plan *plan,
                                       const struct layer *layer)
{
    const struct record *record = plan->records;
    while (record && record->layer != layer)
        record = record->next;
    return record;
}

static void declare_moments(struct table *table, const struct node *node)
{
    const struct layer *layer = node->layer;
    static const char *const rows[] = {"mean", "square", "inverse", "sum_dy",
                                       "sum_dy_xhat"};
    if (moments_of(table->plan, layer))
        return;
    const struct shape *shape = &node->operation->shape;
    struct record *moments = new_record(
        table, "moments",
        arena_printf(table->arena,
                     "Of each channel that %s reads: mean, the sum of squares "
                     "about it, 1 / its deviation; the sums of dy and of dy "
                     "times the normalised x.",
                     layer->name));
    moments->layer = layer;
    struct member member = {.name = "count", .dtype = table->plan->dtype};
    add(table, moments, member);
    member.extents[0] = number(shape->size[shape->rank - 1]);
    for (int i = 0; i < 5; i++) {
        member.name = rows[i];
        member.shares_line = i != 0 && i != 3;
        add(table, moments, member);
    }
    declare(table, moments);
}

/* Of each use in training: the statistics of every tile, and the batch's. */
static void add_statistics(const struct table *table, const struct node *node)
{
    const struct record *moments = moments_of(table->plan, node->layer);
    struct record *both = new_inner(table, false);
    struct member batch = one("batch", moments, PART_OTHER);
    struct member member = one(node->layer->name, both, PART_STATISTICS);
    batch.shares_line = true;
    member.statistics = node;
    add(table, both, array(one("tiles", moments, PART_OTHER), table->tiles));
    add(table, both, batch);
    add(table, table->memory, member);
}

/* ---- values ----------------------------------------------------------- */

static struct member tensor_member(const struct plan *plan,
                                   const struct tensor *tensor)
{
    int64_t values = tensor_values(tensor);
    int64_t rows = times(plan->tiles, plan->tile);
    bool is_whole = tensor->storage->whole_batch;
    struct extent tiles = {0, "TILES", plan->tiles};
    struct extent tile = {values, "TILE", times(values, plan->tile)};
    struct member member = {
        .name = tensor->name, .tensor = tensor, .dtype = tensor->dtype};
    if (!tensor->batch_innermost) {
        member.extents[0] = is_whole ? (struct extent){0, "ROWS", rows}
                                     : (struct extent){0, "TILE", plan->tile};
        member.extents[1] = number(row_stride(values));
    } else if (is_whole) {
        member.extents[0] = tiles;
        member.extents[1] = tile;
    } else {
        member.extents[0] = tile;
    }
    return member;
}

int64_t tensor_bytes(const struct plan *plan, const struct tensor *tensor)
{
    struct member member = tensor_member(plan, tensor);
    return member_bytes(&member);
}

/* The values of a program: each storage is a member, or a union of the tensors
 * that share it. Those that fusion left without a use have no memory. */
static void declare_values(struct table *table, struct program *program)
{
    const char *use = program_use(program);
    struct record *rows = new_record(
        table, "rows",
        arena_printf(table->arena, "What %s keeps of every sample, a row each.",
                     use));
    struct record *tile = new_record(
        table, "tile",
        arena_printf(table->arena,
                     "What %s keeps of one tile of samples; what shares memory "
                     "shows as a union.",
                     use));
    size_t n = (size_t)program->n_tensors;
    struct record **shared = arena_alloc(table->arena, n, sizeof *shared);
    for (size_t i = 0; i < n; i++) {
        shared[i] = new_inner(table, true);
        shared[i]->program = program;
    }
    rows->program = tile->program = program;
    for (size_t i = 0; i < n; i++) {
        const struct tensor *tensor = program->tensors[i];
        if (tensor->is_used && !tensor->whole)
            add(table, shared[tensor->storage->index],
                tensor_member(table->plan, tensor));
    }
    for (size_t i = 0; i < n; i++) {
        const struct member *first = shared[i]->members;
        bool is_shared = first && first->next;
        add(table, program->tensors[i]->whole_batch ? rows : tile,
            is_shared || !first ? one(NULL, shared[i], PART_OTHER) : *first);
    }
    program->rows = declare(table, rows);
    program->tile = declare(table, tile);
}

/* ---- the whole -------------------------------------------------------- */

/* Optimizers of several kinds share their slots. */
static bool has_several_kinds(const struct objective_plan *objective)
{
    for (int i = 1; i < objective->n_trained; i++)
        if (objective->optimizers[i]->kind != objective->optimizers[0]->kind)
            return true;
    return false;
}

/* Slots of all optimizers together. */
static void name_slots(const struct table *table)
{
    struct plan *plan = table->plan;
    const struct objective_plan *objective = plan->objective;
    const struct optimizer_info *first =
        optimizer_info(objective->optimizers[0]->kind);
    for (int i = 0; i < objective->n_trained; i++) {
        enum optimizer_kind kind = objective->optimizers[i]->kind;
        plan->n_slots =
            (int)larger(plan->n_slots, optimizer_info(kind)->n_slots);
    }
    for (int i = 0; i < plan->n_slots; i++)
        plan->slots[i] = has_several_kinds(objective)
                             ? arena_printf(table->arena, "slot_%d", i + 1)
                             : arena_printf(table->arena, "%s_%s", first->name,
                                            first->slots[i]);
}

/* The sums of a phase's losses; an evaluation uses those of an update. */
static void add_sums(const struct table *table, const struct phase *phase)
{
    for (int i = 0; i < phase->n_losses && !phase->is_evaluation; i++)
        add(table, table->memory,
            array(one(phase->losses[i].sums, &loss_sums, PART_OTHER),
                  table->tiles));
}

static void add_training(const struct table *table)
{
    const struct plan *plan = table->plan;
    struct record *to = table->memory;
    name_slots(table);
    add(table, to, one("gradients", table->gradients, PART_GRADIENTS));
    for (int i = 0; i < plan->n_slots; i++)
        add(table, to, one(plan->slots[i], table->weights, PART_OPTIMIZER));
    for (const struct program *program = plan->programs; program;
         program = program->next) {
        const struct record *shard = program->shard;
        if (shard)
            add(table, to,
                array(one(arena_printf(table->arena, "%ss", shard->name), shard,
                          PART_SHARDS),
                      table->shards));
        if (program->squares)
            add(table, to,
                one(arena_printf(table->arena, "%s_squares",
                                 program->phase->name),
                    program->squares, PART_GRADIENTS));
        if (program_keeps_result(program))
            add(table, to,
                on_line(one(program->phase->kept, program->rows, PART_KEPT)));
    }
    for (int i = 0; i < plan->objective->n_phases; i++)
        add_sums(table, &plan->objective->phases[i]);
}

static void add_program(const struct table *table, struct record *to,
                        const struct program *program)
{
    struct record *both = new_inner(table, false);
    struct member member = one(program_name(program), both, PART_OTHER);
    bool is_apart = program_keeps_result(program);
    if (!is_apart)
        add(table, both, on_line(one("rows", program->rows, PART_ROWS)));
    if (is_apart && !program->tile)
        add(table, both,
            (struct member){.name = "none",
                            .comment = "all is in its rows",
                            .dtype = DTYPE_CHAR});
    add(table, both,
        on_line(array(one("tiles", program->tile, PART_TILES), table->shards)));
    member.program = program;
    add(table, to, member);
}

static void declare_memory(struct table *table)
{
    const struct plan *plan = table->plan;
    struct record *memory =
        new_record(table, "arena",
                   "Everything: one block of memory, nothing allocated later.");
    struct record *programs = new_inner(table, true);
    table->memory = memory;
    add(table, memory, on_line(one("weights", table->weights, PART_WEIGHTS)));
    add(table, memory, one("transposed", table->transposed, PART_TRANSPOSED));
    add(table, memory, one("folded", table->folded, PART_FOLDED));
    if (plan->objective)
        add_training(table);
    for (const struct program *program = plan->programs; program;
         program = program->next) {
        for (const struct node *node = program->nodes; node; node = node->next)
            if (node->kind == NODE_MOMENTS)
                add_statistics(table, node);
        add_program(table, programs, program);
    }
    add(table, memory, one(NULL, programs, PART_OTHER));
    table->plan->memory = declare(table, memory);
}

void plan_storage(struct plan *plan, struct arena *arena)
{
    struct table table = {
        .plan = plan,
        .arena = arena,
        .tail = &plan->records,
        .tiles = {0, "TILES", plan->tiles},
        .shards = {0, "SHARDS", plan->shards},
    };
    declare_weights(&table);
    for (struct program *program = plan->programs; program;
         program = program->next)
        if (program_trains(program)) {
            declare_shard(&table, program);
            declare_squares(&table, program);
        }
    for (const struct program *program = plan->programs; program;
         program = program->next)
        for (const struct node *node = program->nodes; node; node = node->next)
            if (node->kind == NODE_MOMENTS)
                declare_moments(&table, node);
    for (struct program *program = plan->programs; program;
         program = program->next)
        declare_values(&table, program);
    declare_memory(&table);
}

/* ---- printing --------------------------------------------------------- */

bool member_is_inner(const struct member *member)
{
    return member->record && !member->record->name;
}

void extents_print(const struct member *member, struct text *out)
{
    for (int i = 0; i < 2 && member->extents[i].count > 0; i++) {
        const struct extent *extent = &member->extents[i];
        text_puts(out, "[");
        if (extent->factor > 0)
            text_printf(out, "%lld%s", (long long)extent->factor,
                        extent->name ? " * " : "");
        text_printf(out, "%s]", extent->name ? extent->name : "");
    }
}

static const char *type_text(const struct member *member)
{
    if (!member->record)
        return dtype_info(member->dtype)->word;
    return !member_is_inner(member)   ? member->record->name
           : member->record->is_union ? "union"
                                      : "struct";
}

static void print_members(const struct record *record, int depth,
                          struct text *out)
{
    for (const struct member *member = record->members; member;
         member = member->next) {
        const struct weight_plan *weight = member->weight;
        text_printf(out, "%*s%lld: ", 2 * depth, "", (long long)member->offset);
        if (weight)
            text_printf(out, "%s/%s ", weight->layer->network->name,
                        weight->layer->name);
        text_printf(out, "%s %s", member->name ? member->name : "-",
                    type_text(member));
        extents_print(member, out);
        text_printf(out, ", %lld bytes", (long long)member->bytes);
        if (member->tensor)
            text_printf(out, ", nodes %d to %d", member->tensor->storage->first,
                        member->tensor->storage->last);
        text_puts(out, "\n");
        if (member_is_inner(member))
            print_members(member->record, depth + 1, out);
    }
}

/* A line a member, nested as the records are. */
void storage_print(const struct plan *plan, struct text *out)
{
    for (const struct record *record = plan->records; record;
         record = record->next) {
        text_puts(out, record->name);
        if (record->program)
            text_printf(out, " of %s %s", program_name(record->program),
                        record->program->network->name);
        if (record->layer)
            text_printf(out, " of %s/%s", record->layer->network->name,
                        record->layer->name);
        text_printf(out, ": %lld bytes\n", (long long)record->bytes);
        print_members(record, 1, out);
    }
}
