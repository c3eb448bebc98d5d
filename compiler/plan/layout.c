/* The layout of every node and tensor of a program: rows, or the samples of a
 * tile as the vector.
 *
 * The network's inputs, its target and the loss are rows; layers that know
 * both layouts take that of what they read, and the plan decides for those
 * with a preference. Where a node wants another layout than a tensor has, the
 * tensor is transposed once, just before. */
#include "compiler/plan/plan.h"

/* A tensor and what holds the same values in the other layout. */
struct transposed {
    const struct tensor *from;
    struct tensor *to;
    const struct layer *part; /* for which it was made */
    struct transposed *next;
};

struct layout_pass {
    struct arena *arena;
    struct program *program;
    struct node **link; /* of the node at hand */
    struct transposed *transposed;
};

static void set_layout(struct layout_pass *pass, struct tensor *tensor,
                       bool batch_innermost)
{
    struct program *program = pass->program;
    if (!tensor)
        return;
    for (int i = 0; i < program->n_tensors; i++)
        if (program->tensors[i]->storage == tensor->storage)
            program->tensors[i]->batch_innermost = batch_innermost;
}

/* The layer of the network that the node at hand belongs to. */
static const struct layer *part_at_hand(const struct layout_pass *pass)
{
    return *pass->link ? (*pass->link)->part : NULL;
}

/* Prediction may leave out a layer with all its nodes: what they transpose is
 * for that layer alone. */
static struct tensor *find_transposed(const struct layout_pass *pass,
                                      const struct tensor *tensor)
{
    bool is_for_all = !program_predicts(pass->program);
    for (struct transposed *known = pass->transposed; known;
         known = known->next)
        if (known->from->storage == tensor->storage &&
            (is_for_all || known->part == part_at_hand(pass)))
            return known->to;
    return NULL;
}

/* The tensor in that layout, by a new node in front of the one at hand where
 * it is not; where the same values were transposed in another shape, a view of
 * those. It has no margins: only a convolution's own nodes read them. */
static struct tensor *in_layout(struct layout_pass *pass, struct tensor *tensor,
                                bool batch_innermost)
{
    if (!tensor || tensor->batch_innermost == batch_innermost)
        return tensor;
    struct tensor *known = find_transposed(pass, tensor);
    if (known && shape_equal(&known->shape, &tensor->shape))
        return known;
    struct arena *arena = pass->arena;
    const struct layer *part = part_at_hand(pass);
    const char *role = arena_printf(arena, "%s_%s", tensor->role,
                                    batch_innermost ? "vectors" : "rows");
    struct tensor *to = program_tensor(arena, pass->program, tensor->layer,
                                       role, &tensor->shape);
    to->batch_innermost = batch_innermost;
    if (known) {
        to->storage = known->storage;
        return to;
    }
    struct node *node = arena_alloc(arena, 1, sizeof *node);
    *node = (struct node){.kind = NODE_TRANSPOSE,
                          .layer = tensor->layer,
                          .part = part,
                          .batch_innermost = batch_innermost,
                          .x = tensor,
                          .y = to,
                          .next = *pass->link};
    *pass->link = node;
    pass->link = &node->next;
    struct transposed *transposed = arena_alloc(arena, 1, sizeof *transposed);
    *transposed = (struct transposed){tensor, to, part, pass->transposed};
    pass->transposed = transposed;
    return to;
}

/* What the operation made whose gradient a node computes: in that layout the
 * values lie that it reads, and those before it. */
static const struct tensor *made_forward(const struct program *program,
                                         const struct node *node)
{
    const struct node *forward = program->nodes;
    while (forward->kind != NODE_FORWARD || forward->mode != node->mode ||
           !nodes_share_operation(forward, node))
        forward = forward->next;
    return forward->y;
}

/* What the node computes from: the tensor whose layout it would take. */
static const struct tensor *read_first(const struct program *program,
                                       const struct node *node)
{
    if (node->kind == NODE_SUM)
        return node->inputs[0];
    if (node->kind == NODE_ACTIVATE_BACKWARD)
        return node->derivative_of;
    if (node->kind == NODE_BACKWARD_MOMENTS)
        return node->x;
    if (node->kind == NODE_BACKWARD)
        return made_forward(program, node);
    bool is_forward = node->kind == NODE_FORWARD || node->kind == NODE_PAD ||
                      node->kind == NODE_ACTIVATE || node->kind == NODE_MOMENTS;
    if (node->dy && !is_forward)
        return node->dy;
    return node->kind == NODE_PENALTY ? node->y : node->x;
}

static enum layout_rule layout_of(const struct node *node)
{
    return node->operation ? primitive_info(node->operation->primitive)->layout
                           : LAYOUT_ANY;
}

static bool wants_rows(const struct node *node)
{
    if (node->kind == NODE_LOSS)
        return true;
    bool is_activation =
        node->kind == NODE_ACTIVATE || node->kind == NODE_ACTIVATE_BACKWARD;
    if (is_activation)
        return activation_info(node->activation.kind)->is_row;
    return layout_of(node) == LAYOUT_ROWS && node->kind != NODE_SUM;
}

static bool choose(const struct plan *plan, const struct program *program,
                   const struct node *node)
{
    if (wants_rows(node))
        return false;
    bool is_layers = node->kind == NODE_FORWARD || node->kind == NODE_PAD ||
                     node->kind == NODE_BACKWARD || node->kind == NODE_GRADIENT;
    if (is_layers && layout_of(node) == LAYOUT_CHOSEN)
        return layer_is_batch_innermost(plan, node->layer);
    return read_first(program, node)->batch_innermost;
}

static void assign_layout(struct layout_pass *pass, struct node *node,
                          bool batch_innermost)
{
    node->batch_innermost = batch_innermost;
    node->x = in_layout(pass, node->x, batch_innermost);
    node->dy = in_layout(pass, node->dy, batch_innermost);
    node->derivative_of = in_layout(pass, node->derivative_of, batch_innermost);
    for (int i = 0; i < node->n_inputs; i++)
        node->inputs[i] = in_layout(pass, node->inputs[i], batch_innermost);
    bool reads_y = node->kind == NODE_BACKWARD || node->kind == NODE_LOSS ||
                   node->kind == NODE_PENALTY;
    if (reads_y)
        node->y = in_layout(pass, node->y, batch_innermost);
    else
        set_layout(pass, node->y, batch_innermost);
    set_layout(pass, node->dx, batch_innermost);
}

/* Imitation hands out rows of the network's output. */
static void lay_output(struct layout_pass *pass)
{
    struct program *program = pass->program;
    const struct layer *layer = program->network->outputs[0];
    struct tensor *output = program->outputs[layer->index];
    struct tensor *rows = in_layout(pass, output, false);
    if (rows == output)
        return;
    struct tensor *view =
        program_tensor(pass->arena, program, layer, "y", &output->shape);
    view->storage = rows->storage;
    program->outputs[layer->index] = view;
}

void assign_layouts(struct arena *arena, const struct plan *plan,
                    struct program *program)
{
    struct layout_pass pass = {arena, program, &program->nodes, NULL};
    while (*pass.link) {
        struct node *node = *pass.link;
        assign_layout(&pass, node, choose(plan, program, node));
        pass.link = &node->next;
    }
    if (program_keeps_result(program))
        lay_output(&pass);
}
