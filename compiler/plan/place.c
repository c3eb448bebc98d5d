/* Concatenation as a place: what is concatenated along channels lies in its part
 * of the result's pixels from the start, and of the result's gradient each input
 * reads its part. A chain of concatenations is one image then, which grows, and
 * whose gradient is added up in its place. */
#include "compiler/plan/program.h"

/* True for one along the channels of images. */
static bool concatenates_channels(const struct node *node, enum node_kind kind)
{
    const struct operation *operation = node->operation;
    return node->kind == kind && operation &&
           operation->primitive == PRIMITIVE_CONCATENATE &&
           operation->shape.rank == 3 &&
           operation->concatenation.blocks ==
               operation->shape.size[0] * operation->shape.size[1];
}

static bool normalises(const struct node *node)
{
    return node->operation && node->kind != NODE_ACTIVATE &&
           node->operation->primitive == PRIMITIVE_NORMALISE;
}

/* Nodes that reach a pixel's channels wherever they lie. */
static bool can_read_part(const struct node *node)
{
    return normalises(node) || concatenates_channels(node, NODE_FORWARD) ||
           concatenates_channels(node, NODE_BACKWARD);
}

static bool can_write_part(const struct node *node)
{
    bool computes = node->kind == NODE_FORWARD || node->kind == NODE_BACKWARD;
    return (normalises(node) && computes) ||
           concatenates_channels(node, NODE_FORWARD);
}

/* True where all that touch a tensor can do so in a part of another, and nobody
 * looks at its memory as something else. */
static bool can_be_part(const struct program *program,
                        const struct tensor *part)
{
    const struct tensor *tensor;
    if (part->storage != part || part->whole ||
        program_uses(program, part->storage))
        return false;
    for (int i = 0; i < program->n_tensors; i++)
        if (program->tensors[i] != part &&
            program->tensors[i]->storage == part &&
            program->tensors[i]->whole != part)
            return false;
    for (const struct node *node = program->nodes; node; node = node->next) {
        for (int i = 0; (tensor = node_read(node, i)); i++)
            if (tensor == part && !can_read_part(node))
                return false;
        for (int i = 0; (tensor = node_written(node, i)); i++)
            if (tensor == part && !can_write_part(node))
                return false;
    }
    return true;
}

/* The tensor, and those that are parts of it, as part of another from channel
 * `before` of that on. */
static void put(struct program *program, struct tensor *part,
                struct tensor *into, int64_t before)
{
    struct tensor *whole = into->whole ? into->whole : into;
    before += into->before;
    for (int i = 0; i < program->n_tensors; i++) {
        struct tensor *tensor = program->tensors[i];
        if (tensor != part && tensor->whole != part)
            continue;
        tensor->whole = whole;
        tensor->before += before;
        tensor->storage = whole->storage;
    }
}

/* Channels of the inputs in front of number `i`. */
static int64_t channels_before(const struct node *node, int i)
{
    int64_t before = 0;
    for (int j = 0; j < i; j++)
        before += node->operation->concatenation.numbers[j];
    return before;
}

bool node_input_is_placed(const struct node *node, int i)
{
    if (!concatenates_channels(node, NODE_FORWARD))
        return false;
    const struct tensor *input = node->inputs[i];
    return input->whole && input->whole == tensor_whole(node->y) &&
           input->before == node->y->before + channels_before(node, i);
}

static void remove_node(struct program *program, const struct node *node)
{
    struct node **link = &program->nodes;
    while (*link != node)
        link = &(*link)->next;
    *link = node->next;
}

/* A concatenation of which all lies in its place is nothing to do. */
static void place_inputs(struct program *program, const struct node *node)
{
    bool has_all = true;
    for (int i = 0; i < node->n_inputs; i++) {
        if (node->inputs[i]->batch_innermost == node->batch_innermost &&
            can_be_part(program, node->inputs[i]))
            put(program, node->inputs[i], node->y, channels_before(node, i));
        has_all &= node_input_is_placed(node, i);
    }
    if (has_all)
        remove_node(program, node);
}

/* ---- gradients ------------------------------------------------------------ */

/* The last node in front of `end` that writes a tensor, where no other does. */
static struct node *maker_of(const struct program *program,
                             const struct node *end,
                             const struct tensor *tensor)
{
    struct node *maker = NULL;
    const struct tensor *written;
    for (struct node *node = program->nodes; node && node != end;
         node = node->next)
        for (int i = 0; (written = node_written(node, i)); i++)
            if (written->storage == tensor->storage)
                maker = written == tensor && !maker ? node : NULL;
    return maker;
}

static int readers_of(const struct program *program,
                      const struct tensor *tensor)
{
    int readers = 0;
    const struct tensor *read;
    for (const struct node *node = program->nodes; node; node = node->next)
        for (int i = 0; (read = node_read(node, i)); i++)
            readers += read->storage == tensor->storage;
    return readers;
}

/* All that read the sum read the part of dy in which it is made. */
static void read_instead(struct program *program, const struct tensor *sum,
                         struct tensor *part)
{
    for (struct node *node = program->nodes; node; node = node->next)
        if (node->dy == sum)
            node->dy = part;
}

/* True for a tensor that is read as dy by nodes that can read a part, alone;
 * parts of it count for themselves. */
static bool is_read_as_part(const struct program *program,
                            const struct tensor *tensor)
{
    const struct tensor *read;
    for (const struct node *node = program->nodes; node; node = node->next)
        for (int i = 0; (read = node_read(node, i)); i++) {
            bool is_other_part =
                read != tensor && tensor_whole(read) == tensor_whole(tensor);
            bool is_added_to = node->adds_dx && node->dx == read;
            if (read->storage == tensor->storage && !is_other_part &&
                !is_added_to &&
                (read != tensor || node->dy != tensor || !can_read_part(node)))
                return false;
        }
    return !program_uses(program, tensor->storage);
}

/* The sum of what a concatenation gives its first input back and of what batch
 * normalization does: that adds to the part of dy, which nobody reads before the
 * sum. */
static void place_sum(struct program *program, struct node *sum)
{
    if (sum->n_inputs != 2)
        return;
    struct tensor *part = sum->inputs[0], *added = sum->inputs[1];
    struct node *joined = maker_of(program, sum, part);
    struct node *adds = maker_of(program, sum, added);
    if (!joined || !adds || !concatenates_channels(joined, NODE_BACKWARD) ||
        !normalises(adds) || adds->kind != NODE_BACKWARD ||
        adds->mode != MODE_TRAINING || adds->dx != added ||
        joined->batch_innermost != adds->batch_innermost ||
        readers_of(program, part) != 1 || readers_of(program, added) != 1 ||
        part->storage != part || !is_read_as_part(program, sum->y) ||
        !is_read_as_part(program, joined->dy))
        return;
    put(program, part, joined->dy, channels_before(joined, joined->input));
    adds->dx = part;
    adds->adds_dx = true;
    remove_node(program, joined);
    remove_node(program, sum);
    read_instead(program, sum->y, part);
}

/* ---- statistics ------------------------------------------------------------ */

/* The statistics of an image that has grown since are those of its first channels:
 * each channel's are computed once. */
static void share_statistics(struct program *program)
{
    for (struct node *node = program->nodes; node; node = node->next)
        for (const struct node *known = program->nodes;
             node->kind == NODE_MOMENTS && known != node; known = known->next)
            if (known->kind == NODE_MOMENTS && node->x->shape.rank == 3 &&
                known->x != node->x && known->x->before == node->x->before &&
                tensor_whole(known->x) == tensor_whole(node->x) &&
                known->x->shape.size[2] < node->x->shape.size[2])
                node->known = known;
}

void place_concatenations(struct program *program)
{
    if (program_predicts(program))
        return; /* any of its values can be asked for */
    for (struct node *node = program->nodes; node; node = node->next)
        if (concatenates_channels(node, NODE_FORWARD))
            place_inputs(program, node);
    for (struct node *node = program->nodes, *next; node; node = next) {
        next = node->next;
        if (node->kind == NODE_SUM)
            place_sum(program, node);
    }
    share_statistics(program);
}
