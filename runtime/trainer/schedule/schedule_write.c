/* A schedule as text again. Numbers are written as the shortest text that reads back to
 * the same bits; texts are quoted where YAML would read something else. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trainer/schedule/schedule_keys.h"

const char *real_text(struct arena *arena, double real)
{
    char digits[32];
    for (int precision = 1; precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, real);
        if (strtod(digits, NULL) == real)
            break;
    }
    return arena_strdup(arena, digits);
}

/* ---- texts --------------------------------------------------------------- */

static bool is_plain(const char *text)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-";
    return text[0] != '-' && text[0] != '.' &&
           text[strspn(text, allowed)] == '\0' && !is_not_text(text);
}

/* What YAML does not allow as it is, or takes for the end of a line. */
static bool needs_escape(uint32_t code)
{
    return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x2028 ||
           code == 0x2029 || code == 0xFEFF || (code & 0xFFFE) == 0xFFFE;
}

static void put_text(struct text *out, const char *text)
{
    if (is_plain(text)) {
        text_puts(out, text);
        return;
    }
    text_puts(out, "\"");
    for (size_t size; *text; text += size) {
        size = source_character(text, strlen(text));
        size = size ? size : 1;
        uint32_t code = source_code(text, size);
        if (needs_escape(code))
            text_printf(out, "\\U%08" PRIx32, code);
        else
            text_printf(out, "%s%.*s",
                        *text == '"' || *text == '\\' ? "\\" : "", (int)size,
                        text);
    }
    text_puts(out, "\"");
}

static void put_key(struct text *out, const char *key, const char *text)
{
    if (!text)
        return;
    text_printf(out, "%s: ", key);
    put_text(out, text);
    text_puts(out, "\n");
}

static void put_whole(struct text *out, const char *key, int64_t whole)
{
    text_printf(out, "%s: %" PRId64 "\n", key, whole);
}

/* ---- sections ------------------------------------------------------------ */

static void put_optimizer(struct text *out, const char *key,
                          const struct optimizer_settings *settings)
{
    text_printf(out, "%s: {name: %s", key, optimizer_word(settings->kind));
    const char *name;
    for (int i = 0; (name = optimizer_argument(settings->kind, i)); i++)
        text_printf(out, ", %s: %s", name,
                    optimizer_value(out->arena, settings, name));
    text_puts(out, "}\n");
}

static bool is_same_optimizer(struct arena *arena,
                              const struct optimizer_settings *a,
                              const struct optimizer_settings *b)
{
    if (a->kind != b->kind)
        return false;
    const char *name;
    for (int i = 0; (name = optimizer_argument(a->kind, i)); i++)
        if (strcmp(optimizer_value(arena, a, name),
                   optimizer_value(arena, b, name)) != 0)
            return false;
    return true;
}

static void put_optimizers(struct text *out, const struct schedule *schedule)
{
    if (schedule->objective != OBJECTIVE_GAN ||
        is_same_optimizer(out->arena, &schedule->optimizer,
                          &schedule->discriminator_optimizer)) {
        put_optimizer(out, "optimizer", &schedule->optimizer);
        return;
    }
    text_puts(out, "optimizer:\n");
    put_optimizer(out, "  generator", &schedule->optimizer);
    put_optimizer(out, "  discriminator", &schedule->discriminator_optimizer);
}

static void put_latent(struct text *out, const struct schedule *schedule)
{
    struct arena *arena = out->arena;
    switch (schedule->latent.kind) {
    case LATENT_NORMAL:
        text_printf(out,
                    "latent: {distribution: normal, mean: %s, stddev: %s}\n",
                    real_text(arena, schedule->latent.mean),
                    real_text(arena, schedule->latent.stddev));
        break;
    case LATENT_UNIFORM:
        text_printf(out, "latent: {distribution: uniform, low: %s, high: %s}\n",
                    real_text(arena, schedule->latent.low),
                    real_text(arena, schedule->latent.high));
        break;
    case LATENT_FILE:
        text_puts(out, "latent:\n");
        put_key(out, "  file", schedule->latent.file);
        break;
    }
}

static void put_wholes(struct text *out, const char *key, const int64_t *values,
                       int64_t count)
{
    text_printf(out, "%s: [", key);
    for (int64_t i = 0; i < count; i++)
        text_printf(out, "%s%" PRId64, i ? ", " : "", values[i]);
    text_puts(out, "]\n");
}

/* `ink` and `checkpoint.at` are left out where they say nothing: the
 * fingerprints in older checkpoints are of a text without them. */
static void put_output(struct text *out, const struct schedule *schedule)
{
    text_puts(out, "snapshots:\n");
    put_wholes(out, "  at", schedule->snapshots.at, schedule->snapshots.n_at);
    put_whole(out, "  every", schedule->snapshots.every);
    put_whole(out, "  count", schedule->snapshots.count);
    put_whole(out, "  columns", schedule->snapshots.columns);
    if (schedule->snapshots.ink != INK_WHITE)
        put_key(out, "  ink", ink_words[schedule->snapshots.ink]);
    text_puts(out, "checkpoint:\n");
    if (schedule->checkpoint.n_at)
        put_wholes(out, "  at", schedule->checkpoint.at,
                   schedule->checkpoint.n_at);
    put_whole(out, "  every", schedule->checkpoint.every);
    put_whole(out, "  keep", schedule->checkpoint.keep);
}

void schedule_write(const struct schedule *schedule, struct text *out)
{
    bool gan = schedule->objective == OBJECTIVE_GAN;
    put_key(out, "objective", objective_word(schedule->objective));
    put_key(out, "network", gan ? NULL : schedule->network);
    put_key(out, "generator", gan ? schedule->generator : NULL);
    put_key(out, "discriminator", gan ? schedule->discriminator : NULL);
    if (gan)
        put_latent(out, schedule);
    put_key(out, "loss", loss_word(schedule->loss));
    put_key(out, "precision", precision_word(schedule->precision));
    put_whole(out, "batch", schedule->batch);
    if (schedule->epochs)
        put_whole(out, "epochs", schedule->epochs);
    else
        put_whole(out, "iterations", schedule->iterations);
    text_printf(out, "seed: %" PRIu64 "\n", schedule->seed);
    put_optimizers(out, schedule);
    text_puts(out, "data:\n");
    put_key(out, "  train", schedule->data.train);
    put_key(out, "  test", schedule->data.test);
    put_key(out, "  pixels", pixels_word(schedule->data.pixels));
    text_printf(out, "  shuffle: %s\n",
                schedule->data.shuffle ? "true" : "false");
    put_output(out, schedule);
    put_whole(out, "threads", schedule->threads);
}
