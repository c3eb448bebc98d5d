/* Convolutions that take the nearest upsampling in front of them into their
 * kernel.
 *
 * Where each pixel stands u times in a row, a window of k meets k + u - 1
 * pixels of what is u times as small, through sums of its taps: a transposed
 * convolution of stride u. With k = 3 and u = 2 that is 16 taps a small pixel
 * instead of 36. Done where samples are the vector. */
#include "compiler/plan/plan.h"

static int count_readers(const struct network *network,
                         const struct layer *layer)
{
    int readers = 0;
    for (int i = 0; i < network->n_layers; i++)
        for (int j = 0; j < network->layers[i]->n_inputs; j++)
            readers += network->layers[i]->inputs[j] == layer;
    for (int i = 0; i < network->n_outputs; i++)
        readers += network->outputs[i] == layer;
    return readers;
}

/* What a layer makes of its input is nothing but each pixel, repeated; not so
 * often that the kernel, which grows with it, would be larger than the image
 * that it saves. */
static bool only_repeats(const struct layer *layer)
{
    enum { MOST_TIMES = 64 };
    if (!layer_is_only(layer, PRIMITIVE_REPEAT))
        return false;
    const int64_t *times = layer->operations[0]->times;
    return times[0] * times[1] <= MOST_TIMES;
}

/* Strides of its own would leave out pixels of what is repeated, and a dilation
 * would not meet neighbours; groups, and a second convolution, have kernels of
 * another form. */
static bool takes_repeated(const struct layer *layer)
{
    const struct operation *operation =
        layer_operation(layer, PRIMITIVE_CONVOLUTION);
    if (!operation || operation->convolution.scatters ||
        operation_is_whole(operation) || operation->inputs[0] != 0 ||
        operation->macs != layer->macs ||
        operation->convolution.geometry.groups > 1)
        return false;
    const struct window *window = &operation->convolution.geometry.window;
    return window->stride[0] == 1 && window->stride[1] == 1 &&
           window->dilation[0] == 1 && window->dilation[1] == 1;
}

static bool takes_in(const struct plan *plan, const struct layer *layer)
{
    if (!takes_repeated(layer) || !layer_is_batch_innermost(plan, layer))
        return false;
    const struct layer *before = layer->inputs[0];
    return only_repeats(before) && count_readers(layer->network, before) == 1;
}

void fold_upsampling(const struct plan *plan, struct graph *graph)
{
    for (struct network *network = graph->networks; network;
         network = network->next)
        for (int i = 0; i < network->n_layers; i++) {
            struct layer *layer = network->layers[i];
            layer->folded = takes_in(plan, layer) ? layer->inputs[0] : NULL;
        }
}
