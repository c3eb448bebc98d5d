/* The walk over a network: layers in the order of the graph, and back. Placed
 * networks are walked in frames of their own, whose inputs and output are the
 * memory of the layers around them. */
#include "tests/naive/naive.h"

#include <math.h>
#include <string.h>

#include "compiler/layers/layer.h"
#include "tests/naive/naive_layer.h"

/* ---- weights --------------------------------------------------------- */

static struct naive_weight *find_weight(const struct naive_model *model,
                                        const struct weight *weight)
{
    for (int i = 0; i < model->n_weights; i++)
        if (model->weights[i].weight == weight)
            return &model->weights[i];
    return NULL;
}

static void add_weight(struct naive_model *model, const struct layer *layer,
                       const struct weight *weight, bool is_trained,
                       size_t *capacity)
{
    struct arena *arena = model->arena;
    struct naive_weight *known = find_weight(model, weight);
    if (known) {
        known->is_trained = known->is_trained && is_trained;
        return;
    }
    size_t count = (size_t)shape_elements(&weight->shape);
    model->weights = arena_grow(arena, model->weights, (size_t)model->n_weights,
                                capacity, sizeof *model->weights);
    model->weights[model->n_weights++] = (struct naive_weight){
        .layer = layer,
        .weight = weight,
        .key = arena_printf(arena, "%s/%s/%s", layer->network->name,
                            layer->name, weight->name),
        .count = (int64_t)count,
        .is_trained = is_trained && weight->trainable,
        .value = arena_alloc(arena, count, sizeof(double)),
        .used = arena_alloc(arena, count, sizeof(double)),
        .gradient = arena_alloc(arena, count, sizeof(double)),
    };
}

static void add_weights(struct naive_model *model,
                        const struct network *network, bool is_trained,
                        size_t *capacity)
{
    for (int i = 0; i < network->n_layers; i++) {
        const struct layer *layer = network->layers[i];
        bool trained = is_trained && layer->trainable;
        if (layer->placed)
            add_weights(model, layer->placed, trained, capacity);
        for (int k = 0; k < layer->n_weights; k++)
            add_weight(model, layer, &layer->weights[k], trained, capacity);
    }
}

struct naive_model *naive_new(struct arena *arena,
                              const struct network *network)
{
    struct naive_model *model = arena_alloc(arena, 1, sizeof *model);
    size_t capacity = 0;
    *model = (struct naive_model){.arena = arena, .network = network};
    add_weights(model, network, true, &capacity);
    return model;
}

/* ---- one layer ------------------------------------------------------- */

/* A share by which a number is changed. */
static double draw_jitter(struct naive_pass *pass)
{
    struct guss_words words = guss_draw(&pass->stream, pass->drawn++, 0);
    return pass->jitter * (2 * guss_unit(words.word[0], words.word[1]) - 1);
}

static void jitter(struct naive_pass *pass, double *values, int64_t n)
{
    if (pass->jitter <= 0)
        return;
    for (int64_t i = 0; i < n; i++)
        values[i] *= 1 + draw_jitter(pass);
}

double naive_use_rounding(const struct naive_use *use, double size)
{
    return use->pass->jitter > 0 ? size * draw_jitter(use->pass) : 0;
}

void naive_use_bias_gradient(const struct naive_use *use, int64_t rows,
                             int64_t units)
{
    struct naive_weight *bias = naive_use_weight(use, "bias");
    for (int64_t u = 0; bias && u < units; u++) {
        double size = 0;
        for (int64_t r = 0; r < rows; r++) {
            bias->gradient[u] += use->dz[r * units + u];
            size += fabs(use->dz[r * units + u]);
        }
        /* Alike values round alike: a sum in order may lose this much. */
        bias->gradient[u] += naive_use_rounding(use, size * sqrt((double)rows));
    }
}

static struct naive_use use_of(struct naive_model *model,
                               struct naive_frame *frame,
                               const struct layer *layer,
                               struct naive_pass *pass)
{
    size_t inputs = (size_t)layer->n_inputs;
    struct naive_result *result = &frame->results[layer->index];
    const double **x = arena_alloc(model->arena, inputs, sizeof *x);
    double **dx = arena_alloc(model->arena, inputs, sizeof *dx);
    for (int i = 0; i < layer->n_inputs; i++) {
        x[i] = frame->results[layer->inputs[i]->index].y;
        dx[i] = frame->results[layer->inputs[i]->index].dy;
    }
    return (struct naive_use){
        .arena = model->arena,
        .layer = layer,
        .pass = pass,
        .is_trained = frame->is_trained && layer->trainable,
        .count = pass->count,
        .draws = frame->draws + layer->index,
        .x = x,
        .dx = dx,
        .z = result->z,
        .dz = result->dz,
        .saved = &result->saved,
        .weights =
            layer->n_weights ? find_weight(model, &layer->weights[0]) : NULL,
    };
}

static void forward_layer(struct naive_model *model, struct naive_frame *frame,
                          const struct layer *layer, struct naive_pass *pass)
{
    struct naive_result *result = &frame->results[layer->index];
    const struct naive_rule *rule = naive_rule_find(layer->kind->name);
    int64_t n = result->width * pass->count;
    struct naive_use use = use_of(model, frame, layer, pass);
    if (rule)
        rule->forward(&use);
    else
        memcpy(result->z, use.x[0], (size_t)n * sizeof(double));
    jitter(pass, result->z, rule ? n : 0);
    naive_activate(activation_of(layer), n,
                   layer->shape.size[layer->shape.rank - 1], result->z,
                   result->y);
    jitter(pass, result->y, n);
}

/* Of l1 sum |v| + l2 sum v^2, at v. */
static double penalty_slope(const struct regularizer *penalty, double v)
{
    return penalty->l1 * (v > 0 ? 1 : v < 0 ? -1 : 0) + 2 * penalty->l2 * v;
}

static double penalty_of(const struct regularizer *penalty, double v)
{
    return penalty->l1 * fabs(v) + penalty->l2 * v * v;
}

static const struct regularizer *output_penalty(const struct layer *layer)
{
    return &layer->operations[layer->n_operations - 1]->penalty;
}

/* What a layer's dz is from its dy, with the gradient of its output's penalty; a dz
 * that the loss gave is kept, and that added. */
static void backward_output(struct naive_model *model,
                            const struct layer *layer,
                            struct naive_result *result, int count)
{
    const struct regularizer *penalty = output_penalty(layer);
    int64_t n = result->width * count;
    double *given = result->starts_dz ? result->dz : NULL;
    if (given && !regularizer_acts(penalty))
        return;
    if (given)
        result->dz = arena_alloc(model->arena, (size_t)n, sizeof(double));
    for (int64_t i = 0; i < n; i++)
        result->dy[i] += penalty_slope(penalty, result->y[i]) / count;
    naive_activate_backward(activation_of(layer), n,
                            layer->shape.size[layer->shape.rank - 1], result->z,
                            result->y, result->dy, result->dz);
    for (int64_t i = 0; given && i < n; i++)
        result->dz[i] += given[i];
}

static void backward_layer(struct naive_model *model, struct naive_frame *frame,
                           const struct layer *layer, struct naive_pass *pass)
{
    struct naive_result *result = &frame->results[layer->index];
    const struct naive_rule *rule = naive_rule_find(layer->kind->name);
    int64_t n = result->width * pass->count;
    backward_output(model, layer, result, pass->count);
    jitter(pass, result->dz, n);
    struct naive_use use = use_of(model, frame, layer, pass);
    if (rule)
        rule->backward(&use);
    else
        for (int64_t i = 0; i < n; i++)
            use.dx[0][i] += use.dz[i];
}

/* ---- the walk -------------------------------------------------------- */

static struct naive_frame *frame_new(struct naive_model *model,
                                     const struct network *network,
                                     bool is_trained, struct naive_pass *pass)
{
    struct naive_frame *frame = arena_alloc(model->arena, 1, sizeof *frame);
    *frame = (struct naive_frame){
        .network = network,
        .is_trained = is_trained,
        .draws = pass->draws,
        .results = arena_alloc(model->arena, (size_t)network->n_layers,
                               sizeof *frame->results),
    };
    pass->draws += network->n_layers;
    return frame;
}

static void give_memory(struct arena *arena, struct naive_result *result,
                        int count)
{
    size_t n = (size_t)(result->width * count);
    result->z = arena_alloc(arena, n, sizeof(double));
    result->y = arena_alloc(arena, n, sizeof(double));
    result->dy = arena_alloc(arena, n, sizeof(double));
    result->dz = arena_alloc(arena, n, sizeof(double));
}

/* Walks the layers behind the inputs, whose results are set. */
static void forward_frame(struct naive_model *model, struct naive_frame *frame,
                          struct naive_pass *pass);

static void forward_placed(struct naive_model *model, struct naive_frame *frame,
                           const struct layer *layer, struct naive_pass *pass)
{
    const struct network *inner = layer->placed;
    struct naive_result *result = &frame->results[layer->index];
    bool is_trained = frame->is_trained && layer->trainable;
    result->placed = frame_new(model, inner, is_trained, pass);
    for (int i = 0; i < inner->n_inputs; i++)
        result->placed->results[inner->inputs[i]->index] =
            frame->results[layer->inputs[i]->index];
    forward_frame(model, result->placed, pass);
    const struct naive_result *made =
        &result->placed->results[inner->outputs[0]->index];
    result->y = made->y;
    result->dy = made->dy;
}

static void forward_frame(struct naive_model *model, struct naive_frame *frame,
                          struct naive_pass *pass)
{
    for (int i = 0; i < frame->network->n_layers; i++) {
        const struct layer *layer = frame->network->layers[i];
        struct naive_result *result = &frame->results[i];
        result->width = shape_elements(&layer->shape);
        if (layer->placed) {
            forward_placed(model, frame, layer, pass);
        } else if (layer->n_inputs > 0) {
            give_memory(model->arena, result, pass->count);
            forward_layer(model, frame, layer, pass);
        }
    }
}

struct naive_frame *naive_forward(struct naive_model *model,
                                  const double *const *inputs,
                                  struct naive_pass *pass)
{
    const struct network *network = model->network;
    pass->draws = 0;
    struct naive_frame *frame = frame_new(model, network, true, pass);
    for (int i = 0; i < model->n_weights; i++) {
        struct naive_weight *weight = &model->weights[i];
        memcpy(weight->used, weight->value,
               (size_t)weight->count * sizeof(double));
        jitter(pass, weight->used, weight->count);
    }
    for (int i = 0; i < network->n_inputs; i++) {
        const struct layer *layer = network->inputs[i];
        struct naive_result *result = &frame->results[layer->index];
        result->width = shape_elements(&layer->shape);
        give_memory(model->arena, result, pass->count);
        int64_t n = result->width * pass->count;
        memcpy(result->y, inputs[i], (size_t)n * sizeof(double));
        jitter(pass, result->y, n);
    }
    forward_frame(model, frame, pass);
    return frame;
}

static void backward_frame(struct naive_model *model, struct naive_frame *frame,
                           struct naive_pass *pass)
{
    for (int i = frame->network->n_layers - 1; i >= 0; i--) {
        const struct layer *layer = frame->network->layers[i];
        if (layer->placed)
            backward_frame(model, frame->results[i].placed, pass);
        else if (layer->n_inputs > 0)
            backward_layer(model, frame, layer, pass);
    }
}

double naive_penalty(const struct naive_model *model)
{
    double sum = 0;
    for (int i = 0; i < model->n_weights; i++) {
        const struct naive_weight *weight = &model->weights[i];
        for (int64_t k = 0; weight->is_trained && k < weight->count; k++)
            sum += penalty_of(&weight->weight->regularizer, weight->used[k]);
    }
    return sum;
}

double naive_output_penalty(const struct naive_frame *frame, int count)
{
    double sum = 0;
    for (int i = 0; i < frame->network->n_layers; i++) {
        const struct layer *layer = frame->network->layers[i];
        const struct naive_result *result = &frame->results[i];
        if (layer->placed)
            sum += naive_output_penalty(result->placed, count);
        else if (layer->n_inputs > 0)
            for (int64_t k = 0; k < result->width * count; k++)
                sum += penalty_of(output_penalty(layer), result->y[k]) / count;
    }
    return sum;
}

void naive_backward(struct naive_model *model, struct naive_frame *frame,
                    struct naive_pass *pass)
{
    for (int i = 0; i < model->n_weights; i++)
        memset(model->weights[i].gradient, 0,
               (size_t)model->weights[i].count * sizeof(double));
    backward_frame(model, frame, pass);
    for (int i = 0; i < model->n_weights; i++) {
        const struct naive_weight *weight = &model->weights[i];
        for (int64_t k = 0; k < weight->count; k++)
            weight->gradient[k] +=
                penalty_slope(&weight->weight->regularizer, weight->used[k]);
    }
    for (int i = 0; i < model->n_weights; i++)
        jitter(pass, model->weights[i].gradient, model->weights[i].count);
}
