/* Regularizers as arguments: bound to those of their table. */
#include <math.h>
#include <string.h>

#include "compiler/elaborate/arguments.h"
#include "compiler/elaborate/foreign_words.h"

enum { MAX_FACTORS = 2 };

/* The names of its arguments; how many. */
static int list_factors(const struct regularizer_info *info,
                        const char *names[MAX_FACTORS])
{
    int n = 0;
    if (info->takes_l1)
        names[n++] = "l1";
    if (info->takes_l2)
        names[n++] = "l2";
    return n;
}

static void report_unknown(struct binder *binder,
                           const struct regularizer_info *info,
                           const struct value *call, int i)
{
    const char *names[MAX_FACTORS];
    int n = list_factors(info, names);
    const struct ast_name *name = call->names[i];
    struct span where = name ? name->where : call->items[i].where;
    if (n == 0)
        binder_error(binder, where, "%s takes no arguments", info->name);
    else if (!name)
        binder_error(binder, where, "%s takes at most %d argument%s",
                     info->name, n, n == 1 ? "" : "s");
    else
        binder_error(binder, where, "%s has no argument '%.60s'%s", info->name,
                     name->text,
                     suggest(binder->arena, name->text, names, (size_t)n));
}

static void set_factor(struct binder *binder,
                       const struct regularizer_info *info, const char *name,
                       const struct value *item, double *factor)
{
    bool is_number = item->kind == VALUE_INTEGER || item->kind == VALUE_REAL;
    double number =
        item->kind == VALUE_INTEGER ? (double)item->integer : item->real;
    if (!is_number)
        binder_error(binder, item->where,
                     "'%s' of %s must be a number, not %s%s", name, info->name,
                     value_text(binder->arena, item),
                     value_advice(binder->scope, item));
    else if (!isfinite(number) || number < 0)
        binder_error(binder, item->where,
                     "'%s' of %s must be 0 or more, not %s", name, info->name,
                     value_text(binder->arena, item));
    else if (check_real(binder, name, info->name, item, number))
        *factor = number;
}

/* Which of `n` names a call's argument `i` is, or -1. */
static int find_factor(const char *const *names, int n,
                       const struct value *call, int i)
{
    if (!call->names[i])
        return i < n ? i : -1;
    for (int p = 0; p < n; p++)
        if (strcmp(call->names[i]->text, names[p]) == 0)
            return p;
    return -1;
}

static void set_factors(struct binder *binder,
                        const struct regularizer_info *info,
                        const struct value *call, struct regularizer *to)
{
    const char *names[MAX_FACTORS];
    const struct value *given[MAX_FACTORS] = {0};
    int n = list_factors(info, names);
    if (n > 1 && call->n == 0)
        binder_error(binder, call->where, "%s needs '%s', '%s' or both",
                     info->name, names[0], names[1]);
    for (int i = 0; i < call->n; i++) {
        const struct value *item = &call->items[i];
        int p = find_factor(names, n, call, i);
        if (p < 0) {
            report_unknown(binder, info, call, i);
            return;
        }
        if (given[p]) {
            report_twice(binder, names[p], item->where, given[p]->where);
            return;
        }
        given[p] = item;
        set_factor(binder, info, names[p], item,
                   strcmp(names[p], "l1") == 0 ? &to->l1 : &to->l2);
    }
}

void bind_regularizer(struct binder *binder, const struct parameter *parameter,
                      struct value *value)
{
    if (value->kind != VALUE_WORD && value->kind != VALUE_CALL) {
        report_value(binder, parameter, value, "a regularizer such as l2(0.01)",
                     "");
        return;
    }
    const struct regularizer_info *info = regularizer_find(value->word);
    if (!info) {
        const char **names =
            arena_alloc(binder->arena, (size_t)n_regularizers, sizeof *names);
        for (int i = 0; i < n_regularizers; i++)
            names[i] = regularizer_table[i].name;
        report_word(binder, value, foreign_regularizers(), names,
                    (size_t)n_regularizers);
        return;
    }
    bool is_call = value->kind == VALUE_CALL;
    value->regularizer = is_call ? info->called : info->plain;
    if (is_call)
        set_factors(binder, info, value, &value->regularizer);
    value->kind = VALUE_REGULARIZER;
}
