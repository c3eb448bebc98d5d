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

struct key {
    const char *section, *name;
    enum objectives objectives;
};

static const struct key keys[] = {
    {"", "objective", FOR_ALL},
    {"", "network", FOR_ONE_NETWORK},
    {"", "generator", FOR_GAN},
    {"", "discriminator", FOR_GAN},
    {"", "latent", FOR_GAN},
    {"", "loss", FOR_ALL},
    {"", "precision", FOR_ALL},
    {"", "batch", FOR_ALL},
    {"", "epochs", FOR_ALL},
    {"", "iterations", FOR_ALL},
    {"", "seed", FOR_ALL},
    {"", "optimizer", FOR_ALL},
    {"", "data", FOR_ALL},
    {"", "snapshots", FOR_ALL},
    {"", "checkpoint", FOR_ALL},
    {"", "threads", FOR_ALL},
    {"", "version", FOR_ALL},
    {"latent", "distribution", FOR_GAN},
    {"latent", "mean", FOR_GAN},
    {"latent", "stddev", FOR_GAN},
    {"latent", "low", FOR_GAN},
    {"latent", "high", FOR_GAN},
    {"latent", "file", FOR_GAN},
    {"data", "train", FOR_ALL},
    {"data", "test", FOR_ALL},
    {"data", "pixels", FOR_ALL},
    {"data", "shuffle", FOR_ALL},
    {"snapshots", "at", FOR_ALL},
    {"snapshots", "every", FOR_ALL},
    {"snapshots", "count", FOR_ALL},
    {"snapshots", "columns", FOR_ALL},
    {"snapshots", "ink", FOR_ALL},
    {"checkpoint", "at", FOR_ALL},
    {"checkpoint", "every", FOR_ALL},
    {"checkpoint", "keep", FOR_ALL},
};
enum { N_KEYS = sizeof keys / sizeof *keys };

static const struct key *find_key(const char *section, const char *name)
{
    for (int i = 0; i < N_KEYS; i++)
        if (strcmp(keys[i].section, section) == 0 &&
            strcmp(keys[i].name, name) == 0)
            return &keys[i];
    return NULL;
}

/* ---- what an unknown key means ------------------------------------------- */

/* The path of a key of any section that has this name, or NULL. */
static const char *find_path(struct arena *arena, const char *name)
{
    if (find_key("", name))
        return name;
    for (int i = 0; i < N_KEYS; i++)
        if (strcmp(keys[i].name, name) == 0 && !is_optimizer_argument(name))
            return arena_printf(arena, "%s.%s", keys[i].section, name);
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
        if (strcmp(keys[i].section, section) == 0 &&
            (keys[i].objectives & objectives))
            names[n++] = keys[i].name;
    return n;
}

static bool is_section(const char *path)
{
    for (int i = 0; i < N_KEYS; i++)
        if (strcmp(keys[i].section, path) == 0)
            return true;
    return false;
}

const char *schedule_option_advice(struct arena *arena, const char *option,
                                   const char *value)
{
    static const char *const compiled_in[] = {
        "objective", "network",   "generator", "discriminator",
        "loss",      "precision", "batch"};
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
    if (!path || is_section(path))
        return NULL;
    if (strcmp(path, "optimizer") == 0)
        return arena_printf(
            arena, ": write 'optimizer: {name: %s}' in the schedule", shown);
    if (is_one_of(path, compiled_in, sizeof compiled_in / sizeof *compiled_in))
        return arena_printf(arena, ": write '%s: %s' in the schedule", path,
                            shown);
    return arena_printf(arena, ": write --set %s=%s", path, shown);
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
