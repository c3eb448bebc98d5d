/* Initializers as arguments: bound to those of their table. */
#include <string.h>

#include "compiler/elaborate/arguments.h"
#include "compiler/elaborate/foreign_words.h"

static int count_arguments(const struct initializer_info *info)
{
    int n = 0;
    while (n < MAX_INITIALIZER_ARGUMENTS && info->arguments[n].name)
        n++;
    return n;
}

/* Which of its arguments a call's argument `i` is, or -1. */
static int find_argument(const struct initializer_info *info,
                         const struct value *call, int i)
{
    const struct ast_name *given = call->names[i];
    int n = count_arguments(info);
    if (!given)
        return i < n ? i : -1;
    for (int p = 0; p < n; p++)
        if (strcmp(given->text, info->arguments[p].name) == 0)
            return p;
    return -1;
}

static void report_unknown(struct binder *binder,
                           const struct initializer_info *info,
                           const struct value *call, int i)
{
    int n = count_arguments(info);
    const struct ast_name *name = call->names[i];
    struct span where = name ? name->where : call->items[i].where;
    bool draws = info->plain.kind != DRAW_CONSTANT;
    const char *names[MAX_INITIALIZER_ARGUMENTS];
    for (int p = 0; p < n; p++)
        names[p] = info->arguments[p].name;
    if (name && draws && strcmp(name->text, "seed") == 0)
        binder_error(binder, where,
                     "'seed' is an argument of Keras's %s that guss does not "
                     "have: the schedule has a seed",
                     info->name);
    else if (n == 0)
        binder_error(binder, where, "%s takes no arguments", info->name);
    else if (!name)
        binder_error(binder, where, "%s takes at most %d argument%s",
                     info->name, n, n == 1 ? "" : "s");
    else
        binder_error(binder, where, "%s has no argument '%.60s'%s", info->name,
                     name->text,
                     suggest(binder->arena, name->text, names, (size_t)n));
}

static void set_number(struct binder *binder,
                       const struct initializer_info *info,
                       const struct initializer_argument *argument,
                       const struct value *item, struct initializer *to)
{
    double *field = argument->field == INITIALIZER_A ? &to->a : &to->b;
    if (item->kind == VALUE_INTEGER)
        *field = (double)item->integer;
    else if (item->kind == VALUE_REAL)
        *field = item->real;
    else
        binder_error(binder, item->where,
                     "'%s' of %s must be a number, not %s%s", argument->name,
                     info->name, value_text(binder->arena, item),
                     value_advice(binder->scope, item));
    check_real(binder, argument->name, info->name, item, *field);
}

static void set_word(struct binder *binder, const struct initializer_info *info,
                     const struct initializer_argument *argument,
                     const struct value *item, struct initializer *to)
{
    int n = 0;
    for (; argument->words[n]; n++)
        if (item->kind == VALUE_WORD &&
            strcmp(item->word, argument->words[n]) == 0) {
            if (argument->field == INITIALIZER_FAN)
                to->fan = (enum fan)argument->meanings[n];
            else
                to->kind = (enum draw_kind)argument->meanings[n];
            return;
        }
    binder_error(binder, item->where, "'%s' of %s cannot be %s%s",
                 argument->name, info->name, value_text(binder->arena, item),
                 suggest(binder->arena,
                         item->kind == VALUE_WORD ? item->word : "",
                         argument->words, (size_t)n));
}

static void set_arguments(struct binder *binder,
                          const struct initializer_info *info,
                          const struct value *call, struct initializer *to)
{
    const struct value *given[MAX_INITIALIZER_ARGUMENTS] = {0};
    for (int i = 0; i < call->n; i++) {
        const struct value *item = &call->items[i];
        int p = find_argument(info, call, i);
        if (p < 0) {
            report_unknown(binder, info, call, i);
            return;
        }
        const struct initializer_argument *argument = &info->arguments[p];
        if (given[p]) {
            report_twice(binder, argument->name, item->where, given[p]->where);
            return;
        }
        given[p] = item;
        (argument->words ? set_word : set_number)(binder, info, argument, item,
                                                  to);
    }
}

static void check_range(struct binder *binder,
                        const struct initializer_info *info,
                        const struct value *value)
{
    const struct initializer *initializer = &value->initializer;
    bool has_deviation =
        initializer->fan == FAN_NONE && (initializer->kind == DRAW_NORMAL ||
                                         initializer->kind == DRAW_TRUNCATED);
    if (has_deviation && initializer->b < 0)
        binder_error(binder, value->where, "'stddev' of %s cannot be negative",
                     info->name);
    if (initializer->fan == FAN_NONE && initializer->kind == DRAW_UNIFORM &&
        initializer->b < initializer->a)
        binder_error(binder, value->where,
                     "'maxval' of random_uniform cannot be below 'minval': %g "
                     "is below %g",
                     initializer->b, initializer->a);
    if (initializer->fan != FAN_NONE && initializer->a <= 0)
        binder_error(binder, value->where,
                     "'scale' of %s must be above 0, not %g", info->name,
                     initializer->a);
}

void bind_initializer(struct binder *binder, const struct parameter *parameter,
                      struct value *value)
{
    if (value->kind != VALUE_WORD && value->kind != VALUE_CALL) {
        report_value(binder, parameter, value, "an initializer such as zeros",
                     "");
        return;
    }
    const struct initializer_info *info = initializer_find(value->word);
    if (!info) {
        const char **names =
            arena_alloc(binder->arena, (size_t)n_initializers, sizeof *names);
        for (int i = 0; i < n_initializers; i++)
            names[i] = initializer_table[i].name;
        report_word(binder, value, foreign_initializers(), names,
                    (size_t)n_initializers);
        return;
    }
    value->initializer = info->plain;
    if (value->kind == VALUE_CALL)
        set_arguments(binder, info, value, &value->initializer);
    check_range(binder, info, value);
    value->kind = VALUE_INITIALIZER;
}

bool is_initializer_word(const char *word)
{
    for (int i = 0; i < n_initializers; i++)
        for (int p = 0; p < MAX_INITIALIZER_ARGUMENTS; p++) {
            const char *const *words = initializer_table[i].arguments[p].words;
            for (; words && *words; words++)
                if (strcmp(*words, word) == 0)
                    return true;
        }
    return initializer_find(word) != NULL;
}
