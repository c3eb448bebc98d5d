/* Program to program: fewer nodes and less memory, the same numbers.
 *
 *   what nobody reads goes
 *   batch normalization adds what is added to it
 *   convolutions and batch normalization apply a simple activation; poolings
 *   and batch normalization its derivative
 *   what batch normalization made is computed again for the convolution's weights
 *   activations and gradients are computed in place where nobody reads what
 *   they overwrite
 *   tensors whose lives do not meet share memory, of a tile or of the batch */
#include "compiler/plan/program.h"

#include <limits.h>
#include <string.h>

static bool reads(const struct node *node, const struct tensor *storage)
{
    const struct tensor *read;
    for (int i = 0; (read = node_read(node, i)); i++)
        if (read->storage == storage)
            return true;
    return false;
}

/* Inputs and targets stay as they were given. */
static bool is_program_input(const struct program *program,
                             const struct tensor *storage)
{
    for (int i = 0; i < program->n_inputs; i++)
        if (program->inputs[i]->storage == storage)
            return true;
    return program->target && program->target->storage == storage;
}

static bool read_after(const struct program *program, const struct node *node,
                       const struct tensor *storage)
{
    for (node = node->next; node; node = node->next)
        if (reads(node, storage))
            return true;
    return is_program_input(program, storage);
}

/* A layer's output that can be asked for: something computes it. */
static bool is_result(const struct program *program,
                      const struct tensor *storage)
{
    for (int i = 0; i < program->network->n_layers; i++)
        if (program->outputs[i] && program->outputs[i]->storage == storage)
            return program_predicts(program) || program_keeps_result(program);
    return false;
}

bool program_uses(const struct program *program, const struct tensor *storage)
{
    return is_program_input(program, storage) || is_result(program, storage);
}

/* True for a node that only makes y, and of that nothing is wanted. */
static bool is_unread(const struct program *program, const struct node *node)
{
    bool only_makes = node->kind == NODE_PAD || node->kind == NODE_FORWARD ||
                      node->kind == NODE_ACTIVATE;
    return only_makes && !node->mask &&
           !read_after(program, node, node->y->storage) &&
           !is_result(program, node->y->storage);
}

void drop_unread(struct program *program)
{
    bool again = true;
    while (again) {
        again = false;
        for (struct node **link = &program->nodes; *link;)
            if (is_unread(program, *link)) {
                *link = (*link)->next;
                again = true;
            } else {
                link = &(*link)->next;
            }
    }
}

static void move_storage(struct program *program, struct tensor *from,
                         struct tensor *to)
{
    for (int i = 0; i < program->n_tensors; i++)
        if (program->tensors[i]->storage == from)
            program->tensors[i]->storage = to;
}

/* A convolution with one filter may have its sums across the vector. */
static bool applies_activation(const struct operation *operation)
{
    return operation->primitive == PRIMITIVE_NORMALISE ||
           (operation->primitive == PRIMITIVE_CONVOLUTION &&
            operation->shape.size[2] > 1);
}

/* True where `next` takes all of what `node` makes, and nobody else. */
static bool is_sole_consumer(const struct program *program,
                             const struct node *node, const struct node *next,
                             const struct tensor *made,
                             const struct tensor *taken)
{
    return next && next->batch_innermost == node->batch_innermost &&
           taken->storage == made->storage &&
           !read_after(program, next, made->storage) &&
           !is_result(program, made->storage);
}

/* What a node makes that makes `result` at once: that, or what it made before, in
 * its own shape, as a view of it. */
static struct tensor *made_as(struct tensor *made, struct tensor *result)
{
    if (shape_equal(&made->shape, &result->shape))
        return result;
    made->storage = result->storage;
    made->value = result->value;
    return made;
}

/* What makes a tensor for batch normalization's own input and nothing else than
 * the sum of two images that `join` is; or NULL. */
static struct node *normaliser_before(const struct program *program,
                                      const struct node *join,
                                      const struct tensor *made)
{
    struct node *node = program->nodes;
    while (node != join && node->y != made)
        node = node->next;
    bool is_it = node != join && node->kind == NODE_FORWARD &&
                 node->operation->primitive == PRIMITIVE_NORMALISE &&
                 node->activation.kind == ACTIVATION_LINEAR && !node->addend &&
                 node->batch_innermost == join->batch_innermost &&
                 !is_result(program, made->storage) &&
                 !read_after(program, join, made->storage);
    for (const struct node *at = node->next; is_it && at != join; at = at->next)
        is_it = !reads(at, made->storage);
    return is_it ? node : NULL;
}

static bool adds_two(const struct node *node)
{
    return node->kind == NODE_FORWARD &&
           node->operation->primitive == PRIMITIVE_JOIN &&
           node->operation->joining == JOIN_SUM && node->n_inputs == 2 &&
           node->inputs[0]->storage != node->inputs[1]->storage;
}

/* Batch normalization adds what is added to it, where the sum was computed. */
static void fuse_addition(struct program *program, struct node *join)
{
    for (int i = 1; i >= 0; i--) {
        struct node *node = normaliser_before(program, join, join->inputs[i]);
        if (!node)
            continue;
        struct node **link = &program->nodes;
        while (*link != node)
            link = &(*link)->next;
        *link = node->next;
        struct node *next = join->next;
        struct tensor *addend = join->inputs[1 - i];
        struct tensor *y = join->y;
        *join = *node;
        join->addend = addend;
        join->y = y;
        join->next = next;
        return;
    }
}

/* The node that made what a node of the statistics goes back through. */
static const struct node *normaliser_of(const struct program *program,
                                        const struct node *statistics)
{
    const struct node *node = program->nodes;
    while (node->kind != NODE_FORWARD || node->moments != statistics->moments)
        node = node->next;
    return node;
}

/* True where `next` and the nodes of its layer behind it are all that read the
 * gradient that `node` makes. */
static bool is_for_layer(const struct program *program, const struct node *node,
                         const struct node *next)
{
    const struct node *after = next;
    while (after->next && after->next->layer == next->layer)
        after = after->next;
    return !read_after(program, after, node->dx->storage) &&
           !is_result(program, node->dx->storage);
}

/* Batch normalization computes again what its activation was of: its gradient
 * goes through both at once, and dz is never stored. */
static bool takes_derivative(const struct program *program,
                             const struct node *node, const struct node *next)
{
    if (node->kind != NODE_ACTIVATE_BACKWARD || !next ||
        next->kind != NODE_BACKWARD_MOMENTS || next->dy != node->dx)
        return false;
    const struct node *made = normaliser_of(program, next);
    return !made->addend && made->activation.kind == node->activation.kind &&
           node->derivative_of->storage == made->y->storage &&
           node->dy->batch_innermost == next->batch_innermost &&
           is_for_layer(program, node, next);
}

static void give_derivative(const struct node *node, struct node *next)
{
    for (; next && next->dy == node->dx; next = next->next) {
        next->activation = node->activation;
        next->dy = node->dy;
    }
}

static void fuse_derivatives(struct program *program)
{
    for (struct node **link = &program->nodes; *link;)
        if (takes_derivative(program, *link, (*link)->next)) {
            give_derivative(*link, (*link)->next);
            *link = (*link)->next;
        } else {
            link = &(*link)->next;
        }
}

void fuse_activations(struct program *program)
{
    for (struct node *node = program->nodes; node; node = node->next)
        if (adds_two(node))
            fuse_addition(program, node);
    for (struct node *node = program->nodes; node; node = node->next) {
        struct node *next = node->next;
        if (node->kind == NODE_FORWARD && next && next->kind == NODE_ACTIVATE &&
            applies_activation(node->operation) &&
            activation_info(next->activation.kind)->block &&
            is_sole_consumer(program, node, next, node->y, next->x)) {
            node->activation = next->activation;
            node->y = made_as(node->y, next->y);
            node->next = next->next;
        } else if (node->kind == NODE_BACKWARD && next &&
                   next->kind == NODE_ACTIVATE_BACKWARD &&
                   operation_is_maximum(node->operation) &&
                   next->activation.kind == ACTIVATION_RELU &&
                   next->derivative_of->storage == node->x->storage &&
                   is_sole_consumer(program, node, next, node->dx, next->dy)) {
            node->activation = next->activation;
            node->dx = made_as(node->dx, next->dx);
            node->next = next->next;
        }
    }
    fuse_derivatives(program);
}

/* ---- what is computed again -------------------------------------------- */

/* True where the weights' gradients of convolutions alone read what batch
 * normalization made for other nodes behind the loss, too: its input is kept for
 * its own gradient anyway, and a tile's values come from that as fast as from
 * memory. */
static bool can_recompute(const struct program *program,
                          const struct node *node)
{
    const struct tensor *read;
    bool is_behind = false;
    if (node->kind != NODE_FORWARD ||
        node->operation->primitive != PRIMITIVE_NORMALISE ||
        node->mode != MODE_TRAINING || !program_trains(program) ||
        node->addend || program_uses(program, node->y->storage) ||
        node->y->whole)
        return false;
    for (const struct node *reader = node->next; reader;
         reader = reader->next) {
        is_behind |= reader->kind == NODE_LOSS;
        for (int i = 0; (read = node_read(reader, i)); i++)
            if (read->storage == node->y->storage &&
                (read != node->y ||
                 (is_behind &&
                  (reader->kind != NODE_GRADIENT ||
                   reader->operation->primitive != PRIMITIVE_CONVOLUTION))))
                return false;
    }
    return true;
}

/* The node once more, and what fills its margins, in front of `link`. */
static void insert_again(struct arena *arena, struct program *program,
                         const struct node *node, struct node **link)
{
    struct tensor *again =
        program_tensor(arena, program, node->layer, "again", &node->y->shape);
    const struct tensor *y = node->y;
    struct node *reader = *link;
    memcpy(again->margins, y->margins, sizeof again->margins);
    again->batch_innermost = y->batch_innermost;
    again->dtype = y->dtype;
    reader->x = again;
    for (const struct node *copied = node; copied; copied = copied->next) {
        bool fills = copied->kind == NODE_PAD && !copied->x && copied->y == y;
        if (copied != node && !fills)
            continue;
        struct node *copy = arena_alloc(arena, 1, sizeof *copy);
        *copy = *copied;
        copy->y = again;
        copy->next = reader;
        *link = copy;
        link = &copy->next;
    }
}

void recompute(struct arena *arena, struct program *program)
{
    for (struct node *node = program->nodes; node; node = node->next) {
        if (!can_recompute(program, node))
            continue;
        bool is_behind = false;
        for (struct node **link = &node->next; *link; link = &(*link)->next) {
            struct node *reader = *link;
            is_behind |= reader->kind == NODE_LOSS;
            if (!is_behind || reader->kind != NODE_GRADIENT ||
                reader->x != node->y)
                continue;
            insert_again(arena, program, node, link);
            while (*link != reader)
                link = &(*link)->next;
        }
    }
}

/* What is handed out at the end. Of a prediction others can be asked for, but
 * what would overwrite them is left out then. */
static bool is_kept(const struct program *program, const struct tensor *storage)
{
    const struct network *network = program->network;
    if (!program_predicts(program))
        return is_result(program, storage);
    for (int i = 0; i < network->n_outputs; i++)
        if (program->outputs[network->outputs[i]->index]->storage == storage)
            return true;
    return false;
}

/* What gradients over the batch read is kept for it. */
static void keep_for_batch(struct program *program)
{
    struct tensor *read;
    for (const struct node *node = program->nodes; node; node = node->next)
        for (int i = 0; node_reads_batch(node) && (read = node_read(node, i));
             i++)
            read->storage->whole_batch = true;
}

void compute_in_place(struct program *program)
{
    keep_for_batch(program);
    for (struct node *node = program->nodes; node; node = node->next) {
        struct tensor *from = node_overwritable(node);
        struct tensor *to = node_written(node, 0);
        if (!from || !to || from->storage == to->storage || from->whole ||
            to->whole || from->batch_innermost != to->batch_innermost ||
            memcmp(from->margins, to->margins, sizeof to->margins) != 0 ||
            from->storage->whole_batch ||
            read_after(program, node, from->storage) ||
            is_kept(program, from->storage))
            continue;
        from->storage->whole_batch = to->storage->whole_batch;
        move_storage(program, to->storage, from->storage);
    }
}

/* What others than nodes use: what is kept for other phases, and what
 * prediction does; the network's own outputs live to the `end`. */
static void find_fixed(struct program *program, int end)
{
    const struct network *network = program->network;
    if (program_keeps_result(program)) {
        struct tensor *result = program_result(program);
        result->is_used = true;
        result->storage->whole_batch = true;
        result->storage->last_segment = INT_MAX;
    }
    if (!program_predicts(program))
        return;
    for (int i = 0; i < network->n_layers; i++)
        program->outputs[i]->is_used = true;
    for (int i = 0; i < network->n_outputs; i++)
        program->outputs[network->outputs[i]->index]->storage->last = end;
}

/* A node touches a tensor: lives go by node, and what several segments touch
 * is kept for the whole batch. */
static void touch(struct tensor *tensor, int node, int segment)
{
    struct tensor *storage = tensor->storage;
    if (storage->first < 0) {
        storage->first = node;
        storage->segment = segment;
    }
    storage->whole_batch |= storage->segment != segment;
    storage->last = node;
    if (storage->last_segment < segment)
        storage->last_segment = segment;
    tensor->is_used = true;
}

/* The first and last node that touches each storage. */
static void find_lives(struct program *program)
{
    int at = 0, segment = 0;
    for (int i = 0; i < program->n_tensors; i++) {
        program->tensors[i]->first = -1;
        program->tensors[i]->last_segment = 0;
    }
    for (int i = 0; i < program->n_inputs; i++)
        touch(program->inputs[i], at, segment);
    if (program->target)
        touch(program->target, at, segment);
    for (const struct node *node = program->nodes; node;
         node = node->next, at++) {
        struct tensor *tensor;
        for (int i = 0; (tensor = node_touched(node, i)); i++) {
            touch(tensor, at, segment);
            tensor->storage->whole_batch |= node_is_over_batch(node);
            if (node_reads_batch(node))
                tensor->storage->last_segment = INT_MAX;
        }
        segment += node->cut;
    }
    find_fixed(program, at);
}

/* Tiles pass a segment in any order, but all of them before the next one. */
static bool can_share(const struct tensor *a, const struct tensor *b)
{
    if (a->whole_batch != b->whole_batch || a->first < 0 || b->first < 0)
        return false;
    if (a->whole_batch)
        return a->last_segment < b->segment || b->last_segment < a->segment;
    return a->last < b->first || b->last < a->first;
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

static int most(int a, int b)
{
    return a > b ? a : b;
}

static void share_storage(struct program *program)
{
    for (int i = 0; i < program->n_tensors; i++)
        for (int j = 0; j < i; j++) {
            struct tensor *later = program->tensors[i];
            struct tensor *earlier = program->tensors[j];
            if (later->storage != later || earlier->storage != earlier ||
                !can_share(earlier, later))
                continue;
            move_storage(program, later, earlier);
            earlier->last = most(earlier->last, later->last);
            earlier->first = least(earlier->first, later->first);
            earlier->segment = least(earlier->segment, later->segment);
            earlier->last_segment =
                most(earlier->last_segment, later->last_segment);
        }
}

void place(struct program *program)
{
    find_lives(program);
    share_storage(program);
}
