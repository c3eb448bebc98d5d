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

struct laying {
    struct arena *arena;
    struct program *program;
    struct node **link; /* of the node at hand */
    struct transposed *transposed;
};

static void set_layout(struct laying *laying, struct tensor *tensor,
                       bool by_sample)
{
    struct program *program = laying->program;
    if (!tensor)
        return;
    for (int i = 0; i < program->n_tensors; i++)
        if (program->tensors[i]->storage == tensor->storage)
            program->tensors[i]->by_sample = by_sample;
}

/* The layer of the network that the node at hand belongs to. */
static const struct layer *part_at_hand(const struct laying *laying)
{
    return *laying->link ? (*laying->link)->part : NULL;
}

/* Prediction may leave out a layer with all its nodes: what they transpose is
 * for that layer alone. */
static struct tensor *find_transposed(const struct laying *laying,
                                      const struct tensor *tensor)
{
    bool is_for_all = !program_predicts(laying->program);
    for (struct transposed *known = laying->transposed; known;
         known = known->next)
        if (known->from->storage == tensor->storage &&
            (is_for_all || known->part == part_at_hand(laying)))
            return known->to;
    return NULL;
}

/* The tensor in that layout, by a new node in front of the one at hand where
 * it is not; where the same values were transposed in another shape, a view of
 * those. It has no margins: only a convolution's own nodes read them. */
static struct tensor *in_layout(struct laying *laying, struct tensor *tensor,
                                bool by_sample)
{
    if (!tensor || tensor->by_sample == by_sample)
        return tensor;
    struct tensor *known = find_transposed(laying, tensor);
    if (known && shape_equal(&known->shape, &tensor->shape))
        return known;
    struct arena *arena = laying->arena;
    const struct layer *part = part_at_hand(laying);
    const char *role = arena_printf(arena, "%s_%s", tensor->role,
                                    by_sample ? "vectors" : "rows");
    struct tensor *to = program_tensor(arena, laying->program, tensor->layer,
                                       role, &tensor->shape);
    to->by_sample = by_sample;
    if (known) {
        to->storage = known->storage;
        return to;
    }
    struct node *node = arena_alloc(arena, 1, sizeof *node);
    *node = (struct node){.kind = NODE_TRANSPOSE,
                          .layer = tensor->layer,
                          .part = part,
                          .by_sample = by_sample,
                          .x = tensor,
                          .y = to,
                          .next = *laying->link};
    *laying->link = node;
    laying->link = &node->next;
    struct transposed *transposed = arena_alloc(arena, 1, sizeof *transposed);
    *transposed = (struct transposed){tensor, to, part, laying->transposed};
    laying->transposed = transposed;
    return to;
}

/* What the node computes from: the tensor whose layout it would take. */
static const struct tensor *read_first(const struct node *node)
{
    if (node->kind == NODE_SUM)
        return node->inputs[0];
    bool is_forward = node->kind == NODE_FORWARD || node->kind == NODE_PAD ||
                      node->kind == NODE_ACTIVATE || node->kind == NODE_MOMENTS;
    return node->dy && !is_forward ? node->dy : node->x;
}

static enum layout_rule layout_of(const struct node *node)
{
    return node->operation ? primitive_facts(node->operation->primitive)->layout
                           : LAYOUT_ANY;
}

static bool wants_rows(const struct node *node)
{
    if (node->kind == NODE_LOSS)
        return true;
    bool is_activation =
        node->kind == NODE_ACTIVATE || node->kind == NODE_ACTIVATE_BACKWARD;
    if (is_activation)
        return activation_facts(node->activation.kind)->is_row;
    return layout_of(node) == LAYOUT_ROWS && node->kind != NODE_SUM;
}

static bool choose(const struct plan *plan, const struct node *node)
{
    if (wants_rows(node))
        return false;
    bool is_layers = node->kind == NODE_FORWARD || node->kind == NODE_PAD ||
                     node->kind == NODE_BACKWARD || node->kind == NODE_GRADIENT;
    if (is_layers && layout_of(node) == LAYOUT_CHOSEN)
        return layer_is_by_sample(plan, node->layer);
    return read_first(node)->by_sample;
}

static void lay_node(struct laying *laying, struct node *node, bool by_sample)
{
    node->by_sample = by_sample;
    node->x = in_layout(laying, node->x, by_sample);
    node->dy = in_layout(laying, node->dy, by_sample);
    node->slope_of = in_layout(laying, node->slope_of, by_sample);
    for (int i = 0; i < node->n_inputs; i++)
        node->inputs[i] = in_layout(laying, node->inputs[i], by_sample);
    bool reads_y = node->kind == NODE_BACKWARD || node->kind == NODE_LOSS;
    if (reads_y)
        node->y = in_layout(laying, node->y, by_sample);
    else
        set_layout(laying, node->y, by_sample);
    set_layout(laying, node->dx, by_sample);
}

/* Imitation hands out rows of the network's output. */
static void lay_output(struct laying *laying)
{
    struct program *program = laying->program;
    const struct layer *layer = program->network->outputs[0];
    struct tensor *output = program->outputs[layer->index];
    struct tensor *rows = in_layout(laying, output, false);
    if (rows == output)
        return;
    struct tensor *view =
        program_tensor(laying->arena, program, layer, "y", &output->shape);
    view->storage = rows->storage;
    program->outputs[layer->index] = view;
}

void lay_out(struct arena *arena, const struct plan *plan,
             struct program *program)
{
    struct laying laying = {arena, program, &program->nodes, NULL};
    while (*laying.link) {
        struct node *node = *laying.link;
        lay_node(&laying, node, choose(plan, node));
        laying.link = &node->next;
    }
    if (program_keeps_result(program))
        lay_output(&laying);
}
