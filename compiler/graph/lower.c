/* A layer to operations: the constructors that its lower() calls. */
#include <assert.h>

#include "compiler/graph/layer_kind.h"
#include "compiler/graph/operation.h"

static const struct shape *shape_of_value(const struct lowering *lowering,
                                          int value)
{
    const struct layer *layer = lowering->layer;
    return value < layer->n_inputs
               ? &layer->inputs[value]->shape
               : &layer->operations[value - layer->n_inputs]->shape;
}

/* Of the layer's shape unless it has one of its own. */
static int append(struct lowering *lowering, struct operation operation)
{
    struct layer *layer = lowering->layer;
    struct operation *new = arena_alloc(lowering->arena, 1, sizeof *new);
    *new = operation;
    new->index = layer->n_operations;
    new->input = *shape_of_value(lowering, new->inputs[0]);
    if (new->shape.rank == 0)
        new->shape = layer->shape;
    layer->operations = arena_grow(
        lowering->arena, layer->operations, (size_t)layer->n_operations,
        &lowering->capacity, sizeof(struct operation *));
    layer->operations[layer->n_operations++] = new;
    return layer->n_inputs + new->index;
}

static const int *one_input(struct lowering *lowering, int x)
{
    int *inputs = arena_alloc(lowering->arena, 1, sizeof *inputs);
    inputs[0] = x;
    return inputs;
}

/* An operation of one input. */
static struct operation of_one(struct lowering *lowering,
                               enum primitive primitive, int x)
{
    return (struct operation){.primitive = primitive,
                              .inputs = one_input(lowering, x),
                              .n_inputs = 1};
}

/* An operation of all inputs of the layer. */
static struct operation of_all(struct lowering *lowering,
                               enum primitive primitive)
{
    int n = lowering->layer->n_inputs;
    int *inputs = arena_alloc(lowering->arena, (size_t)n, sizeof *inputs);
    for (int i = 0; i < n; i++)
        inputs[i] = i;
    return (struct operation){
        .primitive = primitive, .inputs = inputs, .n_inputs = n};
}

int lower_view(struct lowering *lowering, int x)
{
    return append(lowering, of_one(lowering, PRIMITIVE_VIEW, x));
}

int lower_activation(struct lowering *lowering, int x,
                     struct activation_use activation)
{
    bool is_computed = x >= lowering->layer->n_inputs;
    if (is_computed && activation.kind == ACTIVATION_LINEAR)
        return x;
    struct operation operation = of_one(lowering, PRIMITIVE_ACTIVATE, x);
    operation.activation = activation;
    operation.shape = *shape_of_value(lowering, x);
    return append(lowering, operation);
}

int lower_product(struct lowering *lowering, int x, const struct weight *kernel,
                  const struct weight *bias)
{
    const struct shape *shape = shape_of_value(lowering, x);
    struct operation operation = of_one(lowering, PRIMITIVE_PRODUCT, x);
    int64_t in = kernel->shape.size[0], out = kernel->shape.size[1];
    assert(shape->size[shape->rank - 1] == in);
    operation.kernel = kernel;
    operation.bias = bias;
    operation.product =
        (struct product_sizes){shape_elements(shape) / in, in, out};
    operation.macs = shape_elements(shape) * out;
    operation.shape = *shape;
    operation.shape.size[shape->rank - 1] = out;
    return append(lowering, operation);
}

int lower_convolution(struct lowering *lowering, const struct window *window,
                      bool scatters, const struct weight *kernel,
                      const struct weight *bias)
{
    const struct layer *layer = lowering->layer;
    struct operation operation = of_one(lowering, PRIMITIVE_CONVOLUTION, 0);
    struct meeting *meeting = &operation.convolution.meeting;
    operation.convolution.scatters = scatters;
    operation.kernel = kernel;
    operation.bias = bias;
    *meeting = (struct meeting){
        .window = *window,
        .big = scatters ? layer->shape : layer->inputs[0]->shape,
        .small = scatters ? layer->inputs[0]->shape : layer->shape,
    };
    for (int axis = 0; axis < 2; axis++)
        meeting->before[axis] = window_before(window, meeting->big.size[axis],
                                              meeting->small.size[axis], axis);
    operation.macs = meeting->small.size[0] * meeting->small.size[1] *
                     shape_elements(&kernel->shape);
    return append(lowering, operation);
}

int lower_pooling(struct lowering *lowering, const struct window *window,
                  bool is_max)
{
    const struct layer *layer = lowering->layer;
    const int64_t *in = layer->inputs[0]->shape.size, *out = layer->shape.size;
    struct operation operation = of_one(lowering, PRIMITIVE_POOL, 0);
    operation.pooling = (struct pooling){
        .window = *window,
        .image = {in[0], in[1]},
        .out = {out[0], out[1]},
        .before = {window_before(window, in[0], out[0], 0),
                   window_before(window, in[1], out[1], 1)},
        .is_max = is_max,
    };
    return append(lowering, operation);
}

int lower_whole_maximum(struct lowering *lowering)
{
    const int64_t *in = lowering->layer->inputs[0]->shape.size;
    struct operation operation = of_one(lowering, PRIMITIVE_POOL, 0);
    operation.pooling = (struct pooling){
        .window = {.size = {in[0], in[1]},
                   .stride = {1, 1},
                   .dilation = {1, 1}},
        .image = {in[0], in[1]},
        .out = {1, 1},
        .is_max = true,
        .is_whole = true,
    };
    return append(lowering, operation);
}

int lower_mean(struct lowering *lowering)
{
    return append(lowering, of_one(lowering, PRIMITIVE_MEAN, 0));
}

int lower_normalisation(struct lowering *lowering,
                        struct normalisation normalisation)
{
    struct operation operation = of_one(lowering, PRIMITIVE_NORMALISE, 0);
    operation.normalisation = normalisation;
    return append(lowering, operation);
}

int lower_join(struct lowering *lowering, enum joining joining)
{
    struct operation operation = of_all(lowering, PRIMITIVE_JOIN);
    operation.joining = joining;
    return append(lowering, operation);
}

static int64_t size_from(const struct shape *shape, int axis)
{
    int64_t size = 1;
    for (int i = axis; i < shape->rank; i++)
        size *= shape->size[i];
    return size;
}

int lower_concatenation(struct lowering *lowering, int axis)
{
    const struct layer *layer = lowering->layer;
    struct operation operation = of_all(lowering, PRIMITIVE_CONCATENATE);
    int64_t *numbers =
        arena_alloc(lowering->arena, (size_t)layer->n_inputs, sizeof *numbers);
    for (int i = 0; i < layer->n_inputs; i++)
        numbers[i] = size_from(&layer->inputs[i]->shape, axis);
    operation.concatenation = (struct concatenation){
        .blocks =
            shape_elements(&layer->shape) / size_from(&layer->shape, axis),
        .numbers = numbers,
    };
    return append(lowering, operation);
}

int lower_drop(struct lowering *lowering, double rate)
{
    struct operation operation = of_one(lowering, PRIMITIVE_DROP, 0);
    operation.amount = rate;
    return append(lowering, operation);
}

int lower_noise(struct lowering *lowering, double deviation)
{
    struct operation operation = of_one(lowering, PRIMITIVE_NOISE, 0);
    operation.amount = deviation;
    return append(lowering, operation);
}

int lower_margins(struct lowering *lowering, enum primitive primitive,
                  const int64_t margins[N_SIDES])
{
    struct operation operation = of_one(lowering, primitive, 0);
    for (int i = 0; i < N_SIDES; i++)
        operation.margins[i] = margins[i];
    return append(lowering, operation);
}

int lower_resampling(struct lowering *lowering, enum primitive primitive,
                     const int64_t times[2])
{
    struct operation operation = of_one(lowering, primitive, 0);
    operation.times[0] = times[0];
    operation.times[1] = times[1];
    return append(lowering, operation);
}

/* What is said of a layer is what it computes. */
static void check_lowered(const struct layer *layer)
{
    int64_t macs = 0;
    for (int i = 0; i < layer->n_operations; i++)
        macs += layer->operations[i]->macs;
    assert(macs == layer->macs);
    assert(shape_equal(&layer->operations[layer->n_operations - 1]->shape,
                       &layer->shape));
}

void graph_lower(struct arena *arena, struct graph *graph)
{
    for (struct network *network = graph->networks; network;
         network = network->next)
        for (int i = 0; i < network->n_layers; i++) {
            struct layer *layer = network->layers[i];
            if (!layer->kind || !layer->kind->lower)
                continue;
            layer->kind->lower(&(struct lowering){arena, layer, 0});
            check_lowered(layer);
        }
}
