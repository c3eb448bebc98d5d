/* Initializers as arguments: their names, parameters and defaults, Keras's. */
#include <string.h>

#include "compiler/elaborate/arguments.h"
#include "compiler/elaborate/foreign_words.h"

struct initializer_facts {
    const char *name;
    enum initializer_kind kind;
    const char *parameters[2];
    double presets[2];
};

static const struct initializer_facts initializers[] = {
    {"glorot_uniform", INITIALIZER_GLOROT_UNIFORM, {0}, {0}},
    {"glorot_normal", INITIALIZER_GLOROT_NORMAL, {0}, {0}},
    {"he_uniform", INITIALIZER_HE_UNIFORM, {0}, {0}},
    {"he_normal", INITIALIZER_HE_NORMAL, {0}, {0}},
    {"random_normal", INITIALIZER_RANDOM_NORMAL, {"mean", "stddev"}, {0, 0.05}},
    {"random_uniform",
     INITIALIZER_RANDOM_UNIFORM,
     {"minval", "maxval"},
     {-0.05, 0.05}},
    {"zeros", INITIALIZER_ZEROS, {0}, {0}},
    {"ones", INITIALIZER_ONES, {0}, {0}},
    {"constant", INITIALIZER_CONSTANT, {"value"}, {0}},
};
enum { N_INITIALIZERS = sizeof initializers / sizeof initializers[0] };

static const struct initializer_facts *find_initializer(const char *name)
{
    for (int i = 0; i < N_INITIALIZERS; i++)
        if (strcmp(initializers[i].name, name) == 0)
            return &initializers[i];
    return NULL;
}

bool is_initializer(const char *word)
{
    return find_initializer(word) != NULL;
}

/* The parameter that a call's argument `i` is for, or -1. */
static int find_parameter(const struct initializer_facts *facts,
                          const struct value *call, int i)
{
    for (int p = 0; p < 2; p++) {
        const char *name = facts->parameters[p];
        const struct ast_name *given = call->names[i];
        if (name && (given ? strcmp(given->text, name) == 0 : p == i))
            return p;
    }
    return -1;
}

static void report_unknown(struct binder *binder,
                           const struct initializer_facts *facts,
                           const struct value *call, int i)
{
    size_t n = facts->parameters[1] ? 2 : facts->parameters[0] ? 1 : 0;
    const struct ast_name *name = call->names[i];
    struct span where = name ? name->where : call->items[i].where;
    bool draws = facts->kind < INITIALIZER_ZEROS;
    if (name && draws && strcmp(name->text, "seed") == 0)
        binder_error(binder, where,
                     "'seed' is an argument of Keras's %s that guss does not "
                     "have: the schedule has a seed",
                     facts->name);
    else if (n == 0)
        binder_error(binder, where, "%s takes no arguments", facts->name);
    else if (!name)
        binder_error(binder, where, "%s takes at most %zu argument%s",
                     facts->name, n, n == 1 ? "" : "s");
    else
        binder_error(binder, where, "%s has no argument '%.60s'%s", facts->name,
                     name->text,
                     suggest(binder->arena, name->text, facts->parameters, n));
}

static void set_parameters(struct binder *binder,
                           const struct initializer_facts *facts,
                           const struct value *call, double *targets)
{
    const struct value *given[2] = {0};
    for (int i = 0; i < call->n; i++) {
        const struct value *item = &call->items[i];
        int p = find_parameter(facts, call, i);
        if (p < 0) {
            report_unknown(binder, facts, call, i);
            return;
        }
        if (given[p]) {
            report_twice(binder, facts->parameters[p], item->where,
                         given[p]->where);
            return;
        }
        given[p] = item;
        if (item->kind == VALUE_INTEGER)
            targets[p] = (double)item->integer;
        else if (item->kind == VALUE_REAL)
            targets[p] = item->real;
        else
            binder_error(binder, item->where,
                         "'%s' of %s must be a number, not %s%s",
                         facts->parameters[p], facts->name,
                         value_text(binder->arena, item),
                         value_advice(binder->scope, item));
    }
}

static void check_range(struct binder *binder, const struct value *value)
{
    const struct initializer *initializer = &value->initializer;
    if (initializer->kind == INITIALIZER_RANDOM_NORMAL && initializer->b < 0)
        binder_error(binder, value->where,
                     "'stddev' of random_normal cannot be negative");
    if (initializer->kind == INITIALIZER_RANDOM_UNIFORM &&
        initializer->b < initializer->a)
        binder_error(binder, value->where,
                     "'maxval' of random_uniform cannot be below 'minval': %g "
                     "is below %g",
                     initializer->b, initializer->a);
}

void bind_initializer(struct binder *binder, const struct parameter *parameter,
                      struct value *value)
{
    if (value->kind != VALUE_WORD && value->kind != VALUE_CALL) {
        binder_error(binder, value->where,
                     "%s must be an initializer such as zeros, not %s",
                     parameter_text(binder, parameter),
                     value_text(binder->arena, value));
        return;
    }
    const struct initializer_facts *facts = find_initializer(value->word);
    if (!facts) {
        const char *names[N_INITIALIZERS];
        for (int i = 0; i < N_INITIALIZERS; i++)
            names[i] = initializers[i].name;
        report_word(binder, value, foreign_initializers(), names,
                    N_INITIALIZERS);
        return;
    }
    double targets[] = {facts->presets[0], facts->presets[1]};
    if (value->kind == VALUE_CALL)
        set_parameters(binder, facts, value, targets);
    value->initializer =
        (struct initializer){facts->kind, targets[0], targets[1]};
    check_range(binder, value);
    value->kind = VALUE_INITIALIZER;
}
