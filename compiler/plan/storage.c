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

/* ---- members ---------------------------------------------------------- */

static int64_t real_size(const struct plan *plan)
{
    return strcmp(plan->real_name, "double") == 0 ? 8 : 4;
}

static int64_t element_bytes(const struct plan *plan,
                             const struct member *member)
{
    switch (member->element) {
    case ELEMENT_REAL:
        return real_size(plan);
    case ELEMENT_FLOAT:
        return (int64_t)sizeof(float);
    case ELEMENT_CHAR:
        return 1;
    case ELEMENT_SUMS:
        return (int64_t)sizeof(struct guss_sums);
    default:
        return member->record->bytes;
    }
}

static int64_t element_alignment(const struct plan *plan,
                                 const struct member *member)
{
    switch (member->element) {
    case ELEMENT_SUMS:
        return _Alignof(struct guss_sums);
    case ELEMENT_RECORD:
        return member->record->alignment;
    default:
        return element_bytes(plan, member);
    }
}

static int64_t member_bytes(const struct plan *plan,
                            const struct member *member)
{
    int64_t bytes = element_bytes(plan, member);
    for (int i = 0; i < member->n_extents; i++)
        bytes = times(bytes, member->extents[i].count);
    return bytes;
}

/* Appends a member behind the others of a struct, or on top of a union's. */
static void add(const struct table *table, struct record *to,
                struct member member)
{
    struct member *new = arena_alloc(table->arena, 1, sizeof *new);
    int64_t alignment = element_alignment(table->plan, &member);
    int64_t end =
        to->last && !to->is_union ? to->last->offset + to->last->bytes : 0;
    *new = member;
    new->parent = to;
    if (member.is_line_aligned)
        alignment = larger(alignment, LINE);
    new->offset = aligned(end, alignment);
    new->bytes = member_bytes(table->plan, new);
    end = smaller(new->offset + new->bytes, MEMORY_MOST);
    to->alignment = larger(to->alignment, alignment);
    to->bytes = aligned(larger(to->bytes, end), to->alignment);
    *(to->last ? &to->last->next : &to->members) = new;
    to->last = new;
}

static struct extent number(int64_t count)
{
    return (struct extent){count, NULL, count};
}

static struct extent constant(const char *name, int64_t value)
{
    return (struct extent){0, name, value};
}

static struct record *new_record(const struct table *table,
                                 enum record_kind kind)
{
    struct record *record = arena_alloc(table->arena, 1, sizeof *record);
    *record = (struct record){.kind = kind, .alignment = 1};
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

/* Adds a member of a record that may not be; `member` says the rest. */
static void add_record(const struct table *table, struct record *to,
                       const struct record *record, struct member member)
{
    if (!record)
        return;
    member.element = ELEMENT_RECORD;
    member.record = record;
    add(table, to, member);
}

/* ---- weights ---------------------------------------------------------- */

static struct member matrix_member(const struct weight_plan *weight,
                                   struct matrix matrix)
{
    struct member member = {
        .kind = MEMBER_WEIGHT, .weight = weight, .is_line_aligned = true};
    if (weight->weight->shape.rank > 1)
        member.extents[member.n_extents++] = number(matrix.rows);
    member.extents[member.n_extents++] = number(matrix.stride);
    return member;
}

static void add_weight(const struct table *table, struct record *to,
                       const struct weight_plan *weight)
{
    struct matrix matrix = {weight->rows, weight->stride};
    add(table, to, matrix_member(weight, matrix));
}

int64_t weight_read_bytes(const struct plan *plan, const struct weight *weight)
{
    const struct weight_plan *planned = weight_plan(plan, weight);
    struct member member = matrix_member(planned, weight_read(planned));
    return member_bytes(plan, &member);
}

/* The records of all weights, and of what is derived from them. */
struct weight_records {
    const struct record *weights, *transposed, *folded, *gradients;
};

static struct weight_records declare_weights(struct table *table)
{
    const struct plan *plan = table->plan;
    struct record *weights = new_record(table, RECORD_WEIGHTS);
    struct record *transposed = new_record(table, RECORD_TRANSPOSED);
    struct record *folded = new_record(table, RECORD_FOLDED);
    struct record *gradients = new_record(table, RECORD_GRADIENTS);
    for (int i = 0; i < plan->n_weights; i++) {
        const struct weight_plan *weight = &plan->weights[i];
        add_weight(table, weights, weight);
        if (weight->transposed.rows > 0)
            add(table, transposed, matrix_member(weight, weight->transposed));
        if (weight->folded.rows > 0)
            add(table, folded, matrix_member(weight, weight->folded));
        if (weight->has_own_gradient)
            add_weight(table, gradients, weight);
    }
    if (plan->n_weights == 0)
        add(table, weights,
            (struct member){.kind = MEMBER_NONE,
                            .extents = {number(ROW_ALIGNMENT)},
                            .n_extents = 1});
    return (struct weight_records){
        declare(table, weights), declare(table, transposed),
        declare(table, folded), declare(table, gradients)};
}

/* Sums of gradients: those of a kernel with an upsampling in it are of that. */
static void declare_lane(struct table *table, struct program *program)
{
    struct record *lane = new_record(table, RECORD_LANE);
    lane->program = program;
    for (const struct node *node = program->nodes; node; node = node->next)
        for (int i = 0;
             node->kind == NODE_GRADIENT && i < node->layer->n_weights; i++) {
            const struct weight_plan *weight =
                weight_plan(table->plan, &node->layer->weights[i]);
            if (weight->trained_by == node &&
                weight->gradient == GRADIENT_LANES)
                add(table, lane, matrix_member(weight, weight_read(weight)));
        }
    program->lane = declare(table, lane);
}

/* ---- statistics ------------------------------------------------------- */

static const struct record *moments_of(const struct plan *plan,
                                       const struct layer *layer)
{
    const struct record *record = plan->records;
    while (record &&
           !(record->kind == RECORD_MOMENTS && record->layer == layer))
        record = record->next;
    return record;
}

static void declare_moments(struct table *table, const struct layer *layer)
{
    static const char *const rows[] = {"mean", "square", "inverse", "slope",
                                       "product"};
    if (moments_of(table->plan, layer))
        return;
    const struct shape *shape = &layer->shape;
    struct record *moments = new_record(table, RECORD_MOMENTS);
    moments->layer = layer;
    add(table, moments, (struct member){.kind = MEMBER_WORD, .word = "count"});
    for (int i = 0; i < 5; i++)
        add(table, moments,
            (struct member){.kind = MEMBER_WORD,
                            .word = rows[i],
                            .extents = {number(shape->size[shape->rank - 1])},
                            .n_extents = 1,
                            .shares_line = i != 0 && i != 3});
    declare(table, moments);
}

/* Of each use in training: the statistics of every tile, and the batch's. */
static void add_statistics(const struct table *table, struct record *to,
                           const struct node *node)
{
    const struct record *moments = moments_of(table->plan, node->layer);
    struct record *statistics = new_record(table, RECORD_INNER);
    struct extent tiles = constant("TILES", table->plan->tiles);
    add_record(table, statistics, moments,
               (struct member){.kind = MEMBER_WORD,
                               .word = "tiles",
                               .extents = {tiles},
                               .n_extents = 1});
    add_record(table, statistics, moments,
               (struct member){
                   .kind = MEMBER_WORD, .word = "batch", .shares_line = true});
    add_record(table, to, statistics,
               (struct member){.kind = MEMBER_STATISTICS,
                               .node = node,
                               .part = PART_STATISTICS});
}

/* ---- values ----------------------------------------------------------- */

static struct member tensor_member(const struct plan *plan,
                                   const struct tensor *tensor)
{
    int64_t values = tensor_values(tensor);
    bool is_whole = tensor->storage->whole_batch;
    struct member member = {
        .kind = MEMBER_TENSOR,
        .tensor = tensor,
        .element = tensor->is_mask ? ELEMENT_FLOAT : ELEMENT_REAL,
        .first = tensor->storage->first,
        .last = tensor->storage->last,
    };
    if (tensor->by_sample) {
        if (is_whole)
            member.extents[member.n_extents++] = constant("TILES", plan->tiles);
        member.extents[member.n_extents++] =
            (struct extent){values, "TILE", times(values, plan->tile)};
        return member;
    }
    member.extents[member.n_extents++] =
        is_whole ? constant("ROWS", times(plan->tiles, plan->tile))
                 : constant("TILE", plan->tile);
    member.extents[member.n_extents++] = number(row_stride(values));
    return member;
}

int64_t tensor_bytes(const struct plan *plan, const struct tensor *tensor)
{
    struct member member = tensor_member(plan, tensor);
    return member_bytes(plan, &member);
}

/* The tensors that are used, by the storage that they share; those that fusion
 * left without a use have no memory. */
struct sharing {
    struct tensor **of; /* one after another, storage by storage */
    int *first;         /* where those of a storage begin in it */
};

static struct sharing find_sharing(struct arena *arena,
                                   const struct program *program)
{
    int n = program->n_tensors;
    struct sharing sharing = {
        arena_alloc(arena, (size_t)n, sizeof *sharing.of),
        arena_alloc(arena, (size_t)n + 1, sizeof *sharing.first)};
    memset(sharing.first, 0, ((size_t)n + 1) * sizeof *sharing.first);
    for (int i = 0; i < n; i++)
        if (program->tensors[i]->is_used)
            sharing.first[program->tensors[i]->storage->index]++;
    for (int i = 0; i < n; i++)
        sharing.first[i + 1] += sharing.first[i];
    for (int i = n - 1; i >= 0; i--)
        if (program->tensors[i]->is_used)
            sharing.of[--sharing.first[program->tensors[i]->storage->index]] =
                program->tensors[i];
    return sharing;
}

/* One storage: a member, or a union of those that share it. */
static void add_shared(const struct table *table, struct record *to,
                       struct tensor *const *tensors, int n)
{
    if (n == 1) {
        add(table, to, tensor_member(table->plan, tensors[0]));
        return;
    }
    struct record *all = new_record(table, RECORD_INNER);
    all->is_union = true;
    all->program = to->program;
    for (int i = 0; i < n; i++)
        add(table, all, tensor_member(table->plan, tensors[i]));
    add_record(table, to, all, (struct member){.kind = MEMBER_INNER});
}

static void declare_values(struct table *table, struct program *program)
{
    struct sharing sharing = find_sharing(table->arena, program);
    struct record *rows = new_record(table, RECORD_ROWS);
    struct record *tile = new_record(table, RECORD_TILE);
    rows->program = tile->program = program;
    for (int i = 0; i < program->n_tensors; i++) {
        int first = sharing.first[i], n = sharing.first[i + 1] - first;
        if (n > 0)
            add_shared(table, program->tensors[i]->whole_batch ? rows : tile,
                       &sharing.of[first], n);
    }
    program->rows = declare(table, rows);
    program->tile = declare(table, tile);
}

/* ---- the whole -------------------------------------------------------- */

/* What a GAN's generator made stays while others use the programs' memory. */
static bool keeps_rows_apart(const struct program *program)
{
    return program->kind == PROGRAM_IMITATE;
}

static int slot_count_of(const struct optimizer_settings *optimizer)
{
    return optimizer_facts(optimizer->kind)->n_slots;
}

int slot_count(const struct plan *plan)
{
    int count = slot_count_of(&plan->schedule->optimizer);
    return plan->discriminator
               ? (int)larger(
                     count,
                     slot_count_of(&plan->schedule->discriminator_optimizer))
               : count;
}

static void add_training(const struct table *table, struct record *to,
                         const struct weight_records *records)
{
    const struct plan *plan = table->plan;
    struct extent lanes = constant("LANES", plan->lanes);
    struct extent tiles = constant("TILES", plan->tiles);
    add_record(table, to, records->gradients,
               (struct member){.word = "gradients", .part = PART_GRADIENTS});
    for (int i = 0; i < slot_count(plan); i++)
        add_record(table, to, records->weights,
                   (struct member){
                       .kind = MEMBER_SLOT, .slot = i, .part = PART_OPTIMIZER});
    for (const struct program *program = plan->programs; program;
         program = program->next) {
        add_record(table, to, program->lane,
                   (struct member){.kind = MEMBER_LANES,
                                   .program = program,
                                   .extents = {lanes},
                                   .n_extents = 1,
                                   .part = PART_LANES});
        if (keeps_rows_apart(program))
            add_record(table, to, program->rows,
                       (struct member){.word = "imitations",
                                       .is_line_aligned = true,
                                       .part = PART_IMITATIONS});
    }
    for (int i = 0; i < (plan->discriminator ? 2 : 1); i++)
        add(table, to,
            (struct member){.word = i ? "generator_sums" : "sums",
                            .element = ELEMENT_SUMS,
                            .extents = {tiles},
                            .n_extents = 1});
}

static void add_program(const struct table *table, struct record *to,
                        const struct program *program)
{
    struct record *both = new_record(table, RECORD_INNER);
    bool is_apart = keeps_rows_apart(program);
    if (!is_apart)
        add_record(table, both, program->rows,
                   (struct member){.word = "rows",
                                   .is_line_aligned = true,
                                   .part = PART_ROWS});
    if (is_apart && !program->tile)
        add(table, both,
            (struct member){.kind = MEMBER_NONE, .element = ELEMENT_CHAR});
    struct extent lanes = constant("LANES", table->plan->lanes);
    add_record(table, both, program->tile,
               (struct member){.word = "tiles",
                               .extents = {lanes},
                               .n_extents = 1,
                               .is_line_aligned = true,
                               .part = PART_TILES});
    add_record(table, to, both,
               (struct member){.kind = MEMBER_PROGRAM, .program = program});
}

static void declare_arena(struct table *table,
                          const struct weight_records *records)
{
    struct plan *plan = table->plan;
    struct record *arena = new_record(table, RECORD_ARENA);
    add_record(table, arena, records->weights,
               (struct member){.word = "weights",
                               .is_line_aligned = true,
                               .part = PART_WEIGHTS});
    add_record(table, arena, records->transposed,
               (struct member){.word = "transposed", .part = PART_TRANSPOSED});
    add_record(table, arena, records->folded,
               (struct member){.word = "folded", .part = PART_FOLDED});
    if (plan->trained)
        add_training(table, arena, records);
    struct record *programs = new_record(table, RECORD_INNER);
    programs->is_union = true;
    for (const struct program *program = plan->programs; program;
         program = program->next) {
        for (const struct node *node = program->nodes; node; node = node->next)
            if (node->kind == NODE_MOMENTS)
                add_statistics(table, arena, node);
        add_program(table, programs, program);
    }
    add_record(table, arena, programs, (struct member){.kind = MEMBER_INNER});
    plan->memory = declare(table, arena);
}

void plan_storage(struct plan *plan, struct arena *arena)
{
    struct table table = {plan, arena, &plan->records};
    struct weight_records weights = declare_weights(&table);
    for (struct program *program = plan->programs; program;
         program = program->next)
        declare_lane(&table, program);
    for (const struct program *program = plan->programs; program;
         program = program->next)
        for (const struct node *node = program->nodes; node; node = node->next)
            if (node->kind == NODE_MOMENTS)
                declare_moments(&table, node->layer);
    for (struct program *program = plan->programs; program;
         program = program->next)
        declare_values(&table, program);
    declare_arena(&table, &weights);
}
