/* A network to a panel: a box a layer, an arrow from each layer to what reads
 * it. What a Sequential network reads gets a box as well. */
#include "base/file.h"
#include "compiler/drawing/panels.h"
#include "compiler/graph/layer_kind.h"
#include "compiler/graph/operation.h"
#include "compiler/table/number.h"

static bool does_nothing_in_prediction(const struct layer *layer)
{
    for (int i = 0; i < layer->n_operations; i++)
        if (!primitive_info(layer->operations[i]->primitive)->only_training)
            return false;
    return layer->n_operations > 0;
}

/* The colour follows from what a layer does, so that new layers have one. */
static enum box_kind kind_of_layer(const struct layer *layer)
{
    const struct layer_kind *kind = layer->kind;
    if (!kind)
        return BOX_NETWORK;
    if (kind->reads == READS_NOTHING)
        return BOX_INPUT;
    if (kind->reads == READS_TWO || kind->reads == READS_SEVERAL)
        return BOX_MERGE;
    if (does_nothing_in_prediction(layer))
        return BOX_NOISE;
    if (layer_is_only(layer, PRIMITIVE_ACTIVATE))
        return BOX_ACTIVATION;
    if (layer_is_only(layer, PRIMITIVE_VIEW))
        return BOX_VIEW;
    if (layer_operation(layer, PRIMITIVE_NORMALISE) ||
        layer_operation(layer, PRIMITIVE_STANDARDISE))
        return BOX_NORMALISATION;
    if (layer->n_weights > 0 && layer->macs == 0)
        return BOX_ACTIVATION;
    if (layer->n_weights > 0)
        return layer_operation(layer, PRIMITIVE_CONVOLUTION) ? BOX_CONVOLUTION
                                                             : BOX_DENSE;
    return BOX_RESAMPLING;
}

/* "Dense, relu" */
static const char *type_of_layer(struct arena *arena, const struct layer *layer)
{
    const struct layer_kind *kind = layer->kind;
    if (!kind)
        return layer->placed->is_sequential ? "Sequential" : "Model";
    enum activation activation = activation_of(layer).kind;
    if (activation == ACTIVATION_LINEAR ||
        layer_is_only(layer, PRIMITIVE_ACTIVATE))
        return kind->name;
    return arena_printf(arena, "%s, %s", kind->name,
                        activation_info(activation)->word);
}

const char *params_text(struct arena *arena, int64_t params)
{
    if (params == 0)
        return "";
    return arena_printf(arena, params == 1 ? "%s param" : "%s params",
                        number_grouped(arena, params));
}

static struct box box_of_layer(struct arena *arena, const struct layer *layer)
{
    struct parameter_count count = layer_parameters(layer);
    return (struct box){
        .kind = kind_of_layer(layer),
        .name = layer->is_implicit ? "input" : layer->name,
        .type = layer->is_implicit ? "" : type_of_layer(arena, layer),
        .shape = shape_text(arena, &layer->shape),
        .size = params_text(arena, count.total),
        .is_frozen = count.total > 0 && count.trainable == 0,
    };
}

static int count_inputs(const struct network *network)
{
    int n = 0;
    for (int i = 0; i < network->n_layers; i++)
        n += network->layers[i]->n_inputs;
    return n;
}

/* "1,164,289 params, 69,769,728 multiply-adds" */
static const char *costs_text(struct arena *arena,
                              const struct network *network)
{
    struct parameter_count count = network_parameters(network);
    int64_t frozen = count.total - count.trainable;
    const char *fixed = frozen > 0 ? arena_printf(arena, " (%s not trainable)",
                                                  number_grouped(arena, frozen))
                                   : "";
    return arena_printf(arena, "%s params%s, %s multiply-adds",
                        number_grouped(arena, count.total), fixed,
                        number_grouped(arena, network_macs(network)));
}

struct panel panel_of_network(struct arena *arena,
                              const struct network *network)
{
    struct panel panel =
        panel_new(arena, network->n_layers, count_inputs(network));
    panel.title = network->name;
    panel.subtitle = costs_text(arena, network);
    for (int i = 0; i < network->n_layers; i++) {
        const struct layer *layer = network->layers[i];
        panel_add_box(&panel, box_of_layer(arena, layer));
        for (int k = 0; k < layer->n_inputs; k++)
            panel_add_arrow(&panel, layer->inputs[k]->index, i);
    }
    return panel;
}

/* ---- autoencoders -------------------------------------------------------- */

static bool is_chain(const struct network *network)
{
    for (int i = 1; i < network->n_layers; i++)
        if (network->layers[i]->n_inputs != 1 ||
            network->layers[i]->inputs[0]->index != i - 1)
            return false;
    return network->n_layers > 0;
}

/* The first of the layers with the fewest values; -1 where it is the first or
 * the last one. */
static int find_code(const struct network *network)
{
    int code = 0;
    for (int i = 1; i < network->n_layers; i++)
        if (shape_elements(&network->layers[i]->shape) <
            shape_elements(&network->layers[code]->shape))
            code = i;
    return code > 0 && code < network->n_layers - 1 ? code : -1;
}

struct panel panel_of_autoencoder(struct arena *arena,
                                  const struct network *network)
{
    struct panel panel = panel_of_network(arena, network);
    int code = is_chain(network) ? find_code(network) : -1;
    if (code < 0)
        return panel;
    for (int i = 1; i < panel.n_boxes; i++)
        panel.boxes[i].note = i < code    ? "encoder"
                              : i == code ? "encoder; its output is the code"
                                          : "decoder";
    return panel;
}

/* ---- drawings ------------------------------------------------------------ */

struct drawing drawing_of_graph(struct arena *arena, const struct graph *graph,
                                const struct network *network)
{
    struct drawing drawing = {
        .title = path_name(graph->path),
        .panels = arena_alloc(arena, (size_t)graph->n_networks,
                              sizeof *drawing.panels),
    };
    for (const struct network *next = graph->networks; next; next = next->next)
        if (!network || next == network)
            drawing.panels[drawing.n_panels++] = panel_of_network(arena, next);
    return drawing;
}
