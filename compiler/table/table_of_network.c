/* A network to its model table, as Keras counts and names. */
#include <string.h>

#include "compiler/layers/layer.h"
#include "compiler/table/summary.h"

/* Keras's rule (print_summary): a model is a table of 65 columns unless some
 * layer reads several layers or is read by several; implicit inputs have no
 * row and no connections. */
static bool is_graph(const struct network *network)
{
    if (network->is_sequential || network->n_outputs > 1)
        return !network->is_sequential;
    for (int i = 0; i < network->n_layers; i++) {
        const struct layer *layer = network->layers[i];
        if (layer->n_inputs > 1)
            return true;
        bool follows = layer->n_inputs == 0 ||
                       (i > 0 && layer->inputs[0] == network->layers[i - 1]);
        if (!follows || (layer->n_inputs == 0 && i > 0))
            return true;
    }
    return false;
}

static const char *type_of(const struct layer *layer)
{
    if (layer->placed)
        return layer->placed->is_sequential ? "Sequential" : "Model";
    return layer->kind->type ? layer->kind->type : layer->kind->name;
}

/* A network placed again has one row, with the inputs of every place. */
static struct table_row *find_row(struct table *table,
                                  const struct layer *layer)
{
    for (int i = 0; layer->placed && i < table->n_rows; i++)
        if (strcmp(table->rows[i].name, layer->name) == 0)
            return &table->rows[i];
    return NULL;
}

/* How many times a placed network was placed before this layer. */
static int earlier_places(const struct layer *layer)
{
    int n = 0;
    for (int i = 0; layer->placed && i < layer->index; i++)
        n += layer->network->layers[i]->placed == layer->placed;
    return n;
}

static void connect(struct arena *arena, struct table_row *row,
                    const struct layer *layer)
{
    const char **connected = arena_alloc(
        arena, (size_t)(row->n_connected + layer->n_inputs), sizeof *connected);
    if (row->n_connected)
        memcpy(connected, row->connected,
               (size_t)row->n_connected * sizeof *connected);
    for (int i = 0; i < layer->n_inputs; i++) {
        const struct layer *input = layer->inputs[i];
        /* Keras numbers the uses of a placed network from 1: its own
         * definition is use 0 */
        int use = input->placed ? earlier_places(input) + 1 : 0;
        connected[row->n_connected++] =
            arena_printf(arena, "%s[%d][0]", input->name, use);
    }
    row->connected = connected;
}

static struct table_row *add_row(struct arena *arena, struct table *table,
                                 const struct layer *layer)
{
    struct table_row *row = find_row(table, layer);
    if (row) {
        row->shape = "multiple";
        return row;
    }
    row = &table->rows[table->n_rows++];
    const char *shape = shape_batch_text(arena, &layer->shape);
    bool is_input = layer->kind && layer->kind->most_inputs == 0;
    *row = (struct table_row){
        .name = layer->name,
        .type = type_of(layer),
        .shape = is_input ? arena_printf(arena, "[%s]", shape) : shape,
        .params = layer_parameters(layer).total,
        .where = layer->where,
    };
    return row;
}

void table_of_network(struct arena *arena, const struct network *network,
                      struct table *table)
{
    *table = (struct table){
        .model = network->name,
        .rows =
            arena_alloc(arena, (size_t)network->n_layers, sizeof *table->rows),
        .is_graph = is_graph(network),
        .where = network->where,
    };
    for (int i = 0; i < network->n_layers; i++) {
        const struct layer *layer = network->layers[i];
        if (!layer->is_implicit)
            connect(arena, add_row(arena, table, layer), layer);
    }
    struct parameter_count count = network_parameters(network);
    table->total = count.total;
    table->trainable = count.trainable;
    table->frozen = count.total - count.trainable;
}
