/* Plan to tables: how each layer is computed, what takes the memory. Numbers
 * are those of a full batch; what is read is said for one call of the kernel,
 * over a tile or the batch. */
#include "compiler/emit/report.h"

#include "compiler/emit/emit.h"
#include "compiler/plan/algorithm.h"
#include "compiler/table/number.h"

/* ---- nodes ------------------------------------------------------------ */

/* What a line calls a node: a layer's three directions, activations that are
 * layers, and copies, which cost time and compute nothing; NULL: it has none. */
static const char *step_word(const struct node *node)
{
    static const char *const words[] = {
        [NODE_PAD] = "margins",       [NODE_TRANSPOSE] = "transpose",
        [NODE_FORWARD] = "forward",   [NODE_ACTIVATE] = "forward",
        [NODE_BACKWARD] = "backward", [NODE_ACTIVATE_BACKWARD] = "backward",
        [NODE_GRADIENT] = "weights",  [NODE_BACKWARD_MOMENTS] = NULL,
    };
    bool is_activation =
        node->kind == NODE_ACTIVATE || node->kind == NODE_ACTIVATE_BACKWARD;
    return is_activation && !layer_is_only(node->layer, PRIMITIVE_ACTIVATE)
               ? NULL
               : words[node->kind];
}

/* Bytes of what one call reads of a tensor. */
static int64_t read_bytes(const struct plan *plan, const struct node *node,
                          const struct tensor *tensor)
{
    int64_t bytes = tensor_bytes(plan, tensor);
    bool has_all = tensor->storage->whole_batch && !node_is_over_batch(node);
    return has_all ? bytes / plan->tiles : bytes;
}

/* Forward all weights of the operation, backward what scales the gradient. */
static bool reads_weight(const struct node *node, const struct weight *weight)
{
    const struct operation *operation = node->operation;
    if (node->kind != NODE_BACKWARD)
        return node->kind == NODE_FORWARD;
    return operation->primitive == PRIMITIVE_NORMALISE
               ? weight == operation->normalisation.gamma
               : weight == operation->kernel;
}

static int64_t reads(const struct plan *plan, const struct node *node)
{
    const struct operation *operation = node->operation;
    const struct tensor *tensor;
    int64_t bytes = 0;
    for (int i = 0; (tensor = node_read(node, i)); i++)
        bytes += read_bytes(plan, node, tensor);
    for (int i = 0; operation && i < operation->n_weights; i++)
        if (reads_weight(node, operation->weights[i]))
            bytes += weight_read_bytes(plan, operation->weights[i]);
    return bytes;
}

/* Memory of the result. */
static int64_t keeps(const struct plan *plan, const struct node *node)
{
    if (node->kind != NODE_GRADIENT)
        return tensor_bytes(plan, node_written(node, 0));
    const struct operation *operation = node->operation;
    int64_t bytes = 0;
    for (int i = 0; i < operation->n_weights; i++)
        bytes += weight_read_bytes(plan, operation->weights[i]);
    return bytes * (node->by_shard ? plan->shards : 1);
}

static const char *percentage(struct arena *arena, double part, double whole)
{
    return whole > 0 ? arena_printf(arena, "%.1f %%", 100 * part / whole) : "";
}

static void print_node(const struct plan *plan, const struct program *program,
                       const struct node *node, struct arena *arena,
                       struct text *out)
{
    const struct layer *layer = node->layer;
    const char *name = layer->name, *block = "", *macs = "", *filled = "";
    if (layer->network != program->network)
        name = arena_printf(arena, "%s/%s", layer->network->name, name);
    struct work work = node_work(plan, program, node);
    if (work.nominal > 0) {
        macs = number_short(arena, work.nominal);
        filled = percentage(arena, work.nominal, work.executed);
    }
    if (node->operation && node->operation->primitive == PRIMITIVE_PRODUCT &&
        node->block.rows > 0)
        block = arena_printf(arena, "%d x %d", node->block.rows,
                             node->block.vectors);
    bool is_image = layer->shape.rank == 3;
    text_printf(out, "  %-22.22s %-9s %-7s %-8s %5s %5d %8s %8s %8s %9s\n",
                name, step_word(node), algorithm_word(node->algorithm),
                node->batch_innermost ? "samples"
                : is_image            ? "channels"
                                      : "features",
                block, node_is_over_batch(node) ? plan->batch : plan->tile,
                filled, macs, bytes_short(arena, reads(plan, node)),
                bytes_short(arena, keeps(plan, node)));
}

static void print_program(const struct plan *plan,
                          const struct program *program, struct arena *arena,
                          struct text *out)
{
    text_printf(out, "\n%s %s\n", program_name(program),
                program->network->name);
    text_printf(out, "  %-22s %-9s %-7s %-8s %5s %5s %8s %8s %8s %9s\n",
                "layer", "step", "kernel", "vector", "block", "over", "filled",
                "macs", "reads", "keeps");
    for (const struct node *node = program->nodes; node; node = node->next)
        if (step_word(node))
            print_node(plan, program, node, arena, out);
}

/* ---- memory ----------------------------------------------------------- */

/* A part of the memory; `count` times `each`. */
struct part {
    const char *name;
    int64_t bytes, count;
};

/* Programs share their memory, a union: none runs beside another. */
struct memory {
    /* the most of an update's programs, or of a prediction's where nothing
     * trains; the most of all */
    const struct member *update, *largest;
    int64_t training; /* what an update touches: as if there were no more */
    int64_t total;
};

/* True for the programs of an update or, where nothing trains, of a
 * prediction. */
static bool is_of_update(const struct plan *plan, const struct program *program)
{
    return !plan->objective || program_is_of_update(program);
}

static struct memory sum_memory(const struct plan *plan)
{
    const struct member *programs = plan->memory->last;
    struct memory memory = {.total = plan->memory->bytes};
    for (const struct member *program = programs->record->members; program;
         program = program->next) {
        if (!memory.largest || program->bytes > memory.largest->bytes)
            memory.largest = program;
        if (is_of_update(plan, program->program) &&
            (!memory.update || program->bytes > memory.update->bytes))
            memory.update = program;
    }
    memory.training = memory.total - programs->bytes + memory.update->bytes;
    return memory;
}

static const char *kept_name(struct arena *arena, const char *what,
                             const struct program *program)
{
    return arena_printf(arena, "%s %s %s", what, program_name(program),
                        program->network->name);
}

/* What phases keep for others. */
static const char *kept_word(const struct plan *plan)
{
    for (const struct program *program = plan->programs; program;
         program = program->next)
        if (program_keeps_result(program))
            return program->phase->kept;
    return "";
}

/* The parts of `bytes`, what one of the programs keeps among them. */
static int list_parts(const struct plan *plan, const struct member *program,
                      int64_t bytes, struct arena *arena,
                      struct part parts[N_MEMORY_PARTS])
{
    const char *const names[N_MEMORY_PARTS] = {
        [PART_WEIGHTS] = "weights",
        [PART_TRANSPOSED] = "transposed kernels",
        [PART_FOLDED] = "folded kernels",
        [PART_GRADIENTS] = "gradients",
        [PART_OPTIMIZER] = "optimizer state",
        [PART_SHARDS] = "sums of gradients",
        [PART_KEPT] = kept_word(plan),
        [PART_STATISTICS] = "statistics",
        [PART_ROWS] =
            kept_name(arena, "values of the batch,", program->program),
        [PART_TILES] = kept_name(arena, "values of tiles,", program->program),
    };
    const struct member *programs = plan->memory->last;
    int64_t sums[N_MEMORY_PARTS] = {0}, rest = bytes;
    for (const struct member *member = plan->memory->members;
         member != programs; member = member->next)
        sums[member->part] += member->bytes;
    for (const struct member *member = program->record->members; member;
         member = member->next)
        sums[member->part] += member->bytes;
    int n = 0;
    for (int i = PART_OTHER + 1; i < N_MEMORY_PARTS; i++) {
        bool is_in_shards = i == PART_SHARDS || i == PART_TILES;
        rest -= sums[i];
        if (sums[i] > 0)
            parts[n++] = (struct part){names[i], sums[i],
                                       is_in_shards ? plan->shards : 1};
    }
    if (rest > 0)
        parts[n++] = (struct part){"losses, alignment", rest, 1};
    return n;
}

static void print_part(const struct part *part, struct arena *arena,
                       struct text *out)
{
    text_printf(out, "  %-60.60s %10s", part->name,
                bytes_short(arena, part->bytes));
    if (part->count > 1)
        text_printf(out, "  %lld x %s", (long long)part->count,
                    bytes_short(arena, part->bytes / part->count));
    text_puts(out, "\n");
}

static void print_total(const char *name, int64_t bytes, struct arena *arena,
                        struct text *out)
{
    text_printf(out, "  %-60s %10s  %s bytes\n", name,
                bytes_short(arena, bytes), number_grouped(arena, bytes));
}

/* Beside the executable's own, which is one struct. */
static void print_companions(const struct companion_memory *companions, int n,
                             struct arena *arena, struct text *out)
{
    for (int i = 0; i < n; i++)
        print_total(arena_printf(arena, "beside it, the %s with its weights",
                                 companions[i].name),
                    companions[i].bytes, arena, out);
}

static void print_memory(const struct plan *plan, struct arena *arena,
                         struct text *out)
{
    struct memory memory = sum_memory(plan);
    struct part parts[N_MEMORY_PARTS];
    int n = list_parts(plan, memory.update, memory.training, arena, parts);
    text_puts(out, "\nmemory\n");
    for (int i = 0; i < n; i++)
        print_part(&parts[i], arena, out);
    if (plan->objective)
        print_total("training", memory.training, arena, out);
    int64_t more = memory.total - memory.training;
    struct part others = {kept_name(arena, "more for", memory.largest->program),
                          more, 1};
    if (more > 0)
        print_part(&others, arena, out);
    print_total("the executable", memory.total, arena, out);
}

/* ---- the whole -------------------------------------------------------- */

void report_plan(const struct plan *plan,
                 const struct companion_memory *companions, int n,
                 struct arena *arena, struct text *out)
{
    struct work work = plan_work(plan);
    text_printf(out,
                "%s: vectors of %d; batch %d in tiles of %d samples, %d "
                "shards\n",
                plan->target->name, plan->vector, plan->batch, plan->tile,
                plan->shards);
    if (plan->objective && work.executed > 0)
        text_printf(out,
                    "an update: %s multiply-adds, %s of the slots of vectors "
                    "filled\n",
                    number_short(arena, work.nominal),
                    percentage(arena, work.nominal, work.executed));
    for (const struct program *program = plan->programs; program;
         program = program->next)
        if (is_of_update(plan, program))
            print_program(plan, program, arena, out);
    print_memory(plan, arena, out);
    print_companions(companions, n, arena, out);
    text_puts(out, "\n");
}

/* ---- the budget ------------------------------------------------------- */

/* The largest part, taken out of the list. */
static struct part take_largest(struct part *parts, int n)
{
    struct part *largest = parts;
    for (int i = 1; i < n; i++)
        if (parts[i].bytes > largest->bytes)
            largest = &parts[i];
    struct part taken = *largest;
    largest->bytes = 0;
    return taken;
}

/* The tensor of a program that takes most. */
static const struct tensor *largest_tensor(const struct plan *plan,
                                           const struct program *program)
{
    const struct tensor *largest = NULL;
    for (int i = 0; program && i < program->n_tensors; i++) {
        const struct tensor *tensor = program->tensors[i];
        if (tensor->is_used && (!largest || tensor_bytes(plan, tensor) >
                                                tensor_bytes(plan, largest)))
            largest = tensor;
    }
    return largest;
}

/* What is too much. */
struct excess {
    const char *what, *limit_name; /* "training", "budget" */
    int64_t limit, taken;
    int64_t own;               /* of `taken`, what the plan takes */
    const struct member *kept; /* of a program */
    const struct companion_memory *companions;
    int n_companions;
};

/* "training takes 3 MiB of memory, and the budget is 1 MiB", and the largest parts. */
static void put_excess(const struct plan *plan, const struct excess *excess,
                       struct arena *arena, struct text *text)
{
    enum { NAMED = 3 };
    struct part *parts = arena_alloc(
        arena, (size_t)(N_MEMORY_PARTS + excess->n_companions), sizeof *parts);
    int n = list_parts(plan, excess->kept, excess->own, arena, parts);
    for (int i = 0; i < excess->n_companions; i++)
        parts[n++] = (struct part){
            arena_printf(arena, "the %s", excess->companions[i].name),
            excess->companions[i].bytes, 1};
    text_printf(text, "%s takes %s of memory, and the %s is %s", excess->what,
                bytes_short(arena, excess->taken), excess->limit_name,
                bytes_short(arena, excess->limit));
    for (int i = 0; i < NAMED && i < n; i++) {
        struct part part = take_largest(parts, n);
        text_printf(text, "\n  %-60.60s %10s", part.name,
                    bytes_short(arena, part.bytes));
    }
}

static enum status fail_excess(const struct plan *plan,
                               const struct excess *excess, struct arena *arena,
                               struct error *error)
{
    struct text text = text_new(arena);
    put_excess(plan, excess, arena, &text);
    const struct tensor *tensor = largest_tensor(plan, excess->kept->program);
    if (tensor)
        text_printf(&text, "\nthe layer that keeps most is '%s', %s",
                    tensor->layer->name,
                    bytes_short(arena, tensor_bytes(plan, tensor)));
    text_puts(&text, "\n");
    if (plan->objective)
        text_printf(&text, "a smaller 'batch' (it is %d) or ", plan->batch);
    text_puts(&text, "smaller layers take less");
    return error_set_lines(error, STATUS_INPUT, text_string(&text));
}

enum status check_memory(const struct plan *plan,
                         const struct companion_memory *companions, int n,
                         struct arena *arena, int64_t budget,
                         struct error *error)
{
    const int64_t most = (int64_t)1 << 40;
    struct memory memory = sum_memory(plan);
    bool is_budget = budget > 0 && budget < most && memory.total <= most;
    struct excess excess = {
        .what = plan->objective && is_budget ? "training" : "the executable",
        .limit_name = is_budget ? "budget" : "most",
        .limit = is_budget ? budget : most,
        .own = is_budget ? memory.training : memory.total,
        .kept = is_budget ? memory.update : memory.largest,
        .companions = companions,
        .n_companions = n};
    excess.taken = excess.own;
    for (int i = 0; i < n; i++)
        excess.taken += companions[i].bytes;
    return excess.taken <= excess.limit
               ? STATUS_OK
               : fail_excess(plan, &excess, arena, error);
}
