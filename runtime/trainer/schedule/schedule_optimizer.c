/* The optimizers of a schedule: Keras's names, defaults and ranges. An argument
 * that Keras has and guss does not is refused by name; so is one of another
 * optimizer. */
#include <float.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trainer/schedule/schedule_foreign.h"
#include "trainer/schedule/schedule_keys.h"

enum kinds {
    ADAM = 1 << OPTIMIZER_ADAM,
    SGD = 1 << OPTIMIZER_SGD,
    RMSPROP = 1 << OPTIMIZER_RMSPROP,
    ADADELTA = 1 << OPTIMIZER_ADADELTA,
    ADAGRAD = 1 << OPTIMIZER_ADAGRAD,
    NOT_SGD = ADAM | RMSPROP | ADADELTA | ADAGRAD
};

static const struct range any_positive = {0, (double)FLT_MAX, false,
                                          "a number of at least 0"};
static const struct range decay_rate = {
    0, 1, true, "a number of at least 0 and less than 1"};
static const struct range momentum_rate = {0, 1, false, "a number from 0 to 1"};

static const struct argument {
    const char *name;
    enum kinds kinds;
    size_t offset;             /* of a double in struct optimizer_settings */
    const struct range *range; /* NULL: the boolean, nesterov */
} arguments[] = {
#define FIELD(name) offsetof(struct optimizer_settings, name)
    {"learning_rate", NOT_SGD | SGD, FIELD(learning_rate), &any_positive},
    {"momentum", SGD, FIELD(momentum), &momentum_rate},
    {"nesterov", SGD, FIELD(nesterov), NULL},
    {"beta_1", ADAM, FIELD(beta_1), &decay_rate},
    {"beta_2", ADAM, FIELD(beta_2), &decay_rate},
    {"rho", RMSPROP | ADADELTA, FIELD(rho), &decay_rate},
    {"initial_accumulator_value", ADAGRAD, FIELD(initial_accumulator_value),
     &any_positive},
    {"epsilon", NOT_SGD, FIELD(epsilon), &any_positive},
#undef FIELD
};
enum { N_ARGUMENTS = sizeof arguments / sizeof *arguments };

/* Of Keras 3.15; `decay` is of the versions before 3. */
static const char *const keras_only[] = {"amsgrad",
                                         "centered",
                                         "weight_decay",
                                         "clipnorm",
                                         "clipvalue",
                                         "global_clipnorm",
                                         "use_ema",
                                         "ema_momentum",
                                         "ema_overwrite_frequency",
                                         "loss_scale_factor",
                                         "gradient_accumulation_steps",
                                         "decay"};
enum { N_KERAS_ONLY = sizeof keras_only / sizeof *keras_only };

static struct optimizer_settings defaults(enum optimizer_kind kind)
{
    struct optimizer_settings settings = {
        .kind = kind, .learning_rate = 0.001, .epsilon = 1e-7};
    switch (kind) {
    case OPTIMIZER_ADAM:
        settings.beta_1 = 0.9;
        settings.beta_2 = 0.999;
        break;
    case OPTIMIZER_SGD:
        settings.learning_rate = 0.01;
        settings.epsilon = 0;
        break;
    case OPTIMIZER_RMSPROP:
        settings.rho = 0.9;
        break;
    case OPTIMIZER_ADADELTA:
        settings.rho = 0.95;
        break;
    case OPTIMIZER_ADAGRAD:
        settings.initial_accumulator_value = 0.1;
        break;
    }
    return settings;
}

static const struct argument *find_argument(const char *name)
{
    for (int i = 0; i < N_ARGUMENTS; i++)
        if (strcmp(arguments[i].name, name) == 0)
            return &arguments[i];
    return NULL;
}

bool is_optimizer_argument(const char *name)
{
    return find_argument(name) != NULL;
}

size_t optimizer_keys(const char **names, size_t most)
{
    static const char *const others[] = {"name", "generator", "discriminator"};
    size_t n = 0;
    for (size_t i = 0; i < 3 && n < most; i++)
        names[n++] = others[i];
    for (int i = 0; i < N_ARGUMENTS && n < most; i++)
        names[n++] = arguments[i].name;
    return n;
}

const char *optimizer_argument(enum optimizer_kind kind, int index)
{
    for (int i = 0; i < N_ARGUMENTS; i++)
        if ((arguments[i].kinds & (1u << kind)) && index-- == 0)
            return arguments[i].name;
    return NULL;
}

/* Kind -1, of an optimizer that is not known, has all arguments. */
static bool has_argument(int kind, const struct argument *argument)
{
    return kind < 0 || (argument->kinds & (1u << kind));
}

static void add_keys(struct key_list *list, const char *section, int kind)
{
    for (int i = 0; i < N_ARGUMENTS; i++) {
        struct schedule_key key = {.path = arguments[i].name};
        if (!arguments[i].range) {
            key.words = boolean_words;
            key.n_words = N_BOOLEANS;
        }
        if (has_argument(kind, &arguments[i]))
            key_list_add(list, section, key);
    }
}

void add_optimizer_keys(struct key_list *list, const struct schedule *schedule)
{
    /* one that is said for both networks of a gan is said in one place */
    bool is_split = schedule && schedule->objective == OBJECTIVE_GAN &&
                    schedule->where.optimizer.first !=
                        schedule->where.discriminator_optimizer.first;
    int kind = schedule ? (int)schedule->optimizer.kind : -1;
    add_keys(list, is_split ? "optimizer.generator" : "optimizer", kind);
    if (is_split)
        add_keys(list, "optimizer.discriminator",
                 (int)schedule->discriminator_optimizer.kind);
}

static double *number_of(struct optimizer_settings *settings,
                         const struct argument *argument)
{
    return (double *)(void *)((char *)settings + argument->offset);
}

const char *optimizer_value(struct arena *arena,
                            const struct optimizer_settings *settings,
                            const char *name)
{
    struct optimizer_settings copy = *settings;
    const struct argument *argument = find_argument(name);
    if (!argument->range)
        return copy.nesterov ? "true" : "false";
    return real_text(arena, *number_of(&copy, argument));
}

const char *optimizer_difference(const struct optimizer_settings *a,
                                 const struct optimizer_settings *b)
{
    struct optimizer_settings one = *a, other = *b;
    for (int i = 0; i < N_ARGUMENTS; i++) {
        const struct argument *argument = &arguments[i];
        bool differs = argument->range ? *number_of(&one, argument) !=
                                             *number_of(&other, argument)
                                       : a->nesterov != b->nesterov;
        if (differs)
            return argument->name;
    }
    return NULL;
}

/* The keys that part a gan's `optimizer` in two. */
static bool is_network_key(const char *name)
{
    return strcmp(name, "generator") == 0 || strcmp(name, "discriminator") == 0;
}

/* ---- checking ------------------------------------------------------------ */

static bool is_keras_only(const char *name)
{
    for (int i = 0; i < N_KERAS_ONLY; i++)
        if (strcmp(keras_only[i], name) == 0)
            return true;
    return false;
}

static const char *kinds_text(struct arena *arena, enum kinds kinds)
{
    const char *words[N_OPTIMIZERS];
    int n = 0;
    for (unsigned i = 0; i < N_OPTIMIZERS; i++)
        if (kinds & (1u << i))
            words[n++] = optimizer_words[i];
    return list_words(arena, words, n);
}

static void report_unknown(struct reader *reader, struct section section,
                           int kind, const struct entry *entry)
{
    const char *names[N_ARGUMENTS + 1] = {"name"};
    size_t n = 1;
    for (int i = 0; i < N_ARGUMENTS; i++)
        if (has_argument(kind, &arguments[i]))
            names[n++] = arguments[i].name;
    if (!report_lacking_key(reader, section.path, entry))
        diag_error(reader->diags, entry->where,
                   "unknown key '%.80s' below '%s'%s", entry->key, section.path,
                   key_advice(reader, section.path, entry->key, names, n));
}

/* `name` is where the kind is said. */
static void check_argument(struct reader *reader, struct section section,
                           int kind, struct span name,
                           const struct entry *entry)
{
    const struct argument *argument = find_argument(entry->key);
    bool of_rmsprop = kind == OPTIMIZER_RMSPROP && argument &&
                      strcmp(entry->key, "momentum") == 0;
    bool has = argument && has_argument(kind, argument);
    bool null = node_is_null(entry->value);
    if (has || strcmp(entry->key, "name") == 0 ||
        (null && is_network_key(entry->key)))
        return;
    if (!argument && !is_keras_only(entry->key))
        report_unknown(reader, section, kind, entry);
    else if (null || kind < 0)
        return;
    else if (!argument || of_rmsprop)
        diag_error(reader->diags, blame(reader, entry->where, name),
                   "'%s' is an argument of Keras's %s that guss does not have",
                   entry->key, optimizer_words[kind]);
    else
        diag_error(reader->diags, blame(reader, entry->where, name),
                   "'%s' is an argument of %s, not of %s", entry->key,
                   kinds_text(reader->arena, argument->kinds),
                   optimizer_words[kind]);
    if (argument || is_keras_only(entry->key))
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

/* ---- reading ------------------------------------------------------------- */

static bool is_refused(struct reader *reader, const char *path,
                       struct span where, int kind,
                       const struct optimizer_settings *compiled)
{
    return compiled && report_compiled_in(reader, path, where,
                                          optimizer_words[compiled->kind],
                                          optimizer_words[kind]);
}

/* Arguments of an optimizer that is not compiled in are not looked at. */
static struct optimizer_settings
read_one(struct reader *reader, struct section section,
         const struct optimizer_settings *compiled, struct span *where)
{
    struct setting name = section_need(reader, section, "name", "adam");
    int kind = read_word(reader, name, foreign_optimizers(), optimizer_words,
                         N_OPTIMIZERS);
    *where = name.value ? name.value->where : name.key;
    if (kind >= 0 && is_refused(reader, name.path, *where, kind, compiled))
        return defaults(compiled->kind);
    check_arguments(reader, section, kind, *where);
    if (kind < 0)
        return defaults(OPTIMIZER_ADAM);
    struct optimizer_settings settings = defaults((enum optimizer_kind)kind);
    for (int i = 0; i < N_ARGUMENTS; i++) {
        const struct argument *argument = &arguments[i];
        if (!(argument->kinds & (1u << kind)))
            continue;
        struct setting setting = section_get(reader, section, argument->name);
        if (!argument->range) {
            settings.nesterov = read_boolean(reader, setting, false);
            continue;
        }
        double *number = number_of(&settings, argument);
        *number = read_real(reader, setting, argument->range, *number);
    }
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
    if (compiled && compiled->objective == OBJECTIVE_GAN &&
        diags_count_errors(reader->diags) == errors)
        is_refused(reader, "optimizer.discriminator.name", *where,
                   (int)schedule->optimizer.kind,
                   &compiled->discriminator_optimizer);
}

void read_optimizers(struct reader *reader, struct section top,
                     enum objectives objectives, struct schedule *schedule)
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
    if (two && (objectives & FOR_GAN)) {
        read_two(reader, section, schedule);
        return;
    }
    if (two) {
        struct setting wrong = generator.value ? generator : discriminator;
        diag_error(reader->diags, wrong.key,
                   "'%s' is a key of objective gan, not of %s", wrong.path,
                   objectives_text(reader->arena, objectives));
        return;
    }
    read_shared(reader, section, schedule);
}
