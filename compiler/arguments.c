/* The arguments of a layer: bound to its kind's parameters, checked, and
 * brought into one form, so that shape rules and emission need no checks. */
#include <math.h>
#include <string.h>

#include "compiler/activation.h"
#include "compiler/layers/layer.h"

struct binding {
    struct arena *arena;
    struct diags *diags;
    const struct value_names *names;
    struct layer *layer;
    bool failed;
};

static const struct {
    const char *name;
    enum initializer_kind kind;
    const char *parameters[2];
    double presets[2];
} initializers[] = {
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

static const char *const boolean_words[] = {"true", "True", "false", "False"};

__attribute__((format(printf, 3, 4))) static void
wrong(struct binding *binding, struct span where, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *text = arena_vprintf(binding->arena, format, arguments);
    va_end(arguments);
    diag_error(binding->diags, where, "%s", text);
    binding->failed = true;
}

static const char *found(struct binding *binding, const struct value *value)
{
    return value_text(binding->arena, value);
}

static const char *argument_span(struct binding *binding,
                                 const struct parameter *parameter)
{
    return arena_printf(binding->arena, "'%s' of %s", parameter->name,
                        binding->layer->kind->name);
}

static void bind_integer(struct binding *binding,
                         const struct parameter *parameter, struct value *value)
{
    bool negative_allowed = parameter->least < 0;
    if (value->kind != VALUE_INTEGER ||
        (double)value->integer < parameter->least)
        wrong(binding, value->where, "%s must be a whole number%s, not %s",
              argument_span(binding, parameter),
              negative_allowed
                  ? ""
                  : arena_printf(binding->arena, " of at least %.0f",
                                 parameter->least),
              found(binding, value));
}

static void bind_real(struct binding *binding,
                      const struct parameter *parameter, struct value *value)
{
    if (value->kind == VALUE_INTEGER)
        *value = (struct value){.kind = VALUE_REAL,
                                .where = value->where,
                                .real = (double)value->integer};
    bool bounded = parameter->below > 0;
    bool fits = value->kind == VALUE_REAL && value->real >= parameter->least &&
                (!bounded || value->real < parameter->below);
    if (!fits)
        wrong(binding, value->where,
              "%s must be a number of at least %g%s, not %s",
              argument_span(binding, parameter), parameter->least,
              bounded ? arena_printf(binding->arena, " and below %g",
                                     parameter->below)
                      : "",
              found(binding, value));
}

static void bind_boolean(struct binding *binding,
                         const struct parameter *parameter, struct value *value)
{
    for (int i = 0; value->kind == VALUE_WORD && i < 4; i++)
        if (strcmp(value->word, boolean_words[i]) == 0) {
            value->kind = VALUE_BOOLEAN;
            value->integer = i < 2;
            return;
        }
    wrong(binding, value->where, "%s must be true or false, not %s",
          argument_span(binding, parameter), found(binding, value));
}

static void bind_word(struct binding *binding,
                      const struct parameter *parameter, struct value *value)
{
    size_t n = 0;
    struct text list = text_new(binding->arena);
    for (; parameter->words[n]; n++) {
        if (value->kind == VALUE_WORD &&
            strcmp(value->word, parameter->words[n]) == 0)
            return;
        text_printf(&list, "%s%s",
                    n == 0                    ? ""
                    : parameter->words[n + 1] ? ", "
                                              : " or ",
                    parameter->words[n]);
    }
    wrong(binding, value->where, "%s must be %s, not %s%s",
          argument_span(binding, parameter), text_string(&list),
          found(binding, value),
          value->kind == VALUE_WORD
              ? did_you_mean(binding->arena, value->word, parameter->words, n)
              : "");
}

static struct value *new_items(struct binding *binding, size_t n)
{
    return arena_alloc(binding->arena, n, sizeof(struct value));
}

static void bind_pair(struct binding *binding,
                      const struct parameter *parameter, struct value *value)
{
    if (value->kind == VALUE_INTEGER) {
        struct value *items = new_items(binding, 2);
        items[0] = items[1] = *value;
        *value = (struct value){
            .kind = VALUE_TUPLE, .where = value->where, .items = items, .n = 2};
    }
    bool fits = value->kind == VALUE_TUPLE && value->n == 2;
    for (int i = 0; fits && i < 2; i++)
        fits = value->items[i].kind == VALUE_INTEGER &&
               (double)value->items[i].integer >= parameter->least;
    if (!fits)
        wrong(binding, value->where,
              "%s must be a whole number of at least %.0f, or two of them "
              "such as (%d, %d), not %s",
              argument_span(binding, parameter), parameter->least, 2, 2,
              found(binding, value));
}

/* (top, bottom, left, right) from n, (height, width) or ((t, b), (l, r)). */
static bool margins(const struct value *value, struct value *items)
{
    if (value->kind == VALUE_INTEGER) {
        for (int i = 0; i < 4; i++)
            items[i] = *value;
        return value->integer >= 0;
    }
    if (value->kind != VALUE_TUPLE || value->n != 2)
        return false;
    for (int i = 0; i < 2; i++) {
        const struct value *side = &value->items[i];
        bool pair = side->kind == VALUE_TUPLE && side->n == 2;
        if (!pair && side->kind != VALUE_INTEGER)
            return false;
        items[2 * i] = pair ? side->items[0] : *side;
        items[2 * i + 1] = pair ? side->items[1] : *side;
    }
    for (int i = 0; i < 4; i++)
        if (items[i].kind != VALUE_INTEGER || items[i].integer < 0)
            return false;
    return true;
}

static void bind_margins(struct binding *binding,
                         const struct parameter *parameter, struct value *value)
{
    struct value *items = new_items(binding, 4);
    if (!margins(value, items)) {
        wrong(binding, value->where,
              "%s must be a whole number of at least 0, (height, width) or "
              "((top, bottom), (left, right)), not %s",
              argument_span(binding, parameter), found(binding, value));
        return;
    }
    value->kind = VALUE_TUPLE;
    value->items = items;
    value->n = 4;
}

static void bind_shape(struct binding *binding,
                       const struct parameter *parameter, struct value *value)
{
    if (value->kind == VALUE_INTEGER) {
        struct value *items = new_items(binding, 1);
        items[0] = *value;
        *value = (struct value){
            .kind = VALUE_TUPLE, .where = value->where, .items = items, .n = 1};
    }
    if (value->kind != VALUE_TUPLE || value->n < 1 || value->n > MAX_RANK) {
        wrong(binding, value->where,
              "%s must be 1 to %d sizes such as (28, 28, 1), not %s",
              argument_span(binding, parameter), MAX_RANK,
              found(binding, value));
        return;
    }
    for (int i = 0; i < value->n; i++) {
        const struct value *item = &value->items[i];
        bool whole = item->kind == VALUE_INTEGER;
        if (!whole || (double)item->integer < parameter->least ||
            item->integer == 0 || item->integer > MAX_ELEMENTS)
            wrong(binding, item->where,
                  "a size must be a whole number of at least 1, not %s",
                  found(binding, item));
    }
}

static void bind_activation(struct binding *binding,
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
        if (activation_facts((enum activation)i)->word)
            words[n++] = activation_facts((enum activation)i)->word;
    if (value->kind == VALUE_WORD)
        wrong(binding, value->where, "unknown activation '%.60s'%s",
              value->word, did_you_mean(binding->arena, value->word, words, n));
    else
        wrong(binding, value->where,
              "%s must be an activation such as relu, not %s",
              argument_span(binding, parameter), found(binding, value));
}

/* The index of an initializer's parameter for its argument `i`, or -1. */
static int initializer_parameter(int kind, const struct value *call, int i)
{
    for (int p = 0; p < 2; p++) {
        const char *name = initializers[kind].parameters[p];
        if (name &&
            (call->names[i] ? strcmp(call->names[i], name) == 0 : p == i))
            return p;
    }
    return -1;
}

static void bind_initializer_call(struct binding *binding, int kind,
                                  struct value *value)
{
    double *targets[] = {&value->initializer.a, &value->initializer.b};
    for (int i = 0; value->kind == VALUE_CALL && i < value->n; i++) {
        int p = initializer_parameter(kind, value, i);
        const struct value *item = &value->items[i];
        if (p < 0)
            wrong(binding, item->where, "%s has no argument %s",
                  initializers[kind].name,
                  value->names[i]
                      ? arena_printf(binding->arena, "'%.60s'", value->names[i])
                      : arena_printf(binding->arena, "number %d", i + 1));
        else if (item->kind == VALUE_INTEGER)
            *targets[p] = (double)item->integer;
        else if (item->kind == VALUE_REAL)
            *targets[p] = item->real;
        else
            wrong(binding, item->where, "'%s' of %s must be a number, not %s",
                  initializers[kind].parameters[p], initializers[kind].name,
                  found(binding, item));
    }
    if (initializers[kind].kind == INITIALIZER_RANDOM_NORMAL &&
        value->initializer.b < 0)
        wrong(binding, value->where, "'stddev' cannot be negative");
    if (initializers[kind].kind == INITIALIZER_RANDOM_UNIFORM &&
        value->initializer.b < value->initializer.a)
        wrong(binding, value->where, "'maxval' cannot be below 'minval'");
}

static void bind_initializer(struct binding *binding,
                             const struct parameter *parameter,
                             struct value *value)
{
    if (value->kind != VALUE_WORD && value->kind != VALUE_CALL) {
        wrong(binding, value->where,
              "%s must be an initializer such as zeros, not %s",
              argument_span(binding, parameter), found(binding, value));
        return;
    }
    const char *names[N_INITIALIZERS];
    for (int i = 0; i < N_INITIALIZERS; i++) {
        names[i] = initializers[i].name;
        if (strcmp(value->word, initializers[i].name) != 0)
            continue;
        value->initializer = (struct initializer){initializers[i].kind,
                                                  initializers[i].presets[0],
                                                  initializers[i].presets[1]};
        bind_initializer_call(binding, i, value);
        value->kind = VALUE_INITIALIZER;
        return;
    }
    wrong(binding, value->where, "unknown initializer '%.60s'%s", value->word,
          did_you_mean(binding->arena, value->word, names, N_INITIALIZERS));
}

static void bind_value(struct binding *binding,
                       const struct parameter *parameter, struct value *value)
{
    static void (*const binders[])(struct binding *, const struct parameter *,
                                   struct value *) = {
        [PARAMETER_INTEGER] = bind_integer,
        [PARAMETER_REAL] = bind_real,
        [PARAMETER_BOOLEAN] = bind_boolean,
        [PARAMETER_WORD] = bind_word,
        [PARAMETER_PAIR] = bind_pair,
        [PARAMETER_MARGINS] = bind_margins,
        [PARAMETER_SHAPE] = bind_shape,
        [PARAMETER_ACTIVATION] = bind_activation,
        [PARAMETER_INITIALIZER] = bind_initializer,
    };
    if (value->kind == VALUE_ERROR)
        binding->failed = true;
    else
        binders[parameter->type](binding, parameter, value);
}

static const struct parameter *find_parameter(const struct layer_kind *kind,
                                              const char *name)
{
    for (int i = 0; i < kind->n_parameters; i++)
        if (strcmp(kind->parameters[i].name, name) == 0)
            return &kind->parameters[i];
    return NULL;
}

static void refuse(struct binding *binding, const char *name, struct span where)
{
    wrong(binding, where,
          "'%.60s' is an argument of Keras's %s that guss does not have", name,
          binding->layer->kind->name);
}

/* Arguments that every Keras layer takes and guss does not. */
static const char *const refused_everywhere[] = {
    "dtype",      "dynamic", "input_shape", "batch_input_shape",
    "batch_size", "weights", "input_dim",   "autocast"};

static void unknown_argument(struct binding *binding,
                             const struct ast_name *name)
{
    for (size_t i = 0;
         i < sizeof refused_everywhere / sizeof refused_everywhere[0]; i++)
        if (strcmp(name->text, refused_everywhere[i]) == 0) {
            refuse(binding, name->text, name->where);
            return;
        }
    const struct layer_kind *kind = binding->layer->kind;
    const char **names = arena_alloc(
        binding->arena, (size_t)kind->n_parameters + 2, sizeof *names);
    size_t n = 0;
    for (int i = 0; i < kind->n_parameters; i++)
        if (kind->parameters[i].type != PARAMETER_REFUSED)
            names[n++] = kind->parameters[i].name;
    names[n++] = "name";
    names[n++] = "trainable";
    wrong(binding, name->where, "%s has no argument '%.60s'%s", kind->name,
          name->text, did_you_mean(binding->arena, name->text, names, n));
}

/* name= and trainable=, which every layer has; true if it was one. */
static bool bind_common(struct binding *binding,
                        const struct ast_argument *argument,
                        const char **layer_name)
{
    bool is_name = strcmp(argument->name->text, "name") == 0;
    bool is_trainable = strcmp(argument->name->text, "trainable") == 0;
    if (!is_name && !is_trainable)
        return false;
    struct value value = evaluate(binding->arena, binding->diags,
                                  binding->names, argument->value);
    const struct parameter parameter = {.name = "trainable"};
    if (value.kind == VALUE_ERROR) {
        binding->failed = true;
    } else if (is_trainable) {
        bind_boolean(binding, &parameter, &value);
        binding->layer->trainable = value.integer != 0;
    } else if (value.kind != VALUE_WORD) {
        wrong(binding, value.where, "'name' must be a name, not %s",
              found(binding, &value));
    } else if (*layer_name) {
        wrong(binding, value.where,
              "this layer is named twice: '%.60s' and '%.60s'", *layer_name,
              value.word);
    } else {
        *layer_name = value.word;
    }
    return true;
}

static void bind_named(struct binding *binding,
                       const struct ast_argument *argument,
                       const char **layer_name)
{
    if (bind_common(binding, argument, layer_name))
        return;
    const struct layer_kind *kind = binding->layer->kind;
    const struct parameter *parameter =
        find_parameter(kind, argument->name->text);
    if (!parameter) {
        unknown_argument(binding, argument->name);
        return;
    }
    if (parameter->type == PARAMETER_REFUSED) {
        refuse(binding, parameter->name, argument->name->where);
        return;
    }
    struct value *value =
        &binding->layer->arguments[parameter - kind->parameters];
    if (value->kind != VALUE_ABSENT) {
        wrong(binding, argument->name->where, "'%s' is given twice",
              parameter->name);
        diag_note(binding->diags, value->where, "the first time is here");
        return;
    }
    *value = evaluate(binding->arena, binding->diags, binding->names,
                      argument->value);
    bind_value(binding, parameter, value);
}

/* Reshape(7, 7, 128): the sizes themselves; they become one tuple. */
static const struct ast_argument *
gather_sizes(struct binding *binding, const struct ast_argument *argument,
             struct value *value)
{
    int n = 0;
    const struct ast_argument *end = argument;
    for (; end && !end->name; end = end->next)
        n++;
    *value = evaluate(binding->arena, binding->diags, binding->names,
                      argument->value);
    if (n == 1)
        return end;
    struct value *items = new_items(binding, (size_t)n);
    items[0] = *value;
    for (int i = 1; i < n; i++) {
        argument = argument->next;
        items[i] = evaluate(binding->arena, binding->diags, binding->names,
                            argument->value);
        if (items[i].kind == VALUE_ERROR)
            value->kind = VALUE_ERROR;
    }
    if (value->kind == VALUE_ERROR)
        return end;
    *value =
        (struct value){.kind = VALUE_TUPLE,
                       .where = span_join(value->where, items[n - 1].where),
                       .items = items,
                       .n = n};
    return end;
}

static const struct ast_argument *
bind_positional(struct binding *binding, const struct ast_argument *argument,
                int position)
{
    const struct layer_kind *kind = binding->layer->kind;
    if (position >= kind->n_parameters) {
        struct span where = argument->value->where;
        if (kind->n_parameters == 0)
            wrong(binding, where, "%s takes no arguments", kind->name);
        else
            wrong(binding, where,
                  "%s takes at most %d arguments without a name", kind->name,
                  kind->n_parameters);
        return NULL;
    }
    const struct parameter *parameter = &kind->parameters[position];
    if (parameter->type == PARAMETER_REFUSED) {
        refuse(binding, parameter->name, argument->value->where);
        return argument->next;
    }
    struct value *value = &binding->layer->arguments[position];
    const struct ast_argument *next = argument->next;
    if (parameter->type == PARAMETER_SHAPE)
        next = gather_sizes(binding, argument, value);
    else
        *value = evaluate(binding->arena, binding->diags, binding->names,
                          argument->value);
    bind_value(binding, parameter, value);
    return next;
}

static void fill_in_presets(struct binding *binding,
                            const struct ast_statement *statement)
{
    const struct layer_kind *kind = binding->layer->kind;
    for (int i = 0; i < kind->n_parameters; i++) {
        const struct parameter *parameter = &kind->parameters[i];
        struct value *value = &binding->layer->arguments[i];
        if (value->kind != VALUE_ABSENT || parameter->type == PARAMETER_REFUSED)
            continue;
        if (parameter->preset.kind == VALUE_ABSENT) {
            wrong(binding, statement->callee->where, "%s needs '%s'",
                  kind->name, parameter->name);
            continue;
        }
        *value = parameter->preset;
        bind_value(binding, parameter, value);
    }
}

bool bind_arguments(struct arena *arena, struct diags *diags,
                    const struct value_names *names,
                    const struct ast_statement *statement, struct layer *layer,
                    const char **name)
{
    struct binding binding = {arena, diags, names, layer, false};
    layer->arguments = arena_alloc(arena, (size_t)layer->kind->n_parameters,
                                   sizeof *layer->arguments);
    const struct ast_argument *argument = statement->arguments;
    int position = 0;
    bool after_name = false;
    while (argument) {
        if (argument->name) {
            bind_named(&binding, argument, name);
            after_name = true;
            argument = argument->next;
        } else if (after_name) {
            wrong(&binding, argument->value->where,
                  "an argument without a name cannot stand behind one with a "
                  "name");
            argument = argument->next;
        } else {
            argument = bind_positional(&binding, argument, position++);
        }
    }
    if (!binding.failed)
        fill_in_presets(&binding, statement);
    return !binding.failed;
}

static bool is_parameter_word(const char *word)
{
    for (int k = 0; k < n_layer_kinds; k++)
        for (int p = 0; p < layer_kinds[k]->n_parameters; p++)
            for (const char *const *choice =
                     layer_kinds[k]->parameters[p].words;
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
    for (int i = 0; i < N_INITIALIZERS; i++)
        if (strcmp(word, initializers[i].name) == 0)
            return true;
    return activation_find(word) < N_ACTIVATIONS || is_parameter_word(word);
}
