/* A network to its model table, as Keras counts and names. A network holds at
 * most MAX_LAYERS layers of at most MAX_ELEMENTS values: bytes fit. */
#include "compiler/graph/layer_kind.h"
#include "compiler/table/keras_order.h"
#include "compiler/table/summary.h"

enum { BYTES_OF_FLOAT = 4 };

int64_t weight_bytes(int64_t params)
{
    return params * BYTES_OF_FLOAT;
}

int64_t table_output_bytes(const struct table *table)
{
    int64_t bytes = 0;
    for (int i = 0; i < table->n_rows; i++)
        bytes += table->rows[i].output_bytes;
    return bytes;
}

static const char *type_of(const struct layer *layer)
{
    if (layer->placed)
        return layer->placed->is_sequential ? "Sequential" : "Model";
    return layer->kind->type ? layer->kind->type : layer->kind->name;
}

static bool is_same_place(const struct layer *a, const struct layer *b)
{
    return a == b || (a->placed && a->placed == b->placed);
}

/* Adds what a layer reads to the connections of its row. */
static void connect(struct arena *arena, const struct keras_order *order,
                    struct table_row *row, const struct layer *layer)
{
    for (int i = 0; i < layer->n_inputs; i++) {
        const struct layer *input = layer->inputs[i];
        if (input->is_implicit)
            continue;
        int use = order->uses[input->index];
        row->inputs[row->n_connected] = input->name;
        row->connected[row->n_connected++] =
            arena_printf(arena, "%s[%d][0]", input->name, use);
    }
}

/* The places of a row's layer, in the order they were made: all connect it,
 * and each has its own output and multiply-adds. */
static void add_places(struct arena *arena, const struct keras_order *order,
                       struct table_row *row, const struct layer *first)
{
    const struct network *network = first->network;
    int last = first->placed ? network->n_layers - 1 : first->index;
    size_t room = 0;
    for (int i = first->index; i <= last; i++)
        if (is_same_place(network->layers[i], first))
            room += (size_t)network->layers[i]->n_inputs;
    row->connected = arena_alloc(arena, room, sizeof *row->connected);
    row->inputs = arena_alloc(arena, room, sizeof *row->inputs);
    for (int i = first->index; i <= last; i++) {
        const struct layer *layer = network->layers[i];
        if (!is_same_place(layer, first))
            continue;
        row->uses++;
        row->macs += layer->macs;
        row->output_bytes += shape_elements(&layer->shape) * BYTES_OF_FLOAT;
        connect(arena, order, row, layer);
    }
}

static struct table_row row_of_layer(struct arena *arena,
                                     const struct keras_order *order,
                                     const struct layer *layer)
{
    const char *shape = shape_batch_text(arena, &layer->shape);
    bool is_input = layer->kind && layer->kind->reads == READS_NOTHING;
    struct parameter_count count = layer_parameters(layer);
    struct table_row row = {
        .name = layer->name,
        .type = type_of(layer),
        .shape = is_input ? arena_printf(arena, "[%s]", shape) : shape,
        .params = count.total,
        .where = layer->where,
        .trainable = count.trainable,
        .sample = layer->shape,
    };
    add_places(arena, order, &row, layer);
    return row;
}

void table_of_network(struct arena *arena, const struct network *network,
                      struct table *table)
{
    struct keras_order order = keras_order(arena, network);
    *table = (struct table){
        .model = network->name,
        .rows = arena_alloc(arena, (size_t)order.n_layers, sizeof *table->rows),
        .n_rows = order.n_layers,
        .is_graph = order.is_graph,
        .where = network->where,
        .macs = network_macs(network),
    };
    for (int i = 0; i < order.n_layers; i++)
        table->rows[i] = row_of_layer(arena, &order, order.layers[i]);
    struct parameter_count count = network_parameters(network);
    table->total = count.total;
    table->trainable = count.trainable;
    table->frozen = count.total - count.trainable;
}
