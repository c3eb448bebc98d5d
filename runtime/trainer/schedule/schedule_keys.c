/* The keys that a schedule may have, section by section, and the words that
 * some of them take. A key outside this table is a mistake, never ignored. */
#include "trainer/schedule/schedule_keys.h"

#include <string.h>

#include "trainer/schedule/schedule_foreign.h"

const char *const objective_words[N_OBJECTIVES] = {"autoencoder", "classifier",
                                                   "gan"};
const char *const loss_words[N_LOSSES] = {
    "binary_crossentropy", "categorical_crossentropy", "mean_squared_error",
    "mean_absolute_error"};
const char *const precision_words[N_PRECISIONS] = {"float32", "bf16"};
const char *const optimizer_words[N_OPTIMIZERS] = {"adam", "sgd", "rmsprop",
                                                   "adadelta", "adagrad"};
const char *const pixels_words[N_PIXELS] = {"raw", "unit", "signed", "binary"};
const char *const ink_words[N_INKS] = {"white", "black"};
const char *const distribution_words[N_DISTRIBUTIONS] = {"normal", "uniform"};
const char *const boolean_words[N_BOOLEANS] = {"true", "false"};

const char *objective_word(enum objective objective)
{
    return objective_words[objective];
}

const char *loss_word(enum loss_kind loss)
{
    return loss_words[loss];
}

const char *precision_word(enum precision precision)
{
    return precision_words[precision];
}

const char *optimizer_word(enum optimizer_kind kind)
{
    return optimizer_words[kind];
}

const char *pixels_word(enum pixels_choice pixels)
{
    return pixels == PIXELS_DEFAULT ? NULL : pixels_words[pixels - PIXELS_RAW];
}

/* What a key takes, of what --set can change; what is compiled in, or without a
 * choice, is FIXED. */
enum key_kind { NUMBER, WORD, NAME, FIXED, SECTION };

struct key {
    const char *section, *name;
    enum objectives objectives;
    enum key_kind kind;
    const char *const *words; /* of a WORD */
    int n_words;
    const char *value; /* of a NAME, as options call it */
};

static const struct key all_keys[] = {
    {"", "objective", FOR_ALL, .kind = FIXED},
    {"", "network", FOR_ONE_NETWORK, .kind = FIXED},
    {"", "generator", FOR_GAN, .kind = FIXED},
    {"", "discriminator", FOR_GAN, .kind = FIXED},
    {"", "latent", FOR_GAN, .kind = SECTION},
    {"", "loss", FOR_ALL, .kind = FIXED},
    {"", "precision", FOR_ALL, .kind = FIXED},
    {"", "batch", FOR_ALL, .kind = FIXED},
    {"", "epochs", FOR_ALL, .kind = NUMBER},
    {"", "iterations", FOR_ALL, .kind = NUMBER},
    {"", "seed", FOR_ALL, .kind = NUMBER},
    {"", "optimizer", FOR_ALL, .kind = SECTION},
    {"", "data", FOR_ALL, .kind = SECTION},
    {"", "snapshots", FOR_ALL, .kind = SECTION},
    {"", "checkpoint", FOR_ALL, .kind = SECTION},
    {"", "threads", FOR_ALL, .kind = NUMBER},
    {"", "version", FOR_ALL, .kind = FIXED},
    {"latent", "distribution", FOR_GAN, .kind = WORD,
     .words = distribution_words, .n_words = N_DISTRIBUTIONS},
    {"latent", "mean", FOR_GAN, .kind = NUMBER},
    {"latent", "stddev", FOR_GAN, .kind = NUMBER},
    {"latent", "low", FOR_GAN, .kind = NUMBER},
    {"latent", "high", FOR_GAN, .kind = NUMBER},
    {"latent", "file", FOR_GAN, .kind = NAME, .value = "Z.npy"},
    {"data", "train", FOR_ALL, .kind = NAME, .value = "REF"},
    {"data", "test", FOR_ALL, .kind = NAME, .value = "REF"},
    {"data", "pixels", FOR_ALL, .kind = WORD, .words = pixels_words,
     .n_words = N_PIXELS},
    {"data", "shuffle", FOR_ALL, .kind = WORD, .words = boolean_words,
     .n_words = N_BOOLEANS},
    {"snapshots", "at", FOR_ALL, .kind = NUMBER},
    {"snapshots", "every", FOR_ALL, .kind = NUMBER},
    {"snapshots", "count", FOR_ALL, .kind = NUMBER},
    {"snapshots", "columns", FOR_ALL, .kind = NUMBER},
    {"snapshots", "ink", FOR_ALL, .kind = WORD, .words = ink_words,
     .n_words = N_INKS},
    {"checkpoint", "at", FOR_ALL, .kind = NUMBER},
    {"checkpoint", "every", FOR_ALL, .kind = NUMBER},
    {"checkpoint", "keep", FOR_ALL, .kind = NUMBER},
};
enum { N_KEYS = sizeof all_keys / sizeof *all_keys };

static const struct key *find_key(const char *section, const char *name)
{
    for (int i = 0; i < N_KEYS; i++)
        if (strcmp(all_keys[i].section, section) == 0 &&
            strcmp(all_keys[i].name, name) == 0)
            return &all_keys[i];
    return NULL;
}

/* ---- what an unknown key means ------------------------------------------- */

/* The path of a key of any section that has this name, or NULL. */
static const char *find_path(struct arena *arena, const char *name)
{
    if (find_key("", name))
        return name;
    for (int i = 0; i < N_KEYS; i++)
        if (strcmp(all_keys[i].name, name) == 0 && !is_optimizer_argument(name))
            return arena_printf(arena, "%s.%s", all_keys[i].section, name);
    return is_optimizer_argument(name)
               ? arena_printf(arena, "optimizer.%s", name)
               : NULL;
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
                            const char *names[N_KEYS])
{
    size_t n = 0;
    for (int i = 0; i < N_KEYS; i++)
        if (strcmp(all_keys[i].section, section) == 0 &&
            (all_keys[i].objectives & objectives))
            names[n++] = all_keys[i].name;
    return n;
}

const char *schedule_option_advice(struct arena *arena, const char *option,
                                   const char *value)
{
    char *key = arena_strdup(arena, option);
    for (char *at = key; (at = strchr(at, '-'));)
        *at = '_';
    const char *names[N_KEYS];
    size_t n = section_names("", FOR_ALL, names);
    const char *path =
        is_one_of(key, names, n) || hint_find(foreign_keys(""), key)
            ? meant_path(arena, "", key, names, n)
            : find_path(arena, key);
    const char *shown = value ? value : "VALUE";
    if (!path)
        return NULL;
    const struct key *row = find_key("", path);
    if (strcmp(path, "optimizer") == 0)
        return arena_printf(
            arena, ": write 'optimizer: {name: %s}' in the schedule", shown);
    if (row && row->kind == SECTION)
        return NULL;
    if (row && row->kind == FIXED)
        return arena_printf(arena, ": write '%s: %s' in the schedule", path,
                            shown);
    return arena_printf(arena, ": write --set %s=%s", path, shown);
}

/* ---- what --set can change ----------------------------------------------- */

void key_list_add(struct key_list *list, const char *section,
                  struct schedule_key key)
{
    if (section[0])
        key.path = arena_printf(list->arena, "%s.%s", section, key.path);
    list->keys = arena_grow(list->arena, list->keys, list->n, &list->capacity,
                            sizeof *list->keys);
    list->keys[list->n++] = key;
}

size_t schedule_keys(struct arena *arena, const struct schedule *schedule,
                     struct schedule_key **keys)
{
    struct key_list list = {.arena = arena};
    unsigned objectives = schedule ? 1u << schedule->objective : FOR_ALL;
    for (int i = 0; i < N_KEYS; i++) {
        const struct key *row = &all_keys[i];
        if (row->kind != FIXED && row->kind != SECTION &&
            (row->objectives & objectives))
            key_list_add(&list, row->section,
                         (struct schedule_key){row->name, row->words,
                                               row->n_words, row->value});
    }
    add_optimizer_keys(&list, schedule);
    *keys = list.keys;
    return list.n;
}

static size_t names_below(const char *section, const char *names[N_KEYS])
{
    if (strncmp(section, "optimizer", strlen("optimizer")) == 0)
        return optimizer_keys(names, N_KEYS);
    return section_names(section, FOR_ALL, names);
}

static bool has_meaning(struct reader *reader, const struct node *mapping,
                        const char *section, const char *path)
{
    enum { MOST = 1000 }; /* entries looked at: more are no slip */
    const char *names[N_KEYS];
    size_t n = names_below(section, names);
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

const char *objectives_text(struct arena *arena, enum objectives objectives)
{
    const char *words[N_OBJECTIVES];
    int n = 0;
    for (unsigned i = 0; i < N_OBJECTIVES; i++)
        if (objectives & (1u << i))
            words[n++] = objective_words[i];
    return list_words(arena, words, n);
}

static void check_key(struct reader *reader, struct section section,
                      const struct entry *entry, enum objectives objectives)
{
    const struct key *key = find_key(section.path, entry->key);
    const char *below =
        section.path[0]
            ? arena_printf(reader->arena, " below '%s'", section.path)
            : "";
    if (!key) {
        const char *names[N_KEYS];
        size_t n = section_names(section.path, objectives, names);
        if (!report_lacking_key(reader, section.path, entry))
            diag_error(reader->diags, entry->where, "unknown key '%.80s'%s%s",
                       entry->key, below,
                       key_advice(reader, section.path, entry->key, names, n));
    }
    if (key && !(key->objectives & objectives) && !node_is_null(entry->value))
        diag_error(reader->diags, entry->where,
                   "'%s' is a key of objective %s, not of %s", entry->key,
                   objectives_text(reader->arena, key->objectives),
                   objectives_text(reader->arena, objectives));
}

void check_keys(struct reader *reader, struct section section,
                enum objectives objectives)
{
    if (!section.mapping)
        return;
    for (size_t i = 0; i < section.mapping->n_entries; i++) {
        const struct entry *entry = &section.mapping->entries[i];
        if (entry->key)
            check_key(reader, section, entry, objectives);
    }
}
