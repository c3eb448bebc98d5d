/* The keys that a schedule may have, section by section, and the words that
 * some of them take. A key outside this table is a mistake, never ignored. */
#include "trainer/schedule/schedule_keys.h"

#include <string.h>

const char *const objective_words[N_OBJECTIVES] = {"autoencoder", "classifier",
                                                   "gan"};
const char *const loss_words[N_LOSSES] = {
    "binary_crossentropy", "categorical_crossentropy", "mean_squared_error",
    "mean_absolute_error"};
const char *const precision_words[N_PRECISIONS] = {"float32", "bf16"};
const char *const optimizer_words[N_OPTIMIZERS] = {"adam", "sgd", "rmsprop",
                                                   "adadelta", "adagrad"};
const char *const pixels_words[N_PIXELS] = {"raw", "unit", "signed", "binary"};

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

const char *find_other_section(struct reader *reader, const char *key)
{
    const char *section = is_optimizer_argument(key) ? "optimizer" : NULL;
    if (find_key("", key))
        return arena_printf(reader->arena, "; write '%s' at the left margin",
                            key);
    for (int i = 0; i < N_KEYS && !section; i++)
        if (strcmp(keys[i].name, key) == 0)
            section = keys[i].section;
    return section ? arena_printf(reader->arena, "; did you mean '%s.%s'?",
                                  section, key)
                   : "";
}

static const char *suggest(struct reader *reader, struct section section,
                           const char *key, enum objectives objectives)
{
    const char *names[N_KEYS];
    size_t n = 0;
    for (int i = 0; i < N_KEYS; i++)
        if (strcmp(keys[i].section, section.path) == 0 &&
            (keys[i].objectives & objectives))
            names[n++] = keys[i].name;
    const char *advice = did_you_mean(reader->arena, key, names, n);
    return advice[0] ? advice : find_other_section(reader, key);
}

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
    if (!key)
        diag_error(reader->diags, entry->where, "unknown key '%.80s'%s%s",
                   entry->key, below,
                   suggest(reader, section, entry->key, objectives));
    else if (!(key->objectives & objectives) && !node_is_null(entry->value))
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
