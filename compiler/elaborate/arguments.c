/* The arguments of a layer: bound to its kind's parameters, checked, and
 * brought into one form, so that shape rules and emission need no checks. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "compiler/elaborate/arguments.h"
#include "compiler/elaborate/foreign_words.h"
#include "compiler/graph/activation.h"

static const char *const boolean_words[] = {"true", "True", "false", "False"};

void binder_error(struct binder *binder, struct span where, const char *format,
                  ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *text = arena_vprintf(binder->arena, format, arguments);
    va_end(arguments);
    if (binder->value)
        value_error(binder->diags, binder->value, where, text);
    else
        diag_error(binder->diags, where, "%s", text);
    binder->failed = true;
}

const char *parameter_text(struct binder *binder,
                           const struct parameter *parameter)
{
    return arena_printf(binder->arena, "'%s' of %s", parameter->name,
                        binder->layer->kind->name);
}

void report_value(struct binder *binder, const struct parameter *parameter,
                  const struct value *value, const char *wanted,
                  const char *advice)
{
    binder_error(binder, value->where, "%s must be %s, not %s%s",
                 parameter_text(binder, parameter), wanted,
                 value_text(binder->arena, value), advice);
}

/* The same where a number is wanted. */
static void report_number(struct binder *binder,
                          const struct parameter *parameter,
                          const struct value *value, const char *wanted)
{
    report_value(binder, parameter, value, wanted,
                 value_advice(binder->scope, value));
}

bool check_real(struct binder *binder, const char *name, const char *owner,
                const struct value *value, double real)
{
    double size = fabs(real);
    if (real == 0.0 || isinf(real) ||
        (size >= (double)FLT_MIN && size <= (double)FLT_MAX))
        return true;
    binder_error(binder, value->where,
                 "'%s' of %s must be a number that float32 can hold, not %s",
                 name, owner, value_text(binder->arena, value));
    return false;
}

const char *nearest_word(struct binder *binder, const struct value *value,
                         const char *const *words, size_t n)
{
    if (value->kind != VALUE_WORD)
        return "";
    const char *near =
        did_you_mean(binder->arena, hint_last_name(value->word), words, n);
    return *near ? near : value_advice(binder->scope, value);
}

const char *suggest(struct arena *arena, const char *word,
                    const char *const *names, size_t n)
{
    const char *near = did_you_mean(arena, word, names, n);
    if (*near)
        return near;
    struct text list = text_new(arena);
    text_printf(&list, ": there %s ", n == 1 ? "is" : "are");
    text_put_list(&list, names, n, "'", "and");
    return text_string(&list);
}

void report_word(struct binder *binder, const struct value *value,
                 struct hints hints, const char *const *words, size_t n)
{
    const char *word = hint_last_name(value->word);
    const struct hint *hint = hint_for(hints, word, words, n);
    const char *advice = hint ? hint_text(binder->arena, hint)
                              : nearest_word(binder, value, words, n);
    if (hint && hint->lacking)
        binder_error(binder, value->where, "%s",
                     hint_refusal(binder->arena, hints, hint));
    else
        binder_error(binder, value->where, "unknown%s '%.60s'%s",
                     strchr(hints.what, ' '), value->word,
                     *advice ? advice : suggest(binder->arena, word, words, n));
}

static void bind_integer(struct binder *binder,
                         const struct parameter *parameter, struct value *value)
{
    if (value->kind != VALUE_INTEGER ||
        (double)value->integer < parameter->least)
        report_number(binder, parameter, value,
                      arena_printf(binder->arena,
                                   "a whole number of at least %.0f",
                                   parameter->least));
}

static void bind_real(struct binder *binder, const struct parameter *parameter,
                      struct value *value)
{
    const struct value given = *value;
    if (value->kind == VALUE_INTEGER)
        *value = (struct value){.kind = VALUE_REAL,
                                .where = value->where,
                                .real = (double)value->integer};
    bool bounded = parameter->below > 0;
    bool fits = value->kind == VALUE_REAL && value->real >= parameter->least &&
                (!bounded || value->real < parameter->below);
    struct text wanted = text_new(binder->arena);
    text_puts(&wanted, "a number");
    if (!isinf(parameter->least))
        text_printf(&wanted, " of at least %g", parameter->least);
    if (bounded)
        text_printf(&wanted, " and below %g", parameter->below);
    if (!fits)
        report_number(binder, parameter, &given, text_string(&wanted));
    else
        check_real(binder, parameter->name, binder->layer->kind->name, &given,
                   value->real);
}

static void bind_boolean(struct binder *binder,
                         const struct parameter *parameter, struct value *value)
{
    for (int i = 0; value->kind == VALUE_WORD && i < 4; i++)
        if (strcmp(value->word, boolean_words[i]) == 0) {
            value->kind = VALUE_BOOLEAN;
            value->integer = i < 2;
            return;
        }
    report_value(binder, parameter, value, "true or false",
                 nearest_word(binder, value, boolean_words, 4));
}

static void bind_word(struct binder *binder, const struct parameter *parameter,
                      struct value *value)
{
    size_t n = 0;
    for (; parameter->words[n]; n++)
        if (value->kind == VALUE_WORD &&
            strcmp(value->word, parameter->words[n]) == 0)
            return;
    struct text wanted = text_new(binder->arena);
    text_put_list(&wanted, parameter->words, n, "", "or");
    report_value(binder, parameter, value, text_string(&wanted),
                 nearest_word(binder, value, parameter->words, n));
}

static struct value *new_items(struct binder *binder, int n)
{
    return arena_alloc(binder->arena, (size_t)n, sizeof(struct value));
}

/* A number in a tuple, n times. */
static void make_tuple(struct binder *binder, struct value *value, int n)
{
    struct value *items = new_items(binder, n);
    for (int i = 0; i < n; i++)
        items[i] = *value;
    *value = (struct value){
        .kind = VALUE_TUPLE, .where = value->where, .items = items, .n = n};
}

/* Sizes and steps over an image: so small that the product of two fits. */
static void limit_items(struct binder *binder,
                        const struct parameter *parameter,
                        const struct value *items, int n)
{
    for (int i = 0; i < n; i++) {
        if (items[i].integer <= MAX_ELEMENTS)
            continue;
        binder_error(
            binder, items[i].where, "%s is at most 2147483648, not %lld",
            parameter_text(binder, parameter), (long long)items[i].integer);
        return;
    }
}

static void bind_length(struct binder *binder,
                        const struct parameter *parameter, struct value *value)
{
    if (value->kind == VALUE_TUPLE && value->n == 1)
        *value = value->items[0];
    bind_integer(binder, parameter, value);
    if (value->kind == VALUE_INTEGER)
        limit_items(binder, parameter, value, 1);
}

/* Which number is the last axis is known where the layer's input is. */
static void bind_last_axis(struct binder *binder,
                           const struct parameter *parameter,
                           struct value *value)
{
    if (value->kind == VALUE_TUPLE && value->n == 1)
        *value = value->items[0];
    if (value->kind == VALUE_TUPLE)
        binder_error(binder, value->where,
                     "guss normalises along the last axis, not %s",
                     value_text(binder->arena, value));
    else
        bind_integer(binder, parameter, value);
}

/* What is wrong with a pair: itself, or one of its items; NULL: nothing. */
static const struct value *misfit_of_pair(const struct value *value,
                                          double least)
{
    bool is_pair = value->kind == VALUE_TUPLE && value->n == 2;
    const struct value *items = is_pair ? value->items : value;
    for (int i = 0; i < (is_pair ? 2 : 1); i++)
        if (items[i].kind != VALUE_INTEGER || (double)items[i].integer < least)
            return &items[i];
    return NULL;
}

static void bind_pair(struct binder *binder, const struct parameter *parameter,
                      struct value *value)
{
    const struct value *misfit = misfit_of_pair(value, parameter->least);
    if (misfit) {
        report_number(binder, parameter, misfit,
                      arena_printf(binder->arena,
                                   "a whole number of at least %.0f, or two of "
                                   "them such as (2, 2)",
                                   parameter->least));
        return;
    }
    if (value->kind == VALUE_INTEGER)
        make_tuple(binder, value, 2);
    limit_items(binder, parameter, value->items, value->n);
}

/* (top, bottom, left, right) from n, (height, width) or ((t, b), (l, r)). */
static bool make_margins(struct binder *binder, struct value *value)
{
    if (value->kind == VALUE_INTEGER)
        make_tuple(binder, value, 2);
    if (value->kind != VALUE_TUPLE || value->n != 2)
        return false;
    struct value *items = new_items(binder, 4);
    for (int i = 0; i < 4; i++) {
        const struct value *side = &value->items[i / 2];
        bool is_pair = side->kind == VALUE_TUPLE && side->n == 2;
        items[i] = is_pair ? side->items[i % 2] : *side;
        if (items[i].kind != VALUE_INTEGER || items[i].integer < 0)
            return false;
    }
    value->items = items;
    value->n = 4;
    return true;
}

static void bind_margins(struct binder *binder,
                         const struct parameter *parameter, struct value *value)
{
    const struct value given = *value;
    if (make_margins(binder, value))
        limit_items(binder, parameter, value->items, value->n);
    else
        report_value(binder, parameter, &given,
                     "a whole number of at least 0, (height, width) or "
                     "((top, bottom), (left, right))",
                     "");
}

static void bind_shape(struct binder *binder, const struct parameter *parameter,
                       struct value *value)
{
    if (value->kind == VALUE_INTEGER)
        make_tuple(binder, value, 1);
    if (value->kind != VALUE_TUPLE || value->n < 1 || value->n > MAX_RANK) {
        report_number(binder, parameter, value,
                      arena_printf(binder->arena,
                                   "1 to %d sizes such as (28, 28, 1)",
                                   MAX_RANK));
        return;
    }
    for (int i = 0; i < value->n; i++) {
        const struct value *item = &value->items[i];
        bool is_whole = item->kind == VALUE_INTEGER;
        if (!is_whole || (double)item->integer < parameter->least ||
            item->integer == 0)
            binder_error(
                binder, item->where,
                "a size must be a whole number of at least 1%s, not %s%s",
                parameter->least < 0 ? ", or -1 once" : "",
                value_text(binder->arena, item),
                value_advice(binder->scope, item));
        else if (item->integer > MAX_ELEMENTS)
            binder_error(binder, item->where,
                         "a size must be at most 2147483648, not %s",
                         value_text(binder->arena, item));
    }
}

static void bind_axes(struct binder *binder, const struct parameter *parameter,
                      struct value *value)
{
    const struct value given = *value;
    if (value->kind == VALUE_INTEGER)
        make_tuple(binder, value, 1);
    bool fits = value->kind == VALUE_TUPLE;
    for (int i = 0; fits && i < value->n; i++)
        fits = value->items[i].kind == VALUE_INTEGER &&
               value->items[i].integer >= 1;
    if (!fits)
        report_number(binder, parameter, &given,
                      "axes, from 1, such as 1 or (1, 2)");
}

static void bind_activation(struct binder *binder,
                            const struct parameter *parameter,
                            struct value *value)
{
    enum activation kind = value->kind == VALUE_WORD
                               ? activation_find(value->word)
                               : N_ACTIVATIONS;
    if (kind < N_ACTIVATIONS) {
        value->kind = VALUE_ACTIVATION;
        value->integer = kind;
        return;
    }
    const char *words[N_ACTIVATIONS];
    size_t n = 0;
    for (int i = 0; i < N_ACTIVATIONS; i++)
        if (!activation_info((enum activation)i)->only_layer)
            words[n++] = activation_info((enum activation)i)->word;
    if (value->kind == VALUE_WORD)
        report_word(binder, value, foreign_activations(), words, n);
    else
        report_value(binder, parameter, value, "an activation such as relu",
                     "");
}

static void bind_value(struct binder *binder, const struct parameter *parameter,
                       struct value *value)
{
    static void (*const binders[])(struct binder *, const struct parameter *,
                                   struct value *) = {
        [PARAMETER_INTEGER] = bind_integer,
        [PARAMETER_REAL] = bind_real,
        [PARAMETER_BOOLEAN] = bind_boolean,
        [PARAMETER_WORD] = bind_word,
        [PARAMETER_PAIR] = bind_pair,
        [PARAMETER_LENGTH] = bind_length,
        [PARAMETER_LAST_AXIS] = bind_last_axis,
        [PARAMETER_MARGINS] = bind_margins,
        [PARAMETER_SHAPE] = bind_shape,
        [PARAMETER_AXES] = bind_axes,
        [PARAMETER_ACTIVATION] = bind_activation,
        [PARAMETER_INITIALIZER] = bind_initializer,
        [PARAMETER_REGULARIZER] = bind_regularizer,
    };
    const struct value given = *value;
    binder->value = &given;
    if (value->kind == VALUE_ERROR)
        binder->failed = true;
    else
        binders[parameter->type](binder, parameter, value);
    binder->value = NULL;
}

static void refuse(struct binder *binder, const char *name, struct span where)
{
    bool reads_rows = binder->layer->kind->input_rank == 2;
    const struct hint *hint =
        reads_rows ? hint_find(refused_arguments_of_rows(), name) : NULL;
    if (!hint)
        hint = hint_find(refused_arguments(), name);
    const char *advice = hint ? hint->text : NULL;
    binder_error(binder, where,
                 "'%.60s' is an argument of Keras's %s that guss does not "
                 "have%s%s",
                 name, binder->layer->kind->name, advice ? ": " : "",
                 advice ? advice : "");
}

static void unknown_argument(struct binder *binder, const struct ast_name *name)
{
    const struct hint *refused = hint_find(refused_arguments(), name->text);
    if (refused && refused->lacking && strcmp(refused->word, name->text) == 0) {
        refuse(binder, name->text, name->where);
        return;
    }
    const struct layer_kind *kind = binder->layer->kind;
    const char *names[MOST_PARAMETERS + 2];
    size_t n = 0;
    for (int i = 0; kind->parameters[i]; i++)
        if (kind->parameters[i]->type != PARAMETER_REFUSED)
            names[n++] = kind->parameters[i]->name;
    names[n++] = "name";
    names[n++] = "trainable";
    const struct hint *hint =
        hint_fitting(foreign_arguments(), name->text, names, n);
    binder_error(binder, name->where, "%s has no argument '%.60s'%s",
                 kind->name, name->text,
                 hint ? hint_text(binder->arena, hint)
                      : suggest(binder->arena, name->text, names, n));
}

/* name= and trainable=, which every layer has; true if it was one. */
static bool bind_common(struct binder *binder,
                        const struct ast_argument *argument,
                        const char **layer_name)
{
    bool is_name = strcmp(argument->name->text, "name") == 0;
    bool is_trainable = strcmp(argument->name->text, "trainable") == 0;
    if (!is_name && !is_trainable)
        return false;
    struct value value = evaluate(binder->scope, argument->value);
    const struct parameter parameter = {.name = "trainable"};
    if (value.kind == VALUE_ERROR) {
        binder->failed = true;
    } else if (is_trainable && binder->trainable.source) {
        report_twice(binder, "trainable", argument->name->where,
                     binder->trainable);
    } else if (is_trainable) {
        binder->trainable = value.where;
        bind_boolean(binder, &parameter, &value);
        binder->layer->trainable = value.integer != 0;
    } else if (value.kind != VALUE_WORD) {
        binder_error(binder, value.where, "'name' must be a name, not %s",
                     value_text(binder->arena, &value));
    } else if (*layer_name) {
        binder_error(binder, value.where,
                     "this layer is named twice: '%.60s' and '%.60s'",
                     *layer_name, value.word);
    } else {
        *layer_name = value.word;
    }
    return true;
}

/* Reshape(7, 7, 128): the sizes themselves; several become one tuple. The
 * argument behind them. */
static const struct ast_argument *
gather_sizes(struct binder *binder, const struct ast_argument *argument,
             struct value *value)
{
    int n = 0;
    for (const struct ast_argument *size = argument; size && !size->name;
         size = size->next)
        n++;
    struct value *items = new_items(binder, n);
    *value = (struct value){.kind = VALUE_TUPLE, .items = items, .n = n};
    for (int i = 0; i < n; i++, argument = argument->next) {
        items[i] = evaluate(binder->scope, argument->value);
        if (items[i].kind == VALUE_ERROR)
            value->kind = VALUE_ERROR;
    }
    value->where = span_join(items[0].where, items[n - 1].where);
    if (n == 1)
        *value = items[0];
    return argument;
}

void report_twice(struct binder *binder, const char *name, struct span where,
                  struct span first)
{
    binder_error(binder, where, "'%s' is given twice", name);
    diag_note(binder->diags, first, "the first time is here");
}

/* Binds an argument to the parameter that stands at `index`; the argument behind
 * it. */
static const struct ast_argument *
bind_parameter(struct binder *binder, const struct ast_argument *argument,
               int index)
{
    const struct parameter *parameter = binder->layer->kind->parameters[index];
    struct value *value = &binder->layer->arguments[index];
    struct span where =
        argument->name ? argument->name->where : argument->value->where;
    const struct ast_argument *next = argument->next;
    if (parameter->type == PARAMETER_REFUSED) {
        refuse(binder, parameter->name, where);
    } else if (value->kind != VALUE_ABSENT) {
        report_twice(binder, parameter->name, where, value->where);
    } else {
        if (parameter->type == PARAMETER_SHAPE && !argument->name)
            next = gather_sizes(binder, argument, value);
        else
            *value = evaluate(binder->scope, argument->value);
        bind_value(binder, parameter, value);
    }
    return next;
}

static void bind_named(struct binder *binder,
                       const struct ast_argument *argument,
                       const char **layer_name)
{
    if (bind_common(binder, argument, layer_name))
        return;
    int index = layer_kind_parameter(binder->layer->kind, argument->name->text);
    if (index < 0)
        unknown_argument(binder, argument->name);
    else
        bind_parameter(binder, argument, index);
}

/* The argument behind it; NULL after one too many. */
static const struct ast_argument *
bind_positional(struct binder *binder, const struct ast_argument *argument,
                int position)
{
    const struct layer_kind *kind = binder->layer->kind;
    struct span where = argument->value->where;
    if (kind->parameters[position])
        return bind_parameter(binder, argument, position);
    if (position == 0)
        binder_error(binder, where, "%s takes no arguments", kind->name);
    else
        binder_error(binder, where,
                     "%s takes at most %d argument%s without a name",
                     kind->name, position, position == 1 ? "" : "s");
    return NULL;
}

static void fill_in_presets(struct binder *binder,
                            const struct ast_statement *statement)
{
    const struct layer_kind *kind = binder->layer->kind;
    for (int i = 0; kind->parameters[i]; i++) {
        const struct parameter *parameter = kind->parameters[i];
        struct value *value = &binder->layer->arguments[i];
        if (value->kind != VALUE_ABSENT || parameter->type == PARAMETER_REFUSED)
            continue;
        if (parameter->preset_from) {
            *value = *layer_argument(binder->layer, parameter->preset_from);
            continue;
        }
        if (parameter->preset.kind == VALUE_ABSENT) {
            binder_error(binder, statement->callee->where, "%s needs '%s'",
                         kind->name, parameter->name);
            continue;
        }
        *value = parameter->preset;
        bind_value(binder, parameter, value);
    }
}

bool bind_arguments(const struct scope *scope,
                    const struct ast_statement *statement, struct layer *layer,
                    const char **name)
{
    struct binder binder = {.scope = scope,
                            .arena = scope->arena,
                            .diags = scope->diags,
                            .layer = layer};
    size_t n = 0;
    while (layer->kind->parameters[n])
        n++;
    layer->arguments = arena_alloc(scope->arena, n, sizeof *layer->arguments);
    const struct ast_argument *argument = statement->arguments;
    int position = 0;
    bool after_name = false;
    while (argument &&
           elaboration_spend(scope->elaboration, argument->value->where)) {
        if (argument->name) {
            bind_named(&binder, argument, name);
            after_name = true;
            argument = argument->next;
        } else if (after_name) {
            binder_error(
                &binder, argument->value->where,
                "an argument without a name cannot stand behind one with a "
                "name");
            argument = argument->next;
        } else {
            argument = bind_positional(&binder, argument, position++);
        }
    }
    if (argument)
        binder.failed = true;
    if (!binder.failed)
        fill_in_presets(&binder, statement);
    return !binder.failed;
}

static bool is_parameter_word(const char *word)
{
    for (int k = 0; k < n_layer_kinds; k++)
        for (int p = 0; layer_kinds[k]->parameters[p]; p++)
            for (const char *const *choice =
                     layer_kinds[k]->parameters[p]->words;
                 choice && *choice; choice++)
                if (strcmp(*choice, word) == 0)
                    return true;
    return false;
}

bool is_argument_word(const char *word)
{
    for (int i = 0; i < 4; i++)
        if (strcmp(word, boolean_words[i]) == 0)
            return true;
    return is_initializer_word(word) || regularizer_find(word) ||
           activation_find(word) < N_ACTIVATIONS || is_parameter_word(word);
}
