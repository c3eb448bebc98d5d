/* Programs and their tensors: sizes, what kind one is, and the printer. */
#include "compiler/plan/algorithm.h"

int64_t tensor_values(const struct tensor *tensor)
{
    const int64_t *margins = tensor->margins, *size = tensor->shape.size;
    if (!margins[TOP] && !margins[LEFT] && !margins[BOTTOM] && !margins[RIGHT])
        return shape_elements(&tensor->shape);
    return (margins[TOP] + size[0] + margins[BOTTOM]) *
           (margins[LEFT] + size[1] + margins[RIGHT]) * size[2];
}

const struct tensor *tensor_whole(const struct tensor *tensor)
{
    return tensor->whole ? tensor->whole : tensor;
}

struct tensor *program_tensor(struct arena *arena, struct program *program,
                              const struct layer *layer, const char *role,
                              const struct shape *shape)
{
    struct tensor *tensor = arena_alloc(arena, 1, sizeof *tensor);
    *tensor = (struct tensor){
        .name = arena_printf(arena, "%s_%s", layer->name, role),
        .role = role,
        .layer = layer,
        .shape = *shape,
        .storage = tensor,
        .index = program->n_tensors,
    };
    program->tensors =
        arena_grow(arena, program->tensors, (size_t)program->n_tensors,
                   &program->capacity, sizeof tensor);
    program->tensors[program->n_tensors++] = tensor;
    return tensor;
}

bool nodes_share_operation(const struct node *a, const struct node *b)
{
    return a->layer == b->layer && a->operation->index == b->operation->index;
}

/* ---- a node's tensors -------------------------------------------------- */

/* What a node makes is what a loss, a penalty and a gradient start from. */
static bool reads_made(const struct node *node)
{
    return node->kind == NODE_LOSS || node->kind == NODE_PENALTY ||
           node->kind == NODE_BACKWARD;
}

/* Number `i` of those in a list that are there, or NULL; `*i` counts down. */
static struct tensor *take(struct tensor *const *list, size_t n, int *i)
{
    for (size_t j = 0; j < n; j++)
        if (list[j] && (*i)-- == 0)
            return list[j];
    return NULL;
}

/* The same of what a node reads. */
static struct tensor *take_read(const struct node *node, int *i)
{
    struct tensor *const read[] = {
        node->x,
        node->dy,
        node->derivative_of,
        node->target,
        reads_made(node) ? node->y : NULL,
        node->kind == NODE_BACKWARD ? node->mask : NULL,
        node->adds_dx ? node->dx : NULL,
        node->addend,
    };
    struct tensor *tensor = take(read, sizeof read / sizeof read[0], i);
    if (!tensor && *i < node->n_inputs)
        return node->inputs[*i];
    *i -= tensor ? 0 : node->n_inputs;
    return tensor;
}

struct tensor *node_read(const struct node *node, int i)
{
    return take_read(node, &i);
}

struct tensor *node_written(const struct node *node, int i)
{
    struct tensor *const written[] = {
        reads_made(node) ? NULL : node->y,
        node->dx,
        node->kind == NODE_FORWARD ? node->mask : NULL,
    };
    return take(written, sizeof written / sizeof written[0], &i);
}

struct tensor *node_touched(const struct node *node, int i)
{
    struct tensor *read = take_read(node, &i);
    return read ? read : node_written(node, i);
}

struct tensor *node_overwritable(const struct node *node)
{
    if (node->kind == NODE_ACTIVATE || node->kind == NODE_LOSS)
        return node->x;
    bool goes_back =
        node->kind == NODE_ACTIVATE_BACKWARD || node->kind == NODE_PENALTY;
    return goes_back && node->dx ? node->dy : NULL;
}

bool node_is_in_place(const struct node *node)
{
    const struct tensor *from = node_overwritable(node);
    return from && from->storage == node_written(node, 0)->storage;
}

bool node_is_over_batch(const struct node *node)
{
    return node->kind == NODE_GRADIENT && !node->by_shard;
}

bool node_reads_batch(const struct node *node)
{
    return node_is_over_batch(node) &&
           !primitive_info(node->operation->primitive)->needs_batch;
}

/* ---- programs --------------------------------------------------------- */

struct tensor *program_result(const struct program *program)
{
    return program->outputs[program->network->outputs[0]->index];
}

bool program_trains(const struct program *program)
{
    return program->phase && phase_trains(program->phase);
}

bool program_predicts(const struct program *program)
{
    return !program->phase;
}

bool program_is_of_update(const struct program *program)
{
    return program->phase && !program->phase->is_evaluation;
}

bool program_keeps_result(const struct program *program)
{
    return program->phase && program->phase->kept;
}

const char *program_name(const struct program *program)
{
    return program->phase ? program->phase->title : "predict";
}

const char *program_use(const struct program *program)
{
    return program->phase ? program->phase->use : "a prediction";
}

/* ---- printing --------------------------------------------------------- */

const char *node_kind_name(const struct node *node)
{
    static const char *const names[] = {
        [NODE_PAD] = "pad",
        [NODE_TRANSPOSE] = "transpose",
        [NODE_FORWARD] = "forward",
        [NODE_ACTIVATE] = "activate",
        [NODE_LOSS] = "loss",
        [NODE_PENALTY] = "penalty",
        [NODE_SUM] = "sum",
        [NODE_ACTIVATE_BACKWARD] = "activate_backward",
        [NODE_BACKWARD] = "backward",
        [NODE_GRADIENT] = "gradient",
        [NODE_MOMENTS] = "moments",
        [NODE_BACKWARD_MOMENTS] = "backward_moments",
    };
    return names[node->kind];
}

static void print_tensor(const char *role, const struct tensor *tensor,
                         struct text *out)
{
    if (!tensor)
        return;
    text_printf(out, " %s=%s", role, tensor->name);
    if (tensor->whole)
        text_printf(out, "[channels %lld to %lld of %s]",
                    (long long)tensor->before,
                    (long long)(tensor->before + tensor->shape.size[2] - 1),
                    tensor->whole->name);
    else if (tensor->storage != tensor)
        text_printf(out, "[in %s]", tensor->storage->name);
}

/* "; product in blocks of 8 x 3, the kernel transposed". */
static void print_algorithm(const struct node *node, struct text *out)
{
    text_printf(out, "; %s", algorithm_word(node->algorithm));
    if (node->skips_margins)
        text_printf(out, " without rows of zeros");
    if (node->block.rows > 0)
        text_printf(out, " in blocks of %d x %d", node->block.rows,
                    node->block.vectors);
    if (node->known)
        text_printf(out, ", the first %lld channels as of %s",
                    (long long)node->known->x->shape.size[2],
                    node->known->layer->name);
    text_puts(out, node->adds_dx ? ", added to dx" : "");
    if (node->panel_depth > 0)
        text_printf(out, ", %d deep", node->panel_depth);
    if (node->kind == NODE_GRADIENT)
        text_puts(out, node->by_shard ? ", in shards" : ", over the batch");
    text_puts(out, node->keeps_kernel ? ", channels before samples" : "");
    text_puts(out, node->reads_transposed ? ", the kernel transposed" : "");
    text_puts(out, node->fetches_ahead ? ", lines fetched ahead\n" : "\n");
}

void program_print(const struct program *program, struct arena *arena,
                   struct text *out)
{
    text_printf(out, "%s %s\n", program_name(program), program->network->name);
    for (const struct node *node = program->nodes; node; node = node->next) {
        text_printf(out, "  %s %s", node_kind_name(node), node->layer->name);
        const struct activation_info *info =
            activation_info(node->activation.kind);
        if (node->activation.kind != ACTIVATION_LINEAR)
            text_printf(out, " %s", info->word);
        if (node->kind == NODE_PENALTY)
            text_printf(out, " l1 %g l2 %g", node->operation->penalty.l1,
                        node->operation->penalty.l2);
        print_tensor("x", node->x, out);
        print_tensor("y", node->y, out);
        print_tensor("dy", node->dy, out);
        print_tensor("derivative_of", node->derivative_of, out);
        print_tensor("dx", node->dx, out);
        print_tensor("added", node->addend, out);
        for (int i = 0; i < node->n_inputs; i++)
            print_tensor("input", node->inputs[i], out);
        text_printf(out, " %s%s%s", shape_text(arena, &node->layer->shape),
                    node->batch_innermost ? " by sample" : "",
                    node->cut ? " | cut" : "");
        print_algorithm(node, out);
    }
}
