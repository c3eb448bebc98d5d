/* The items of a file: constants, blocks, networks, expectations. Bodies are
 * elaborated in elaborate_network.c. */
#include "compiler/elaborate/elaborate.h"

#include <stdint.h>
#include <string.h>

#include "compiler/elaborate/arguments.h"
#include "compiler/elaborate/evaluate.h"
#include "compiler/layers/layer.h"
#include "compiler/syntax/parse.h"

/* "; did you mean 'x'?" of the names of one kind, or "". */
static const char *nearest_symbol(const struct elaboration *elaboration,
                                  enum ast_item_kind kind, const char *name)
{
    enum { MOST = 1024 };
    const char **names = arena_alloc(elaboration->arena, MOST, sizeof *names);
    size_t n = symbol_names(elaboration, kind, names, MOST);
    return did_you_mean(elaboration->arena, name, names, n);
}

void check_not_a_word(struct elaboration *elaboration,
                      const struct ast_name *name)
{
    if (is_argument_word(name->text))
        diag_error(elaboration->diags, name->where,
                   "'%s' is a word that arguments take and cannot be a name "
                   "here; write '%s_value'",
                   name->text, name->text);
}

static void check_parameters(struct elaboration *elaboration,
                             const struct ast_item *block)
{
    int n = 0;
    for (const struct ast_name *name = block->parameters; name;
         name = name->next) {
        check_not_a_word(elaboration, name);
        for (const struct ast_name *before = block->parameters; before != name;
             before = before->next)
            if (strcmp(before->text, name->text) == 0) {
                report_taken(elaboration, "name", name->text, name->where,
                             before->where);
                break;
            }
        if (++n > MAX_PARAMETERS) {
            elaboration_exceeds(elaboration, name->where,
                                "a block has at most %d parameters",
                                MAX_PARAMETERS);
            return;
        }
    }
}

static void declare(struct elaboration *elaboration,
                    const struct ast_item *item)
{
    const struct symbol *earlier = symbol_find(elaboration, item->name->text);
    if (earlier) {
        report_taken(elaboration, "name", item->name->text, item->name->where,
                     earlier->item->name->where);
        return;
    }
    if (item->kind == AST_CONST)
        check_not_a_word(elaboration, item->name);
    check_parameters(elaboration, item);
    if (item->kind != AST_CONST && layer_kind_find(item->name->text))
        diag_error(elaboration->diags, item->name->where,
                   "'%s' is the name of a layer; write '%s_%s'",
                   item->name->text, item->name->text,
                   item->kind == AST_BLOCK ? "block" : "network");
    symbol_add(elaboration, item);
}

static void declare_items(struct elaboration *elaboration,
                          const struct ast_item *item)
{
    for (; item && !elaboration_ends(elaboration); item = item->next) {
        bool is_lost = item->kind == AST_LOST_ITEM;
        if (is_lost || (item->kind == AST_BLOCK && item->has_gaps))
            elaboration->has_gaps = true;
        if (!is_lost && item->kind != AST_EXPECT)
            declare(elaboration, item);
    }
}

/* ---- networks -------------------------------------------------------- */

struct network *elaborate_network(struct elaboration *elaboration,
                                  struct symbol *symbol, struct span where)
{
    if (symbol->progress == DONE)
        return symbol->network;
    if (symbol->progress == STARTED) {
        diag_error(elaboration->diags, where,
                   "a network cannot contain itself: '%s'",
                   symbol->item->name->text);
        diag_note(elaboration->diags, symbol->item->name->where,
                  "it is defined here");
    } else if (elaboration->network_depth >= MAX_NESTING)
        elaboration_exceeds(elaboration, where,
                            "networks are placed in each other at most %d deep",
                            MAX_NESTING);
    if (symbol->progress == STARTED || elaboration_ends(elaboration))
        return NULL;
    symbol->progress = STARTED;
    elaboration->network_depth++;
    struct network *network =
        arena_alloc(elaboration->arena, 1, sizeof *network);
    network->name = symbol->item->name->text;
    network->where = symbol->item->name->where;
    network->is_sequential = symbol->item->shape != NULL;
    elaborate_body(elaboration, network, symbol->item);
    elaboration->network_depth--;
    symbol->network = network;
    symbol->progress = DONE;
    return network;
}

/* ---- expectations ---------------------------------------------------- */

/* Which of the properties a name means; -1 after an error. */
static int find_property(struct elaboration *elaboration,
                         const struct ast_name *name)
{
    static const char *const properties[] = {"params", "trainable", "macs"};
    for (int i = 0; i < 3; i++)
        if (strcmp(name->text, properties[i]) == 0)
            return i;
    diag_error(elaboration->diags, name->where,
               "a network has params, trainable and macs, not '%s'%s",
               name->text,
               did_you_mean(elaboration->arena, name->text, properties, 3));
    return -1;
}

static void check_expectation(struct elaboration *elaboration,
                              const struct ast_item *item)
{
    const struct scope scope = constants_scope(elaboration);
    int64_t wanted;
    int property = find_property(elaboration, item->property);
    struct symbol *symbol = symbol_find(elaboration, item->name->text);
    if (!symbol && elaboration->has_gaps)
        return;
    if (!symbol || symbol->item->kind != AST_NETWORK) {
        diag_error(elaboration->diags, item->name->where,
                   "unknown network '%s'%s", item->name->text,
                   nearest_symbol(elaboration, AST_NETWORK, item->name->text));
        return;
    }
    if (!evaluate_integer(&scope, item->value, "what is expected", &wanted))
        return;
    const struct network *network = symbol->network;
    if (property < 0 || elaboration->has_broken_names || !network ||
        network->is_broken)
        return;
    struct parameter_count count = network_parameters(network);
    const int64_t found[] = {count.total, count.trainable,
                             network_macs(network)};
    if (found[property] != wanted)
        diag_error(elaboration->diags, item->value->where,
                   "%s.%s is %lld, not %lld", item->name->text,
                   item->property->text, (long long)found[property],
                   (long long)wanted);
}

/* ---- definitions ----------------------------------------------------- */

/* A definition of the command line and the constant that it replaces. */
struct replacement {
    struct symbol *symbol; /* NULL after a mistake */
    struct ast_item *item;
    struct value old; /* the value in the file */
};

/* What a constant may be replaced by: numbers by numbers, but a whole number
 * by a whole number only. */
static const char *definition_kind(const struct value *old,
                                   const struct value *new)
{
    bool fits = old->kind == VALUE_ERROR || new->kind == VALUE_ERROR ||
                new->kind == old->kind ||
                (old->kind == VALUE_REAL && new->kind == VALUE_INTEGER);
    return fits ? NULL : value_kind_text(new);
}

static struct replacement read_definition(struct elaboration *elaboration,
                                          const char *text)
{
    struct replacement replacement = {0};
    const struct source *source =
        source_from_text(elaboration->arena, "-D", text, strlen(text));
    struct ast_item *item =
        parse_definition(elaboration->arena, source, elaboration->diags);
    if (!item)
        return replacement;
    struct symbol *symbol = symbol_find(elaboration, item->name->text);
    if (!symbol && elaboration->has_gaps)
        return replacement;
    if (!symbol || symbol->item->kind != AST_CONST) {
        diag_error(elaboration->diags, item->name->where,
                   "the file has no const '%s' to replace%s", item->name->text,
                   nearest_symbol(elaboration, AST_CONST, item->name->text));
        return replacement;
    }
    replacement.symbol = symbol;
    replacement.item = item;
    replacement.old = *constant_value(elaboration, symbol);
    return replacement;
}

static void check_replacement(struct elaboration *elaboration,
                              const struct replacement *replacement)
{
    const struct value *new = constant_value(elaboration, replacement->symbol);
    const char *kind = definition_kind(&replacement->old, new);
    struct value *value = &replacement->symbol->value;
    if (!kind && replacement->old.kind == VALUE_REAL &&
        value->kind == VALUE_INTEGER) {
        value->kind = VALUE_REAL;
        value->real = (double)value->integer;
    }
    if (!kind)
        return;
    diag_error(elaboration->diags, replacement->item->value->where,
               "'%s' is %s in the file and cannot become %s",
               replacement->item->name->text,
               value_kind_text(&replacement->old), kind);
    replacement->symbol->value.kind = VALUE_ERROR;
}

/* The values of the file are computed for their kinds, and all forgotten
 * before the definitions take their places: a constant may depend on one that
 * is replaced. */
static void replace_constants(struct elaboration *elaboration,
                              const struct definition *definitions, int n)
{
    struct replacement *replacements =
        arena_alloc(elaboration->arena, (size_t)n, sizeof *replacements);
    for (int i = 0; i < n; i++)
        replacements[i] = read_definition(elaboration, definitions[i].text);
    if (n == 0 || diags_failed(elaboration->diags))
        return;
    for (struct symbol *symbol = elaboration->symbols; symbol;
         symbol = symbol->next) {
        symbol->progress = NOT_STARTED;
        symbol->value = (struct value){0};
    }
    for (int i = 0; i < n; i++)
        replacements[i].symbol->item = replacements[i].item;
    for (int i = 0; i < n; i++) /* of two of one name, the later one counts */
        if (replacements[i].symbol->item == replacements[i].item)
            check_replacement(elaboration, &replacements[i]);
}

/* 2.0 and not 2, which would be a whole number. */
static void put_real(struct text *text, double real)
{
    size_t start = text->length;
    text_put_real(text, real);
    if (!strpbrk(text_string(text) + start, ".e"))
        text_puts(text, ".0");
}

static void put_definition(struct text *text, const struct symbol *symbol)
{
    struct span where = symbol->item->value->where;
    if (symbol->value.kind == VALUE_REAL)
        put_real(text, symbol->value.real);
    else
        text_append(text, where.source->text + where.first,
                    where.last - where.first);
}

/* The text of the model with every constant as it is now. */
static const char *resolved_text(struct elaboration *elaboration,
                                 const struct ast *ast)
{
    struct text text = text_new(elaboration->arena);
    size_t copied = 0;
    for (const struct ast_item *item = ast->items; item; item = item->next) {
        if (item->kind != AST_CONST)
            continue;
        const struct symbol *symbol =
            symbol_find(elaboration, item->name->text);
        if (!symbol || symbol->item == item)
            continue;
        struct span old = item->value->where;
        text_append(&text, ast->text + copied, item->at - copied);
        put_definition(&text, symbol);
        copied = item->at + old.last - old.first;
    }
    text_puts(&text, ast->text + copied);
    return text_string(&text);
}

static void elaborate_networks(struct elaboration *elaboration,
                               struct graph *graph)
{
    struct network **next = &graph->networks;
    for (struct symbol *symbol = elaboration->symbols; symbol;
         symbol = symbol->next) {
        if (elaboration_ends(elaboration))
            return;
        if (symbol->item->kind == AST_CONST)
            constant_value(elaboration, symbol);
        if (symbol->item->kind != AST_NETWORK)
            continue;
        struct network *network =
            elaborate_network(elaboration, symbol, symbol->item->name->where);
        if (!network)
            return;
        *next = network;
        next = &network->next;
        graph->n_networks++;
    }
}

static void elaborate_unused_blocks(struct elaboration *elaboration)
{
    for (struct symbol *symbol = elaboration->symbols; symbol;
         symbol = symbol->next)
        if (symbol->item->kind == AST_BLOCK && !symbol->is_used &&
            !elaboration_ends(elaboration))
            elaborate_unused_block(elaboration, symbol);
}

struct graph *elaborate(struct arena *arena, const struct ast *ast,
                        const char *path, const struct definition *definitions,
                        int n_definitions, struct diags *diags)
{
    struct graph *graph = arena_alloc(arena, 1, sizeof *graph);
    struct elaboration *elaboration =
        arena_alloc(arena, 1, sizeof *elaboration);
    graph->path = path;
    elaboration->arena = arena;
    elaboration->diags = diags;
    size_t errors = diags_count_errors(diags);
    declare_items(elaboration, ast->items);
    replace_constants(elaboration, definitions, n_definitions);
    elaboration->has_broken_names =
        elaboration->has_gaps || diags_count_errors(diags) != errors;
    graph->text =
        diags_failed(diags) ? ast->text : resolved_text(elaboration, ast);
    elaborate_networks(elaboration, graph);
    elaborate_unused_blocks(elaboration);
    for (const struct ast_item *item = ast->items;
         item && !elaboration_ends(elaboration); item = item->next)
        if (item->kind == AST_EXPECT)
            check_expectation(elaboration, item);
    return graph;
}
