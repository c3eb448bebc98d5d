/* Convolutions that take the nearest upsampling in front of them into their
 * kernel.
 *
 * Where each pixel stands u times in a row, a window of k meets k + u - 1
 * pixels of what is u times as small, through sums of its taps: a transposed
 * convolution of stride u. With k = 3 and u = 2 that is 16 taps a small pixel
 * instead of 36. Done where samples are the vector. */
#include "compiler/layers/image.h"
#include "compiler/plan/plan.h"

extern const struct layer_kind layer_conv2d, layer_up_sampling2d;

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

static bool is_one_by_one(const struct layer *layer, const char *name)
{
    int64_t pair[2];
    layer_pair(layer, name, pair);
    return pair[0] == 1 && pair[1] == 1;
}

/* The kernel grows with what it takes in; beyond this it would be larger than
 * the image that it saves. */
static bool is_small(const struct layer *upsampling)
{
    const int64_t most = 64;
    int64_t times[2];
    layer_pair(upsampling, "size", times);
    return times[0] * times[1] <= most;
}

static bool takes_in(const struct plan *plan, const struct layer *layer)
{
    if (layer->placed || layer->kind != &layer_conv2d ||
        !layer_is_by_sample(plan, layer) || !is_one_by_one(layer, "strides") ||
        !is_one_by_one(layer, "dilation_rate"))
        return false;
    const struct layer *before = layer->inputs[0];
    return !before->placed && before->kind == &layer_up_sampling2d &&
           layer_word_is(before, "interpolation", "nearest") &&
           is_small(before) && count_readers(layer->network, before) == 1;
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
