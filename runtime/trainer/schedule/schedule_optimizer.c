/* The optimizers of a schedule: Keras's names, defaults and ranges. An argument
 * that Keras has and guss does not is refused by name; so is one of another
 * optimizer. */
#include "trainer/schedule/schedule_optimizer.h"

#include <float.h>
#include <stddef.h>
#include <string.h>

#include "guss/model.h"
#include "trainer/schedule/schedule_foreign.h"
#include "trainer/schedule/schedule_keys.h"
#include "trainer/schedule/schedule_rates.h"

/* ---- the tables ---------------------------------------------------------- */

enum argument_id {
    LEARNING_RATE,
    MOMENTUM,
    NESTEROV,
    BETA_1,
    BETA_2,
    RHO,
    INITIAL_ACCUMULATOR_VALUE,
    EPSILON,
    WEIGHT_DECAY,
    CLIPVALUE,
    CLIPNORM,
    GLOBAL_CLIPNORM,
    EMA_MOMENTUM
};
enum { N_ARGUMENTS = EMA_MOMENTUM + 1 };

/* What an argument is, and where emitted code takes it from. Those that any
 * optimizer can have are QUIET where they are not given. */
enum { NOT_TAKEN = sizeof(struct guss_optimizer) };
static const struct argument {
    struct field field;
    size_t taken; /* its offset in struct guss_optimizer, or NOT_TAKEN: the
                     trainer sees to it */
} arguments[N_ARGUMENTS] = {
#define FIELD(name, type, traits, ...)                                         \
    {                                                                          \
        "optimizer", #name, type, FOR_ALL, traits, __VA_ARGS__,                \
            .offset = offsetof(struct optimizer_settings, name)                \
    }
#define ARGUMENT(name, taken, ...)                                             \
    {                                                                          \
        FIELD(name, __VA_ARGS__), offsetof(struct guss_optimizer, taken)       \
    }
#define NOT_NEGATIVE .bounds = {0, (double)FLT_MAX, false}
#define FROM_0_TO_1 .bounds = {0, 1, false}
#define DECAY_RATE .bounds = {0, 1, true}
    [LEARNING_RATE] = ARGUMENT(learning_rate, learning_rate, FIELD_REAL, FREE,
                               NOT_NEGATIVE, .purpose = "how far a step goes"),
    [MOMENTUM] = ARGUMENT(momentum, momentum, FIELD_REAL, FREE, FROM_0_TO_1,
                          .purpose = "how much of a step is in the next one"),
    [NESTEROV] = ARGUMENT(nesterov, nesterov, FIELD_BOOLEAN, FREE,
                          .purpose = "momentum that looks a step ahead"),
    [BETA_1] = ARGUMENT(beta_1, beta_1, FIELD_REAL, FREE, DECAY_RATE,
                        .purpose = "how much a mean of gradients keeps"),
    [BETA_2] =
        ARGUMENT(beta_2, beta_2, FIELD_REAL, FREE, DECAY_RATE,
                 .purpose = "how much a mean of squared gradients keeps"),
    [RHO] = ARGUMENT(rho, rho, FIELD_REAL, FREE, DECAY_RATE,
                     .purpose = "how much a mean of squares keeps"),
    /* only the first state is made of it */
    [INITIAL_ACCUMULATOR_VALUE] = ARGUMENT(
        initial_accumulator_value, initial_accumulator, FIELD_REAL, 0,
        NOT_NEGATIVE, .purpose = "where a sum of squared gradients begins"),
    [EPSILON] = ARGUMENT(epsilon, epsilon, FIELD_REAL, FREE, NOT_NEGATIVE,
                         .purpose = "keeps divisors from 0"),
    [WEIGHT_DECAY] =
        ARGUMENT(weight_decay, weight_decay, FIELD_REAL, FREE | QUIET,
                 NOT_NEGATIVE, .purpose = "how fast weights go to 0"),
    [CLIPVALUE] =
        ARGUMENT(clipvalue, clipvalue, FIELD_REAL, FREE | QUIET, NOT_NEGATIVE,
                 .purpose = "the most that a number of a gradient is"),
    [CLIPNORM] =
        ARGUMENT(clipnorm, clipnorm, FIELD_REAL, FREE | QUIET, NOT_NEGATIVE,
                 .purpose = "the most that the norm of a weight's gradient is"),
    [GLOBAL_CLIPNORM] = ARGUMENT(
        global_clipnorm, global_clipnorm, FIELD_REAL, FREE | QUIET,
        NOT_NEGATIVE,
        .purpose = "the most that the norm of all gradients together is"),
    [EMA_MOMENTUM] = {FIELD(ema_momentum, FIELD_REAL, FREE | QUIET, FROM_0_TO_1,
                            .preset = -1,
                            .purpose = "how much the weights' average keeps"),
                      NOT_TAKEN},
#undef FIELD
#undef ARGUMENT
#undef NOT_NEGATIVE
#undef FROM_0_TO_1
#undef DECAY_RATE
};

struct preset {
    enum argument_id argument;
    double value;
};

/* What each optimizer has of them for its own, and Keras's defaults. */
static const struct optimizer {
    const char *name;
    int n;
    struct preset presets[N_ARGUMENTS];
} optimizers[] = {
    [OPTIMIZER_ADAM] = {"adam",
                        4,
                        {{LEARNING_RATE, 0.001},
                         {BETA_1, 0.9},
                         {BETA_2, 0.999},
                         {EPSILON, 1e-7}}},
    [OPTIMIZER_ADAMW] = {"adamw",
                         5,
                         {{LEARNING_RATE, 0.001},
                          {WEIGHT_DECAY, 0.004},
                          {BETA_1, 0.9},
                          {BETA_2, 0.999},
                          {EPSILON, 1e-7}}},
    [OPTIMIZER_SGD] = {"sgd",
                       3,
                       {{LEARNING_RATE, 0.01}, {MOMENTUM, 0}, {NESTEROV, 0}}},
    [OPTIMIZER_RMSPROP] =
        {"rmsprop", 3, {{LEARNING_RATE, 0.001}, {RHO, 0.9}, {EPSILON, 1e-7}}},
    [OPTIMIZER_ADADELTA] =
        {"adadelta", 3, {{LEARNING_RATE, 0.001}, {RHO, 0.95}, {EPSILON, 1e-7}}},
    [OPTIMIZER_ADAGRAD] = {"adagrad",
                           3,
                           {{LEARNING_RATE, 0.001},
                            {INITIAL_ACCUMULATOR_VALUE, 0.1},
                            {EPSILON, 1e-7}}},
};
enum { N_OPTIMIZERS = sizeof optimizers / sizeof *optimizers };
const int n_optimizers = N_OPTIMIZERS;

/* Of Keras 3.15; `decay` is of the versions before 3. */
static const char *const keras_only[] = {
    "amsgrad", "centered", "loss_scale_factor", "gradient_accumulation_steps",
    "decay"};
enum { N_KERAS_ONLY = sizeof keras_only / sizeof *keras_only };

int optimizer_names(const char *names[MOST_OPTIMIZERS])
{
    _Static_assert((int)N_OPTIMIZERS <= (int)MOST_OPTIMIZERS, "they fit");
    for (int i = 0; i < N_OPTIMIZERS; i++)
        names[i] = optimizers[i].name;
    return N_OPTIMIZERS;
}

const char *optimizer_word(enum optimizer_kind kind)
{
    return optimizers[kind].name;
}

const struct field *argument_find(const char *name)
{
    for (int i = 0; i < N_ARGUMENTS; i++)
        if (strcmp(arguments[i].field.name, name) == 0)
            return &arguments[i].field;
    return NULL;
}

int optimizer_own_arguments(enum optimizer_kind kind,
                            const struct field *list[MOST_ARGUMENTS])
{
    _Static_assert((int)N_ARGUMENTS <= (int)MOST_ARGUMENTS, "they fit");
    int n = optimizers[kind].n;
    for (int i = 0; i < n; i++)
        list[i] = &arguments[optimizers[kind].presets[i].argument].field;
    return n;
}

static bool is_among(const struct field *argument,
                     const struct field *const *list, int n)
{
    while (n > 0 && list[n - 1] != argument)
        n--;
    return n > 0;
}

int optimizer_arguments(int kind, const struct field *list[MOST_ARGUMENTS])
{
    int n =
        kind < 0 ? 0 : optimizer_own_arguments((enum optimizer_kind)kind, list);
    for (int i = 0; i < N_ARGUMENTS; i++) {
        const struct field *argument = &arguments[i].field;
        bool is_had = kind < 0 || (argument->traits & QUIET);
        if (is_had && !is_among(argument, list, n))
            list[n++] = argument;
    }
    return n;
}

static bool has_argument(int kind, const struct field *argument)
{
    const struct field *list[MOST_ARGUMENTS];
    return is_among(argument, list, optimizer_arguments(kind, list));
}

struct optimizer_settings optimizer_defaults(enum optimizer_kind kind)
{
    struct optimizer_settings settings = {.kind = kind};
    for (int i = 0; i < N_ARGUMENTS; i++)
        field_reset(&arguments[i].field, &settings);
    for (int i = 0; i < optimizers[kind].n; i++) {
        const struct preset *preset = &optimizers[kind].presets[i];
        struct field argument = arguments[preset->argument].field;
        argument.preset = preset->value;
        field_reset(&argument, &settings);
    }
    return settings;
}

size_t optimizer_keys(const char **names, size_t most)
{
    static const char *const others[] = {"name", "generator", "discriminator"};
    size_t n = 0;
    for (size_t i = 0; i < 3 && n < most; i++)
        names[n++] = others[i];
    for (int i = 0; i < N_ARGUMENTS && n < most; i++)
        names[n++] = arguments[i].field.name;
    return n;
}

/* The keys that part a gan's `optimizer` in two. */
static bool is_network_key(const char *name)
{
    return strcmp(name, "generator") == 0 || strcmp(name, "discriminator") == 0;
}

void optimizer_take(const struct optimizer_settings *settings,
                    struct guss_optimizer *optimizer)
{
    *optimizer = (struct guss_optimizer){0};
    for (int i = 0; i < N_ARGUMENTS; i++) {
        const struct argument *argument = &arguments[i];
        const char *from = (const char *)settings + argument->field.offset;
        char *to = (char *)optimizer + argument->taken;
        if (argument->taken == NOT_TAKEN)
            continue;
        if (argument->field.type == FIELD_BOOLEAN)
            *(bool *)to = *(const bool *)from;
        else
            *(double *)(void *)to = *(const double *)(const void *)from;
    }
}

bool optimizer_clips_by_norm(const struct optimizer_settings *settings)
{
    return settings->clipnorm > 0 || settings->global_clipnorm > 0;
}

bool argument_is_compiled_in(const struct field *argument,
                             const struct optimizer_settings *settings)
{
    bool is_norm = argument == &arguments[CLIPNORM].field ||
                   argument == &arguments[GLOBAL_CLIPNORM].field;
    return !is_norm || optimizer_clips_by_norm(settings);
}

bool optimizer_is_same(const struct optimizer_settings *a,
                       const struct optimizer_settings *b)
{
    const struct field *list[MOST_ARGUMENTS];
    int n = optimizer_arguments((int)a->kind, list);
    while (n > 0 && field_is_same(list[n - 1], a, b))
        n--;
    return a->kind == b->kind && n == 0 && rates_are_same(&a->rates, &b->rates);
}

static bool is_rate(const struct field *argument)
{
    return argument == &arguments[LEARNING_RATE].field;
}

const char *argument_text(struct arena *arena, const struct field *argument,
                          const struct optimizer_settings *settings)
{
    return is_rate(argument) && settings->rates.kind != RATES_CONSTANT
               ? rates_text(arena, &settings->rates)
               : field_text(arena, argument, settings);
}

/* ---- checking ------------------------------------------------------------ */

static bool is_keras_only(const char *name)
{
    for (int i = 0; i < N_KERAS_ONLY; i++)
        if (strcmp(keras_only[i], name) == 0)
            return true;
    return false;
}

/* "adam or sgd": the optimizers that have an argument. */
static const char *owners_text(struct arena *arena,
                               const struct field *argument)
{
    const char *words[N_OPTIMIZERS];
    int n = 0;
    for (int i = 0; i < N_OPTIMIZERS; i++)
        if (has_argument(i, argument))
            words[n++] = optimizers[i].name;
    return list_words(arena, words, n);
}

static void report_unknown(struct reader *reader, struct section section,
                           int kind, const struct entry *entry)
{
    const char *names[MOST_ARGUMENTS + 1] = {"name"};
    const struct field *list[MOST_ARGUMENTS];
    int n = optimizer_arguments(kind, list);
    for (int i = 0; i < n; i++)
        names[1 + i] = list[i]->name;
    if (!report_lacking_key(reader, section.path, entry))
        diag_error(
            reader->diags, entry->where, "unknown key '%.80s' below '%s'%s",
            entry->key, section.path,
            key_advice(reader, section.path, entry->key, names, (size_t)n + 1));
}

/* `name` is where the kind is said. */
static void check_argument(struct reader *reader, struct section section,
                           int kind, struct span name,
                           const struct entry *entry)
{
    const struct field *argument = argument_find(entry->key);
    bool of_rmsprop =
        kind == OPTIMIZER_RMSPROP && strcmp(entry->key, "momentum") == 0;
    bool null = node_is_null(entry->value);
    if ((argument && has_argument(kind, argument)) ||
        strcmp(entry->key, "name") == 0 || (null && is_network_key(entry->key)))
        return;
    if (!argument && !is_keras_only(entry->key)) {
        report_unknown(reader, section, kind, entry);
        return;
    }
    if (null || kind < 0)
        return;
    if (!argument || of_rmsprop)
        diag_error(reader->diags, blame(reader, entry->where, name),
                   "'%s' is an argument of Keras's %s that guss does not have",
                   entry->key, optimizers[kind].name);
    else
        diag_error(reader->diags, blame(reader, entry->where, name),
                   "'%s' is an argument of %s, not of %s", entry->key,
                   owners_text(reader->arena, argument), optimizers[kind].name);
    note_other(reader, entry->where, name);
}

static void check_arguments(struct reader *reader, struct section section,
                            int kind, struct span name)
{
    for (size_t i = 0; section.mapping && i < section.mapping->n_entries; i++)
        if (section.mapping->entries[i].key)
            check_argument(reader, section, kind, name,
                           &section.mapping->entries[i]);
}

/* ---- clipping ------------------------------------------------------------ */

static const char *const clippings[] = {"clipvalue", "clipnorm",
                                        "global_clipnorm"};
enum { N_CLIPPINGS = sizeof clippings / sizeof *clippings };

/* Those that are set, by more than 0: how many. */
static int clippings_set(struct reader *reader, struct section section,
                         const struct optimizer_settings *settings,
                         struct setting set[N_CLIPPINGS])
{
    int n = 0;
    for (int i = 0; i < N_CLIPPINGS; i++) {
        struct field argument = *argument_find(clippings[i]);
        const double *most = field_value(&argument, (void *)settings);
        if (*most > 0)
            set[n++] = section_get(reader, section, clippings[i]);
    }
    return n;
}

/* Gradients are clipped one way at most. A value needs nothing of the executable;
 * norms are found by what was compiled for it. */
static void check_clipping(struct reader *reader, struct section section,
                           const struct optimizer_settings *settings,
                           const struct optimizer_settings *compiled)
{
    struct setting set[N_CLIPPINGS];
    int n = clippings_set(reader, section, settings, set);
    if (n > 1) {
        struct span first = set[0].key, second = set[1].key;
        bool in_order = first.first < second.first;
        struct span last = in_order ? second : first;
        struct span other = in_order ? first : second;
        diag_error(reader->diags, blame(reader, last, other),
                   "'%s' and '%s' exclude each other", set[0].path,
                   set[1].path);
        note_other(reader, last, other);
    } else if (compiled && optimizer_clips_by_norm(settings) &&
               !optimizer_clips_by_norm(compiled)) {
        diag_error(reader->diags, set[0].key,
                   "'%s' is not compiled in: this executable does not find the "
                   "norms of gradients; write it in the schedule and rebuild: "
                   "guss build MODEL.nn SCHEDULE.yaml",
                   set[0].path);
    }
}

/* ---- reading ------------------------------------------------------------- */

static bool is_refused(struct reader *reader, const char *path,
                       struct span where, int kind,
                       const struct optimizer_settings *compiled)
{
    return compiled && report_compiled_in(reader, path, where,
                                          optimizers[compiled->kind].name,
                                          optimizers[kind].name);
}

/* A number, or the mapping of a schedule of rates; its first rate then stands
 * in the place of the number. */
static void read_argument(struct reader *reader, struct section section,
                          const struct field *argument,
                          struct optimizer_settings *settings)
{
    struct setting setting = section_get(reader, section, argument->name);
    if (!setting.value)
        return;
    if (!is_rate(argument) || setting.value->kind != NODE_MAPPING) {
        read_value(reader, setting, argument, field_value(argument, settings));
        return;
    }
    struct section below = {
        .path = setting.path, .mapping = setting.value, .where = setting.key};
    read_rates(reader, below, &settings->rates);
    if (settings->rates.kind != RATES_CONSTANT)
        settings->learning_rate = optimizer_rate(settings, 0);
}

/* Arguments of an optimizer that is not compiled in are not looked at. */
static struct optimizer_settings
read_one(struct reader *reader, struct section section,
         const struct optimizer_settings *compiled, struct span *where)
{
    const char *names[MOST_OPTIMIZERS];
    int n_names = optimizer_names(names);
    struct setting name = section_need(reader, section, "name", "adam");
    int kind = read_word(reader, name, foreign_optimizers(), names, n_names);
    *where = value_or_key(name);
    if (kind >= 0 && is_refused(reader, name.path, *where, kind, compiled))
        return optimizer_defaults(compiled->kind);
    check_arguments(reader, section, kind, *where);
    if (kind < 0)
        return optimizer_defaults(OPTIMIZER_ADAM);
    struct optimizer_settings settings =
        optimizer_defaults((enum optimizer_kind)kind);
    const struct field *list[MOST_ARGUMENTS];
    int n = optimizer_arguments(kind, list);
    for (int i = 0; i < n; i++)
        read_argument(reader, section, list[i], &settings);
    check_clipping(reader, section, &settings, compiled);
    return settings;
}

/* The first key that is neither `generator` nor `discriminator`, or NULL. */
static const struct entry *find_third(const struct node *mapping)
{
    for (size_t i = 0; i < mapping->n_entries; i++) {
        const struct entry *entry = &mapping->entries[i];
        if (entry->key && !is_network_key(entry->key) &&
            !node_is_null(entry->value))
            return entry;
    }
    return NULL;
}

/* Where one of the two is set. */
static struct span first_half(struct reader *reader, struct section section)
{
    struct setting generator = section_get(reader, section, "generator");
    return generator.value ? generator.key
                           : section_get(reader, section, "discriminator").key;
}

/* `optimizer: {generator: {...}, discriminator: {...}}`: nothing else may
 * stand beside the two. */
static void read_two(struct reader *reader, struct section section,
                     struct schedule *schedule)
{
    static const char example[] = "{name: adam}";
    const struct schedule *compiled = reader->compiled;
    const struct entry *third = find_third(section.mapping);
    if (third) {
        struct span half = first_half(reader, section);
        diag_error(reader->diags, blame(reader, third->where, half),
                   "'%.80s' stands beside 'generator' or 'discriminator'; give "
                   "one optimizer for both networks, or one below each",
                   third->key);
        note_other(reader, third->where, half);
        return;
    }
    section_need(reader, section, "generator", example);
    section_need(reader, section, "discriminator", example);
    struct section generator =
        section_open(reader, section, "generator", example);
    struct section discriminator =
        section_open(reader, section, "discriminator", example);
    if (generator.mapping)
        schedule->optimizer =
            read_one(reader, generator, compiled ? &compiled->optimizer : NULL,
                     &schedule->where.optimizer);
    if (discriminator.mapping)
        schedule->discriminator_optimizer =
            read_one(reader, discriminator,
                     compiled ? &compiled->discriminator_optimizer : NULL,
                     &schedule->where.discriminator_optimizer);
}

/* One for both networks of a gan, or for the one of another objective. */
static void read_shared(struct reader *reader, struct section section,
                        struct schedule *schedule)
{
    const struct schedule *compiled = reader->compiled;
    struct span *where = &schedule->where.optimizer;
    size_t errors = diags_count_errors(reader->diags);
    schedule->optimizer = read_one(
        reader, section, compiled ? &compiled->optimizer : NULL, where);
    schedule->discriminator_optimizer = schedule->optimizer;
    schedule->where.discriminator_optimizer = *where;
    if (!compiled || compiled->objective != OBJECTIVE_GAN ||
        diags_count_errors(reader->diags) > errors)
        return;
    if (!is_refused(reader, "optimizer.discriminator.name", *where,
                    (int)schedule->optimizer.kind,
                    &compiled->discriminator_optimizer))
        check_clipping(reader, section, &schedule->optimizer,
                       &compiled->discriminator_optimizer);
}

void read_optimizers(struct reader *reader, struct section top,
                     struct schedule *schedule)
{
    static const char example[] = "{name: adam}";
    section_need(reader, top, "optimizer", example);
    struct section section = section_open(reader, top, "optimizer", example);
    schedule->where.optimizer = section.where;
    schedule->where.discriminator_optimizer = section.where;
    if (!section.mapping)
        return;
    struct setting generator = section_get(reader, section, "generator");
    struct setting discriminator =
        section_get(reader, section, "discriminator");
    bool two = generator.value || discriminator.value;
    if (two && (reader->objectives & FOR_GAN)) {
        read_two(reader, section, schedule);
        return;
    }
    if (two) {
        struct setting wrong = generator.value ? generator : discriminator;
        diag_error(reader->diags, wrong.key,
                   "'%s' is a key of objective gan, not of %s", wrong.path,
                   objectives_text(reader->arena, reader->objectives));
        return;
    }
    read_shared(reader, section, schedule);
}

const struct optimizer_settings *
schedule_optimizer(const struct schedule *schedule, int index)
{
    return index == 0 ? &schedule->optimizer
                      : &schedule->discriminator_optimizer;
}
