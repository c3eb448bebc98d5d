/* Graph to the forward nodes of a program. */
#include "compiler/plan/steps.h"

#include <string.h>

#include "compiler/layers/layer.h"

struct node *builder_append(struct builder *builder, enum node_kind kind,
                            const struct step *step)
{
    struct node *node = arena_alloc(builder->arena, 1, sizeof *node);
    *node = (struct node){
        .kind = kind,
        .layer = step->layer,
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
                           void (*margins)(const struct layer *layer,
                                           int64_t margins[N_SIDES]))
{
    int64_t wanted[N_SIDES] = {0};
    if (margins)
        margins(step->layer, wanted);
    if (!wanted[TOP] && !wanted[LEFT] && !wanted[BOTTOM] && !wanted[RIGHT])
        return tensor;
    struct node *node = builder_append(builder, NODE_PAD, step);
    node->x = tensor;
    node->y = builder_tensor(builder, step, role, &tensor->shape);
    memcpy(node->y->margins, wanted, sizeof wanted);
    return node->y;
}

struct activation_use activation_of(const struct layer *layer)
{
    if (layer->kind->activation)
        return layer->kind->activation(layer);
    return (struct activation_use){.kind = ACTIVATION_LINEAR};
}

/* ---- steps ------------------------------------------------------------ */

static struct step *new_step(struct builder *builder, const struct layer *layer,
                             const struct spread *how)
{
    struct step *step = arena_alloc(builder->arena, 1, sizeof *step);
    *step = (struct step){.layer = layer,
                          .mode = how->mode,
                          .is_frozen = how->is_frozen,
                          .before = builder->last};
    return builder->last = step;
}

struct step *builder_given(struct builder *builder, const struct layer *layer,
                           struct tensor *tensor)
{
    struct step *step =
        new_step(builder, layer, &(struct spread){MODE_PREDICTING, true});
    step->x = step->z = step->y = tensor;
    return step;
}

/* Another name for a tensor's memory, in the layer's shape. */
static struct tensor *view_of(struct builder *builder, const struct step *step,
                              struct tensor *tensor)
{
    struct tensor *view =
        builder_tensor(builder, step, "y", &step->layer->shape);
    view->storage = tensor->storage;
    return view;
}

struct step *builder_view(struct builder *builder, const struct layer *input,
                          struct step *shown)
{
    struct step *step =
        new_step(builder, input, &(struct spread){MODE_TRAINING, true});
    step->inputs = arena_alloc(builder->arena, 1, sizeof *step->inputs);
    step->inputs[0] = shown;
    step->n_inputs = 1;
    step->x = shown->y;
    step->z = step->y = view_of(builder, step, shown->y);
    step->wants_gradient = shown->wants_gradient;
    return step;
}

bool step_does_nothing(const struct step *step)
{
    return step->layer->kind->only_training && step->mode != MODE_TRAINING;
}

bool step_trains(const struct step *step)
{
    return layer_parameters(step->layer).trainable > 0 && !step->is_frozen;
}

/* Statistics of the whole batch, for layers that train with them. A layer
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

static void append_forward(struct builder *builder, struct step *step,
                           bool is_activated)
{
    const struct layer_kind *kind = step->layer->kind;
    step->x = builder_pad(builder, step, "padded", step->x, kind->margins);
    if (kind->needs_batch)
        append_moments(builder, step);
    struct node *node = builder_append(builder, NODE_FORWARD, step);
    node->x = step->x;
    if (step->n_inputs > 1) {
        node->n_inputs = step->n_inputs;
        node->inputs = arena_alloc(builder->arena, (size_t)step->n_inputs,
                                   sizeof *node->inputs);
        for (int i = 0; i < step->n_inputs; i++)
            node->inputs[i] = step->inputs[i]->y;
    }
    node->y = builder_tensor(builder, step, is_activated ? "z" : "y",
                             &step->layer->shape);
    node->draws = step->draws;
    if (kind->keeps_mask) {
        step->mask = node->mask =
            builder_tensor(builder, step, "mask", &step->layer->shape);
        node->mask->is_mask = true;
    }
    step->z = node->y;
}

static void append_activation(struct builder *builder, struct step *step,
                              struct activation_use activation)
{
    struct node *node = builder_append(builder, NODE_ACTIVATE, step);
    node->activation = activation;
    node->x = step->z;
    node->y = step->y = builder_tensor(builder, step, "y", &step->layer->shape);
}

/* The nodes of a layer whose inputs are known. */
static void append_layer(struct builder *builder, struct step *step)
{
    const struct layer_kind *kind = step->layer->kind;
    struct activation_use activation = activation_of(step->layer);
    bool is_activated = activation.kind != ACTIVATION_LINEAR;
    step->x = step->inputs[0]->y;
    if (kind->is_view || step_does_nothing(step) ||
        (kind->is_activation && !is_activated)) {
        step->z = step->y = view_of(builder, step, step->x);
        return;
    }
    step->z = step->x;
    if (!kind->is_activation)
        append_forward(builder, step, is_activated);
    step->y = step->z;
    if (is_activated)
        append_activation(builder, step, activation);
}

int64_t count_uses(const struct network *network)
{
    int64_t count = network->n_layers;
    for (int i = 0; i < network->n_layers; i++)
        if (network->layers[i]->placed)
            count += count_uses(network->layers[i]->placed);
    return count;
}

/* `draws`: the number of the network's first layer. */
static struct step *spread_layer(struct builder *builder,
                                 const struct layer *layer,
                                 const struct spread *how, int draws,
                                 struct step *const *made)
{
    size_t n = (size_t)layer->n_inputs;
    struct step **inputs = arena_alloc(builder->arena, n, sizeof *inputs);
    for (size_t i = 0; i < n; i++)
        inputs[i] = made[layer->inputs[i]->index];
    if (layer->placed) {
        struct step **placed =
            builder_spread(builder, layer->placed, how, inputs);
        return placed[layer->placed->outputs[0]->index];
    }
    if (layer->folded)
        inputs[0] = inputs[0]->inputs[0]; /* what the upsampling reads */
    struct step *step = new_step(builder, layer, how);
    step->draws = draws + layer->index;
    step->inputs = inputs;
    step->n_inputs = layer->n_inputs;
    append_layer(builder, step);
    step->wants_gradient = step_trains(step);
    for (int i = 0; i < step->n_inputs; i++)
        step->wants_gradient |= inputs[i]->wants_gradient;
    return step;
}

struct step **builder_spread(struct builder *builder,
                             const struct network *network,
                             const struct spread *how, struct step **inputs)
{
    struct step **made =
        arena_alloc(builder->arena, (size_t)network->n_layers, sizeof *made);
    int given = 0, draws = builder->draws;
    builder->draws += network->n_layers;
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
