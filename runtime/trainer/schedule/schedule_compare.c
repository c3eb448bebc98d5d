/* Schedules of one run, held against each other. */
#include <string.h>

#include "base/fingerprint.h"
#include "trainer/schedule/schedule_optimizer.h"

/* What it is, not how it is set. */
static struct optimizer_settings
kind_alone(const struct optimizer_settings *settings)
{
    struct optimizer_settings alone = optimizer_defaults(settings->kind);
    const struct field *arguments[MOST_ARGUMENTS];
    int n = optimizer_own_arguments(settings->kind, arguments);
    for (int i = 0; i < n; i++)
        field_reset(arguments[i], &alone);
    return alone;
}

/* What is FREE says nothing. */
static struct schedule without_free_values(const struct schedule *schedule)
{
    struct schedule fixed = *schedule;
    for (int i = 0; i < n_schedule_fields; i++) {
        struct field field = schedule_fields[i];
        if (!(field.traits & FREE))
            continue;
        if (field.type == FIELD_WHOLE)
            field.preset = field.neutral;
        field_reset(&field, &fixed);
    }
    return fixed;
}

uint64_t schedule_fingerprint(const struct schedule *schedule,
                              bool with_optimizers)
{
    struct schedule fixed = without_free_values(schedule);
    if (!with_optimizers) {
        fixed.optimizer = kind_alone(&schedule->optimizer);
        fixed.discriminator_optimizer =
            kind_alone(&schedule->discriminator_optimizer);
    }
    struct arena *arena = arena_new();
    struct text text = text_new(arena);
    schedule_write(&fixed, &text);
    uint64_t print =
        fingerprint_bytes(FINGERPRINT_EMPTY, text_string(&text), text.length);
    arena_free(arena);
    return print;
}

/* An argument that differs and may not; NULL: there is none. */
static const struct field *changed_argument(const struct optimizer_settings *a,
                                            const struct optimizer_settings *b)
{
    const struct field *arguments[MOST_ARGUMENTS];
    int n = optimizer_arguments((int)a->kind, arguments);
    for (int i = 0; i < n; i++)
        if (!(arguments[i]->traits & FREE) &&
            !field_is_same(arguments[i], a, b))
            return arguments[i];
    return NULL;
}

/* What is on one line is one value. */
static const char *path_of(struct arena *arena, const struct field *field)
{
    const struct field *section = field_find("", field->section);
    return section && (section->traits & ONE_LINE) ? section->name
                                                   : field_path(arena, field);
}

const char *schedule_changed(struct arena *arena, const struct schedule *a,
                             const struct schedule *b)
{
    for (int i = 0; i < n_schedule_fields; i++) {
        const struct field *field = &schedule_fields[i];
        if (!(field->traits & (FREE | COMPILED_IN)) &&
            (field->objectives & 1u << a->objective) &&
            !field_is_same(field, a, b))
            return path_of(arena, field);
    }
    const struct field *argument =
        changed_argument(&a->optimizer, &b->optimizer);
    if (!argument)
        argument = changed_argument(&a->discriminator_optimizer,
                                    &b->discriminator_optimizer);
    return argument ? field_path(arena, argument) : NULL;
}

static bool has_other_optimizers(const struct schedule *a,
                                 const struct schedule *b)
{
    return !optimizer_is_same(&a->optimizer, &b->optimizer) ||
           !optimizer_is_same(&a->discriminator_optimizer,
                              &b->discriminator_optimizer);
}

/* A GAN's snapshots are its evaluations, where anything is watched. */
static bool is_watched(const struct schedule *schedule, const char *section)
{
    bool is_counted =
        strcmp(section, "snapshots") == 0 &&
        schedule->objective == OBJECTIVE_GAN &&
        (schedule->stop.monitor || schedule->reduce_on_plateau.watched.monitor);
    return is_counted || strcmp(section, "stop") == 0 ||
           strcmp(section, "reduce_on_plateau") == 0;
}

static bool has_other_monitors(const struct schedule *a,
                               const struct schedule *b)
{
    for (int i = 0; i < n_schedule_fields; i++) {
        const struct field *field = &schedule_fields[i];
        if (field->type != FIELD_SECTION && is_watched(b, field->section) &&
            !field_is_same(field, a, b))
            return true;
    }
    return false;
}

bool schedule_has_other_settings(const struct schedule *a,
                                 const struct schedule *b)
{
    return has_other_optimizers(a, b) || has_other_monitors(a, b);
}
