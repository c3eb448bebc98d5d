/* A network as a whole, once its statements are layers: its inputs and outputs,
 * and what they leave over. */
#include "compiler/elaborate/body.h"

/* The input of a network whose shape stands after its name: a layer like any
 * other, but for its row in the summary. */
static void make_implicit_input(struct body *body, const struct ast_item *item)
{
    struct layer *input = new_layer(body, item->shape->where);
    input->kind = layer_kind_find("Input");
    input->name = "input";
    input->is_implicit = true;
    if (!evaluate_shape(&body->scope, item->shape, &input->shape))
        input->shape.rank = SHAPE_UNKNOWN;
    body->last = input;
}

static void collect_inputs(struct body *body)
{
    struct network *network = body->network;
    network->inputs = arena_alloc(body->scope.arena, (size_t)network->n_layers,
                                  sizeof *network->inputs);
    for (int i = 0; i < network->n_layers; i++) {
        struct layer *layer = network->layers[i];
        bool is_input = layer->kind && layer->kind->reads == READS_NOTHING;
        if (is_input && network->is_sequential && !layer->is_implicit) {
            diag_error(body->scope.diags, layer->where,
                       "a network takes its input either from the shape after "
                       "its name or from Input(…), not both");
            diag_note(body->scope.diags, network->layers[0]->where,
                      "the shape stands here");
        } else if (is_input) {
            network->inputs[network->n_inputs++] = layer;
        }
    }
}

static void collect_outputs(struct body *body)
{
    struct network *network = body->network;
    if (body->outputs.source || !body->last)
        return;
    network->outputs =
        arena_alloc(body->scope.arena, 1, sizeof *network->outputs);
    network->outputs[network->n_outputs++] = body->last;
}

/* Keras's Sequential is a chain; what branches needs Input layers. */
static bool check_chain(struct body *body)
{
    const struct network *network = body->network;
    struct layer *const *layers = network->layers;
    int n = network->n_layers;
    struct span where = {0};
    for (int i = 1; i < n && !where.source; i++)
        if (layers[i]->n_inputs != 1 || layers[i]->inputs[0] != layers[i - 1])
            where = layers[i]->where;
    bool ends = network->n_outputs == 1 && network->outputs[0] == layers[n - 1];
    if (!where.source && !ends)
        where = body->outputs;
    if (!where.source)
        return true;
    diag_error(body->scope.diags, where,
               "a network whose shape stands after its name is a plain chain, "
               "each layer reading the one before it and the last one the "
               "output");
    diag_note(body->scope.diags, layers[0]->where,
              "begin with Input(…) in place of this shape");
    return false;
}

static void mark_needed(struct layer *layer)
{
    if (layer->is_needed)
        return;
    layer->is_needed = true;
    for (int i = 0; i < layer->n_inputs; i++)
        mark_needed(layer->inputs[i]);
}

/* True for one of the layers that one statement makes, if another of them was
 * reported. */
static bool is_reported(const struct layer *layer,
                        const struct layer **reported, int n)
{
    for (int i = 0; i < n; i++)
        if (reported[i]->where.source == layer->where.source &&
            reported[i]->where.first == layer->where.first)
            return true;
    return false;
}

/* Of layers that lead nowhere only the last is reported. */
static void check_needed(struct body *body)
{
    const struct network *network = body->network;
    const struct layer **reported = arena_alloc(
        body->scope.arena, (size_t)network->n_layers, sizeof *reported);
    int n = 0;
    for (int i = 0; i < network->n_outputs; i++)
        mark_needed(network->outputs[i]);
    for (int i = network->n_layers - 1; i >= 0; i--) {
        struct layer *layer = network->layers[i];
        if (layer->is_needed)
            continue;
        mark_needed(layer);
        if (is_reported(layer, reported, n))
            continue;
        diag_error(body->scope.diags, layer->where,
                   "no output of '%s' needs the layer '%s'", network->name,
                   layer->name);
        reported[n++] = layer;
    }
}

static void check_network(struct body *body, const struct ast_item *item)
{
    struct network *network = body->network;
    bool is_empty = network->n_layers == (item->shape ? 1 : 0);
    if (is_empty)
        diag_error(body->scope.diags, item->name->where,
                   "the network '%s' has no layers", network->name);
    else if (!network->is_sequential || check_chain(body))
        check_needed(body);
    network_lower(body->scope.arena, network);
    if (!network_count(network))
        elaboration_exceeds(body->scope.elaboration, item->name->where,
                            "the multiply-adds of '%s' for one sample do not "
                            "fit in 64 bits",
                            network->name);
}

/* After a mistake in a network, or in one that is placed in it, its numbers say
 * nothing. */
static bool is_broken(const struct body *body, size_t errors)
{
    const struct network *network = body->network;
    for (int i = 0; i < network->n_layers; i++) {
        const struct layer *layer = network->layers[i];
        if (layer->shape.rank == SHAPE_UNKNOWN ||
            (layer->placed && layer->placed->is_broken))
            return true;
    }
    return diags_count_errors(body->scope.diags) != errors;
}

static struct body begin_body(struct elaboration *elaboration,
                              struct network *network, struct frame *frame,
                              const struct ast_item *item)
{
    struct arena *arena = elaboration->arena;
    struct body body = {.scope = constants_scope(elaboration),
                        .network = network};
    body.scope.frame = frame;
    body.scope.has_gaps = elaboration->has_gaps || item->has_gaps;
    body.counts =
        arena_alloc(arena, (size_t)n_layer_kinds, sizeof *body.counts);
    body.names = arena_alloc(arena, LAYER_NAME_BUCKETS, sizeof *body.names);
    return body;
}

void elaborate_body(struct elaboration *elaboration, struct network *network,
                    const struct ast_item *item)
{
    struct frame frame = {0};
    struct body body = begin_body(elaboration, network, &frame, item);
    size_t errors = diags_count_errors(elaboration->diags);
    if (item->shape)
        make_implicit_input(&body, item);
    elaborate_statements(&body, item->body);
    collect_inputs(&body);
    collect_outputs(&body);
    bool is_whole = !body.scope.has_gaps && !body.uses_broken;
    if (is_whole && diags_count_errors(elaboration->diags) == errors)
        check_network(&body, item);
    network->is_broken = !is_whole || is_broken(&body, errors);
}

/* A network that is thrown away, with an input of unknown shape. Parameters
 * have the value that stands for a mistake already reported, so that nothing
 * is said of what depends on them. */
void elaborate_unused_block(struct elaboration *elaboration,
                            struct symbol *symbol)
{
    const struct ast_item *block = symbol->item;
    struct network network = {.name = block->name->text,
                              .where = block->name->where};
    struct frame outside = {0}, frame = {.caller = &outside};
    struct body body = begin_body(elaboration, &network, &frame, block);
    body.is_unused_block = true;
    body.last = new_layer(&body, block->name->where);
    const struct ast_name input = {.text = "input",
                                   .where = block->name->where};
    if (!names_input(block->body))
        bind_layer(&body, &input, body.last);
    for (const struct ast_name *name = block->parameters; name;
         name = name->next)
        bind_value(&body, &frame, name,
                   (struct value){.kind = VALUE_ERROR, .where = name->where});
    size_t errors = diags_count_errors(elaboration->diags);
    symbol->progress = STARTED;
    elaborate_statements(&body, block->body);
    symbol->progress = NOT_STARTED;
    symbol->is_broken = diags_count_errors(body.scope.diags) != errors;
}
