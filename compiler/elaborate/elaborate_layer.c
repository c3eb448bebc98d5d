/* A statement that calls a layer kind to a layer: its name, what it reads, its
 * arguments, its shape. */
#include <limits.h>
#include <string.h>

#include "compiler/elaborate/arguments.h"
#include "compiler/elaborate/body.h"
#include "compiler/syntax/parse.h"

/* ---- names in a body ------------------------------------------------- */

static void bind(struct body *body, struct frame *frame, struct binding binding)
{
    struct binding *bound = arena_alloc(body->scope.arena, 1, sizeof *bound);
    *bound = binding;
    bound->next = frame->bindings;
    frame->bindings = bound;
}

void bind_value(struct body *body, struct frame *frame,
                const struct ast_name *name, struct value value)
{
    bind(body, frame,
         (struct binding){
             .name = name->text, .value = value, .where = value.where});
}

void bind_layer(struct body *body, const struct ast_name *name,
                struct layer *layer)
{
    struct frame *frame = body->scope.frame;
    for (const struct binding *known = frame->bindings; known;
         known = known->next)
        if (known->layer && strcmp(known->name, name->text) == 0) {
            report_taken(body->scope.elaboration, "name", name->text,
                         name->where, known->where);
            return;
        }
    bind(body, frame,
         (struct binding){
             .name = name->text, .layer = layer, .where = name->where});
}

/* ---- names of layers ------------------------------------------------- */

static struct layer_name *find_layer_name(const struct body *body,
                                          const char *name)
{
    struct layer_name *known =
        body->names[name_hash(name) % LAYER_NAME_BUCKETS];
    while (known && strcmp(known->name, name) != 0)
        known = known->next;
    return known;
}

static struct layer_name *
add_layer_name(struct body *body, const struct layer *layer, struct span where)
{
    struct layer_name **bucket =
        &body->names[name_hash(layer->name) % LAYER_NAME_BUCKETS];
    struct layer_name *entry = arena_alloc(body->scope.arena, 1, sizeof *entry);
    *entry = (struct layer_name){.name = layer->name,
                                 .where = where,
                                 .placed = layer->placed,
                                 .uses = 1,
                                 .next = *bucket};
    *bucket = entry;
    return entry;
}

static const char *automatic_name(struct body *body,
                                  const struct layer_kind *kind)
{
    int index = 0;
    while (layer_kinds[index] != kind)
        index++;
    int count = body->counts[index]++;
    if (kind->reads == READS_NOTHING)
        count++; /* Keras counts inputs from 1 */
    if (count == 0)
        return kind->stem;
    return arena_printf(body->scope.arena, "%s_%d", kind->stem, count);
}

/* Gives a layer its name: `wanted`, with _1, _2, ... where a block or repeat
 * makes it anew, or an automatic one. */
static void name_layer(struct body *body, struct layer *layer,
                       const struct ast_name *wanted, struct span where)
{
    const char *name =
        wanted ? wanted->text : automatic_name(body, layer->kind);
    struct layer_name *known = find_layer_name(body, name);
    if (known && wanted && body->scope.frame->caller) {
        name = arena_printf(body->scope.arena, "%s_%d", name, known->uses++);
        known = find_layer_name(body, name);
    }
    layer->name = name;
    if (!known) {
        add_layer_name(body, layer, where)->is_automatic = !wanted;
        return;
    }
    if (!wanted && (body->scope.has_gaps || body->is_unused_block))
        return; /* layers that were not seen may have numbers of their own */
    report_taken(body->scope.elaboration, wanted ? "name" : "automatic name",
                 name, where, known->where);
}

void name_placed(struct body *body, struct layer *layer, struct span where)
{
    const struct layer_name *known = find_layer_name(body, layer->name);
    if (!known)
        add_layer_name(body, layer, where);
    if (!known || known->placed == layer->placed)
        return;
    diag_error(body->scope.diags, where,
               "the name '%s' of this network is taken by a layer",
               layer->name);
    diag_note(body->scope.diags, known->where, "it was given here first");
}

static bool is_identifier(const char *name)
{
    static const char characters[] = "0123456789"
                                     "abcdefghijklmnopqrstuvwxyz"
                                     "ABCDEFGHIJKLMNOPQRSTUVWXYZ_";
    size_t length = strlen(name);
    return length > 0 && length <= NN_MAX_NAME &&
           strspn(name, characters) == length &&
           strspn(name, "0123456789") == 0;
}

/* The name that a statement gives its layer, as NAME = or name=, whose value
 * `text` was taken from the arguments; false where there is none. */
static bool find_name(struct body *body, const struct ast_statement *statement,
                      const char *text, struct ast_name *name)
{
    if (statement->name)
        *name = *statement->name;
    if (statement->name || !text)
        return statement->name;
    const struct ast_argument *argument = statement->arguments;
    while (!argument->name || strcmp(argument->name->text, "name") != 0)
        argument = argument->next;
    *name = (struct ast_name){.text = text, .where = argument->value->where};
    if (is_identifier(text))
        return true;
    diag_error(body->scope.diags, name->where,
               "a name is made of letters, digits and '_', does not begin with "
               "a digit and has at most %d characters",
               NN_MAX_NAME);
    return false;
}

/* ---- what a layer reads ---------------------------------------------- */

/* Why a layer of that name, if there is one, cannot be seen. */
static void explain_hidden(struct body *body, const char *name)
{
    for (const struct frame *frame = body->scope.frame; frame;
         frame = frame->caller) {
        const struct binding *binding = scope_binding(frame, name, true);
        if (!binding)
            continue;
        diag_note(body->scope.diags, binding->where,
                  "a block sees only its own names and its 'input', not this "
                  "'%s'",
                  name);
        return;
    }
    const struct layer_name *hidden = find_layer_name(body, name);
    if (hidden && (hidden->is_automatic || hidden->placed))
        diag_note(body->scope.diags, hidden->where,
                  "'from' knows only names that are given, as in x = %.*s(…)",
                  (int)(hidden->where.last - hidden->where.first),
                  hidden->where.source->text + hidden->where.first);
    else if (hidden)
        diag_note(body->scope.diags, hidden->where,
                  "'%s' is seen only in the block or repeat that names it",
                  name);
}

struct layer *find_input(struct body *body, const struct ast_name *name)
{
    const struct binding *binding =
        scope_binding(body->scope.frame, name->text, true);
    if (!elaboration_spend(body->scope.elaboration, name->where))
        return NULL;
    if (binding)
        return binding->layer;
    if (body->scope.has_gaps)
        return NULL;
    diag_error(body->scope.diags, name->where,
               "no layer '%s' can be seen here%s", name->text,
               scope_nearest(&body->scope, name->text, true));
    if (strcmp(name->text, "input") == 0 && body->network->is_sequential &&
        !body->scope.frame->caller)
        diag_note(body->scope.diags, body->network->layers[0]->where,
                  "begin with input = Input(…) in place of this shape to read "
                  "it by name");
    explain_hidden(body, name->text);
    return NULL;
}

bool find_inputs(struct body *body, const struct ast_statement *statement,
                 struct layer ***inputs, int *n_inputs)
{
    *n_inputs = 0;
    for (const struct ast_name *name = statement->inputs; name;
         name = name->next)
        ++*n_inputs;
    if (*n_inputs == 0 && !body->last) {
        diag_error(body->scope.diags, statement->callee->where,
                   "there is nothing before '%s' to read: begin with Input(…) "
                   "or give the network a shape",
                   statement->callee->text);
        return false;
    }
    bool is_implied = *n_inputs == 0;
    if (is_implied)
        *n_inputs = 1;
    *inputs =
        arena_alloc(body->scope.arena, (size_t)*n_inputs, sizeof **inputs);
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

static bool check_input_count(struct body *body, const struct layer *layer,
                              const struct ast_statement *statement)
{
    static const struct {
        const char *text;
        int least, most;
    } counts[] = {[READS_ONE] = {"one layer", 1, 1},
                  [READS_TWO] = {"two layers", 2, 2},
                  [READS_SEVERAL] = {"at least two layers", 2, INT_MAX}};
    enum reading reads = layer->kind->reads;
    int n = layer->n_inputs;
    if (n >= counts[reads].least && n <= counts[reads].most)
        return true;
    if (n > 1 || !body->scope.has_gaps) /* else the others may have been lost */
        diag_error(body->scope.diags, statement->callee->where,
                   "%s reads %s, not %d", layer->kind->name, counts[reads].text,
                   n);
    return false;
}

/* False after an error: what the layer reads is then not known. */
static bool set_inputs(struct body *body, struct layer *layer,
                       const struct ast_statement *statement)
{
    if (layer->kind->reads == READS_NOTHING) {
        if (statement->inputs)
            diag_error(body->scope.diags, statement->inputs->where,
                       "%s reads nothing", layer->kind->name);
        return !statement->inputs;
    }
    if (find_inputs(body, statement, &layer->inputs, &layer->n_inputs))
        return check_input_count(body, layer, statement);
    layer->n_inputs = 0;
    return false;
}

/* ---- shapes ---------------------------------------------------------- */

/* How the sizes that are not the wanted ones came about. */
static void note_arithmetic(struct body *body, const struct layer *layer,
                            const struct shape *wanted)
{
    const struct shape *found = &layer->shape;
    struct text text = text_new(body->scope.arena);
    const char *last = "";
    for (int axis = 0; axis < found->rank; axis++) {
        const char *size = layer->how[axis];
        bool differs = found->rank != wanted->rank ||
                       found->size[axis] != wanted->size[axis];
        if (!size || !differs || strcmp(size, last) == 0)
            continue;
        text_printf(&text, "%s%s = %lld", *last ? ", " : "", size,
                    (long long)found->size[axis]);
        last = size;
    }
    if (*last)
        diag_note(body->scope.diags, layer->inputs[0]->where,
                  "'%s' gives %s: %s", layer->inputs[0]->name,
                  shape_text(body->scope.arena, &layer->inputs[0]->shape),
                  text_string(&text));
}

void check_shape(struct body *body, const struct ast_statement *statement,
                 struct layer *layer)
{
    struct shape wanted;
    if (!statement->shape || layer->shape.rank == SHAPE_UNKNOWN)
        return;
    if (!evaluate_shape(&body->scope, statement->shape, &wanted))
        return;
    bool is_met = shape_equal(&wanted, &layer->shape) ||
                  shape_equal(&wanted, &layer->asserted_shape);
    if (is_met) { /* and so it is known which of the two is right */
        layer->shape = wanted;
        layer->asserted_shape.rank = 0;
        return;
    }
    diag_error(body->scope.diags, statement->shape->where,
               "'%s' gives %s, not %s", layer->name,
               shape_text(body->scope.arena, &layer->shape),
               shape_text(body->scope.arena, &wanted));
    note_arithmetic(body, layer, &wanted);
    layer->asserted_shape = wanted;
}

static void check_size(struct body *body, struct layer *layer)
{
    if (shape_fits(&layer->shape))
        return;
    diag_error(body->scope.diags, layer->where,
               "the output of '%s' is %s: a sample has at most 2147483648 "
               "values",
               layer->name, shape_text(body->scope.arena, &layer->shape));
    layer->shape.rank = SHAPE_UNKNOWN;
}

static bool inputs_known(const struct layer *layer)
{
    for (int i = 0; i < layer->n_inputs; i++)
        if (layer->inputs[i]->shape.rank == SHAPE_UNKNOWN)
            return false;
    return true;
}

/* Infers layer->asserted_shape from what the inputs claim; true where that is a
 * shape. */
static bool infer_claimed(struct body *body, struct layer *layer)
{
    struct elaboration *elaboration = body->scope.elaboration;
    struct layer guess = *layer;
    bool has_claims = false;
    for (int i = 0; i < layer->n_inputs; i++)
        has_claims = has_claims || layer->inputs[i]->asserted_shape.rank > 0;
    if (!has_claims)
        return false;
    guess.inputs = arena_alloc(body->scope.arena, (size_t)layer->n_inputs,
                               sizeof(struct layer *));
    for (int i = 0; i < layer->n_inputs; i++) {
        struct layer *input = layer->inputs[i];
        if (input->asserted_shape.rank > 0) {
            input = arena_alloc(body->scope.arena, 1, sizeof *input);
            *input = *layer->inputs[i];
            input->shape = input->asserted_shape;
        }
        guess.inputs[i] = input;
    }
    if (!elaboration->aside)
        elaboration->aside = diags_new(elaboration->arena);
    struct inference inference = {body->scope.arena, elaboration->aside,
                                  &guess};
    infer_layer(&inference);
    if (guess.shape.rank > 0)
        layer->asserted_shape = guess.shape;
    return guess.shape.rank > 0;
}

/* What does not fit, but would if an `@` before were right, is no mistake of
 * its own. */
static void infer_shape(struct body *body, struct layer *layer)
{
    bool has_claim = infer_claimed(body, layer);
    struct inference inference = {
        body->scope.arena,
        has_claim ? body->scope.elaboration->aside : body->scope.diags, layer};
    infer_layer(&inference);
    if (has_claim && layer->shape.rank == SHAPE_UNKNOWN)
        layer->shape = layer->asserted_shape;
    if (shape_equal(&layer->shape, &layer->asserted_shape))
        layer->asserted_shape.rank = 0;
    check_size(body, layer);
}

/* ---- layers ---------------------------------------------------------- */

struct layer *new_layer(struct body *body, struct span where)
{
    struct network *network = body->network;
    struct layer *layer = arena_alloc(body->scope.arena, 1, sizeof *layer);
    layer->network = network;
    layer->name = "?";
    layer->where = where;
    layer->trainable = true;
    layer->index = network->n_layers;
    layer->shape.rank = SHAPE_UNKNOWN;
    network->layers = arena_grow(body->scope.arena, network->layers,
                                 (size_t)network->n_layers,
                                 &body->layers_capacity, sizeof layer);
    network->layers[network->n_layers++] = layer;
    if (network->n_layers > MAX_LAYERS)
        elaboration_exceeds(body->scope.elaboration, where,
                            "a network has at most %d layers", MAX_LAYERS);
    if (++body->scope.elaboration->n_layers > MAX_FILE_LAYERS)
        elaboration_exceeds(body->scope.elaboration, where,
                            "the networks of a file have at most %d layers in "
                            "all",
                            MAX_FILE_LAYERS);
    return layer;
}

struct layer *make_unknown(struct body *body,
                           const struct ast_statement *statement)
{
    struct layer *layer = new_layer(body, statement->where);
    if (statement->name)
        layer->name = statement->name->text;
    return layer;
}

struct layer *make_layer(struct body *body,
                         const struct ast_statement *statement,
                         const struct layer_kind *kind)
{
    struct layer *layer = new_layer(body, statement->where);
    layer->kind = kind;
    const char *text = statement->name ? statement->name->text : NULL;
    bool bound = bind_arguments(&body->scope, statement, layer, &text);
    struct ast_name name;
    bool is_named = find_name(body, statement, text, &name);
    name_layer(body, layer, is_named ? &name : NULL,
               is_named ? name.where : statement->callee->where);
    bool found = set_inputs(body, layer, statement);
    if (bound && found && inputs_known(layer))
        infer_shape(body, layer);
    check_shape(body, statement, layer);
    if (is_named)
        bind_layer(body, &name, layer);
    return layer;
}
