/* Which axis is the vector, and how many samples a tile has.
 *
 * A convolution multiplies either one value of 16 samples with a weight, or
 * one value with the weights of 16 channels. The first fills the vector where
 * the batch does, the second where the channels do: padded slots are counted
 * as work, for each network, and rows of channels win a tie, for their tiles
 * are smaller. */
#include "compiler/plan/plan.h"

enum { SAMPLES_OF_A_TILE = 16 };

double padding_of(int64_t extent, int64_t step)
{
    return (double)((extent + step - 1) / step * step) / (double)extent;
}

/* Work of a convolution, forward and back, with the padding of vectors of
 * channels: what is made goes by filters (by channels where there is one filter),
 * the input's gradient by channels, that of the weights by those of the small
 * image. */
static double padded_work(const struct operation *operation,
                          bool has_input_gradient)
{
    const struct conv_geometry *geometry = &operation->convolution.geometry;
    int64_t filters = operation->shape.size[2];
    int64_t channels = operation->input.size[2];
    int64_t made = filters == 1 && channels > 1 ? channels : filters;
    int64_t summed = geometry->small.size[2] == 1 ? geometry->big.size[2]
                                                  : geometry->small.size[2];
    double padding =
        padding_of(made, SAMPLES_OF_A_TILE) +
        padding_of(summed, SAMPLES_OF_A_TILE) +
        (has_input_gradient ? padding_of(channels, SAMPLES_OF_A_TILE) : 0);
    return (double)operation->macs * padding;
}

/* True for groups whose channels are no whole vectors: all but those of one
 * channel to one, which lie next to each other. */
static bool needs_samples(const struct conv_geometry *geometry)
{
    bool is_vectors = geometry_is_single(geometry) &&
                      geometry->groups % SAMPLES_OF_A_TILE == 0;
    return geometry->groups > 1 && !is_vectors;
}

static bool is_placed(const struct graph *graph, const struct network *network)
{
    for (const struct network *other = graph->networks; other;
         other = other->next)
        for (int i = 0; i < other->n_layers; i++)
            if (other->layers[i]->placed == network)
                return true;
    return false;
}

/* True where something before the network is trained through it, or may be. */
static bool passes_gradient(const struct plan *plan,
                            const struct network *network)
{
    const struct objective_plan *objective = plan->objective;
    for (int i = 0; objective && i < objective->n_phases; i++)
        if (objective->phases[i].behind == network)
            return true;
    return !objective || is_placed(plan->graph, network);
}

/* Marks, of a network's layers, those whose input has a gradient: something
 * before them is trained. */
static void find_input_gradients(const struct network *network, bool passes,
                                 bool *has_gradient)
{
    for (int i = 0; i < network->n_layers; i++) {
        const struct layer *layer = network->layers[i];
        has_gradient[i] = passes && layer->n_inputs == 0;
        for (int j = 0; j < layer->n_inputs; j++) {
            const struct layer *before = layer->inputs[j];
            has_gradient[i] |= has_gradient[before->index] ||
                               before->n_weights > 0 || before->placed;
        }
    }
}

/* Multiply-adds of convolutions, forward and back: those that are asked for, and
 * with padding where channels are the vector. */
struct channel_work {
    double all, padded;
    bool needs_samples;
};

static void add_work(struct channel_work *work, const struct layer *layer,
                     bool has_gradient)
{
    for (int i = 0; i < layer->n_operations; i++) {
        const struct operation *operation = layer->operations[i];
        if (operation->primitive != PRIMITIVE_CONVOLUTION ||
            operation_is_whole(operation))
            continue;
        bool has_input_gradient = has_gradient || i > 0;
        work->all += (double)operation->macs * (has_input_gradient ? 3 : 2);
        work->padded += padded_work(operation, has_input_gradient);
        work->needs_samples |= needs_samples(&operation->convolution.geometry);
    }
}

static struct channel_work channel_work(const struct plan *plan,
                                        struct arena *arena,
                                        const struct network *network)
{
    struct channel_work work = {0};
    bool *has_gradient =
        arena_alloc(arena, (size_t)network->n_layers, sizeof *has_gradient);
    find_input_gradients(network, passes_gradient(plan, network), has_gradient);
    for (int i = 0; i < network->n_layers; i++)
        add_work(&work, network->layers[i], has_gradient[i]);
    return work;
}

static bool prefers_samples(const struct plan *plan, struct arena *arena,
                            const struct network *network)
{
    const double tie = 1.1;
    struct channel_work work = channel_work(plan, arena, network);
    return work.needs_samples ||
           work.padded >
               tie * work.all * padding_of(plan->batch, SAMPLES_OF_A_TILE);
}

bool layer_is_batch_innermost(const struct plan *plan,
                              const struct layer *layer)
{
    return layer_operation(layer, PRIMITIVE_CONVOLUTION) &&
           plan->batch_innermost[graph_index(plan->graph, layer->network)];
}

static bool has_convolutions(const struct graph *graph)
{
    for (const struct network *network = graph->networks; network;
         network = network->next)
        for (int i = 0; i < network->n_layers; i++)
            if (layer_operation(network->layers[i], PRIMITIVE_CONVOLUTION))
                return true;
    return false;
}

/* The tile of 4 to 8 samples that computes the fewest for nothing: images of
 * many channels fill the cache soon. */
static int small_tile(int batch)
{
    int best = 8;
    for (int tile = 7; tile >= 4; tile--)
        if (padding_of(batch, tile) < padding_of(batch, best))
            best = tile;
    return best;
}

/* True where a matrix has more weights than a tile has values around it: then
 * its gradient is not summed tile by tile (choose_sums()). */
static bool has_matrix_beyond(const struct plan *plan, int tile)
{
    for (int i = 0; i < plan->n_weights; i++) {
        const struct weight_plan *weight = &plan->weights[i];
        int64_t in = weight->rows, out = weight->columns;
        if (weight->role == WEIGHT_MATRIX && in * out > (in + out) * tile)
            return true;
    }
    return false;
}

/* Tiles of 64 samples keep what a dense network touches in the L2 cache, are
 * divided by every register block, and let a sum of gradients be loaded and
 * stored half as often as tiles of 32. Where that brings a large kernel's
 * gradient into the tiles, they have 128: 784 x 128 x 64 x 32 and back took
 * 1.30 ms on two cores so, with 64 samples 1.38, with 32 1.44. A batch has two
 * tiles at least, one for each thread, and none of them is padded. */
static int dense_tile(const struct plan *plan)
{
    const struct objective_plan *objective = plan->objective;
    int share = objective ? objective_least_share(objective) : WHOLE_BATCH;
    int batch = plan->batch * share / WHOLE_BATCH;
    int tile = 32;
    while (batch % (2 * tile) == 0 && batch >= 4 * tile &&
           (tile < 64 || (tile < 128 && has_matrix_beyond(plan, tile))))
        tile *= 2;
    return tile;
}

/* A small batch takes smaller tiles, so that fewer rows are computed for
 * nothing and both threads have a tile. */
int choose_tile(const struct plan *plan)
{
    int batch = plan->batch;
    for (int i = 0; i < plan->graph->n_networks; i++)
        if (plan->batch_innermost[i])
            return SAMPLES_OF_A_TILE;
    if (has_convolutions(plan->graph))
        return small_tile(batch);
    return batch >= 64 ? dense_tile(plan) : batch > 16 ? 16 : 8;
}

void choose_layouts(struct plan *plan, struct arena *arena)
{
    plan->batch_innermost = arena_alloc(arena, (size_t)plan->graph->n_networks,
                                        sizeof *plan->batch_innermost);
    const struct network *network = plan->graph->networks;
    for (int i = 0; network; i++, network = network->next)
        plan->batch_innermost[i] = prefers_samples(plan, arena, network);
}
