/* Every value of a graph (what an operation makes, or an input) has an order: the
 * number C of channels such that its values, taken as so many pixels of C, stand
 * in PyTorch channel by channel. That of an image is told by its shape. Views
 * keep it in both, and so does what works value by value; each rule narrows what
 * is known, until none does any more. */
#include "compiler/graph/image_order.h"

#include "compiler/graph/operation.h"

/* PLAIN: both have the same order, as of a single pixel or channel. */
enum { UNSET = 0, PLAIN = 1, UNKNOWN = -1 };

struct orders {
    const struct graph *graph;
    int *first;      /* of a network, by its place: its first layer's number */
    int *base;       /* of a layer: its first value's number */
    int64_t *values; /* orders */
    bool is_changed;
};

/* ---- values -------------------------------------------------------------- */

static int layer_number(const struct orders *orders, const struct layer *layer)
{
    return orders->first[graph_index(orders->graph, layer->network)] +
           layer->index;
}

/* A layer without operations hands on what it reads, or is an input. */
static int made_by(const struct orders *orders, const struct layer *layer)
{
    int base = orders->base[layer_number(orders, layer)];
    return layer->n_operations ? base + layer->n_operations - 1 : base;
}

static int input_of(const struct orders *orders, const struct layer *layer,
                    const struct operation *operation, int input)
{
    int value = operation->inputs[input];
    return value < layer->n_inputs ? made_by(orders, layer->inputs[value])
                                   : orders->base[layer_number(orders, layer)] +
                                         value - layer->n_inputs;
}

static void number_values(struct orders *orders, struct arena *arena)
{
    const struct graph *graph = orders->graph;
    int n_layers = 0, n_values = 0, place = 0;
    orders->first =
        arena_alloc(arena, (size_t)graph->n_networks, sizeof *orders->first);
    for (const struct network *network = graph->networks; network;
         network = network->next) {
        orders->first[place++] = n_layers;
        n_layers += network->n_layers;
    }
    orders->base = arena_alloc(arena, (size_t)n_layers, sizeof *orders->base);
    n_layers = 0;
    for (const struct network *network = graph->networks; network;
         network = network->next)
        for (int i = 0; i < network->n_layers; i++) {
            int count = network->layers[i]->n_operations;
            orders->base[n_layers++] = n_values;
            n_values += count ? count : 1;
        }
    orders->values =
        arena_alloc(arena, (size_t)n_values, sizeof *orders->values);
}

/* ---- what is known of one ------------------------------------------------ */

static void narrow(struct orders *orders, int value, int64_t order)
{
    int64_t *known = &orders->values[value];
    if (order == UNSET || *known == order || *known == UNKNOWN)
        return;
    *known = *known == UNSET ? order : UNKNOWN;
    orders->is_changed = true;
}

static void equate(struct orders *orders, int a, int b)
{
    narrow(orders, a, orders->values[b]);
    narrow(orders, b, orders->values[a]);
}

static int64_t order_of_channels(const struct shape *shape)
{
    int64_t channels = shape->size[shape->rank - 1];
    return channels == shape_elements(shape) ? PLAIN : channels;
}

/* Of rank 2, it may be steps of channels, or a picture without any. */
static void know_image(struct orders *orders, const struct shape *shape,
                       int value)
{
    if (shape->rank > 2)
        narrow(orders, value, order_of_channels(shape));
}

/* Rows behind each other have no one order, unless all are plain; steps of
 * channels make steps of more channels. */
static void follow_concatenation(struct orders *orders,
                                 const struct layer *layer,
                                 const struct operation *operation, int y)
{
    for (int i = 0; i < operation->n_inputs; i++) {
        int x = input_of(orders, layer, operation, i);
        int64_t known = orders->values[x], made = orders->values[y];
        bool is_row = operation->shape.rank == 1;
        if (known > PLAIN)
            narrow(orders, y,
                   is_row ? UNKNOWN : order_of_channels(&operation->shape));
        else
            narrow(orders, y, known);
        if (is_row && made > UNSET)
            narrow(orders, x, made == PLAIN ? PLAIN : UNKNOWN);
    }
}

static void follow(struct orders *orders, const struct layer *layer,
                   const struct operation *operation, int y)
{
    int x = input_of(orders, layer, operation, 0);
    know_image(orders, &operation->input, x);
    know_image(orders, &operation->shape, y);
    switch (operation->primitive) {
    case PRIMITIVE_VIEW:
    case PRIMITIVE_ACTIVATE:
    case PRIMITIVE_NORMALISE:
    case PRIMITIVE_SCALE:
    case PRIMITIVE_DROP:
    case PRIMITIVE_NOISE:
        equate(orders, x, y);
        break;
    case PRIMITIVE_STANDARDISE:
        if (operation->standardisation.groups > 1 && operation->shape.rank == 1)
            narrow(orders, x, PLAIN);
        equate(orders, x, y);
        break;
    case PRIMITIVE_STRETCH:
        if (shape_equal(&operation->input, &operation->shape))
            equate(orders, x, y);
        break;
    case PRIMITIVE_JOIN:
        for (int i = 0; i < operation->n_inputs; i++)
            equate(orders, input_of(orders, layer, operation, i), y);
        break;
    case PRIMITIVE_CONCATENATE:
        follow_concatenation(orders, layer, operation, y);
        break;
    case PRIMITIVE_PRODUCT: /* of what stands last, at each position */
        if (operation->shape.rank > 1) {
            narrow(orders, x, PLAIN);
            narrow(orders, y, PLAIN);
        }
        break;
    case PRIMITIVE_MEAN:
        narrow(orders, y, PLAIN);
        break;
    default: /* from one image to another */
        if (orders->values[x] == UNKNOWN &&
            operation->primitive != PRIMITIVE_CONVOLUTION)
            narrow(orders, y, UNKNOWN);
    }
}

static void follow_placed(struct orders *orders, const struct layer *layer)
{
    const struct network *placed = layer->placed;
    for (int i = 0; i < layer->n_inputs; i++)
        equate(orders, made_by(orders, layer->inputs[i]),
               made_by(orders, placed->inputs[i]));
    equate(orders, made_by(orders, placed->outputs[0]), made_by(orders, layer));
}

static void follow_layer(struct orders *orders, const struct layer *layer)
{
    int base = orders->base[layer_number(orders, layer)];
    know_image(orders, &layer->shape, made_by(orders, layer));
    if (layer->placed)
        follow_placed(orders, layer);
    else if (layer->n_operations == 0 && layer->n_inputs > 0)
        equate(orders, made_by(orders, layer->inputs[0]), base);
    for (int i = 0; i < layer->n_operations; i++)
        follow(orders, layer, layer->operations[i], base + i);
}

/* ---- weights ------------------------------------------------------------- */

/* Of a weight: PLAIN needs no words, nor does the order of an image. */
static int64_t told(int64_t order, bool is_row)
{
    return is_row && order > PLAIN ? order : order == UNKNOWN ? order : 0;
}

static bool reads(const struct operation *operation,
                  const struct weight *weight)
{
    for (int i = 0; i < operation->n_weights; i++)
        if (operation->weights[i] == weight)
            return true;
    return false;
}

static void tell(const struct orders *orders, struct layer *layer,
                 const struct operation *operation, int y)
{
    int x = input_of(orders, layer, operation, 0);
    bool is_row = operation->input.rank == 1;
    bool is_window = operation->primitive == PRIMITIVE_CONVOLUTION;
    if (!is_row && !is_window)
        return;
    for (int i = 0; i < layer->n_weights; i++) {
        struct weight *weight = &layer->weights[i];
        if (!reads(operation, weight))
            continue;
        if (weight->shape.rank > 1)
            weight->reads_image = told(orders->values[x], is_row);
        if (is_row)
            weight->makes_image = told(orders->values[y], true);
    }
}

static void tell_layer(const struct orders *orders, struct layer *layer)
{
    int base = orders->base[layer_number(orders, layer)];
    for (int i = 0; i < layer->n_operations; i++)
        if (layer->operations[i]->n_weights > 0)
            tell(orders, layer, layer->operations[i], base + i);
}

void find_image_orders(struct arena *arena, struct graph *graph)
{
    struct orders orders = {.graph = graph};
    number_values(&orders, arena);
    do {
        orders.is_changed = false;
        for (const struct network *network = graph->networks; network;
             network = network->next)
            for (int i = 0; i < network->n_layers; i++)
                follow_layer(&orders, network->layers[i]);
    } while (orders.is_changed);
    for (const struct network *network = graph->networks; network;
         network = network->next)
        for (int i = 0; i < network->n_layers; i++)
            tell_layer(&orders, network->layers[i]);
}
