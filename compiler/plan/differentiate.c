/* Graph to program: the nodes of forward, loss and backward, in order.
 *
 * Reverse mode along the chain of layers from the input to the output: each
 * layer's gradient is the one node that its kind's emission knows, and the
 * layers below the first trainable one get none. */
#include <assert.h>
#include <string.h>

#include "compiler/layers/layer.h"
#include "compiler/plan/program.h"

struct differentiation {
    struct arena *arena;
    struct program *program;
    struct node **tail;
};

static struct tensor *new_tensor(struct differentiation *d,
                                 const struct layer *layer, const char *role,
                                 const struct shape *shape)
{
    struct program *program = d->program;
    struct tensor *tensor = arena_alloc(d->arena, 1, sizeof *tensor);
    *tensor = (struct tensor){
        .name = arena_printf(d->arena, "%s_%s", layer->name, role),
        .layer = layer,
        .shape = *shape,
        .storage = tensor,
    };
    program->tensors =
        arena_grow(d->arena, program->tensors, (size_t)program->n_tensors,
                   &program->capacity, sizeof tensor);
    program->tensors[program->n_tensors++] = tensor;
    return tensor;
}

static struct node *append(struct differentiation *d, enum node_kind kind,
                           const struct layer *layer)
{
    struct node *node = arena_alloc(d->arena, 1, sizeof *node);
    *node = (struct node){.kind = kind, .layer = layer};
    *d->tail = node;
    d->tail = &node->next;
    return node;
}

static struct activation_use activation_of(const struct layer *layer)
{
    if (layer->kind->activation)
        return layer->kind->activation(layer);
    return (struct activation_use){.kind = ACTIVATION_LINEAR};
}

static bool does_nothing(const struct differentiation *d,
                         const struct layer *layer)
{
    return layer->kind->only_training && d->program->kind != PROGRAM_TRAIN;
}

/* What each layer's forward made, for its gradient. */
struct made {
    struct tensor *x;     /* what the layer read */
    struct tensor *z, *y; /* before and after its activation */
    struct tensor *mask;
};

static struct made append_layer(struct differentiation *d,
                                const struct layer *layer, struct tensor *x)
{
    struct made made = {.x = x};
    struct activation_use activation = activation_of(layer);
    bool is_activated = activation.kind != ACTIVATION_LINEAR;
    if (layer->kind->is_view || does_nothing(d, layer)) {
        made.y = new_tensor(d, layer, "y", &layer->shape);
        made.y->storage = x->storage;
        made.z = made.y;
        return made;
    }
    made.z = x;
    if (!layer->kind->is_activation) {
        struct node *node = append(d, NODE_FORWARD, layer);
        node->x = x;
        node->y = new_tensor(d, layer, is_activated ? "z" : "y", &layer->shape);
        if (layer->kind->only_training)
            node->mask = new_tensor(d, layer, "mask", &layer->shape);
        made.mask = node->mask;
        made.z = node->y;
    }
    made.y = made.z;
    if (is_activated) {
        struct node *node = append(d, NODE_ACTIVATE, layer);
        node->activation = activation;
        node->x = made.z;
        node->y = made.y = new_tensor(d, layer, "y", &layer->shape);
    } else if (layer->kind->is_activation) {
        made.y = new_tensor(d, layer, "y", &layer->shape);
        made.y->storage = x->storage;
    }
    return made;
}

static bool has_trainable_weights(const struct layer *layer)
{
    return layer_parameters(layer).trainable > 0;
}

/* dz of a layer from dy: through its activation. */
static struct tensor *append_slope(struct differentiation *d,
                                   const struct layer *layer,
                                   const struct made *made, struct tensor *dy)
{
    struct activation_use activation = activation_of(layer);
    if (activation.kind == ACTIVATION_LINEAR)
        return dy;
    struct node *node = append(d, NODE_ACTIVATE_BACKWARD, layer);
    node->activation = activation;
    node->dy = dy;
    node->slope_of =
        activation_facts(activation.kind)->needs_input ? made->z : made->y;
    node->dx = new_tensor(d, layer, "dz", &layer->shape);
    return node->dx;
}

/* The gradient of what a layer read, from that of its output. */
static struct tensor *append_gradients(struct differentiation *d,
                                       const struct layer *layer,
                                       const struct made *made,
                                       struct tensor *dy, bool needs_dx)
{
    struct tensor *dz = append_slope(d, layer, made, dy);
    if (has_trainable_weights(layer)) {
        struct node *node = append(d, NODE_GRADIENT, layer);
        node->x = made->x;
        node->dy = dz;
    }
    if (!needs_dx)
        return NULL;
    if (layer->kind->is_activation)
        return dz;
    struct tensor *dx = new_tensor(d, layer, "dx", &made->x->shape);
    if (layer->kind->is_view) {
        dx->storage = dz->storage;
        return dx;
    }
    struct node *node = append(d, NODE_BACKWARD, layer);
    node->x = made->x;
    node->mask = made->mask;
    node->dy = dz;
    node->dx = dx;
    return dx;
}

static struct tensor *append_loss(struct differentiation *d,
                                  const struct layer *last,
                                  struct tensor *output)
{
    struct node *node = append(d, NODE_LOSS, last);
    node->x = output;
    node->y = d->program->kind == PROGRAM_TRAIN ? NULL : output;
    node->dx = new_tensor(d, last, "dy", &output->shape);
    return node->dx;
}

/* The layers from the input to the output, in order. */
static int chain_of(const struct network *network, const struct layer **chain)
{
    int n = 0;
    for (const struct layer *layer = network->outputs[0]; layer;
         layer = layer->n_inputs ? layer->inputs[0] : NULL)
        chain[n++] = layer;
    for (int i = 0; i < n / 2; i++) {
        const struct layer *swap = chain[i];
        chain[i] = chain[n - 1 - i];
        chain[n - 1 - i] = swap;
    }
    return n;
}

static void append_backward(struct differentiation *d,
                            const struct layer *const *chain,
                            const struct made *made, int n, struct tensor *dy)
{
    int first = 0; /* the lowest layer whose weights are trained */
    while (first < n && !has_trainable_weights(chain[first]))
        first++;
    for (int i = n - 1; i >= first; i--)
        dy = append_gradients(d, chain[i], &made[i], dy, i > first);
}

/* Every layer of a network that only predicts, in the order of the file:
 * layers may be read by several. */
static void append_prediction(struct differentiation *d)
{
    const struct network *network = d->program->network;
    for (int i = 0; i < network->n_layers; i++) {
        const struct layer *layer = network->layers[i];
        struct tensor *x = layer->n_inputs
                               ? d->program->outputs[layer->inputs[0]->index]
                               : d->program->input;
        d->program->outputs[i] = append_layer(d, layer, x).y;
    }
}

static void append_chain(struct differentiation *d,
                         const struct schedule *schedule)
{
    const struct network *network = d->program->network;
    const struct layer **chain =
        arena_alloc(d->arena, (size_t)network->n_layers, sizeof *chain);
    int n = chain_of(network, chain);
    struct made *made = arena_alloc(d->arena, (size_t)n, sizeof *made);
    struct tensor *x = d->program->input;
    for (int i = 0; i < n; i++) {
        made[i] = append_layer(d, chain[i], x);
        x = d->program->outputs[chain[i]->index] = made[i].y;
    }
    d->program->target = d->program->input;
    if (schedule->objective == OBJECTIVE_CLASSIFIER)
        d->program->target = new_tensor(d, chain[n - 1], "target", &x->shape);
    struct tensor *dy = append_loss(d, chain[n - 1], x);
    if (d->program->kind == PROGRAM_TRAIN)
        append_backward(d, chain, made, n, dy);
}

struct program *differentiate(struct arena *arena,
                              const struct network *network,
                              const struct schedule *schedule,
                              enum program_kind kind)
{
    struct program *program = arena_alloc(arena, 1, sizeof *program);
    *program = (struct program){.kind = kind, .network = network};
    struct differentiation d = {arena, program, &program->nodes};
    program->outputs =
        arena_alloc(arena, (size_t)network->n_layers, sizeof *program->outputs);
    program->input =
        new_tensor(&d, network->inputs[0], "x", &network->inputs[0]->shape);
    if (kind == PROGRAM_PREDICT)
        append_prediction(&d);
    else
        append_chain(&d, schedule);
    return program;
}
