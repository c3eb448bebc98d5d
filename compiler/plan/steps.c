/* Graph to the forward nodes of a program. */
#include "compiler/plan/steps.h"

#include <string.h>

struct node *builder_append(struct builder *builder, enum node_kind kind,
                            const struct step *step)
{
    struct node *node = arena_alloc(builder->arena, 1, sizeof *node);
    *node = (struct node){
        .kind = kind,
        .layer = step->layer,
        .operation = step->operation,
        .part = builder->part,
        .mode = step->mode,
        .moments = step->moments,
    };
    *builder->tail = node;
    builder->tail = &node->next;
    return node;
}

struct tensor *builder_tensor(struct builder *builder, const struct step *step,
                              const char *role, const struct shape *shape)
{
    return program_tensor(builder->arena, builder->program, step->layer, role,
                          shape);
}

struct tensor *builder_pad(struct builder *builder, const struct step *step,
                           const char *role, struct tensor *tensor,
                           const int64_t margins[N_SIDES])
{
    if (!margins[TOP] && !margins[LEFT] && !margins[BOTTOM] && !margins[RIGHT])
        return tensor;
    struct node *node = builder_append(builder, NODE_PAD, step);
    node->x = tensor;
    node->y = builder_tensor(builder, step, role, &tensor->shape);
    memcpy(node->y->margins, margins, sizeof node->y->margins);
    return node->y;
}

/* ---- steps ------------------------------------------------------------ */

static struct step *new_step(struct builder *builder, const struct layer *layer,
                             const struct operation *operation,
                             const struct spread *how)
{
    struct step *step = arena_alloc(builder->arena, 1, sizeof *step);
    *step = (struct step){.layer = layer,
                          .operation = operation,
                          .mode = how->mode,
                          .is_frozen = how->is_frozen,
                          .before = builder->last};
    return builder->last = step;
}

struct step *builder_given(struct builder *builder, const struct layer *layer,
                           struct tensor *tensor)
{
    struct step *step =
        new_step(builder, layer, NULL, &(struct spread){MODE_PREDICTING, true});
    step->x = step->y = tensor;
    return step;
}

/* Another name for a tensor's memory, in the shape of what the step makes. */
static struct tensor *view_of(struct builder *builder, const struct step *step,
                              const char *role, struct tensor *tensor)
{
    const struct shape *shape =
        step->operation ? &step->operation->shape : &step->layer->shape;
    struct tensor *view = builder_tensor(builder, step, role, shape);
    view->storage = tensor->storage;
    return view;
}

struct step *builder_view(struct builder *builder, const struct layer *input,
                          struct step *shown)
{
    struct step *step =
        new_step(builder, input, NULL, &(struct spread){MODE_TRAINING, true});
    step->inputs = arena_alloc(builder->arena, 1, sizeof *step->inputs);
    step->inputs[0] = shown;
    step->n_inputs = 1;
    step->x = shown->y;
    step->y = view_of(builder, step, "y", shown->y);
    step->wants_gradient = shown->wants_gradient;
    return step;
}

bool step_is_view(const struct step *step)
{
    const struct operation *operation = step->operation;
    return !operation || operation_is_view(operation) ||
           (primitive_info(operation->primitive)->only_training &&
            step->mode != MODE_TRAINING);
}

bool step_trains(const struct step *step)
{
    return step->operation && step->operation->n_weights > 0 &&
           layer_parameters(step->layer).trainable > 0 && !step->is_frozen;
}

/* Statistics of the whole batch, for operations that train with them. A layer
 * whose weights do not change uses its moving statistics (Keras). */
static void append_moments(struct builder *builder, struct step *step)
{
    if (!step->layer->trainable || step->is_frozen)
        step->mode = MODE_PREDICTING;
    if (step->mode != MODE_TRAINING)
        return;
    struct node *node = builder_append(builder, NODE_MOMENTS, step);
    node->x = step->x;
    node->cut = true;
    node->moments = step->moments = node;
}

void builder_read(struct builder *builder, struct node *node,
                  const struct step *step)
{
    node->x = step->x;
    if (step->n_inputs < 2)
        return;
    node->n_inputs = step->n_inputs;
    node->inputs = arena_alloc(builder->arena, (size_t)step->n_inputs,
                               sizeof *node->inputs);
    for (int i = 0; i < step->n_inputs; i++)
        node->inputs[i] = step->inputs[i]->y;
}

/* What the step makes is called `role`. */
static void append_forward(struct builder *builder, struct step *step,
                           const char *role)
{
    const struct operation *operation = step->operation;
    const struct primitive_info *info = primitive_info(operation->primitive);
    int64_t margins[N_SIDES];
    operation_margins(operation, false, margins);
    step->x = builder_pad(builder, step, "padded", step->x, margins);
    if (info->needs_batch)
        append_moments(builder, step);
    struct node *node = builder_append(builder, NODE_FORWARD, step);
    builder_read(builder, node, step);
    node->y = builder_tensor(builder, step, role, &operation->shape);
    node->rng_stream = step->rng_stream;
    if (info->keeps_mask) {
        step->mask = node->mask =
            builder_tensor(builder, step, "mask", &operation->drawn);
        node->mask->dtype = DTYPE_MASK;
    }
    step->y = node->y;
}

static void append_activation(struct builder *builder, struct step *step,
                              const char *role)
{
    struct node *node = builder_append(builder, NODE_ACTIVATE, step);
    node->activation = step->operation->activation;
    node->x = step->x;
    node->y = step->y =
        builder_tensor(builder, step, role, &step->operation->shape);
}

/* The nodes of an operation whose inputs are known. */
static void append_operation(struct builder *builder, struct step *step)
{
    bool is_last = step->operation->index == step->layer->n_operations - 1;
    const char *role = is_last ? "y" : "z";
    step->x = step->inputs[0]->y;
    if (step_is_view(step))
        step->y = view_of(builder, step, is_last ? "y" : "x", step->x);
    else if (step->operation->primitive == PRIMITIVE_ACTIVATE)
        append_activation(builder, step, role);
    else
        append_forward(builder, step, role);
    step->wants_gradient = step_trains(step);
    for (int i = 0; i < step->n_inputs; i++)
        step->wants_gradient |= step->inputs[i]->wants_gradient;
}

int64_t count_uses(const struct network *network)
{
    int64_t count = network->n_layers;
    for (int i = 0; i < network->n_layers; i++)
        if (network->layers[i]->placed)
            count += count_uses(network->layers[i]->placed);
    return count;
}

/* A layer's operations, after each other; the step of the last one. `values` are
 * the steps that make its values, those of the inputs first, with room for its
 * operations'. */
static struct step *spread_operations(struct builder *builder,
                                      const struct layer *layer,
                                      const struct spread *how, int draws,
                                      struct step **values)
{
    int n_values = layer->n_inputs;
    for (int i = 0; i < layer->n_operations; i++) {
        const struct operation *operation =
            operation_planned(builder->arena, layer, i);
        struct step **inputs = arena_alloc(
            builder->arena, (size_t)operation->n_inputs, sizeof *inputs);
        for (int j = 0; j < operation->n_inputs; j++)
            inputs[j] = values[operation->inputs[j]];
        struct step *step = new_step(builder, layer, operation, how);
        step->rng_stream = draws + layer->index;
        step->inputs = inputs;
        step->n_inputs = operation->n_inputs;
        append_operation(builder, step);
        values[n_values++] = step;
    }
    return values[n_values - 1];
}

/* `draws`: the number of the network's first layer. */
static struct step *spread_layer(struct builder *builder,
                                 const struct layer *layer,
                                 const struct spread *how, int draws,
                                 struct step *const *made)
{
    size_t n = (size_t)layer->n_inputs + (size_t)layer->n_operations;
    struct step **values = arena_alloc(builder->arena, n, sizeof *values);
    for (int i = 0; i < layer->n_inputs; i++)
        values[i] = made[layer->inputs[i]->index];
    if (layer->placed) {
        struct step **placed =
            builder_spread(builder, layer->placed, how, values);
        return placed[layer->placed->outputs[0]->index];
    }
    if (layer->folded)
        values[0] = values[0]->inputs[0]; /* what the upsampling reads */
    return spread_operations(builder, layer, how, draws, values);
}

struct step **builder_spread(struct builder *builder,
                             const struct network *network,
                             const struct spread *how, struct step **inputs)
{
    struct step **made =
        arena_alloc(builder->arena, (size_t)network->n_layers, sizeof *made);
    int given = 0, draws = builder->rng_stream;
    builder->rng_stream += network->n_layers;
    for (int i = 0; i < network->n_layers; i++) {
        const struct layer *layer = network->layers[i];
        bool is_input = layer->n_inputs == 0;
        if (network == builder->program->network)
            builder->part = layer;
        made[i] = is_input ? inputs[given++]
                           : spread_layer(builder, layer, how, draws, made);
    }
    return made;
}
