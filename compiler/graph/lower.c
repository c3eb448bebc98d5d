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

/* The weights that an operation names, in the order of its layer's. */
static void list_weights(struct operation *operation)
{
    const struct normalisation *by = &operation->normalisation;
    const struct weight *const of_product[] = {operation->kernel,
                                               operation->bias, NULL, NULL};
    const struct weight *const of_channels[] = {by->gamma, by->beta, by->mean,
                                                by->variance};
    bool normalises = operation->primitive == PRIMITIVE_NORMALISE;
    for (int i = 0; i < MAX_WEIGHTS; i++) {
        const struct weight *weight =
            normalises ? of_channels[i] : of_product[i];
        if (weight)
            operation->weights[operation->n_weights++] = weight;
    }
}

int lower_operation(struct lowering *lowering, struct operation operation)
{
    struct layer *layer = lowering->layer;
    struct operation *made = arena_alloc(lowering->arena, 1, sizeof *made);
    *made = operation;
    if (made->n_inputs == 0)
        made->n_inputs = layer->n_inputs;
    int *inputs =
        arena_alloc(lowering->arena, (size_t)made->n_inputs, sizeof *inputs);
    for (int i = 0; i < made->n_inputs; i++)
        inputs[i] = operation.inputs ? operation.inputs[i] : i;
    made->inputs = inputs;
    made->index = layer->n_operations;
    made->input = *shape_of_value(lowering, inputs[0]);
    if (made->shape.rank == 0)
        made->shape = layer->shape;
    layer->macs += made->macs;
    list_weights(made);
    layer->operations = arena_grow(
        lowering->arena, layer->operations, (size_t)layer->n_operations,
        &lowering->capacity, sizeof(struct operation *));
    layer->operations[layer->n_operations++] = made;
    return layer->n_inputs + made->index;
}

int lower_view(struct lowering *lowering, int x, struct shape shape)
{
    if (shape_equal(shape_of_value(lowering, x), &shape))
        return x;
    return lower_operation(lowering,
                           (struct operation){.primitive = PRIMITIVE_VIEW,
                                              .inputs = &x,
                                              .n_inputs = 1,
                                              .shape = shape});
}

int lower_image(struct lowering *lowering)
{
    return lower_view(lowering, 0,
                      shape_image(&lowering->layer->inputs[0]->shape));
}

int lower_activation(struct lowering *lowering, int x,
                     struct activation_use activation)
{
    bool is_computed = x >= lowering->layer->n_inputs;
    if (is_computed && activation.kind == ACTIVATION_LINEAR)
        return x;
    return lower_operation(
        lowering, (struct operation){.primitive = PRIMITIVE_ACTIVATE,
                                     .inputs = &x,
                                     .n_inputs = 1,
                                     .shape = *shape_of_value(lowering, x),
                                     .activation = activation});
}

int lower_product(struct lowering *lowering, int x, const struct weight *kernel,
                  const struct weight *bias)
{
    struct shape shape = *shape_of_value(lowering, x);
    int64_t elements = shape_elements(&shape);
    int64_t in = kernel->shape.size[0], out = kernel->shape.size[1];
    assert(shape.size[shape.rank - 1] == in);
    shape.size[shape.rank - 1] = out;
    return lower_operation(
        lowering, (struct operation){.primitive = PRIMITIVE_PRODUCT,
                                     .inputs = &x,
                                     .n_inputs = 1,
                                     .shape = shape,
                                     .kernel = kernel,
                                     .bias = bias,
                                     .macs = elements * out,
                                     .product = {elements / in, in, out}});
}

int lower_scale(struct lowering *lowering, int x, const struct weight *kernel,
                const struct weight *bias)
{
    if (!kernel && !bias)
        return x;
    return lower_operation(
        lowering, (struct operation){.primitive = PRIMITIVE_SCALE,
                                     .inputs = &x,
                                     .n_inputs = 1,
                                     .shape = *shape_of_value(lowering, x),
                                     .kernel = kernel,
                                     .bias = bias});
}

/* Value x with the axes in front that it lacks, and its sizes of 1 repeated. */
static int lower_stretched(struct lowering *lowering, int x,
                           const struct shape *to)
{
    const struct shape *from = shape_of_value(lowering, x);
    struct shape whole = {.rank = to->rank};
    for (int axis = 0; axis < to->rank; axis++) {
        int own = axis + from->rank - to->rank;
        whole.size[axis] = own < 0 ? 1 : from->size[own];
    }
    x = lower_view(lowering, x, whole);
    if (shape_equal(&whole, to))
        return x;
    return lower_operation(lowering,
                           (struct operation){.primitive = PRIMITIVE_STRETCH,
                                              .inputs = &x,
                                              .n_inputs = 1,
                                              .shape = *to});
}

int lower_join(struct lowering *lowering, enum joining joining)
{
    const struct layer *layer = lowering->layer;
    int *values =
        arena_alloc(lowering->arena, (size_t)layer->n_inputs, sizeof *values);
    for (int i = 0; i < layer->n_inputs; i++)
        values[i] = lower_stretched(lowering, i, &layer->shape);
    return lower_operation(lowering,
                           (struct operation){.primitive = PRIMITIVE_JOIN,
                                              .inputs = values,
                                              .n_inputs = layer->n_inputs,
                                              .joining = joining});
}

int lower_convolution(struct lowering *lowering, struct operation operation)
{
    const struct shape *end = &lowering->layer->shape;
    bool is_last = operation.shape.rank == 0;
    bool scatters = operation.convolution.scatters;
    struct conv_geometry *geometry = &operation.convolution.geometry;
    int x = operation.inputs ? operation.inputs[0] : lower_image(lowering);
    operation.inputs = &x;
    operation.n_inputs = 1;
    operation.shape = is_last ? shape_image(end) : operation.shape;
    geometry->big = scatters ? operation.shape : *shape_of_value(lowering, x);
    geometry->small = scatters ? *shape_of_value(lowering, x) : operation.shape;
    geometry->groups = geometry->groups > 0 ? geometry->groups : 1;
    for (int axis = 0; axis < 2; axis++)
        geometry->before[axis] =
            window_before(&geometry->window, geometry->big.size[axis],
                          geometry->small.size[axis], axis);
    operation.primitive = PRIMITIVE_CONVOLUTION;
    operation.macs = geometry->small.size[0] * geometry->small.size[1] *
                     shape_elements(&operation.kernel->shape);
    int y = lower_operation(lowering, operation);
    return is_last ? lower_view(lowering, y, *end) : y;
}

int lower_pooling(struct lowering *lowering, const struct window *window,
                  bool is_max)
{
    const struct layer *layer = lowering->layer;
    int x = lower_image(lowering);
    struct shape shape = shape_image(&layer->shape);
    const int64_t *in = shape_of_value(lowering, x)->size, *out = shape.size;
    bool is_whole = shape.rank == 1;
    struct pooling pooling = {
        .window = *window,
        .image = {in[0], in[1]},
        .out = {is_whole ? 1 : out[0], is_whole ? 1 : out[1]},
        .is_max = is_max,
        .is_whole = is_whole,
    };
    for (int axis = 0; axis < 2; axis++)
        pooling.before[axis] =
            window_before(window, in[axis], pooling.out[axis], axis);
    int y = lower_operation(lowering,
                            (struct operation){.primitive = PRIMITIVE_POOL,
                                               .inputs = &x,
                                               .n_inputs = 1,
                                               .shape = shape,
                                               .pooling = pooling});
    return lower_view(lowering, y, layer->shape);
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
    int64_t *numbers =
        arena_alloc(lowering->arena, (size_t)layer->n_inputs, sizeof *numbers);
    for (int i = 0; i < layer->n_inputs; i++)
        numbers[i] = size_from(&layer->inputs[i]->shape, axis);
    int64_t blocks =
        shape_elements(&layer->shape) / size_from(&layer->shape, axis);
    return lower_operation(
        lowering, (struct operation){.primitive = PRIMITIVE_CONCATENATE,
                                     .concatenation = {blocks, numbers}});
}

void network_lower(struct arena *arena, struct network *network)
{
    for (int i = 0; i < network->n_layers; i++) {
        struct layer *layer = network->layers[i];
        if (!layer->kind || !layer->kind->lower ||
            layer->shape.rank == SHAPE_UNKNOWN)
            continue;
        layer->kind->lower(&(struct lowering){arena, layer, 0});
        assert(shape_equal(&layer->operations[layer->n_operations - 1]->shape,
                           &layer->shape));
    }
}
