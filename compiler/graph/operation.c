/* Operations: the table of what holds of each primitive, and questions about
 * one. */
#include "compiler/graph/operation.h"

#include <string.h>

static const struct primitive_info info[N_PRIMITIVES] = {
    [PRIMITIVE_PRODUCT] = {.layout = LAYOUT_ROWS},
    [PRIMITIVE_CONVOLUTION] = {.layout = LAYOUT_CHOSEN},
    [PRIMITIVE_NORMALISE] = {.needs_batch = true},
    [PRIMITIVE_STANDARDISE] = {.layout = LAYOUT_ROWS},
    [PRIMITIVE_SCALE] = {.layout = LAYOUT_ROWS},
    [PRIMITIVE_STRETCH] = {.layout = LAYOUT_ROWS},
    [PRIMITIVE_DROP] = {.layout = LAYOUT_ROWS,
                        .only_training = true,
                        .keeps_mask = true},
    [PRIMITIVE_NOISE] = {.layout = LAYOUT_ROWS, .only_training = true},
};

const struct primitive_info *primitive_info(enum primitive primitive)
{
    return &info[primitive];
}

bool operation_is_view(const struct operation *operation)
{
    return operation->primitive == PRIMITIVE_VIEW ||
           (operation->primitive == PRIMITIVE_ACTIVATE &&
            operation->activation.kind == ACTIVATION_LINEAR);
}

bool operation_passes_gradient(const struct operation *operation, int input)
{
    switch (operation->primitive) {
    case PRIMITIVE_NOISE:
        return true;
    case PRIMITIVE_SCALE:
        return !operation->kernel;
    case PRIMITIVE_JOIN:
        return operation->joining == JOIN_SUM ||
               (operation->joining == JOIN_DIFFERENCE && input == 0);
    default:
        return operation_is_view(operation);
    }
}

bool operation_backward_reads_input(const struct operation *operation)
{
    if (operation->primitive == PRIMITIVE_JOIN)
        return operation->joining == JOIN_PRODUCT ||
               operation->joining == JOIN_MAXIMUM ||
               operation->joining == JOIN_MINIMUM;
    return operation->primitive == PRIMITIVE_NORMALISE ||
           operation->primitive == PRIMITIVE_STANDARDISE ||
           operation_is_maximum(operation);
}

bool operation_is_maximum(const struct operation *operation)
{
    return operation->primitive == PRIMITIVE_POOL && operation->pooling.is_max;
}

void operation_margins(const struct operation *operation, bool is_backward,
                       int64_t margins[N_SIDES])
{
    const struct convolution *convolution = &operation->convolution;
    memset(margins, 0, N_SIDES * sizeof *margins);
    if (operation->primitive != PRIMITIVE_CONVOLUTION)
        return;
    (convolution->scatters != is_backward ? scatter_margins : gather_margins)(
        &convolution->geometry, margins);
}

bool operation_is_whole(const struct operation *operation)
{
    const struct convolution *convolution = &operation->convolution;
    return operation->primitive == PRIMITIVE_CONVOLUTION &&
           !convolution->scatters && convolution->geometry.small.size[2] > 1 &&
           geometry_is_whole(&convolution->geometry);
}

static void make_product(struct operation *operation)
{
    int64_t in = geometry_rows(&operation->convolution.geometry);
    operation->primitive = PRIMITIVE_PRODUCT;
    operation->product = (struct product_sizes){1, in, operation->macs / in};
}

/* With the upsampling `folded` taken in. */
static void fold(struct operation *operation, const struct layer *folded)
{
    const struct operation *repeat = layer_operation(folded, PRIMITIVE_REPEAT);
    operation->input = repeat->input;
    operation->convolution = (struct convolution){
        .geometry = geometry_folded(&operation->convolution.geometry,
                                    &repeat->input, repeat->times),
        .scatters = true,
        .folded = folded,
        .times = {repeat->times[0], repeat->times[1]},
    };
}

const struct operation *operation_planned(struct arena *arena,
                                          const struct layer *layer, int index)
{
    const struct operation *plain = layer->operations[index];
    bool is_whole = operation_is_whole(plain);
    bool is_folded = layer->folded && plain->primitive == PRIMITIVE_CONVOLUTION;
    if (!is_whole && !is_folded)
        return plain;
    struct operation *operation = arena_alloc(arena, 1, sizeof *operation);
    *operation = *plain;
    if (is_folded)
        fold(operation, layer->folded);
    else
        make_product(operation);
    return operation;
}

/* ---- a layer's operations ------------------------------------------------ */

struct activation_use activation_of(const struct layer *layer)
{
    const struct operation *last =
        layer->n_operations > 0 ? layer->operations[layer->n_operations - 1]
                                : NULL;
    if (last && last->primitive == PRIMITIVE_ACTIVATE)
        return last->activation;
    return (struct activation_use){.kind = ACTIVATION_LINEAR};
}

const struct operation *layer_operation(const struct layer *layer,
                                        enum primitive primitive)
{
    for (int i = 0; i < layer->n_operations; i++)
        if (layer->operations[i]->primitive == primitive)
            return layer->operations[i];
    return NULL;
}

bool layer_is_only(const struct layer *layer, enum primitive primitive)
{
    return layer->n_operations == 1 &&
           layer->operations[0]->primitive == primitive;
}
