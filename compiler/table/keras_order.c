/* A network to the rows of its table, in Keras's order: by distance from the
 * outputs, the longest first; at one distance as a walk from the outputs back
 * meets them. A layer is what Keras calls a node; a network placed several
 * times is one layer of Keras's with several nodes. */
#include "compiler/table/keras_order.h"

#include <stdlib.h>
#include <string.h>

enum { NOT_MET = -1 };

struct place {
    int first;       /* index of the first place of the same network */
    int met;         /* when the walk met the layer of Keras's; at `first` */
    int depth;       /* from the outputs, of this node */
    int layer_depth; /* the largest of all places; at `first` */
    int n_places;    /* how often it is placed; at `first` */
    bool is_done;
};

struct walk {
    const struct network *network;
    struct place *places; /* of each layer */
    int *uses;            /* see struct keras_order */
    int *finished;        /* indexes, inputs before what reads them */
    int n_finished, n_met;
};

/* Index of the first place of what `layer` places; its own, if nothing. */
static int find_first(const struct layer *layer)
{
    struct layer **layers = layer->network->layers;
    for (int i = 0; layer->placed && i < layer->index; i++)
        if (layers[i]->placed == layer->placed)
            return i;
    return layer->index;
}

static struct walk start_walk(struct arena *arena,
                              const struct network *network)
{
    size_t n = (size_t)network->n_layers;
    struct walk walk = {
        .network = network,
        .places = arena_alloc(arena, n, sizeof *walk.places),
        .uses = arena_alloc(arena, n, sizeof *walk.uses),
        .finished = arena_alloc(arena, n, sizeof *walk.finished),
    };
    for (int i = 0; i < network->n_layers; i++) {
        int first = find_first(network->layers[i]);
        walk.places[i].first = first;
        walk.places[i].met = NOT_MET;
        walk.places[first].n_places++;
        if (network->layers[i]->placed)
            walk.uses[i] = walk.places[first].n_places;
    }
    return walk;
}

/* Depth first, from an output back; at most MAX_LAYERS calls deep. */
static void visit(struct walk *walk, const struct layer *layer)
{
    struct place *place = &walk->places[layer->index];
    struct place *first = &walk->places[place->first];
    if (place->is_done)
        return;
    place->is_done = true;
    if (first->met == NOT_MET)
        first->met = walk->n_met++;
    for (int i = 0; i < layer->n_inputs; i++)
        visit(walk, layer->inputs[i]);
    walk->finished[walk->n_finished++] = layer->index;
}

static int larger(int a, int b)
{
    return a > b ? a : b;
}

static void find_depths(struct walk *walk)
{
    for (int i = walk->n_finished - 1; i >= 0; i--) {
        const struct layer *layer = walk->network->layers[walk->finished[i]];
        struct place *place = &walk->places[layer->index];
        struct place *first = &walk->places[place->first];
        place->depth = larger(place->depth, first->layer_depth);
        first->layer_depth = place->depth;
        for (int k = 0; k < layer->n_inputs; k++) {
            struct place *input = &walk->places[layer->inputs[k]->index];
            input->depth = larger(input->depth, place->depth + 1);
        }
    }
}

/* Keras draws a chain where each depth has one layer that reads one, and no
 * layer is shared. */
static bool is_chain(struct arena *arena, const struct walk *walk)
{
    bool *taken =
        arena_alloc(arena, (size_t)walk->n_finished + 1, sizeof *taken);
    for (int i = 0; i < walk->n_finished; i++) {
        int index = walk->finished[i];
        const struct place *place = &walk->places[index];
        if (taken[place->depth] || place->n_places > 1 ||
            walk->network->layers[index]->n_inputs > 1)
            return false;
        taken[place->depth] = true;
    }
    return true;
}

struct row {
    const struct layer *layer;
    int depth, met;
};

static int compare_rows(const void *left, const void *right)
{
    const struct row *a = left, *b = right;
    return a->depth != b->depth ? b->depth - a->depth : a->met - b->met;
}

static void sort_rows(struct arena *arena, const struct walk *walk,
                      struct keras_order *order)
{
    const struct network *network = walk->network;
    size_t room = (size_t)network->n_layers;
    struct row *rows = arena_alloc(arena, room, sizeof *rows);
    for (int i = 0; i < network->n_layers; i++) {
        const struct place *place = &walk->places[i];
        if (place->first == i && !network->layers[i]->is_implicit)
            rows[order->n_layers++] = (struct row){
                network->layers[i], place->layer_depth, place->met};
    }
    qsort(rows, (size_t)order->n_layers, sizeof *rows, compare_rows);
    order->layers = arena_alloc(arena, room, sizeof(const struct layer *));
    for (int i = 0; i < order->n_layers; i++)
        order->layers[i] = rows[i].layer;
}

struct keras_order keras_order(struct arena *arena,
                               const struct network *network)
{
    struct keras_order order = {0};
    struct walk walk = start_walk(arena, network);
    for (int i = 0; i < network->n_outputs; i++)
        visit(&walk, network->outputs[i]);
    find_depths(&walk);
    order.is_graph = !network->is_sequential && !is_chain(arena, &walk);
    order.uses = walk.uses;
    sort_rows(arena, &walk, &order);
    return order;
}
