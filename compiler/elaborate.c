/* The items of a file: constants, blocks, networks, expectations. Bodies are
 * elaborated in elaborate_body.c. */
#include "compiler/elaborate.h"

#include <string.h>

#include "compiler/layers/layer.h"
#include "compiler/parse.h"
#include "compiler/scope.h"

struct symbol *symbol_find(const struct elaboration *elaboration,
                           const char *name)
{
    for (struct symbol *symbol = elaboration->symbols; symbol;
         symbol = symbol->next)
        if (strcmp(symbol->item->name->text, name) == 0)
            return symbol;
    return NULL;
}

size_t symbol_names(const struct elaboration *elaboration,
                    enum ast_item_kind kind, const char **names)
{
    size_t n = 0;
    for (struct symbol *symbol = elaboration->symbols; symbol;
         symbol = symbol->next)
        if (symbol->item->kind == kind) {
            if (names)
                names[n] = symbol->item->name->text;
            n++;
        }
    return n;
}

static const struct value *find_constant(void *context, const char *name)
{
    struct elaboration *elaboration = context;
    struct symbol *symbol = symbol_find(elaboration, name);
    if (!symbol || symbol->item->kind != AST_CONST)
        return NULL;
    return constant_value(elaboration, symbol);
}

struct value_names constant_names(struct elaboration *elaboration)
{
    return (struct value_names){find_constant, elaboration};
}

const struct value *constant_value(struct elaboration *elaboration,
                                   struct symbol *symbol)
{
    if (symbol->progress == STARTED) {
        diag_error(elaboration->diags, symbol->item->name->where,
                   "the value of '%s' depends on itself",
                   symbol->item->name->text);
        symbol->value.kind = VALUE_ERROR;
    }
    if (symbol->progress == NOT_STARTED) {
        symbol->progress = STARTED;
        struct value_names names = constant_names(elaboration);
        struct value value = evaluate(elaboration->arena, elaboration->diags,
                                      &names, symbol->item->value);
        if (symbol->value.kind != VALUE_ERROR)
            symbol->value = value;
        symbol->progress = DONE;
    }
    return &symbol->value;
}

/* A constant, parameter or counter cannot have the name of a word that
 * arguments take: `padding=same` would no longer mean what it says. */
static void check_not_a_word(struct elaboration *elaboration,
                             const struct ast_name *name)
{
    if (is_argument_word(name->text))
        diag_error(elaboration->diags, name->where,
                   "'%s' is a word that arguments take and cannot be a name "
                   "here",
                   name->text);
}

static void declare(struct elaboration *elaboration, struct symbol ***tail,
                    const struct ast_item *item)
{
    const struct symbol *earlier = symbol_find(elaboration, item->name->text);
    if (earlier) {
        diag_error(elaboration->diags, item->name->where,
                   "the name '%s' is taken", item->name->text);
        diag_note(elaboration->diags, earlier->item->name->where,
                  "it was given here first");
        return;
    }
    if (item->kind == AST_CONST)
        check_not_a_word(elaboration, item->name);
    for (const struct ast_name *parameter = item->parameters; parameter;
         parameter = parameter->next)
        check_not_a_word(elaboration, parameter);
    if (item->kind != AST_CONST && layer_kind_find(item->name->text))
        diag_error(elaboration->diags, item->name->where,
                   "'%s' is the name of a layer", item->name->text);
    struct symbol *symbol = arena_alloc(elaboration->arena, 1, sizeof *symbol);
    symbol->item = item;
    **tail = symbol;
    *tail = &symbol->next;
}

bool evaluate_shape(struct elaboration *elaboration,
                    const struct value_names *names,
                    const struct ast_expression *tuple, struct shape *shape)
{
    *shape = (struct shape){0};
    int64_t elements = 1;
    for (const struct ast_expression *item = tuple->items; item;
         item = item->next) {
        int64_t size;
        if (!evaluate_integer(elaboration->arena, elaboration->diags, names,
                              item, "a size", &size))
            return false;
        if (size < 1 || size > MAX_ELEMENTS) {
            diag_error(elaboration->diags, item->where,
                       "a size must be at least 1%s, not %lld",
                       size < 1 ? "" : " and at most 2147483648",
                       (long long)size);
            return false;
        }
        if (shape->rank == MAX_RANK) {
            diag_error(elaboration->diags, tuple->where,
                       "a shape has at most %d sizes", MAX_RANK);
            return false;
        }
        if (__builtin_mul_overflow(elements, size, &elements) ||
            elements > MAX_ELEMENTS) {
            diag_error(elaboration->diags, tuple->where,
                       "a sample holds at most 2147483648 values");
            return false;
        }
        shape->size[shape->rank++] = size;
    }
    return true;
}

struct network *elaborate_network(struct elaboration *elaboration,
                                  struct symbol *symbol, struct span where)
{
    if (symbol->progress == STARTED) {
        diag_error(elaboration->diags, where,
                   "a network cannot contain itself: '%s'",
                   symbol->item->name->text);
        return NULL;
    }
    if (symbol->progress == DONE)
        return symbol->network;
    symbol->progress = STARTED;
    struct network *network =
        arena_alloc(elaboration->arena, 1, sizeof *network);
    network->name = symbol->item->name->text;
    network->where = symbol->item->name->where;
    network->is_sequential = symbol->item->shape != NULL;
    elaborate_body(elaboration, network, symbol->item);
    symbol->network = network;
    symbol->progress = DONE;
    return network;
}

static void check_expectation(struct elaboration *elaboration,
                              const struct ast_item *item)
{
    static const char *const properties[] = {"params", "trainable", "macs"};
    struct value_names names = constant_names(elaboration);
    int64_t wanted;
    if (!evaluate_integer(elaboration->arena, elaboration->diags, &names,
                          item->value, "what is expected", &wanted))
        return;
    struct symbol *symbol = symbol_find(elaboration, item->name->text);
    if (!symbol || symbol->item->kind != AST_NETWORK) {
        size_t n = symbol_names(elaboration, AST_NETWORK, NULL);
        const char **known = arena_alloc(elaboration->arena, n, sizeof *known);
        symbol_names(elaboration, AST_NETWORK, known);
        diag_error(
            elaboration->diags, item->name->where, "unknown network '%s'%s",
            item->name->text,
            did_you_mean(elaboration->arena, item->name->text, known, n));
        return;
    }
    if (!symbol->network || diags_failed(elaboration->diags))
        return;
    struct parameter_count count = network_parameters(symbol->network);
    const int64_t found[] = {count.total, count.trainable,
                             network_macs(symbol->network)};
    for (int i = 0; i < 3; i++) {
        if (strcmp(item->property->text, properties[i]) != 0)
            continue;
        if (found[i] != wanted)
            diag_error(elaboration->diags, item->value->where,
                       "%s.%s is %lld, not %lld", item->name->text,
                       properties[i], (long long)found[i], (long long)wanted);
        return;
    }
    diag_error(
        elaboration->diags, item->property->where,
        "a network has no '%s': params, trainable or macs%s",
        item->property->text,
        did_you_mean(elaboration->arena, item->property->text, properties, 3));
}

/* "number", "word", ...: what a constant may be replaced by. */
static const char *definition_kind(const struct value *value)
{
    return value->kind == VALUE_INTEGER || value->kind == VALUE_REAL
               ? "a number"
               : value_kind_text(value);
}

static void replace_constant(struct elaboration *elaboration, const char *given)
{
    const char *text = arena_printf(elaboration->arena, "const %s", given);
    const struct source *source =
        source_from_text(elaboration->arena, "-D", text, strlen(text));
    struct ast_item *item =
        parse_source(elaboration->arena, source, elaboration->diags);
    if (!item || item->next || item->kind != AST_CONST)
        return;
    struct symbol *symbol = symbol_find(elaboration, item->name->text);
    if (!symbol || symbol->item->kind != AST_CONST) {
        size_t n = symbol_names(elaboration, AST_CONST, NULL);
        const char **known = arena_alloc(elaboration->arena, n, sizeof *known);
        symbol_names(elaboration, AST_CONST, known);
        diag_error(
            elaboration->diags, item->name->where,
            "the file has no const '%s' to replace%s", item->name->text,
            did_you_mean(elaboration->arena, item->name->text, known, n));
        return;
    }
    const struct value *old = constant_value(elaboration, symbol);
    struct value_names names = constant_names(elaboration);
    struct value new =
        evaluate(elaboration->arena, elaboration->diags, &names, item->value);
    bool same = new.kind == old->kind ||
                (old->kind == VALUE_REAL && new.kind == VALUE_INTEGER);
    if (new.kind == VALUE_ERROR || old->kind == VALUE_ERROR)
        return;
    if (same) {
        symbol->item = item;
        symbol->value = new;
        return;
    }
    bool numbers = strcmp(definition_kind(&new), definition_kind(old)) == 0;
    diag_error(elaboration->diags, item->value->where,
               "'%s' is %s in the file and cannot become %s", item->name->text,
               numbers ? value_kind_text(old) : definition_kind(old),
               numbers ? value_kind_text(&new) : definition_kind(&new));
}

struct graph *elaborate(struct arena *arena, const struct ast *ast,
                        const char *path, const struct definition *definitions,
                        int n_definitions, struct diags *diags)
{
    struct graph *graph = arena_alloc(arena, 1, sizeof *graph);
    graph->path = path;
    struct elaboration elaboration = {
        .arena = arena, .diags = diags, .graph = graph};
    struct symbol **tail = &elaboration.symbols;
    for (const struct ast_item *item = ast->items; item; item = item->next)
        if (item->kind != AST_EXPECT)
            declare(&elaboration, &tail, item);
    for (int i = 0; i < n_definitions; i++)
        replace_constant(&elaboration, definitions[i].text);
    struct network **next = &graph->networks;
    for (struct symbol *symbol = elaboration.symbols; symbol;
         symbol = symbol->next) {
        if (symbol->item->kind == AST_CONST)
            constant_value(&elaboration, symbol);
        if (symbol->item->kind != AST_NETWORK)
            continue;
        struct network *network =
            elaborate_network(&elaboration, symbol, symbol->item->name->where);
        *next = network;
        next = &network->next;
        graph->n_networks++;
    }
    for (const struct ast_item *item = ast->items; item; item = item->next)
        if (item->kind == AST_EXPECT)
            check_expectation(&elaboration, item);
    return graph;
}
