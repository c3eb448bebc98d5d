/* What a schedule of rates says, read, checked and written; rates.c computes
 * them. Arguments have the ranges in which every rate is a number of at least
 * 0. */
#include "trainer/schedule/schedule_rates.h"

#include <float.h>
#include <stddef.h>
#include <string.h>

#include "trainer/schedule/schedule_foreign.h"
#include "trainer/schedule/schedule_keys.h"

/* ---- the tables ---------------------------------------------------------- */

static const char *const words[] = {
    "cosine_decay", "exponential_decay", "polynomial_decay",
    "piecewise_constant_decay", "inverse_time_decay"};
enum { N_WORDS = sizeof words / sizeof *words };

#define AT(member) .offset = offsetof(struct rate_schedule, member)
#define OF(kind) 1u << RATES_##kind
#define OF_QUOTIENTS OF(EXPONENTIAL_DECAY) | OF(INVERSE_TIME_DECAY)
#define OF_STEPS OF_QUOTIENTS | OF(COSINE_DECAY) | OF(POLYNOMIAL_DECAY)
#define ARGUMENT(name, type, traits)                                           \
    "optimizer.learning_rate", #name, type, FOR_ALL, traits, AT(name)
#define NOT_NEGATIVE .bounds = {0, (double)FLT_MAX, false}
#define STEPS(least) .bounds = {least, 1e12, false}

const struct field rate_fields[] = {
    {ARGUMENT(initial_learning_rate, FIELD_REAL, NEEDED), .kinds = OF_STEPS,
     NOT_NEGATIVE, .example = "0.01",
     .purpose = "the rate of the first update"},
    {ARGUMENT(decay_steps, FIELD_WHOLE, 0), .kinds = OF_STEPS, STEPS(1),
     .unset = "the run's updates less `warmup_steps`",
     .purpose = "updates that a decay takes, those of the warm-up not counted"},
    {ARGUMENT(alpha, FIELD_REAL, 0), .kinds = OF(COSINE_DECAY),
     .bounds = {0, 1, false}, .purpose = "what part of the rate is left"},
    {ARGUMENT(warmup_target, FIELD_REAL, QUIET), .kinds = OF(COSINE_DECAY),
     NOT_NEGATIVE, .preset = -1, .unset = "no warm-up",
     .purpose = "the rate that a warm-up leads to in even steps"},
    {ARGUMENT(warmup_steps, FIELD_WHOLE, 0), .kinds = OF(COSINE_DECAY),
     STEPS(0), .purpose = "updates that the warm-up takes"},
    {ARGUMENT(decay_rate, FIELD_REAL, NEEDED), .kinds = OF_QUOTIENTS,
     NOT_NEGATIVE, .example = "0.96", .purpose = "how fast the rate decays"},
    {ARGUMENT(staircase, FIELD_BOOLEAN, 0), .kinds = OF_QUOTIENTS,
     .purpose = "one step every `decay_steps`"},
    {ARGUMENT(end_learning_rate, FIELD_REAL, 0), .kinds = OF(POLYNOMIAL_DECAY),
     NOT_NEGATIVE, .preset = 1e-4, .purpose = "the rate that is left"},
    {ARGUMENT(power, FIELD_REAL, 0), .kinds = OF(POLYNOMIAL_DECAY),
     NOT_NEGATIVE, .preset = 1, .purpose = "of the polynomial"},
    {ARGUMENT(cycle, FIELD_BOOLEAN, 0), .kinds = OF(POLYNOMIAL_DECAY),
     .purpose = "again and longer, past `decay_steps`"},
    {ARGUMENT(boundaries, FIELD_WHOLES, NEEDED),
     .kinds = OF(PIECEWISE_CONSTANT_DECAY), STEPS(0), .example = "[1000]",
     .purpose = "the last step of each value but the last"},
    {ARGUMENT(values, FIELD_REALS, NEEDED),
     .kinds = OF(PIECEWISE_CONSTANT_DECAY), NOT_NEGATIVE,
     .example = "[0.01, 0.001]",
     .purpose = "the rates, one more than boundaries"},
};
const int n_rate_fields = sizeof rate_fields / sizeof *rate_fields;

const char *rate_word(enum rate_kind kind)
{
    return words[kind - RATES_COSINE_DECAY];
}

static bool has_field(enum rate_kind kind, const struct field *field)
{
    return field->kinds & 1u << kind;
}

static const struct field *find_field(const char *name)
{
    for (int i = 0; i < n_rate_fields; i++)
        if (strcmp(rate_fields[i].name, name) == 0)
            return &rate_fields[i];
    return NULL;
}

size_t rates_keys(const char **names, size_t most)
{
    size_t n = 0;
    if (most > 0)
        names[n++] = "schedule";
    for (int i = 0; i < n_rate_fields && n < most; i++)
        names[n++] = rate_fields[i].name;
    return n;
}

/* ---- checking ------------------------------------------------------------ */

/* "cosine_decay or polynomial_decay": the schedules that have an argument. */
static const char *owners_text(struct arena *arena, const struct field *field)
{
    const char *owners[N_WORDS];
    int n = 0;
    for (int i = 0; i < N_WORDS; i++)
        if (has_field((enum rate_kind)(RATES_COSINE_DECAY + i), field))
            owners[n++] = words[i];
    return list_words(arena, owners, n);
}

/* Of a schedule of this kind; a constant rate stands for one that is not known.
 */
static void check_key(struct reader *reader, struct section section,
                      enum rate_kind kind, struct span schedule,
                      const struct entry *entry)
{
    const struct field *field = find_field(entry->key);
    if (strcmp(entry->key, "schedule") == 0)
        return;
    if (!field) {
        const char *names[1 + MOST_RATE_FIELDS];
        size_t n = rates_keys(names, sizeof names / sizeof *names);
        diag_error(reader->diags, entry->where,
                   "unknown key '%.80s' below '%s'%s", entry->key, section.path,
                   key_advice(reader, section.path, entry->key, names, n));
    } else if (kind != RATES_CONSTANT && !has_field(kind, field) &&
               !node_is_null(entry->value)) {
        diag_error(reader->diags, blame(reader, entry->where, schedule),
                   "'%s' is an argument of %s, not of %s", entry->key,
                   owners_text(reader->arena, field), rate_word(kind));
        note_other(reader, entry->where, schedule);
    }
}

static void check_keys_of(struct reader *reader, struct section section,
                          enum rate_kind kind, struct span schedule)
{
    for (size_t i = 0; i < section.mapping->n_entries; i++)
        if (section.mapping->entries[i].key)
            check_key(reader, section, kind, schedule,
                      &section.mapping->entries[i]);
}

/* A target without steps, or steps without a target, would do nothing that its
 * writer meant. */
static void check_warmup(struct reader *reader, struct section section)
{
    struct setting target = section_get(reader, section, "warmup_target");
    struct setting steps = section_get(reader, section, "warmup_steps");
    if (target.value && !steps.value && !is_meant(reader, steps.path))
        diag_error(reader->diags, target.key,
                   "'%s' wants '%s' beside it: write for example "
                   "'warmup_steps: 500'",
                   target.path, steps.path);
    if (steps.value && !target.value && !is_meant(reader, target.path))
        diag_error(reader->diags, steps.key,
                   "'%s' wants '%s' beside it: write for example "
                   "'warmup_target: 0.01'",
                   steps.path, target.path);
}

static void check_pieces(struct reader *reader, struct section section,
                         const struct rate_schedule *rates)
{
    struct setting boundaries = section_get(reader, section, "boundaries");
    struct setting values = section_get(reader, section, "values");
    const struct whole_list *list = &rates->boundaries;
    int64_t i = 1;
    while (i < list->n && list->values[i - 1] < list->values[i])
        i++;
    if (i < list->n)
        diag_error(reader->diags, boundaries.value->entries[i].where,
                   "'%s' must rise, and %lld does not follow %lld",
                   boundaries.path, (long long)list->values[i],
                   (long long)list->values[i - 1]);
    else if (rates->values.n != list->n + 1)
        diag_error(
            reader->diags,
            blame(reader, value_or_key(values), value_or_key(boundaries)),
            "'%s' must be %lld numbers, one more than boundaries, not "
            "%lld",
            values.path, (long long)list->n + 1, (long long)rates->values.n);
}

/* ---- reading ------------------------------------------------------------- */

static void read_arguments(struct reader *reader, struct section section,
                           struct rate_schedule *rates)
{
    for (int i = 0; i < n_rate_fields; i++) {
        const struct field *field = &rate_fields[i];
        field_reset(field, rates);
        if (!has_field(rates->kind, field))
            continue;
        struct setting setting =
            field->traits & NEEDED
                ? section_need(reader, section, field->name, field->example)
                : section_get(reader, section, field->name);
        if (setting.value)
            read_value(reader, setting, field, field_value(field, rates));
    }
}

void read_rates(struct reader *reader, struct section section,
                struct rate_schedule *rates)
{
    size_t errors = diags_count_errors(reader->diags);
    struct setting schedule =
        section_need(reader, section, "schedule", words[0]);
    int word = read_word(reader, schedule, foreign_rates(), words, N_WORDS);
    if (word < 0) {
        /* nothing was missed, for a key that is unknown means it */
        if (diags_count_errors(reader->diags) == errors)
            check_keys_of(reader, section, RATES_CONSTANT,
                          value_or_key(schedule));
        return;
    }
    struct rate_schedule read = {
        .kind = (enum rate_kind)(RATES_COSINE_DECAY + word)};
    check_keys_of(reader, section, read.kind, value_or_key(schedule));
    read_arguments(reader, section, &read);
    if (read.kind == RATES_COSINE_DECAY)
        check_warmup(reader, section);
    if (read.kind == RATES_PIECEWISE_CONSTANT_DECAY &&
        diags_count_errors(reader->diags) == errors)
        check_pieces(reader, section, &read);
    if (diags_count_errors(reader->diags) == errors)
        *rates = read;
}

/* ---- writing ------------------------------------------------------------- */

const char *rates_text(struct arena *arena, const struct rate_schedule *rates)
{
    struct text text = text_new(arena);
    text_printf(&text, "{schedule: %s", rate_word(rates->kind));
    for (int i = 0; i < n_rate_fields; i++) {
        const struct field *field = &rate_fields[i];
        struct rate_schedule unset;
        field_reset(field, &unset);
        bool is_quiet = rates->kind == RATES_COSINE_DECAY &&
                        rates->warmup_target < 0 &&
                        strcmp(field->name, "warmup_steps") == 0;
        const char *value = field_text(arena, field, rates);
        if (has_field(rates->kind, field) && value && !is_quiet &&
            !((field->traits & QUIET) && field_is_same(field, rates, &unset)))
            text_printf(&text, ", %s: %s", field->name, value);
    }
    text_puts(&text, "}");
    return text_string(&text);
}

bool rates_are_same(const struct rate_schedule *a,
                    const struct rate_schedule *b)
{
    if (a->kind != b->kind || a->kind == RATES_CONSTANT)
        return a->kind == b->kind;
    struct arena *arena = arena_new();
    bool is_same = strcmp(rates_text(arena, a), rates_text(arena, b)) == 0;
    arena_free(arena);
    return is_same;
}
