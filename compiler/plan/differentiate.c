/* Graph to program: the nodes of forward, loss and backward, in order.
 *
 * Reverse mode over the steps of the forward part, the last one first: a
 * step's gradient is the sum of what its readers gave it, and steps above no
 * trainable weight get none. */
#include <string.h>

#include "compiler/plan/optimizer.h"
#include "compiler/plan/steps.h"

static void give_gradient(struct builder *builder, struct step *to,
                          struct tensor *gradient)
{
    struct tensor **gradients = arena_alloc(
        builder->arena, (size_t)to->n_gradients + 1, sizeof *gradients);
    if (to->n_gradients > 0)
        memcpy(gradients, to->gradients,
               (size_t)to->n_gradients * sizeof *gradients);
    gradients[to->n_gradients++] = gradient;
    to->gradients = gradients;
}

/* The gradient of a step's output, all readers taken together. */
static struct tensor *total_gradient(struct builder *builder,
                                     const struct step *step)
{
    if (step->n_gradients == 1)
        return step->gradients[0];
    struct node *node = builder_append(builder, NODE_SUM, step);
    node->inputs = step->gradients;
    node->n_inputs = step->n_gradients;
    node->y = builder_tensor(builder, step, "dsum", &step->y->shape);
    return node->y;
}

/* dz of an activation from dy. */
static struct tensor *append_activate_backward(struct builder *builder,
                                               const struct step *step,
                                               struct tensor *dy)
{
    const struct operation *operation = step->operation;
    struct node *node = builder_append(builder, NODE_ACTIVATE_BACKWARD, step);
    node->activation = operation->activation;
    node->dy = dy;
    node->derivative_of =
        activation_info(operation->activation.kind)->needs_input ? step->x
                                                                 : step->y;
    node->dx = builder_tensor(builder, step, "dz", &operation->shape);
    return node->dx;
}

/* True if a node before it is of the same weights: a network placed twice. */
static bool follows_gradient(const struct program *program,
                             const struct step *step)
{
    for (const struct node *node = program->nodes; node; node = node->next)
        if (node->kind == NODE_GRADIENT && node->layer == step->layer &&
            node->operation->index == step->operation->index)
            return true;
    return false;
}

static bool scatters(const struct operation *operation)
{
    return operation->primitive == PRIMITIVE_CONVOLUTION &&
           operation->convolution.scatters;
}

static void append_gradient(struct builder *builder, const struct step *step,
                            struct tensor *dz, struct tensor *padded)
{
    bool adds_up = follows_gradient(builder->program, step);
    struct node *node = builder_append(builder, NODE_GRADIENT, step);
    node->x = step->x;
    node->dy = scatters(step->operation) ? padded : dz;
    node->adds_up = adds_up;
}

/* Statistics that are given leave a layer linear: it is the batch's own alone
 * whose gradient needs the input. */
static bool backward_reads_input(const struct step *step)
{
    const struct operation *operation = step->operation;
    return operation_backward_reads_input(operation) &&
           (!primitive_info(operation->primitive)->needs_batch ||
            step->mode == MODE_TRAINING);
}

/* dx of input number i from dz; views and sums pass it on as it is. */
static struct tensor *append_backward(struct builder *builder,
                                      const struct step *step, int i,
                                      struct tensor *dz)
{
    const struct shape *shape = &step->inputs[i]->y->shape;
    if (step->operation && step->operation->primitive == PRIMITIVE_ACTIVATE)
        return dz; /* a linear one */
    struct tensor *dx = builder_tensor(builder, step, "dx", shape);
    if (step_is_view(step) || operation_passes_gradient(step->operation, i)) {
        dx->storage = dz->storage;
        return dx;
    }
    struct node *node = builder_append(builder, NODE_BACKWARD, step);
    node->input = i;
    node->mask = step->mask;
    node->dy = dz;
    node->dx = dx;
    if (backward_reads_input(step))
        builder_read(builder, node, step);
    if (operation_is_maximum(step->operation))
        node->y = step->y;
    return dx;
}

/* The gradient of a step's output with the zeros around it that the gradients of
 * the inputs read, or those of a scatter's weights. */
static struct tensor *pad_gradient(struct builder *builder,
                                   const struct step *step, struct tensor *dz)
{
    int64_t margins[N_SIDES] = {0};
    bool below = false;
    for (int i = 0; i < step->n_inputs; i++)
        below |= step->inputs[i]->wants_gradient;
    if (below || (step_trains(step) && scatters(step->operation)))
        operation_margins(step->operation, true, margins);
    return builder_pad(builder, step, "dpadded", dz, margins);
}

/* What the step's output adds to the first loss of the phase, and to `dy`, its
 * gradient so far or NULL; returns the gradient, or NULL where none is wanted. */
static struct tensor *append_penalty(struct builder *builder,
                                     const struct step *step, struct tensor *dy)
{
    struct node *node = builder_append(builder, NODE_PENALTY, step);
    node->loss = &builder->program->phase->losses[0];
    node->y = step->y;
    if (!program_trains(builder->program) || !step->wants_gradient)
        return NULL;
    node->dy = dy;
    node->dx = builder_tensor(builder, step, "dtotal", &step->y->shape);
    return node->dx;
}

static bool has_penalty(const struct step *step)
{
    return step->operation && regularizer_acts(&step->operation->penalty);
}

/* The gradients of a step's weights and inputs, from `dz`, that of its output. */
static void append_gradients(struct builder *builder, const struct step *step,
                             struct tensor *dz)
{
    struct tensor *padded = dz;
    bool is_view = step_is_view(step);
    if (!is_view && step->operation->primitive == PRIMITIVE_ACTIVATE) {
        give_gradient(builder, step->inputs[0],
                      append_activate_backward(builder, step, dz));
        return;
    }
    if (!is_view)
        padded = pad_gradient(builder, step, dz);
    if (!is_view && primitive_info(step->operation->primitive)->needs_batch &&
        step->mode == MODE_TRAINING) {
        struct node *node =
            builder_append(builder, NODE_BACKWARD_MOMENTS, step);
        node->x = step->x;
        node->dy = dz;
        node->cut = true;
    }
    if (step_trains(step))
        append_gradient(builder, step, dz, padded);
    for (int i = 0; i < step->n_inputs; i++)
        if (step->inputs[i]->wants_gradient)
            give_gradient(builder, step->inputs[i],
                          append_backward(builder, step, i, padded));
}

/* All that follows from a step's output behind the losses. */
static void append_backward_of(struct builder *builder, const struct step *step)
{
    struct tensor *dy = NULL;
    if (step->wants_gradient && step->n_gradients > 0)
        dy = total_gradient(builder, step);
    if (has_penalty(step))
        dy = append_penalty(builder, step, dy);
    if (dy)
        append_gradients(builder, step, dy);
}

/* The step of the activation that makes the outputs, where the phase's only loss
 * has a function of its own from the logits before it; or NULL. Views move no
 * value. */
static struct step *activation_of_loss(const struct phase *phase,
                                       struct step *result)
{
    const struct loss_info *loss = loss_info(phase->losses[0].kind);
    struct step *step = result;
    while (step_is_view(step) && step->n_inputs > 0)
        step = step->inputs[0];
    const struct operation *operation = step->operation;
    bool fits =
        phase->n_losses == 1 && loss->logits && operation &&
        operation->primitive == PRIMITIVE_ACTIVATE &&
        operation->activation.kind == loss->logits_of &&
        (!loss->per_group || shape_equal(&operation->shape, &result->y->shape));
    return fits ? step : NULL;
}

/* The loss of the result, and the gradient that it gives back: to that, or
 * to the logits, which then pass by their activation. In evaluation that stays,
 * for the metrics. */
static void append_loss(struct builder *builder, struct step *result,
                        const struct phase_loss *loss)
{
    bool trains = program_trains(builder->program);
    struct step *activation =
        activation_of_loss(builder->program->phase, result);
    struct step *to = result;
    struct node *node = builder_append(builder, NODE_LOSS, result);
    node->loss = loss;
    node->x = result->y;
    node->target = builder->program->target;
    node->y = trains ? NULL : result->y;
    if (activation) {
        node->activation = activation->operation->activation;
        node->x = activation->x;
        to = activation->inputs[0];
    }
    node->dx = activation && trains
                   ? builder_tensor(builder, activation, "dz",
                                    &activation->operation->shape)
                   : builder_tensor(builder, result, "dy", &result->y->shape);
    if (trains)
        give_gradient(builder, to, node->dx);
}

/* The phase's losses, each of the result, and what is behind them. */
static void append_losses(struct builder *builder, struct step *result)
{
    struct program *program = builder->program;
    const struct phase *phase = program->phase;
    program->target = program->inputs[0];
    if (phase->target.kind != TARGET_INPUT)
        program->target =
            builder_tensor(builder, result, "target", &result->y->shape);
    for (int i = 0; i < phase->n_losses; i++)
        append_loss(builder, result, &phase->losses[i]);
    for (struct step *step = builder->last; step; step = step->before)
        append_backward_of(builder, step);
}

/* Steps that stand for the network's inputs. */
static struct step **append_inputs(struct builder *builder)
{
    struct program *program = builder->program;
    const struct network *network = program->network;
    size_t n = (size_t)network->n_inputs;
    struct step **inputs = arena_alloc(builder->arena, n, sizeof *inputs);
    program->inputs = arena_alloc(builder->arena, n, sizeof *program->inputs);
    program->n_inputs = network->n_inputs;
    for (size_t i = 0; i < n; i++) {
        const struct layer *layer = network->inputs[i];
        program->inputs[i] =
            program_tensor(builder->arena, program, layer, "x", &layer->shape);
        inputs[i] = builder_given(builder, layer, program->inputs[i]);
    }
    return inputs;
}

/* What the network behind a phase's makes of its result, which has as many
 * values as that reads. Its draws are others than where it is trained itself. */
static struct step *append_behind(struct builder *builder,
                                  const struct network *behind,
                                  struct step *result)
{
    struct spread frozen = {builder->program->phase->mode, true};
    struct step *shown = builder_view(builder, behind->inputs[0], result);
    struct step **made = builder_spread(builder, behind, &frozen, &shown);
    return made[behind->outputs[0]->index];
}

struct program *differentiate(struct arena *arena,
                              const struct network *network,
                              const struct phase *phase)
{
    struct program *program = arena_alloc(arena, 1, sizeof *program);
    *program = (struct program){.phase = phase, .network = network};
    const struct network *behind = phase ? phase->behind : NULL;
    struct builder builder = {.arena = arena,
                              .program = program,
                              .tail = &program->nodes,
                              .rng_stream =
                                  behind ? (int)count_uses(behind) : 0};
    struct spread how = {phase ? phase->mode : MODE_PREDICTING, false};
    struct step **inputs = append_inputs(&builder);
    struct step **made = builder_spread(&builder, network, &how, inputs);
    program->outputs =
        arena_alloc(arena, (size_t)network->n_layers, sizeof *program->outputs);
    for (int i = 0; i < network->n_layers; i++)
        program->outputs[i] = made[i]->y;
    struct step *result = made[network->outputs[0]->index];
    if (behind)
        result = append_behind(&builder, behind, result);
    if (phase && phase->n_losses > 0)
        append_losses(&builder, result);
    return program;
}
