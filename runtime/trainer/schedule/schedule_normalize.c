/* What `data.normalize` says, read, checked and written. */
#include "trainer/schedule/schedule_normalize.h"

#include <float.h>
#include <stddef.h>
#include <string.h>

#include "trainer/schedule/schedule_foreign.h"
#include "trainer/schedule/schedule_keys.h"

#define SECTION "data.normalize"
#define AT(member) .offset = offsetof(struct normalize_settings, member)

static const struct field fields[] = {
    {SECTION, "mean", FIELD_REALS, FOR_ONE_NETWORK, NEEDED, AT(mean),
     .bounds = {-(double)FLT_MAX, (double)FLT_MAX, false}, .example = "[0.13]",
     .purpose = "of each channel, or of all"},
    {SECTION, "stddev", FIELD_REALS, FOR_ONE_NETWORK, NEEDED, AT(stddev),
     .bounds = {0, (double)FLT_MAX, false}, .example = "[0.31]",
     .purpose = "standard deviation of each channel, or of all"},
};
_Static_assert(sizeof fields / sizeof *fields == N_NORMALIZE_KEYS,
               "a row each");

size_t normalize_keys(const char *names[N_NORMALIZE_KEYS])
{
    for (int i = 0; i < N_NORMALIZE_KEYS; i++)
        names[i] = fields[i].name;
    return N_NORMALIZE_KEYS;
}

/* ---- reading ------------------------------------------------------------- */

static void check_names(struct reader *reader, struct section section)
{
    const char *names[N_NORMALIZE_KEYS];
    size_t n = normalize_keys(names);
    for (size_t i = 0; i < section.mapping->n_entries; i++) {
        const struct entry *entry = &section.mapping->entries[i];
        if (!entry->key || strcmp(entry->key, names[0]) == 0 ||
            strcmp(entry->key, names[1]) == 0)
            continue;
        diag_error(reader->diags, entry->where,
                   "unknown key '%.80s' below '%s'%s", entry->key, section.path,
                   key_advice(reader, section.path, entry->key, names, n));
    }
}

static void read_list(struct reader *reader, struct section section,
                      const struct field *field,
                      struct normalize_settings *settings)
{
    struct setting setting =
        section_need(reader, section, field->name, field->example);
    if (setting.value)
        read_value(reader, setting, field, field_value(field, settings));
}

static void check_deviations(struct reader *reader, struct section section,
                             const struct real_list *stddev)
{
    struct setting setting = section_get(reader, section, "stddev");
    for (int64_t i = 0; i < stddev->n; i++)
        if (stddev->values[i] == 0.0)
            diag_error(reader->diags, setting.value->entries[i].value->where,
                       "'%s[%lld]' is 0, and values are divided by it; 1 "
                       "leaves a channel that is the same everywhere at 0",
                       setting.path, (long long)i);
}

static void check_lengths(struct reader *reader, struct section section,
                          const struct normalize_settings *settings)
{
    struct setting mean = section_get(reader, section, "mean");
    struct setting stddev = section_get(reader, section, "stddev");
    if (settings->mean.n == 0)
        diag_error(reader->diags, value_or_key(mean),
                   "'%s' is empty; it wants a number for each channel, or one "
                   "for all",
                   mean.path);
    else if (settings->mean.n != settings->stddev.n)
        diag_error(reader->diags,
                   blame(reader, value_or_key(stddev), value_or_key(mean)),
                   "'%s' must have as many numbers as '%s', %lld, not %lld",
                   stddev.path, mean.path, (long long)settings->mean.n,
                   (long long)settings->stddev.n);
}

/* Of a plain text: the one word that it may be. */
static bool read_train(struct reader *reader, struct setting setting,
                       struct normalize_settings *settings)
{
    const struct node *value = setting.value;
    bool is_train =
        value->kind == NODE_SCALAR && strcmp(value->text, "train") == 0;
    if (is_train)
        *settings = (struct normalize_settings){.kind = NORMALIZE_TRAIN};
    else
        report_wrong_value(
            reader, setting, value,
            "train or a mapping such as {mean: [0.13], stddev: [0.31]}", "");
    return is_train;
}

bool read_normalize(struct reader *reader, struct setting setting,
                    struct normalize_settings *settings)
{
    if (setting.value->kind != NODE_MAPPING)
        return read_train(reader, setting, settings);
    size_t errors = diags_count_errors(reader->diags);
    struct section section = {
        .path = setting.path, .mapping = setting.value, .where = setting.key};
    struct normalize_settings read = {.kind = NORMALIZE_GIVEN};
    check_names(reader, section);
    for (int i = 0; i < N_NORMALIZE_KEYS; i++)
        read_list(reader, section, &fields[i], &read);
    if (diags_count_errors(reader->diags) == errors)
        check_lengths(reader, section, &read);
    if (diags_count_errors(reader->diags) == errors)
        check_deviations(reader, section, &read.stddev);
    if (diags_count_errors(reader->diags) != errors)
        return false;
    *settings = read;
    return true;
}

/* ---- writing ------------------------------------------------------------- */

const char *normalize_text(struct arena *arena,
                           const struct normalize_settings *settings)
{
    switch (settings->kind) {
    case NORMALIZE_TRAIN:
        return "train";
    case NORMALIZE_GIVEN:
        return arena_printf(arena, "{mean: %s, stddev: %s}",
                            reals_text(arena, &settings->mean),
                            reals_text(arena, &settings->stddev));
    case NORMALIZE_NOT:
        break;
    }
    return NULL;
}
