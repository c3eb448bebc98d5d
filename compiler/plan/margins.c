/* Margins of zeros without a copy: what makes an image writes it where its
 * margins are, and those alone are filled behind it. */
#include <string.h>

#include "compiler/plan/program.h"

static bool has_primitive(const struct node *node, enum primitive primitive)
{
    return node->operation && node->operation->primitive == primitive;
}

/* A convolution that makes the small image of its window, and not the big one
 * around whose margins its loops are written. */
static bool gathers(const struct node *node)
{
    return has_primitive(node, PRIMITIVE_CONVOLUTION) &&
           !node->operation->convolution.scatters;
}

static bool goes_by_value(const struct node *node)
{
    return node->kind == NODE_ACTIVATE_BACKWARD &&
           !activation_info(node->activation.kind)->is_row;
}

static bool can_write_margins(const struct node *node)
{
    bool computes = node->kind == NODE_FORWARD || node->kind == NODE_BACKWARD;
    return (computes && has_primitive(node, PRIMITIVE_NORMALISE)) ||
           (node->kind == NODE_FORWARD && gathers(node)) || goes_by_value(node);
}

/* True for a node that reads the image, whatever margins it has. */
static bool can_read_margins(const struct node *node, const struct tensor *read)
{
    bool reads_small = node->kind == NODE_GRADIENT && gathers(node) &&
                       node->dy == read && node->x != read;
    return (node->operation && node->kind != NODE_ACTIVATE &&
            has_primitive(node, PRIMITIVE_NORMALISE)) ||
           reads_small || goes_by_value(node);
}

static bool margins_equal(const struct tensor *a, const struct tensor *b)
{
    return memcmp(a->margins, b->margins, sizeof a->margins) == 0;
}

static bool pads_alike(const struct node *node, const struct node *pad)
{
    return node->kind == NODE_PAD && margins_equal(node->y, pad->y) &&
           node->batch_innermost == pad->batch_innermost;
}

/* True where a node that touches the image of `pad` can do so inside margins. */
static bool can_touch(const struct node *node, const struct node *pad)
{
    const struct tensor *image = pad->x, *tensor;
    for (int i = 0; (tensor = node_read(node, i)); i++)
        if (tensor->storage == image->storage &&
            (tensor != image ||
             (!pads_alike(node, pad) && !can_read_margins(node, tensor))))
            return false;
    for (int i = 0; (tensor = node_written(node, i)); i++)
        if (tensor->storage == image->storage &&
            (tensor != image || !can_write_margins(node)))
            return false;
    return true;
}

/* The node that makes the image of `pad`, where all that touch it can do without
 * the copy; or NULL. */
static struct node *maker_of(const struct program *program,
                             const struct node *pad)
{
    const struct tensor *image = pad->x, *tensor;
    struct node *maker = NULL;
    if (program_uses(program, image->storage))
        return NULL;
    for (struct node *node = program->nodes; node; node = node->next) {
        if (!can_touch(node, pad))
            return NULL;
        for (int i = 0; (tensor = node_written(node, i)); i++)
            if (tensor == image) {
                if (maker)
                    return NULL;
                maker = node;
            }
    }
    return maker;
}

static void replace(struct tensor **place, const struct tensor *from,
                    struct tensor *to)
{
    if (*place == from)
        *place = to;
}

static void replace_everywhere(struct program *program,
                               const struct tensor *from, struct tensor *to)
{
    for (struct node *node = program->nodes; node; node = node->next) {
        replace(&node->x, from, to);
        replace(&node->y, from, to);
        replace(&node->dy, from, to);
        replace(&node->dx, from, to);
        replace(&node->derivative_of, from, to);
        replace(&node->addend, from, to);
        for (int i = 0; i < node->n_inputs; i++)
            replace(&node->inputs[i], from, to);
    }
}

/* Takes out the other nodes that pad the same image alike. */
static void drop_alike(struct program *program, struct node *pad)
{
    for (struct node **link = &program->nodes; *link;) {
        struct node *node = *link;
        if (node != pad && node->x == pad->x && pads_alike(node, pad)) {
            *link = node->next;
            replace_everywhere(program, node->y, pad->y);
        } else {
            link = &node->next;
        }
    }
}

static void move_behind(struct program *program, struct node *node,
                        struct node *before)
{
    struct node **link = &program->nodes;
    while (*link != node)
        link = &(*link)->next;
    *link = node->next;
    node->next = before->next;
    before->next = node;
}

void fuse_margins(struct program *program)
{
    if (program_predicts(program))
        return; /* any of its values can be asked for */
    for (struct node *node = program->nodes, *next; node; node = next) {
        struct node *maker =
            node->kind == NODE_PAD && node->x ? maker_of(program, node) : NULL;
        next = node->next;
        if (!maker)
            continue;
        drop_alike(program, node);
        next = node->next;
        replace_everywhere(program, node->x, node->y);
        node->x = NULL;
        move_behind(program, node, maker);
    }
}
