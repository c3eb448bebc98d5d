/* The keys that a schedule may have, section by section. One outside the table
 * of fields is a mistake, never ignored. */
#include "trainer/schedule/schedule_keys.h"

#include <string.h>

#include "trainer/schedule/schedule_foreign.h"
#include "trainer/schedule/schedule_normalize.h"
#include "trainer/schedule/schedule_optimizer.h"
#include "trainer/schedule/schedule_rates.h"

enum { MOST_NAMES = 64 }; /* keys of a section */

/* ---- what an unknown key means ------------------------------------------- */

/* The path of a key of any section that has this name, or NULL. */
static const char *find_path(struct arena *arena, const char *name)
{
    if (field_find("", name))
        return name;
    if (argument_find(name))
        return field_path(arena, argument_find(name));
    for (int i = 0; i < n_schedule_fields; i++)
        if (strcmp(schedule_fields[i].name, name) == 0)
            return field_path(arena, &schedule_fields[i]);
    return NULL;
}

static bool is_one_of(const char *name, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

/* The row of a key from elsewhere, of the section or else of the top; NULL also
 * where it means a key that is not among the section's. */
static const struct hint *find_hint(const char *section, const char *key,
                                    const char *const *names, size_t n)
{
    const struct hint *hint = hint_find(foreign_keys(section), key);
    if (hint && (!hint->own || !section[0] || is_one_of(hint->own, names, n)))
        return hint;
    return section[0] ? hint_find(foreign_keys(""), key) : NULL;
}

/* The path that an unknown key means, or NULL. */
static const char *meant_path(struct arena *arena, const char *section,
                              const char *key, const char *const *names,
                              size_t n)
{
    const struct hint *hint = find_hint(section, key, names, n);
    if (hint && !hint->own)
        return NULL;
    const char *name = hint ? hint->own : nearest_name(key, names, n);
    if (name && section[0] && is_one_of(name, names, n))
        return arena_printf(arena, "%s.%s", section, name);
    return name ? name : find_path(arena, key);
}

const char *key_advice(struct reader *reader, const char *section,
                       const char *key, const char *const *names, size_t n)
{
    const struct hint *hint = find_hint(section, key, names, n);
    if (hint && !hint->own)
        return hint_text(reader->arena, hint);
    const char *path = meant_path(reader->arena, section, key, names, n);
    if (!path)
        return "";
    size_t length = strlen(section);
    if (!section[0] || strchr(path, '.') == NULL)
        return arena_printf(reader->arena,
                            section[0] ? "; write '%s' at the left margin"
                                       : "; did you mean '%s'?",
                            path);
    bool is_here = strncmp(path, section, length) == 0 && path[length] == '.';
    return arena_printf(reader->arena, "; did you mean '%s'?",
                        is_here ? path + length + 1 : path);
}

bool report_lacking_key(struct reader *reader, const char *section,
                        const struct entry *entry)
{
    const struct hint *hint = find_hint(section, entry->key, NULL, 0);
    if (!hint || !hint->lacking)
        return false;
    diag_error(reader->diags, entry->where, "%s",
               hint_refusal(reader->arena, foreign_keys(section), hint));
    return true;
}

/* The keys of a section, for any of these objectives. */
static size_t section_names(const char *section, enum objectives objectives,
                            const char *names[MOST_NAMES])
{
    size_t n = 0;
    for (int i = 0; i < n_schedule_fields; i++)
        if (strcmp(schedule_fields[i].section, section) == 0 &&
            (schedule_fields[i].objectives & objectives) && n < MOST_NAMES)
            names[n++] = schedule_fields[i].name;
    return n;
}

/* What --set cannot change, or without a choice. */
static bool is_fixed(const struct field *field)
{
    return (field->traits & COMPILED_IN) || field->type == FIELD_VERSION;
}

static bool is_mapping(const struct field *field)
{
    return field->type == FIELD_SECTION || field->type == FIELD_OPTIMIZER;
}

const char *schedule_option_advice(struct arena *arena, const char *option,
                                   const char *value)
{
    char *key = arena_strdup(arena, option);
    for (char *at = key; (at = strchr(at, '-'));)
        *at = '_';
    const char *names[MOST_NAMES];
    size_t n = section_names("", FOR_ALL, names);
    const char *path =
        is_one_of(key, names, n) || hint_find(foreign_keys(""), key)
            ? meant_path(arena, "", key, names, n)
            : find_path(arena, key);
    const char *shown = value ? value : "VALUE";
    if (!path)
        return NULL;
    const struct field *field = field_find("", path);
    if (strcmp(path, "optimizer") == 0)
        return arena_printf(
            arena, ": write 'optimizer: {name: %s}' in the schedule", shown);
    if (field && is_mapping(field))
        return NULL;
    if (field && is_fixed(field))
        return arena_printf(arena, ": write '%s: %s' in the schedule", path,
                            shown);
    return arena_printf(arena, ": write --set %s=%s", path, shown);
}

/* ---- what --set can change ----------------------------------------------- */

struct key_list {
    struct arena *arena;
    struct schedule_key *keys;
    size_t n, capacity;
};

static void add_key(struct key_list *list, const char *section,
                    const struct field *field)
{
    struct schedule_key key = {
        .path = field->name, .value = field->called, .purpose = field->purpose};
    key.n_words = field_words(field, &key.words);
    if (section[0])
        key.path = arena_printf(list->arena, "%s.%s", section, field->name);
    list->keys = arena_grow(list->arena, list->keys, list->n, &list->capacity,
                            sizeof *list->keys);
    list->keys[list->n++] = key;
}

/* Those of a schedule of rates; a constant rate has none. */
static void add_rates(struct key_list *list, const char *section,
                      const struct rate_schedule *rates)
{
    const char *path = arena_printf(list->arena, "%s.learning_rate", section);
    for (int i = 0; i < n_rate_fields; i++)
        if (rate_fields[i].kinds >> rates->kind & 1)
            add_key(list, path, &rate_fields[i]);
}

/* The arguments of an optimizer that --set can change, those of any where it is
 * NULL; and those of its schedule of rates. */
static void add_arguments(struct key_list *list, const char *section,
                          const struct optimizer_settings *settings)
{
    const struct field *arguments[MOST_ARGUMENTS];
    int n = optimizer_arguments(settings ? (int)settings->kind : -1, arguments);
    for (int i = 0; i < n; i++)
        if (!settings || argument_is_compiled_in(arguments[i], settings))
            add_key(list, section, arguments[i]);
    if (settings)
        add_rates(list, section, &settings->rates);
}

static void add_optimizers(struct key_list *list,
                           const struct schedule *schedule)
{
    /* one that is said for both networks of a gan is said in one place */
    bool is_split = schedule && schedule->objective == OBJECTIVE_GAN &&
                    schedule->where.optimizer.first !=
                        schedule->where.discriminator_optimizer.first;
    add_arguments(list, is_split ? "optimizer.generator" : "optimizer",
                  schedule ? &schedule->optimizer : NULL);
    if (is_split)
        add_arguments(list, "optimizer.discriminator",
                      &schedule->discriminator_optimizer);
}

size_t schedule_keys(struct arena *arena, const struct schedule *schedule,
                     struct schedule_key **keys)
{
    struct key_list list = {.arena = arena};
    unsigned objectives = schedule ? 1u << schedule->objective : FOR_ALL;
    for (int i = 0; i < n_schedule_fields; i++) {
        const struct field *field = &schedule_fields[i];
        if (!is_fixed(field) && !is_mapping(field) &&
            (field->objectives & objectives))
            add_key(&list, field->section, field);
    }
    add_optimizers(&list, schedule);
    *keys = list.keys;
    return list.n;
}

static size_t names_below(const char *section, const char *names[MOST_NAMES])
{
    const char *last = strrchr(section, '.');
    if (last && strcmp(last, ".learning_rate") == 0)
        return rates_keys(names, MOST_NAMES);
    if (strncmp(section, "optimizer", strlen("optimizer")) == 0)
        return optimizer_keys(names, MOST_NAMES);
    if (strcmp(section, "data.normalize") == 0)
        return normalize_keys(names);
    return section_names(section, FOR_ALL, names);
}

static bool has_meaning(struct reader *reader, const struct node *mapping,
                        const char *section, const char *path)
{
    enum { MOST = 1000 }; /* entries looked at: more are no slip */
    const char *names[MOST_NAMES];
    size_t n = names_below(section, names);
    if (strcmp(section, "class_weights") == 0)
        return false; /* names of classes, which mean no key */
    for (size_t i = 0; i < mapping->n_entries && i < MOST; i++) {
        const struct entry *entry = &mapping->entries[i];
        const char *key = entry->key;
        if (!key)
            continue;
        if (!is_one_of(key, names, n)) {
            const char *meant =
                meant_path(reader->arena, section, key, names, n);
            if (meant && strcmp(meant, path) == 0)
                return true;
        }
        const char *below =
            section[0] ? arena_printf(reader->arena, "%s.%s", section, key)
                       : key;
        if (entry->value->kind == NODE_MAPPING && strlen(below) < 64 &&
            has_meaning(reader, entry->value, below, path))
            return true;
    }
    return false;
}

bool is_meant(struct reader *reader, const char *path)
{
    return has_meaning(reader, reader->root, "", path);
}

/* ---- checking ------------------------------------------------------------ */

static void check_key(struct reader *reader, struct section section,
                      const struct entry *entry)
{
    enum objectives objectives = reader->objectives;
    const struct field *field = field_find(section.path, entry->key);
    const char *below =
        section.path[0]
            ? arena_printf(reader->arena, " below '%s'", section.path)
            : "";
    if (!field) {
        const char *names[MOST_NAMES];
        size_t n = section_names(section.path, objectives, names);
        if (!report_lacking_key(reader, section.path, entry))
            diag_error(reader->diags, entry->where, "unknown key '%.80s'%s%s",
                       entry->key, below,
                       key_advice(reader, section.path, entry->key, names, n));
    }
    if (field && !(field->objectives & objectives) &&
        !node_is_null(entry->value))
        diag_error(reader->diags, entry->where,
                   "'%s' is a key of objective %s, not of %s", entry->key,
                   objectives_text(reader->arena, field->objectives),
                   objectives_text(reader->arena, objectives));
}

void check_keys(struct reader *reader, struct section section)
{
    if (!section.mapping)
        return;
    for (size_t i = 0; i < section.mapping->n_entries; i++) {
        const struct entry *entry = &section.mapping->entries[i];
        if (entry->key)
            check_key(reader, section, entry);
    }
}
