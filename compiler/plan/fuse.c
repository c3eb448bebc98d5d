/* Program to program: fewer nodes and less memory, the same numbers.
 *
 *   the last activation and its cross-entropy become one, from the logits
 *   activations and gradients are computed in place where nobody reads what
 *   they overwrite
 *   tensors of a tile whose lives do not meet share memory */
#include "compiler/plan/program.h"

static bool is_logit_loss(enum activation activation, enum loss_kind loss)
{
    return (activation == ACTIVATION_SIGMOID &&
            loss == LOSS_BINARY_CROSSENTROPY) ||
           (activation == ACTIVATION_SOFTMAX &&
            loss == LOSS_CATEGORICAL_CROSSENTROPY);
}

/* activate + loss (+ activate backward) -> loss from the logits. In
 * evaluation the activation stays, for the metrics. */
static void fuse_loss(struct program *program, enum loss_kind loss)
{
    struct node *before = NULL;
    struct node *node = program->nodes;
    for (; node && node->kind != NODE_LOSS; node = node->next)
        if (node->next && node->next->kind == NODE_LOSS)
            before = node;
    if (!node || !before || before->kind != NODE_ACTIVATE ||
        !is_logit_loss(before->activation.kind, loss))
        return;
    node->activation = before->activation;
    node->x = before->x;
    if (program->kind != PROGRAM_TRAIN)
        return;
    for (struct node **link = &program->nodes; *link; link = &(*link)->next)
        if (*link == before) {
            *link = before->next;
            break;
        }
    struct node *after = node->next;
    if (after && after->kind == NODE_ACTIVATE_BACKWARD) {
        node->dx = after->dx;
        node->next = after->next;
    }
}

static bool reads(const struct node *node, const struct tensor *storage)
{
    const struct tensor *read[] = {node->x, node->dy, node->mask,
                                   node->slope_of,
                                   node->kind == NODE_LOSS ? node->y : NULL};
    for (size_t i = 0; i < sizeof read / sizeof read[0]; i++)
        if (read[i] && read[i]->storage == storage)
            return true;
    return false;
}

static bool read_after(const struct program *program, const struct node *node,
                       const struct tensor *storage)
{
    for (node = node->next; node; node = node->next)
        if (reads(node, storage))
            return true;
    bool is_target = program->target && program->target->storage == storage;
    return is_target || program->input->storage == storage;
}

/* A layer's output that prediction hands out. */
static bool is_result(const struct program *program,
                      const struct tensor *storage)
{
    for (int i = 0; i < program->network->n_layers; i++)
        if (program->outputs[i] && program->outputs[i]->storage == storage)
            return program->kind == PROGRAM_PREDICT;
    return false;
}

static void move_storage(struct program *program, struct tensor *from,
                         struct tensor *to)
{
    for (int i = 0; i < program->n_tensors; i++)
        if (program->tensors[i]->storage == from)
            program->tensors[i]->storage = to;
}

/* Elementwise nodes overwrite what they read. */
static void compute_in_place(struct program *program)
{
    for (struct node *node = program->nodes; node; node = node->next) {
        struct tensor *from = NULL, *to = NULL;
        if (node->kind == NODE_ACTIVATE)
            from = node->x, to = node->y;
        else if (node->kind == NODE_ACTIVATE_BACKWARD)
            from = node->dy, to = node->dx;
        else if (node->kind == NODE_LOSS)
            from = node->x, to = node->dx;
        if (!from || from->storage == to->storage ||
            read_after(program, node, from->storage) ||
            is_result(program, from->storage))
            continue;
        move_storage(program, to->storage, from->storage);
    }
}

/* What others than nodes use: inputs and targets, from the first node on, and
 * what prediction hands out. */
static void find_fixed(struct program *program)
{
    struct tensor *given[] = {program->input, program->target};
    for (int i = 0; i < 2; i++)
        if (given[i]) {
            given[i]->is_used = true;
            given[i]->storage->first = 0;
        }
    if (program->kind != PROGRAM_PREDICT)
        return;
    program->input->storage->whole_batch = true;
    for (int i = 0; i < program->network->n_layers; i++) {
        program->outputs[i]->is_used = true;
        program->outputs[i]->storage->whole_batch = true;
    }
}

/* The first and last node that touches each storage. Gradients that are
 * computed over the whole batch read rows of every tile. */
static void find_lives(struct program *program)
{
    for (int i = 0; i < program->n_tensors; i++)
        program->tensors[i]->first = -1;
    int at = 0;
    for (struct node *node = program->nodes; node; node = node->next, at++) {
        struct tensor *target =
            node->kind == NODE_LOSS ? program->target : NULL;
        struct tensor *touched[] = {node->x,       node->y,    node->dx,
                                    node->dy,      node->mask, target,
                                    node->slope_of};
        for (size_t i = 0; i < sizeof touched / sizeof touched[0]; i++) {
            if (!touched[i])
                continue;
            struct tensor *storage = touched[i]->storage;
            if (storage->first < 0)
                storage->first = at;
            storage->last = at;
            touched[i]->is_used = true;
            storage->whole_batch |=
                node->kind == NODE_GRADIENT && !node->by_lane;
        }
    }
    find_fixed(program);
}

static bool can_share(const struct tensor *a, const struct tensor *b)
{
    if (a->whole_batch || b->whole_batch || a->first < 0 || b->first < 0)
        return false;
    return a->last < b->first || b->last < a->first;
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
            earlier->last =
                earlier->last > later->last ? earlier->last : later->last;
            earlier->first =
                earlier->first < later->first ? earlier->first : later->first;
        }
}

void fuse(struct program *program, const struct schedule *schedule)
{
    if (program->kind != PROGRAM_PREDICT)
        fuse_loss(program, schedule->loss);
    compute_in_place(program);
}

void place(struct program *program)
{
    find_lives(program);
    share_storage(program);
}
