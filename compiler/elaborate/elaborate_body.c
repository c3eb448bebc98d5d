/* The statements of a body to layers: blocks and repeats expanded, networks
 * placed. elaborate_layer.c makes single layers, elaborate_network.c sees to
 * the network as a whole. */
#include <string.h>

#include "compiler/elaborate/body.h"
#include "compiler/elaborate/foreign_words.h"

enum { MOST_USES = 8 }; /* that explain a mistake */

/* Behind a mistake in a block or repeat: which use of it was being expanded,
 * if there was a mistake since there were `errors` of them. */
static void explain_use(struct body *body, size_t errors)
{
    int n = diags_count_errors(body->scope.diags) == errors ? 0 : MOST_USES;
    for (const struct frame *frame = body->scope.frame; frame->use && n > 0;
         frame = frame->caller, n--) {
        const struct ast_statement *use = frame->use;
        if (use->kind == AST_LAYER)
            diag_note(body->scope.diags, use->callee->where,
                      "in block '%s', used here", use->callee->text);
        else if (use->counter && frame->round != ANY_ROUND)
            diag_note(body->scope.diags, use->counter->where,
                      "in the round where '%s' is %lld", use->counter->text,
                      (long long)frame->round);
        else if (frame->round > 0)
            diag_note(body->scope.diags, use->count->where,
                      "in round %lld of this repeat",
                      (long long)frame->round + 1);
    }
}

/* ---- placed networks ------------------------------------------------- */

static void report_placed_counts(struct body *body, const struct layer *layer,
                                 const struct ast_statement *statement)
{
    const struct network *placed = layer->placed;
    struct span where = statement->callee->where;
    int wanted = placed->n_inputs, given = layer->n_inputs;
    if (placed->n_outputs != 1)
        diag_error(body->scope.diags, where,
                   "'%s' has %d outputs: a placed network has one",
                   placed->name, placed->n_outputs);
    else
        diag_error(body->scope.diags, where,
                   "'%s' reads %d layer%s, not %d: 'from' names %s",
                   placed->name, wanted, wanted == 1 ? "" : "s", given,
                   wanted == 1 ? "it" : "them in order");
    diag_note(body->scope.diags, placed->where, "it is defined here");
}

/* False after an error, or where one made the shapes unknown. */
static bool check_placed_inputs(struct body *body, const struct layer *layer,
                                const struct ast_statement *statement)
{
    const struct network *placed = layer->placed;
    if (placed->n_inputs == 0 || placed->n_outputs == 0)
        return false;
    bool fits = layer->n_inputs == placed->n_inputs && placed->n_outputs == 1;
    if (!fits && body->scope.has_gaps)
        return false;
    if (!fits) {
        report_placed_counts(body, layer, statement);
        return false;
    }
    for (int i = 0; i < layer->n_inputs; i++) {
        const struct shape *given = &layer->inputs[i]->shape;
        const struct shape *wanted = &placed->inputs[i]->shape;
        if (given->rank == SHAPE_UNKNOWN || wanted->rank == SHAPE_UNKNOWN)
            return false;
        if (shape_equal(given, wanted) ||
            shape_equal(&layer->inputs[i]->asserted_shape, wanted))
            continue;
        diag_error(body->scope.diags, statement->callee->where,
                   "'%s' reads %s, but '%s' gives %s", placed->name,
                   shape_text(body->scope.arena, wanted),
                   layer->inputs[i]->name,
                   shape_text(body->scope.arena, given));
        diag_note(body->scope.diags, placed->inputs[i]->where,
                  "its input is defined here");
        return false;
    }
    return true;
}

static struct layer *place_network(struct body *body,
                                   const struct ast_statement *statement,
                                   struct symbol *symbol)
{
    struct network *placed = elaborate_network(body->scope.elaboration, symbol,
                                               statement->callee->where);
    struct layer *layer = new_layer(body, statement->where);
    layer->placed = placed;
    layer->name = symbol->item->name->text;
    if (statement->arguments)
        diag_error(body->scope.diags, statement->arguments->value->where,
                   "a placed network takes no arguments");
    if (!placed ||
        !find_inputs(body, statement, &layer->inputs, &layer->n_inputs))
        return layer;
    name_placed(body, layer, statement->callee->where);
    if (symbol->item->has_gaps || !check_placed_inputs(body, layer, statement))
        return layer;
    layer->shape = placed->outputs[0]->shape;
    layer->asserted_shape = placed->outputs[0]->asserted_shape;
    layer->macs = network_macs(placed);
    check_shape(body, statement, layer);
    return layer;
}

/* ---- blocks ---------------------------------------------------------- */

/* One more use of a body; false where there were too many in the file. */
static bool count_expansion(struct body *body, struct span where)
{
    if (++body->scope.elaboration->n_expansions > MAX_EXPANSIONS)
        elaboration_exceeds(body->scope.elaboration, where,
                            "blocks are used and bodies repeated at most %d "
                            "times in a file",
                            MAX_EXPANSIONS);
    return !elaboration_ends(body->scope.elaboration);
}

/* The name that a statement gives, as NAME = or name=; "" if none. */
static const char *name_given(const struct ast_statement *statement)
{
    if (statement->name)
        return statement->name->text;
    for (const struct ast_argument *argument = statement->arguments; argument;
         argument = argument->next)
        if (argument->name && strcmp(argument->name->text, "name") == 0 &&
            argument->value->text)
            return argument->value->text;
    return "";
}

bool names_input(const struct ast_statement *statement)
{
    for (; statement; statement = statement->next)
        if (strcmp(name_given(statement), "input") == 0)
            return true;
    return false;
}

static void report_parameter(struct body *body, const struct ast_item *block,
                             const struct ast_name *given)
{
    const char **names =
        arena_alloc(body->scope.arena, MAX_PARAMETERS, sizeof *names);
    size_t n = 0;
    for (const struct ast_name *name = block->parameters; name;
         name = name->next)
        names[n++] = name->text;
    diag_error(body->scope.diags, given->where,
               "block '%s' has no parameter '%s'%s", block->name->text,
               given->text,
               did_you_mean(body->scope.arena, given->text, names, n));
}

/* The parameter that an argument is for: by name, or the `position`-th. */
static const struct ast_name *find_parameter(struct body *body,
                                             const struct ast_item *block,
                                             const struct ast_argument *given,
                                             int position)
{
    for (const struct ast_name *name = block->parameters; name;
         name = name->next)
        if (given->name ? strcmp(name->text, given->name->text) == 0
                        : position-- == 0)
            return name;
    report_parameter(body, block, given->name);
    return NULL;
}

static bool check_argument_count(struct body *body,
                                 const struct ast_statement *call,
                                 const struct ast_item *block)
{
    int wanted = 0, given = 0;
    for (const struct ast_name *name = block->parameters; name;
         name = name->next)
        wanted++;
    for (const struct ast_argument *argument = call->arguments; argument;
         argument = argument->next)
        given++;
    if (wanted == given)
        return true;
    diag_error(body->scope.diags, call->callee->where,
               "block '%s' takes %d argument%s, not %d", block->name->text,
               wanted, wanted == 1 ? "" : "s", given);
    diag_note(body->scope.diags, block->name->where, "it is defined here");
    return false;
}

/* Binds the values of a block's call to its parameters in `frame`. */
static bool bind_parameters(struct body *body, struct frame *frame,
                            const struct ast_statement *call,
                            const struct ast_item *block)
{
    int position = 0;
    bool has_names = false;
    if (!check_argument_count(body, call, block))
        return false;
    for (const struct ast_argument *argument = call->arguments; argument;
         argument = argument->next) {
        has_names = has_names || argument->name;
        if (has_names && !argument->name) {
            diag_error(body->scope.diags, argument->value->where,
                       "an argument without a name cannot stand behind one "
                       "with a name");
            return false;
        }
        const struct ast_name *parameter =
            find_parameter(body, block, argument, position++);
        if (!parameter)
            return false;
        for (const struct binding *known = frame->bindings; known;
             known = known->next)
            if (known->name == parameter->text) {
                diag_error(body->scope.diags, argument->value->where,
                           "'%s' of block '%s' is given twice", parameter->text,
                           block->name->text);
                diag_note(body->scope.diags, known->where,
                          "the first time is here");
                return false;
            }
        struct value value = evaluate(&body->scope, argument->value);
        if (value.kind == VALUE_ERROR && !body->is_unused_block)
            return false;
        bind_value(body, frame, parameter, value);
    }
    return true;
}

/* What a block reads; false after an error. */
static bool find_block_input(struct body *body,
                             const struct ast_statement *call,
                             struct layer **input)
{
    struct layer **inputs = NULL;
    int n_inputs = 0;
    if ((call->inputs || body->last) &&
        !find_inputs(body, call, &inputs, &n_inputs))
        return false;
    if (n_inputs > 1)
        diag_error(body->scope.diags, call->inputs->next->where,
                   "a block reads one layer, not %d", n_inputs);
    *input = n_inputs == 1 ? inputs[0] : NULL;
    return n_inputs <= 1;
}

/* Expands a block's body in `frame`; false after a mistake in it. */
static bool expand_block(struct body *body, struct frame *frame,
                         struct symbol *symbol, struct layer *input)
{
    const struct ast_statement *call = frame->use;
    const struct ast_item *block = symbol->item;
    size_t errors = diags_count_errors(body->scope.diags);
    body->scope.frame = frame;
    if (input) {
        body->last = input;
        const struct ast_name name = {.text = "input", .where = call->where};
        if (!names_input(block->body))
            bind_layer(body, &name, input);
    }
    symbol->is_used = true;
    symbol->progress = STARTED;
    body->scope.elaboration->block_depth++;
    elaborate_statements(body, block->body);
    body->scope.elaboration->block_depth--;
    symbol->progress = NOT_STARTED;
    body->scope.frame = frame->caller;
    symbol->is_broken = diags_count_errors(body->scope.diags) != errors;
    return !symbol->is_broken;
}

/* Why a block cannot be used here; true if it can. */
static bool check_block_use(struct body *body, const struct ast_statement *call,
                            const struct symbol *symbol)
{
    if (symbol->progress == STARTED) {
        diag_error(body->scope.diags, call->callee->where,
                   "a block cannot contain itself: '%s'",
                   symbol->item->name->text);
        return false;
    }
    if (body->scope.elaboration->block_depth >= MAX_NESTING)
        elaboration_exceeds(body->scope.elaboration, call->callee->where,
                            "blocks use each other at most %d deep",
                            MAX_NESTING);
    return count_expansion(body, call->callee->where);
}

/* The result of a block: the layer made last in it, or what it reads. A block
 * with a mistake is expanded once; its other uses stand for unknown layers,
 * so that one mistake gives one error. */
static struct layer *call_block(struct body *body,
                                const struct ast_statement *call,
                                struct symbol *symbol)
{
    struct frame frame = {.caller = body->scope.frame, .use = call};
    struct layer *input;
    bool works = check_block_use(body, call, symbol) &&
                 find_block_input(body, call, &input) &&
                 bind_parameters(body, &frame, call, symbol->item) &&
                 !symbol->is_broken &&
                 expand_block(body, &frame, symbol, input);
    body->uses_broken = body->uses_broken || symbol->is_broken;
    if (!works)
        return make_unknown(body, call);
    if (!body->last) {
        diag_error(body->scope.diags, call->callee->where,
                   "block '%s' makes no layer and has none to read",
                   symbol->item->name->text);
        return make_unknown(body, call);
    }
    check_shape(body, call, body->last);
    return body->last;
}

/* ---- statements ------------------------------------------------------ */

static void report_unknown(struct body *body, const struct ast_name *callee)
{
    enum { MOST = 1024 };
    const struct elaboration *elaboration = body->scope.elaboration;
    const char **names = arena_alloc(body->scope.arena, MOST, sizeof *names);
    bool is_hinted = hint_find(foreign_layers(), callee->text);
    const char *word = is_hinted ? callee->text : hint_last_name(callee->text);
    size_t n = 0;
    for (int i = 0; i < n_layer_kinds; i++)
        names[n++] = layer_kinds[i]->name;
    const struct hint *hint = hint_find(foreign_layers(), word);
    if (body->scope.has_gaps && !hint && !nearest_name(word, names, n))
        return;
    n += symbol_names(elaboration, AST_BLOCK, names + n, MOST - n);
    n += symbol_names(elaboration, AST_NETWORK, names + n, MOST - n);
    hint = hint_for(foreign_layers(), word, names, n);
    if (hint && hint->lacking)
        diag_error(body->scope.diags, callee->where, "%s",
                   hint_refusal(body->scope.arena, foreign_layers(), hint));
    else
        diag_error(body->scope.diags, callee->where,
                   "unknown layer, block or network '%s'%s", callee->text,
                   hint ? hint_text(body->scope.arena, hint)
                        : did_you_mean(body->scope.arena, word, names, n));
}

static void elaborate_layer(struct body *body,
                            const struct ast_statement *statement)
{
    const struct layer_kind *kind = layer_kind_find(statement->callee->text);
    struct symbol *symbol =
        kind ? NULL
             : symbol_find(body->scope.elaboration, statement->callee->text);
    size_t errors = diags_count_errors(body->scope.diags);
    struct layer *layer;
    if (statement->arguments && statement->arguments->value->kind == AST_GAP) {
        layer = make_unknown(body, statement);
        kind = NULL;
    } else if (kind) {
        layer = make_layer(body, statement, kind);
    } else if (symbol && symbol->item->kind == AST_BLOCK) {
        layer = call_block(body, statement, symbol);
        if (symbol->is_broken)
            errors = diags_count_errors(body->scope.diags);
    } else if (symbol && symbol->item->kind == AST_NETWORK) {
        layer = place_network(body, statement, symbol);
    } else {
        report_unknown(body, statement->callee);
        layer = make_unknown(body, statement);
    }
    body->last = layer;
    if (!kind && statement->name)
        bind_layer(body, statement->name, layer);
    explain_use(body, errors);
}

/* One round of a repeat; false where no more should follow. */
static bool elaborate_round(struct body *body,
                            const struct ast_statement *repeat, int64_t round)
{
    struct frame frame = {.outer = body->scope.frame,
                          .caller = body->scope.frame,
                          .use = repeat,
                          .round = round};
    if (!count_expansion(body, repeat->count->where))
        return false;
    if (repeat->counter)
        bind_value(body, &frame, repeat->counter,
                   (struct value){.kind = round == ANY_ROUND ? VALUE_ERROR
                                                             : VALUE_INTEGER,
                                  .where = repeat->counter->where,
                                  .integer = round});
    size_t errors = diags_count_errors(body->scope.diags);
    body->scope.frame = &frame;
    elaborate_statements(body, repeat->body);
    body->scope.frame = frame.caller;
    return diags_count_errors(body->scope.diags) == errors;
}

/* After a mistake no further round is made: it would have the same one. Where
 * the count is not known, one is made to find the mistakes in the body. */
static void elaborate_repeat(struct body *body,
                             const struct ast_statement *repeat)
{
    int64_t count;
    size_t errors = diags_count_errors(body->scope.diags);
    if (repeat->counter)
        check_not_a_word(body->scope.elaboration, repeat->counter);
    bool counts = evaluate_integer(&body->scope, repeat->count,
                                   "the number of repeats", &count);
    if (counts && count < 0) {
        diag_error(body->scope.diags, repeat->count->where,
                   "a body cannot be repeated %lld times", (long long)count);
        counts = false;
    }
    explain_use(body, errors);
    if (!counts)
        elaborate_round(body, repeat, ANY_ROUND);
    for (int64_t i = 0; counts && i < count; i++)
        counts = elaborate_round(body, repeat, i);
    if (!counts)
        body->last = make_unknown(body, repeat);
}

static void add_output(struct body *body, const struct ast_name *name)
{
    struct network *network = body->network;
    struct layer *layer = find_input(body, name);
    for (int i = 0; layer && i < network->n_outputs; i++)
        if (network->outputs[i] == layer) {
            diag_error(body->scope.diags, name->where,
                       "'%s' is an output already", name->text);
            return;
        }
    if (layer)
        network->outputs[network->n_outputs++] = layer;
}

static void elaborate_output(struct body *body,
                             const struct ast_statement *statement)
{
    if (body->scope.frame->caller) {
        diag_error(body->scope.diags, statement->where,
                   "'output' stands outside blocks and repeats");
        return;
    }
    if (body->outputs.source) {
        diag_error(body->scope.diags, statement->where,
                   "a network has one 'output': 'output a, b' names several "
                   "layers");
        diag_note(body->scope.diags, body->outputs, "the first one is here");
        return;
    }
    body->outputs = statement->where;
    size_t n = 0;
    for (const struct ast_name *name = statement->inputs; name;
         name = name->next)
        n++;
    body->network->outputs =
        arena_alloc(body->scope.arena, n, sizeof *body->network->outputs);
    for (const struct ast_name *name = statement->inputs; name;
         name = name->next)
        add_output(body, name);
}

void elaborate_statements(struct body *body,
                          const struct ast_statement *statement)
{
    for (; statement && !elaboration_ends(body->scope.elaboration);
         statement = statement->next) {
        if (statement->kind == AST_LAYER)
            elaborate_layer(body, statement);
        else if (statement->kind == AST_REPEAT)
            elaborate_repeat(body, statement);
        else if (statement->kind == AST_OUTPUT)
            elaborate_output(body, statement);
        else
            body->last = make_unknown(body, statement);
    }
}
