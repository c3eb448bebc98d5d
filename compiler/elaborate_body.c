/* The body of a network to layers: blocks and repeats expanded, names given,
 * inputs found, shapes inferred. */
#include <string.h>

#include "compiler/layers/layer.h"
#include "compiler/scope.h"

enum { MAX_REPEATS = 65536 };

/* A name seen in a body: of a layer's (or block's) result, or a value. */
struct binding {
    const char *name;
    struct layer *layer; /* or NULL: a parameter or counter */
    struct value value;
    struct span where;
    struct binding *next;
};

/* One use of a body. */
struct frame {
    struct frame *outer; /* NULL: a network's or a block's own body */
    struct binding *bindings;
    bool makes_anew; /* inside a block or repeat */
};

/* A name that a layer of the network has, and how often its stem was used. */
struct layer_name {
    const char *name;
    struct span where;
    int uses; /* as the name of a body that is made anew */
    struct layer_name *next;
};

struct body {
    struct elaboration *elaboration;
    struct network *network;
    struct frame *frame;
    struct layer *last; /* made last; what the next one reads */
    struct layer_name *names;
    int *counts; /* unnamed layers, by kind */
    size_t layers_capacity;
    int repeats;
    bool has_outputs; /* `output` was met */
    bool too_large;
};

static struct arena *arena_of(const struct body *body)
{
    return body->elaboration->arena;
}

static struct diags *diags_of(const struct body *body)
{
    return body->elaboration->diags;
}

/* ---- names ---------------------------------------------------------- */

static struct binding *find_binding(const struct frame *frame, const char *name,
                                    bool layers)
{
    for (; frame; frame = frame->outer)
        for (struct binding *binding = frame->bindings; binding;
             binding = binding->next)
            if ((binding->layer != NULL) == layers &&
                strcmp(binding->name, name) == 0)
                return binding;
    return NULL;
}

/* A counter, parameter or constant, in that order. */
static const struct value *find_value(void *context, const char *name)
{
    struct body *body = context;
    struct binding *binding = find_binding(body->frame, name, false);
    if (binding)
        return &binding->value;
    struct value_names constants = constant_names(body->elaboration);
    return constants.find(constants.context, name);
}

static struct value_names body_names(struct body *body)
{
    return (struct value_names){find_value, body};
}

static void bind_layer(struct body *body, const struct ast_name *name,
                       struct layer *layer)
{
    for (const struct binding *known = body->frame->bindings; known;
         known = known->next)
        if (known->layer && strcmp(known->name, name->text) == 0) {
            diag_error(diags_of(body), name->where, "the name '%s' is taken",
                       name->text);
            diag_note(diags_of(body), known->where, "it was given here first");
            return;
        }
    struct binding *binding = arena_alloc(arena_of(body), 1, sizeof *binding);
    *binding = (struct binding){.name = name->text,
                                .layer = layer,
                                .where = name->where,
                                .next = body->frame->bindings};
    body->frame->bindings = binding;
}

static void bind_number(struct body *body, struct frame *frame,
                        const char *name, struct value value)
{
    struct binding *binding = arena_alloc(arena_of(body), 1, sizeof *binding);
    *binding =
        (struct binding){.name = name, .value = value, .next = frame->bindings};
    frame->bindings = binding;
}

/* ---- names of layers ------------------------------------------------ */

static struct layer_name *find_layer_name(const struct body *body,
                                          const char *name)
{
    for (struct layer_name *known = body->names; known; known = known->next)
        if (strcmp(known->name, name) == 0)
            return known;
    return NULL;
}

static const char *automatic_name(struct body *body,
                                  const struct layer_kind *kind)
{
    int index = 0;
    while (layer_kinds[index] != kind)
        index++;
    int count = body->counts[index]++;
    bool is_input = kind->most_inputs == 0;
    if (is_input)
        count++; /* Keras counts inputs from 1 */
    if (count == 0)
        return kind->stem;
    return arena_printf(arena_of(body), "%s_%d", kind->stem, count);
}

/* Gives a layer its name: `wanted`, with _1, _2, ... where a block or repeat
 * makes it anew, or an automatic one. */
static void name_layer(struct body *body, struct layer *layer,
                       const char *wanted, struct span where)
{
    const char *name = wanted ? wanted : automatic_name(body, layer->kind);
    struct layer_name *known = find_layer_name(body, name);
    if (known && wanted && body->frame->makes_anew) {
        name = arena_printf(arena_of(body), "%s_%d", name, known->uses++);
        known = find_layer_name(body, name);
    }
    layer->name = name;
    if (known) {
        diag_error(diags_of(body), where, "the name '%s' is taken", name);
        diag_note(diags_of(body), known->where, "this layer has it");
        return;
    }
    struct layer_name *entry = arena_alloc(arena_of(body), 1, sizeof *entry);
    *entry = (struct layer_name){name, where, 1, body->names};
    body->names = entry;
}

static bool is_identifier(const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ_";
    if (!*name || !strchr(letters, *name))
        return false;
    size_t length = strlen(name);
    return length <= 255 &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
                        "0123456789") == length;
}

/* ---- layers --------------------------------------------------------- */

static struct layer *new_layer(struct body *body, struct span where)
{
    struct network *network = body->network;
    struct layer *layer = arena_alloc(arena_of(body), 1, sizeof *layer);
    layer->network = network;
    layer->where = where;
    layer->trainable = true;
    layer->index = network->n_layers;
    layer->shape.rank = SHAPE_UNKNOWN;
    network->layers =
        arena_grow(arena_of(body), network->layers, (size_t)network->n_layers,
                   &body->layers_capacity, sizeof layer);
    network->layers[network->n_layers++] = layer;
    if (network->n_layers > MAX_LAYERS && !body->too_large) {
        diag_error(diags_of(body), where, "a network has at most %d layers",
                   MAX_LAYERS);
        body->too_large = true;
    }
    return layer;
}

static struct layer *find_input(struct body *body, const struct ast_name *name)
{
    struct binding *binding = find_binding(body->frame, name->text, true);
    if (binding)
        return binding->layer;
    const char *known[64];
    size_t n = 0;
    for (const struct frame *frame = body->frame; frame; frame = frame->outer)
        for (const struct binding *seen = frame->bindings; seen && n < 64;
             seen = seen->next)
            if (seen->layer)
                known[n++] = seen->name;
    diag_error(diags_of(body), name->where, "no layer '%s' can be seen here%s",
               name->text, did_you_mean(arena_of(body), name->text, known, n));
    return NULL;
}

/* What a statement reads, from `from` or the layer before it; false after an
 * error. `where` is the callee's. */
static bool find_inputs(struct body *body,
                        const struct ast_statement *statement,
                        struct layer ***inputs, int *n_inputs)
{
    *n_inputs = 0;
    for (const struct ast_name *name = statement->inputs; name;
         name = name->next)
        ++*n_inputs;
    if (*n_inputs == 0 && !body->last) {
        diag_error(diags_of(body), statement->callee->where,
                   "there is nothing before '%s' to read: begin with Input(…) "
                   "or give the network a shape",
                   statement->callee->text);
        return false;
    }
    bool is_implied = *n_inputs == 0;
    if (is_implied)
        *n_inputs = 1;
    *inputs = arena_alloc(arena_of(body), (size_t)*n_inputs, sizeof **inputs);
    (*inputs)[0] = body->last;
    bool found = true;
    int i = 0;
    for (const struct ast_name *name = statement->inputs; name;
         name = name->next, i++) {
        (*inputs)[i] = find_input(body, name);
        found = found && (*inputs)[i];
    }
    return found;
}

static void count_words(int n, const char **number, const char **plural)
{
    static const char *const numbers[] = {"no", "one", "two"};
    *number = numbers[n];
    *plural = n == 1 ? "" : "s";
}

static bool check_input_count(struct body *body, const struct layer *layer,
                              const struct ast_statement *statement)
{
    const struct layer_kind *kind = layer->kind;
    if (layer->n_inputs >= kind->least_inputs &&
        layer->n_inputs <= kind->most_inputs)
        return true;
    const char *number, *plural;
    count_words(kind->least_inputs, &number, &plural);
    diag_error(diags_of(body), statement->callee->where,
               "%s reads %s%s input%s, not %d", kind->name,
               kind->most_inputs > kind->least_inputs ? "at least " : "",
               number, plural, layer->n_inputs);
    return false;
}

static void check_shape(struct body *body,
                        const struct ast_statement *statement,
                        const struct layer *layer)
{
    struct shape wanted;
    struct value_names names = body_names(body);
    if (!statement->shape || layer->shape.rank == SHAPE_UNKNOWN)
        return;
    if (evaluate_shape(body->elaboration, &names, statement->shape, &wanted) &&
        !shape_equal(&wanted, &layer->shape))
        diag_error(diags_of(body), statement->shape->where,
                   "'%s' gives %s, not %s", layer->name,
                   shape_text(arena_of(body), &layer->shape),
                   shape_text(arena_of(body), &wanted));
}

static void check_size(struct body *body, struct layer *layer)
{
    int64_t elements = 1;
    for (int i = 0; i < layer->shape.rank; i++)
        if (__builtin_mul_overflow(elements, layer->shape.size[i], &elements) ||
            elements > MAX_ELEMENTS) {
            diag_error(diags_of(body), layer->where,
                       "the output of '%s' has more than 2147483648 values a "
                       "sample",
                       layer->name);
            layer->shape.rank = SHAPE_UNKNOWN;
            return;
        }
}

static bool inputs_known(const struct layer *layer)
{
    for (int i = 0; i < layer->n_inputs; i++)
        if (layer->inputs[i]->shape.rank == SHAPE_UNKNOWN)
            return false;
    return true;
}

static struct layer *make_layer(struct body *body,
                                const struct ast_statement *statement,
                                const struct layer_kind *kind)
{
    struct layer *layer = new_layer(body, statement->where);
    layer->kind = kind;
    const char *name = statement->name ? statement->name->text : NULL;
    struct value_names names = body_names(body);
    bool bound = bind_arguments(arena_of(body), diags_of(body), &names,
                                statement, layer, &name);
    if (name && !is_identifier(name)) {
        diag_error(diags_of(body), statement->where,
                   "a name is made of letters, digits and '_', not '%.60s'",
                   name);
        name = NULL;
    }
    name_layer(body, layer, name,
               statement->name ? statement->name->where
                               : statement->callee->where);
    bool found = true;
    if (kind->most_inputs > 0)
        found = find_inputs(body, statement, &layer->inputs, &layer->n_inputs);
    else if (statement->inputs) {
        diag_error(diags_of(body), statement->inputs->where, "%s reads nothing",
                   kind->name);
        found = false;
    }
    if (!found)
        layer->n_inputs = 0;
    found = found && check_input_count(body, layer, statement);
    if (bound && found && inputs_known(layer)) {
        struct inference inference = {arena_of(body), diags_of(body), layer};
        kind->infer(&inference);
        check_size(body, layer);
    }
    check_shape(body, statement, layer);
    return layer;
}

static struct layer *place_network(struct body *body,
                                   const struct ast_statement *statement,
                                   struct symbol *symbol)
{
    struct network *placed =
        elaborate_network(body->elaboration, symbol, statement->callee->where);
    struct layer *layer = new_layer(body, statement->where);
    layer->placed = placed;
    layer->name = symbol->item->name->text;
    if (statement->arguments)
        diag_error(diags_of(body), statement->arguments->value->where,
                   "a placed network takes no arguments");
    if (!placed ||
        !find_inputs(body, statement, &layer->inputs, &layer->n_inputs))
        return layer;
    if (layer->n_inputs != placed->n_inputs || placed->n_outputs != 1) {
        if (placed->n_inputs > 0 && placed->n_outputs > 0)
            diag_error(diags_of(body), statement->callee->where,
                       "'%s' has %d inputs and %d outputs: it is given %d and "
                       "may have one output",
                       placed->name, placed->n_inputs, placed->n_outputs,
                       layer->n_inputs);
        return layer;
    }
    for (int i = 0; i < layer->n_inputs; i++) {
        const struct shape *given = &layer->inputs[i]->shape;
        const struct shape *wanted = &placed->inputs[i]->shape;
        if (given->rank == SHAPE_UNKNOWN || wanted->rank == SHAPE_UNKNOWN)
            return layer;
        if (!shape_equal(given, wanted)) {
            diag_error(diags_of(body), statement->callee->where,
                       "'%s' reads %s, but '%s' gives %s", placed->name,
                       shape_text(arena_of(body), wanted),
                       layer->inputs[i]->name,
                       shape_text(arena_of(body), given));
            return layer;
        }
    }
    layer->shape = placed->outputs[0]->shape;
    layer->macs = network_macs(placed);
    check_shape(body, statement, layer);
    return layer;
}

/* ---- statements ----------------------------------------------------- */

static void elaborate_statements(struct body *body,
                                 const struct ast_statement *statement);

static bool names_input(const struct ast_statement *statement)
{
    for (; statement; statement = statement->next)
        if (statement->name && strcmp(statement->name->text, "input") == 0)
            return true;
    return false;
}

/* Binds the values of a block's call to its parameters in `frame`. */
static bool bind_parameters(struct body *body, struct frame *frame,
                            const struct ast_statement *call,
                            const struct ast_item *block)
{
    struct value_names names = body_names(body);
    const struct ast_argument *argument = call->arguments;
    int wanted = 0, given = 0;
    for (const struct ast_name *name = block->parameters; name;
         name = name->next)
        wanted++;
    for (; argument; argument = argument->next)
        given++;
    if (wanted != given) {
        diag_error(diags_of(body), call->callee->where,
                   "block '%s' takes %d argument%s, not %d", block->name->text,
                   wanted, wanted == 1 ? "" : "s", given);
        diag_note(diags_of(body), block->name->where, "it is defined here");
        return false;
    }
    const struct ast_name *parameter = block->parameters;
    for (argument = call->arguments; argument; argument = argument->next) {
        const struct ast_name *target = parameter;
        if (argument->name)
            for (target = block->parameters; target; target = target->next)
                if (strcmp(target->text, argument->name->text) == 0)
                    break;
        if (!target) {
            diag_error(diags_of(body), argument->name->where,
                       "block '%s' has no parameter '%s'", block->name->text,
                       argument->name->text);
            return false;
        }
        bind_number(
            body, frame, target->text,
            evaluate(arena_of(body), diags_of(body), &names, argument->value));
        parameter = parameter->next;
    }
    return true;
}

static void call_block(struct body *body, const struct ast_statement *call,
                       struct symbol *symbol)
{
    const struct ast_item *block = symbol->item;
    if (symbol->progress == STARTED) {
        diag_error(diags_of(body), call->callee->where,
                   "a block cannot contain itself: '%s'", block->name->text);
        return;
    }
    struct layer **inputs = NULL;
    int n_inputs = 0;
    if ((call->inputs || body->last) &&
        !find_inputs(body, call, &inputs, &n_inputs))
        return;
    if (n_inputs > 1) {
        diag_error(diags_of(body), call->inputs->where,
                   "a block reads one layer, not %d", n_inputs);
        return;
    }
    struct frame frame = {.makes_anew = true};
    if (!bind_parameters(body, &frame, call, block))
        return;
    struct frame *outer = body->frame;
    body->frame = &frame;
    if (n_inputs == 1) {
        body->last = inputs[0];
        const struct ast_name name = {.text = "input", .where = call->where};
        if (!names_input(block->body))
            bind_layer(body, &name, inputs[0]);
    }
    symbol->progress = STARTED;
    elaborate_statements(body, block->body);
    symbol->progress = NOT_STARTED;
    body->frame = outer;
    if (call->name && body->last)
        bind_layer(body, call->name, body->last);
    if (call->shape && body->last)
        check_shape(body, call, body->last);
}

static void unknown_callee(struct body *body, const struct ast_name *callee)
{
    const struct elaboration *elaboration = body->elaboration;
    size_t n = symbol_names(elaboration, AST_BLOCK, NULL) +
               symbol_names(elaboration, AST_NETWORK, NULL);
    const char **names =
        arena_alloc(arena_of(body), n + (size_t)n_layer_kinds, sizeof *names);
    n = 0;
    for (int i = 0; i < n_layer_kinds; i++)
        names[n++] = layer_kinds[i]->name;
    n += symbol_names(elaboration, AST_BLOCK, names + n);
    n += symbol_names(elaboration, AST_NETWORK, names + n);
    diag_error(diags_of(body), callee->where,
               "unknown layer, block or network '%s'%s", callee->text,
               did_you_mean(arena_of(body), callee->text, names, n));
}

/* An unknown layer stands for one of unknown shape, so that its name can be
 * read without a second error. */
static struct layer *make_unknown(struct body *body,
                                  const struct ast_statement *statement)
{
    unknown_callee(body, statement->callee);
    struct layer *layer = new_layer(body, statement->where);
    layer->name = statement->name ? statement->name->text : "?";
    return layer;
}

static void elaborate_layer(struct body *body,
                            const struct ast_statement *statement)
{
    const struct layer_kind *kind = layer_kind_find(statement->callee->text);
    struct symbol *symbol =
        kind ? NULL : symbol_find(body->elaboration, statement->callee->text);
    if (symbol && symbol->item->kind == AST_BLOCK) {
        call_block(body, statement, symbol);
        return;
    }
    struct layer *layer;
    if (kind)
        layer = make_layer(body, statement, kind);
    else if (symbol && symbol->item->kind == AST_NETWORK)
        layer = place_network(body, statement, symbol);
    else
        layer = make_unknown(body, statement);
    body->last = layer;
    if (statement->name)
        bind_layer(body, statement->name, layer);
}

static void elaborate_repeat(struct body *body,
                             const struct ast_statement *repeat)
{
    int64_t count;
    struct value_names names = body_names(body);
    if (!evaluate_integer(arena_of(body), diags_of(body), &names, repeat->count,
                          "the number of repeats", &count))
        return;
    if (count < 0) {
        diag_error(diags_of(body), repeat->count->where,
                   "a body cannot be repeated %lld times", (long long)count);
        return;
    }
    if (repeat->counter && is_argument_word(repeat->counter->text))
        diag_error(diags_of(body), repeat->counter->where,
                   "'%s' is a word that arguments take and cannot be a name "
                   "here",
                   repeat->counter->text);
    struct frame *outer = body->frame;
    for (int64_t i = 0; i < count && !body->too_large; i++) {
        if (++body->repeats > MAX_REPEATS) {
            diag_error(diags_of(body), repeat->count->where,
                       "a network repeats at most %d times in all",
                       MAX_REPEATS);
            body->too_large = true;
        }
        struct frame frame = {.outer = outer, .makes_anew = true};
        if (repeat->counter)
            bind_number(body, &frame, repeat->counter->text,
                        (struct value){.kind = VALUE_INTEGER, .integer = i});
        body->frame = &frame;
        elaborate_statements(body, repeat->body);
    }
    body->frame = outer;
}

static void elaborate_output(struct body *body,
                             const struct ast_statement *statement)
{
    if (body->has_outputs || body->frame->makes_anew) {
        diag_error(diags_of(body), statement->where,
                   body->has_outputs
                       ? "a network has one 'output'"
                       : "'output' stands outside blocks and repeats");
        return;
    }
    body->has_outputs = true;
    struct network *network = body->network;
    int n = 0;
    for (const struct ast_name *name = statement->inputs; name;
         name = name->next)
        n++;
    network->outputs =
        arena_alloc(arena_of(body), (size_t)n, sizeof *network->outputs);
    for (const struct ast_name *name = statement->inputs; name;
         name = name->next) {
        struct layer *layer = find_input(body, name);
        if (layer)
            network->outputs[network->n_outputs++] = layer;
    }
}

static void elaborate_statements(struct body *body,
                                 const struct ast_statement *statement)
{
    for (; statement && !body->too_large; statement = statement->next) {
        if (statement->kind == AST_LAYER)
            elaborate_layer(body, statement);
        else if (statement->kind == AST_REPEAT)
            elaborate_repeat(body, statement);
        else
            elaborate_output(body, statement);
    }
}

/* ---- the network ---------------------------------------------------- */

/* The input of a network whose shape stands after its name: a layer like any
 * other, but for its row in the summary. */
static void make_implicit_input(struct body *body, const struct ast_item *item)
{
    struct layer *input = new_layer(body, item->shape->where);
    input->kind = layer_kind_find("Input");
    input->name = "input";
    input->is_implicit = true;
    struct value_names names = constant_names(body->elaboration);
    if (!evaluate_shape(body->elaboration, &names, item->shape, &input->shape))
        input->shape.rank = SHAPE_UNKNOWN;
    body->last = input;
}

static void collect_inputs(struct body *body)
{
    struct network *network = body->network;
    network->inputs = arena_alloc(arena_of(body), (size_t)network->n_layers,
                                  sizeof *network->inputs);
    for (int i = 0; i < network->n_layers; i++) {
        struct layer *layer = network->layers[i];
        bool is_input = layer->kind && layer->kind->most_inputs == 0;
        if (is_input && network->is_sequential && !layer->is_implicit) {
            diag_error(diags_of(body), layer->where,
                       "a network takes its input either from the shape after "
                       "its name or from Input(…), not both");
            diag_note(diags_of(body), network->layers[0]->where,
                      "the shape stands here");
        } else if (is_input) {
            network->inputs[network->n_inputs++] = layer;
        }
    }
}

static void mark_needed(struct layer *layer)
{
    if (layer->is_needed)
        return;
    layer->is_needed = true;
    for (int i = 0; i < layer->n_inputs; i++)
        mark_needed(layer->inputs[i]);
}

static void check_needed(struct body *body)
{
    const struct network *network = body->network;
    for (int i = 0; i < network->n_outputs; i++)
        mark_needed(network->outputs[i]);
    for (int i = 0; i < network->n_layers; i++)
        if (!network->layers[i]->is_needed)
            diag_error(diags_of(body), network->layers[i]->where,
                       "no output of '%s' needs the layer '%s'", network->name,
                       network->layers[i]->name);
}

void elaborate_body(struct elaboration *elaboration, struct network *network,
                    const struct ast_item *item)
{
    struct frame frame = {0};
    struct body body = {
        .elaboration = elaboration, .network = network, .frame = &frame};
    body.counts = arena_alloc(elaboration->arena, (size_t)n_layer_kinds,
                              sizeof *body.counts);
    size_t errors = diags_count_errors(elaboration->diags);
    if (item->shape)
        make_implicit_input(&body, item);
    elaborate_statements(&body, item->body);
    bool is_empty = network->n_layers == (item->shape ? 1 : 0);
    if (is_empty && diags_count_errors(elaboration->diags) == errors)
        diag_error(elaboration->diags, item->name->where,
                   "the network '%s' has no layers", network->name);
    collect_inputs(&body);
    if (!body.has_outputs && body.last) {
        network->outputs =
            arena_alloc(elaboration->arena, 1, sizeof *network->outputs);
        network->outputs[network->n_outputs++] = body.last;
    }
    if (diags_count_errors(elaboration->diags) == errors)
        check_needed(&body);
}
