/* The sizes of emitted structs: members in their order, each at its alignment.
 * A mirror of emit_arena.c; tests compile both against each other. */
#include "compiler/emit/memory.h"

#include <string.h>

#include "compiler/emit/emit.h"
#include "guss/model.h"

enum { LINE = 64 };

/* A struct or union under construction. */
struct extent {
    int64_t size, alignment;
};

static int64_t times(int64_t a, int64_t b)
{
    int64_t product;
    bool fits = !__builtin_mul_overflow(a, b, &product);
    return fits && product < MEMORY_MOST ? product : MEMORY_MOST;
}

static int64_t aligned(int64_t size, int64_t alignment)
{
    int64_t up = (size + alignment - 1) / alignment * alignment;
    return up < MEMORY_MOST ? up : MEMORY_MOST;
}

static void add_member(struct extent *to, int64_t size, int64_t alignment)
{
    to->size = aligned(to->size, alignment) + size;
    to->size = to->size < MEMORY_MOST ? to->size : MEMORY_MOST;
    if (to->alignment < alignment)
        to->alignment = alignment;
}

/* An array of a struct that is whole. */
static void add_array(struct extent *to, const struct extent *element,
                      int64_t count, int64_t alignment)
{
    if (element->size == 0)
        return;
    int64_t least = element->alignment;
    add_member(to, times(aligned(element->size, least), count),
               alignment > least ? alignment : least);
}

static int64_t real_size(const struct plan *plan)
{
    return strcmp(plan->real_name, "double") == 0 ? 8 : 4;
}

/* ---- weights ---------------------------------------------------------- */

static int64_t matrix_bytes(const struct plan *plan,
                            const struct matrix *matrix)
{
    return times(times(matrix->rows, matrix->stride), real_size(plan));
}

int64_t padded_bytes(const struct plan *plan, const struct weight *weight)
{
    const struct weight_plan *planned = weight_plan(plan, weight);
    return matrix_bytes(plan, &(struct matrix){planned->rows, planned->stride});
}

struct kernels {
    struct extent weights, transposed, folded, gradients;
};

static struct kernels count_kernels(const struct plan *plan)
{
    struct kernels kernels = {{0, 1}, {0, 1}, {0, 1}, {0, 1}};
    for (int i = 0; i < plan->n_weights; i++) {
        const struct weight_plan *weight = &plan->weights[i];
        int64_t bytes = padded_bytes(plan, weight->weight);
        add_member(&kernels.weights, bytes, LINE);
        if (weight->has_own_gradient)
            add_member(&kernels.gradients, bytes, LINE);
        if (weight->transposed.rows > 0)
            add_member(&kernels.transposed,
                       matrix_bytes(plan, &weight->transposed), LINE);
        if (weight->folded.rows > 0)
            add_member(&kernels.folded, matrix_bytes(plan, &weight->folded),
                       LINE);
    }
    if (kernels.weights.size == 0)
        add_member(&kernels.weights, ROW_ALIGNMENT * real_size(plan),
                   real_size(plan));
    return kernels;
}

static struct extent count_lane(const struct plan *plan,
                                const struct program *program)
{
    struct extent lane = {0, 1};
    for (const struct node *node = program->nodes; node; node = node->next)
        for (int i = 0;
             node->by_lane && !node->adds_up && i < node->layer->n_weights;
             i++) {
            struct matrix summed =
                weight_read(weight_plan(plan, &node->layer->weights[i]));
            add_member(&lane, matrix_bytes(plan, &summed), LINE);
        }
    return lane;
}

/* ---- values ----------------------------------------------------------- */

static int64_t value_size(const struct plan *plan, const struct tensor *tensor)
{
    return tensor->is_mask ? (int64_t)sizeof(float) : real_size(plan);
}

int64_t tensor_bytes(const struct plan *plan, const struct tensor *tensor)
{
    int64_t values = tensor_values(tensor);
    int64_t samples =
        times(plan->tile, tensor->storage->whole_batch ? plan->tiles : 1);
    return times(
        times(tensor->by_sample ? values : row_stride(values), samples),
        value_size(plan, tensor));
}

/* The memory of one storage: its largest tensor. */
static struct extent count_storage(const struct plan *plan,
                                   const struct program *program,
                                   const struct tensor *storage)
{
    struct extent extent = {0, 1};
    for (int i = 0; i < program->n_tensors; i++) {
        const struct tensor *tensor = program->tensors[i];
        if (tensor->storage != storage || !tensor->is_used)
            continue;
        int64_t bytes = tensor_bytes(plan, tensor);
        int64_t alignment = value_size(plan, tensor);
        extent.size = bytes > extent.size ? bytes : extent.size;
        if (alignment > extent.alignment)
            extent.alignment = alignment;
    }
    extent.size = aligned(extent.size, extent.alignment);
    return extent;
}

static struct extent count_storages(const struct plan *plan,
                                    const struct program *program,
                                    bool whole_batch)
{
    struct extent all = {0, 1};
    for (int i = 0; i < program->n_tensors; i++) {
        const struct tensor *tensor = program->tensors[i];
        if (tensor->storage != tensor || tensor->whole_batch != whole_batch)
            continue;
        struct extent one = count_storage(plan, program, tensor);
        if (one.size > 0)
            add_member(&all, one.size, one.alignment);
    }
    return all;
}

static struct kept count_kept(const struct plan *plan,
                              const struct program *program)
{
    bool is_apart = program->kind == PROGRAM_IMITATE;
    struct extent rows = count_storages(plan, program, true);
    struct extent tile = count_storages(plan, program, false);
    struct extent both = {0, 1};
    if (is_apart)
        rows.size = 0;
    if (is_apart && tile.size == 0)
        add_member(&both, 1, 1);
    add_array(&both, &rows, 1, LINE);
    add_array(&both, &tile, plan->lanes, LINE);
    return (struct kept){
        .program = program,
        .rows = rows.size,
        .tiles = times(aligned(tile.size, tile.alignment), plan->lanes),
        .size = aligned(both.size, both.alignment),
    };
}

bool is_of_update(const struct plan *plan, const struct program *program)
{
    return !plan->trained || program_trains(program) ||
           program->kind == PROGRAM_IMITATE;
}

/* Programs share their memory, a union: none runs beside another. */
static void count_programs(const struct plan *plan, struct memory *memory)
{
    for (const struct program *program = plan->programs; program;
         program = program->next) {
        struct kept kept = count_kept(plan, program);
        if (!memory->largest.program || kept.size > memory->largest.size)
            memory->largest = kept;
        if (is_of_update(plan, program) &&
            (!memory->update.program || kept.size > memory->update.size))
            memory->update = kept;
    }
}

/* ---- the whole -------------------------------------------------------- */

static void add_statistics(const struct plan *plan, const struct node *node,
                           struct memory *memory, struct extent *arena)
{
    const struct shape *shape = &node->layer->shape;
    int64_t numbers = 1 + 5 * shape->size[shape->rank - 1];
    int64_t bytes =
        times(times(numbers, real_size(plan)), (int64_t)plan->tiles + 1);
    add_member(arena, bytes, real_size(plan));
    memory->statistics += bytes;
}

/* emit_training_memory() of emit_arena.c, in its order. */
static void add_training(const struct plan *plan, const struct kernels *kernels,
                         struct memory *memory, struct extent *arena)
{
    int slots = slot_count(plan);
    add_array(arena, &kernels->gradients, 1, 1);
    for (int i = 0; i < slots; i++)
        add_array(arena, &kernels->weights, 1, 1);
    memory->gradients = kernels->gradients.size;
    memory->optimizer = times(kernels->weights.size, slots);
    for (const struct program *program = plan->programs; program;
         program = program->next) {
        struct extent lane = count_lane(plan, program);
        add_array(arena, &lane, plan->lanes, 1);
        memory->lanes += times(lane.size, plan->lanes);
        if (program->kind != PROGRAM_IMITATE)
            continue;
        struct extent rows = count_storages(plan, program, true);
        add_array(arena, &rows, 1, LINE);
        memory->imitations = rows.size;
    }
    for (int i = 0; i < (plan->discriminator ? 2 : 1); i++)
        add_member(arena, (int64_t)sizeof(struct guss_sums) * plan->tiles,
                   _Alignof(struct guss_sums));
}

struct memory count_memory(const struct plan *plan)
{
    struct memory memory = {0};
    struct extent arena = {0, LINE};
    struct kernels kernels = count_kernels(plan);
    kernels.weights.size =
        aligned(kernels.weights.size, kernels.weights.alignment);
    memory.weights = kernels.weights.size;
    memory.transposed = kernels.transposed.size;
    memory.folded = kernels.folded.size;
    add_array(&arena, &kernels.weights, 1, LINE);
    add_array(&arena, &kernels.transposed, 1, 1);
    add_array(&arena, &kernels.folded, 1, 1);
    if (plan->trained)
        add_training(plan, &kernels, &memory, &arena);
    for (const struct program *program = plan->programs; program;
         program = program->next)
        for (const struct node *node = program->nodes; node; node = node->next)
            if (node->kind == NODE_MOMENTS)
                add_statistics(plan, node, &memory, &arena);
    count_programs(plan, &memory);
    int64_t apart = aligned(arena.size, LINE);
    memory.training = aligned(apart + memory.update.size, LINE);
    memory.total = aligned(apart + memory.largest.size, LINE);
    return memory;
}
