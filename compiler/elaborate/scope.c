/* The names that a file gives, how they are found, and how much of it is worked
 * out. */
#include "compiler/elaborate/scope.h"

#include <string.h>

/* FNV-1a, 32 bits. */
size_t name_hash(const char *name)
{
    uint32_t hash = 2166136261;
    for (; *name; name++)
        hash = (hash ^ (unsigned char)*name) * 16777619;
    return hash;
}

static size_t bucket_of(const char *name)
{
    return name_hash(name) % SYMBOL_BUCKETS;
}

void symbol_add(struct elaboration *elaboration, const struct ast_item *item)
{
    struct symbol *symbol = arena_alloc(elaboration->arena, 1, sizeof *symbol);
    struct symbol **bucket = &elaboration->buckets[bucket_of(item->name->text)];
    *symbol = (struct symbol){.item = item, .next_in_bucket = *bucket};
    *bucket = symbol;
    struct symbol *last = elaboration->last_symbol;
    *(last ? &last->next : &elaboration->symbols) = symbol;
    elaboration->last_symbol = symbol;
}

struct symbol *symbol_find(const struct elaboration *elaboration,
                           const char *name)
{
    struct symbol *symbol = elaboration->buckets[bucket_of(name)];
    while (symbol && strcmp(symbol->item->name->text, name) != 0)
        symbol = symbol->next_in_bucket;
    return symbol;
}

size_t symbol_names(const struct elaboration *elaboration,
                    enum ast_item_kind kind, const char **names, size_t most)
{
    size_t n = 0;
    for (struct symbol *symbol = elaboration->symbols; symbol && n < most;
         symbol = symbol->next)
        if (symbol->item->kind == kind)
            names[n++] = symbol->item->name->text;
    return n;
}

bool elaboration_ends(const struct elaboration *elaboration)
{
    return elaboration->is_too_large ||
           diags_count_errors(elaboration->diags) >= MAX_MISTAKES;
}

void elaboration_exceeds(struct elaboration *elaboration, struct span where,
                         const char *format, ...)
{
    if (elaboration_ends(elaboration))
        return;
    va_list arguments;
    va_start(arguments, format);
    const char *text = arena_vprintf(elaboration->arena, format, arguments);
    va_end(arguments);
    diag_error(elaboration->diags, where, "%s", text);
    elaboration->is_too_large = true;
}

bool elaboration_spend(struct elaboration *elaboration, struct span where)
{
    if (++elaboration->n_values > MAX_VALUES)
        elaboration_exceeds(elaboration, where,
                            "at most %d values and names are worked out in a "
                            "file",
                            MAX_VALUES);
    return !elaboration_ends(elaboration);
}

void report_taken(const struct elaboration *elaboration, const char *what,
                  const char *name, struct span where, struct span first)
{
    diag_error(elaboration->diags, where, "the %s '%s' is taken", what, name);
    diag_note(elaboration->diags, first, "it was given here first");
}

/* ---- what an expression may name ------------------------------------- */

struct scope constants_scope(struct elaboration *elaboration)
{
    return (struct scope){.elaboration = elaboration,
                          .arena = elaboration->arena,
                          .diags = elaboration->diags,
                          .has_gaps = elaboration->has_gaps};
}

const struct binding *scope_binding(const struct frame *frame, const char *name,
                                    bool layers)
{
    for (; frame; frame = frame->outer)
        for (const struct binding *binding = frame->bindings; binding;
             binding = binding->next)
            if ((binding->layer != NULL) == layers &&
                strcmp(binding->name, name) == 0)
                return binding;
    return NULL;
}

const struct value *scope_value(const struct scope *scope, const char *name)
{
    const struct binding *binding = scope_binding(scope->frame, name, false);
    if (binding)
        return &binding->value;
    struct symbol *symbol = symbol_find(scope->elaboration, name);
    return symbol && symbol->item->kind == AST_CONST
               ? constant_value(scope->elaboration, symbol)
               : NULL;
}

const char *scope_nearest(const struct scope *scope, const char *name,
                          bool layers)
{
    enum { MOST = 1024 };
    const char **names = arena_alloc(scope->arena, MOST, sizeof *names);
    size_t n = 0;
    for (const struct frame *frame = scope->frame; frame; frame = frame->outer)
        for (const struct binding *binding = frame->bindings;
             binding && n < MOST; binding = binding->next)
            if ((binding->layer != NULL) == layers)
                names[n++] = binding->name;
    if (!layers)
        n += symbol_names(scope->elaboration, AST_CONST, names + n, MOST - n);
    return did_you_mean(scope->arena, name, names, n);
}
