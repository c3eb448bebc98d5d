#include "trainer/schedule/schedule_monitor.h"

#include <string.h>

#include "trainer/schedule/schedule_foreign.h"
#include "trainer/schedule/schedule_keys.h"

static const char validation[] = "val_";

static bool is_wrong(const struct reader *reader, const char *section,
                     const char *name)
{
    return reader->is_wrong[field_find(section, name) - schedule_fields];
}

/* One section that watches a measure. */
struct watching {
    struct setting setting; /* the section, which is set */
    struct setting monitor;
    struct span
        where; /* of the measure; of the section where it is not named */
    const char *measure;
    bool is_told; /* what it lacks was reported of a section before it */
};

/* The measure of a section is not known where its key is misspelt. */
static bool is_unclear(struct reader *reader, const struct watching *watching)
{
    return !watching->monitor.value && is_meant(reader, watching->monitor.path);
}

static bool is_of_validation(const char *measure)
{
    return measure && strncmp(measure, validation, strlen(validation)) == 0;
}

/* One of these paths is that of a key which is wrong or misspelt: what it would
 * have said is not known. */
static bool is_any_wrong(struct reader *reader, const char *section,
                         const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *path =
            arena_printf(reader->arena, "%s.%s", section, names[i]);
        if (is_wrong(reader, section, names[i]) || is_meant(reader, path))
            return true;
    }
    return is_meant(reader, section);
}

/* A GAN is measured where its snapshots are. */
static void check_gan(struct reader *reader, struct section top,
                      const struct watching *watching,
                      const struct schedule *schedule)
{
    struct section snapshots =
        section_open(reader, top, "snapshots", "{every: 500}");
    struct setting every = section_get(reader, snapshots, "every");
    static const char *const names[] = {"every", "at"};
    if (is_of_validation(watching->measure))
        diag_error(reader->diags, watching->where,
                   "'%s' is %s, and a gan is not validated; write for example "
                   "'monitor: generator_loss'",
                   watching->monitor.path, watching->measure);
    else if (!watching->is_told && !schedule->snapshots.every &&
             !schedule->snapshots.at.n &&
             !is_any_wrong(reader, "snapshots", names, 2))
        diag_error(reader->diags,
                   blame(reader, watching->setting.key, every.key),
                   "'%s' counts the snapshots of a gan, and there are none; "
                   "write for example 'snapshots: {every: 500}'",
                   watching->setting.path);
}

static void check_validation(struct reader *reader, struct section top,
                             const struct watching *watching,
                             const struct schedule *schedule)
{
    struct section data =
        section_open(reader, top, "data", "{train: mnist/train}");
    struct setting test = section_get(reader, data, "test");
    static const char *const names[] = {"test", "validation", "train"};
    if (watching->is_told || !is_of_validation(watching->measure) ||
        schedule_validates(schedule) || is_any_wrong(reader, "data", names, 3))
        return;
    diag_error(reader->diags, blame(reader, watching->where, test.key),
               "'%s' is %s, and there is nothing to validate with: name "
               "'data.test', set 'data.validation', or write for example "
               "'monitor: loss'",
               watching->monitor.path, watching->measure);
    note_other(reader, watching->where, test.key);
}

/* The rule is one of a GAN's scores, and knows itself what is better. */
static void check_quality(struct reader *reader, struct section section,
                          const struct watching *watching,
                          struct monitor_settings *settings,
                          const struct schedule *schedule)
{
    const char *path = watching->monitor.path;
    if (strcmp(section.path, "stop") != 0)
        diag_error(reader->diags, watching->where,
                   "'%s' cannot be quality, which only 'stop' watches; write "
                   "for example 'monitor: frechet_distance'",
                   path);
    else if (!(reader->objectives & FOR_GAN))
        diag_error(reader->diags, watching->where,
                   "'%s' is quality, which only a gan has, by what its judge "
                   "says; write for example 'monitor: val_loss'",
                   path);
    else if (reader->objectives == FOR_GAN && !schedule->judge.model)
        diag_error(reader->diags, watching->where,
                   "'%s' is quality, and there is no judge to say it; name one "
                   "below 'judge', or write for example 'monitor: "
                   "generator_loss'",
                   path);
    if (settings->mode != MODE_BY_MEASURE)
        diag_error(reader->diags, section_get(reader, section, "mode").key,
                   "'%s.mode' does not go with quality, of which it is known "
                   "what is better; leave it out",
                   section.path);
    if (!section_get(reader, section, "patience").value)
        settings->patience = QUALITY_PATIENCE;
}

enum { MOST_MEASURES = 5 };

/* What every run of the objective is measured by, in the order of its log; how
 * many. */
static int list_measures(const struct schedule *schedule,
                         const char *names[MOST_MEASURES])
{
    static const char *const of_gan[MOST_MEASURES] = {
        "generator_loss", "discriminator_loss", "real_accuracy",
        "generated_accuracy", "spread"};
    bool is_classifier = schedule->objective == OBJECTIVE_CLASSIFIER;
    int n = 0;
    if (schedule->objective == OBJECTIVE_GAN) {
        memcpy(names, of_gan, sizeof of_gan);
        return MOST_MEASURES;
    }
    names[n++] = "loss";
    if (is_classifier)
        names[n++] = "accuracy";
    if (schedule_validates(schedule))
        names[n++] = "val_loss";
    if (schedule_validates(schedule) && is_classifier)
        names[n++] = "val_accuracy";
    return n;
}

static bool is_among(const char *name, const char *const *names, int n)
{
    for (int i = 0; i < n; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

struct measures {
    const char *const *names;
    int n;
};

static void report_measure(struct arena *arena, const struct measures *measures,
                           const char *path, const char *measure,
                           struct span where, struct diags *diags)
{
    const char *const *names = measures->names;
    int n = measures->n;
    const struct hint *hint =
        hint_for(foreign_measures(), measure, names, (size_t)n);
    const char *own = hint ? hint->own : measure;
    diag_error(diags, where, "'%s' must be %s, not '%.80s'%s", path,
               list_words(arena, names, n), measure,
               hint && is_among(own, names, n)
                   ? hint_text(arena, hint)
                   : did_you_mean(arena, own, names, (size_t)n));
}

/* Of an objective that is known, without a judge. */
static void check_measure(struct reader *reader, struct section top,
                          const struct watching *watching,
                          const struct schedule *schedule)
{
    const char *names[MOST_MEASURES];
    int n = list_measures(schedule, names);
    if (reader->objectives != 1u << schedule->objective ||
        section_get(reader, top, "judge").value || is_meant(reader, "judge") ||
        strcmp(watching->measure, MONITOR_QUALITY) == 0 ||
        is_among(watching->measure, names, n))
        return;
    const struct measures measures = {names, n};
    report_measure(reader->arena, &measures, watching->monitor.path,
                   watching->measure, watching->where, reader->diags);
}

void schedule_check_scores(struct arena *arena, const struct schedule *schedule,
                           const char *const *scores, int n,
                           struct diags *diags)
{
    const struct {
        const char *path, *measure;
        struct span where;
    } watched[] = {
        {"stop.monitor", schedule->stop.monitor, schedule->where.stop},
        {"reduce_on_plateau.monitor",
         schedule->reduce_on_plateau.watched.monitor,
         schedule->where.reduce_on_plateau}};
    const char **names =
        arena_alloc(arena, (size_t)(MOST_MEASURES + n), sizeof *names);
    struct measures measures = {names, list_measures(schedule, names)};
    for (int i = 0; i < n; i++)
        names[measures.n++] = scores[i];
    for (size_t i = 0; i < sizeof watched / sizeof *watched; i++) {
        const char *measure = watched[i].measure;
        if (measure && strcmp(measure, MONITOR_QUALITY) != 0 &&
            !is_among(measure, names, measures.n))
            report_measure(arena, &measures, watched[i].path, measure,
                           watched[i].where, diags);
    }
}

static void check(struct reader *reader, struct section top, const char *name,
                  struct monitor_settings *settings, struct span *where,
                  const struct schedule *schedule)
{
    struct watching watching = {.setting = section_get(reader, top, name)};
    const struct node *value = watching.setting.value;
    if (!value || value->kind != NODE_MAPPING ||
        is_wrong(reader, name, "monitor"))
        return;
    struct section section = {
        .path = name, .mapping = value, .where = watching.setting.key};
    watching.monitor = section_get(reader, section, "monitor");
    if (!settings->monitor)
        settings->monitor = "val_loss";
    watching.measure = settings->monitor;
    watching.is_told = settings != &schedule->stop && schedule->stop.monitor &&
                       (reader->objectives == FOR_GAN ||
                        is_of_validation(schedule->stop.monitor));
    watching.where = *where = value_or_key(watching.monitor);
    if (strcmp(settings->monitor, MONITOR_QUALITY) == 0)
        check_quality(reader, section, &watching, settings, schedule);
    if (is_unclear(reader, &watching))
        return;
    if (reader->objectives == FOR_GAN)
        check_gan(reader, top, &watching, schedule);
    else if (!(reader->objectives & FOR_GAN))
        check_validation(reader, top, &watching, schedule);
    if (!is_of_validation(watching.measure) || schedule_validates(schedule))
        check_measure(reader, top, &watching, schedule);
}

void check_stop(struct reader *reader, struct section top,
                struct schedule *schedule)
{
    check(reader, top, "stop", &schedule->stop, &schedule->where.stop,
          schedule);
}

void check_plateau(struct reader *reader, struct section top,
                   struct schedule *schedule)
{
    check(reader, top, "reduce_on_plateau",
          &schedule->reduce_on_plateau.watched,
          &schedule->where.reduce_on_plateau, schedule);
}

bool schedule_validates(const struct schedule *schedule)
{
    return (schedule->data.test || schedule->data.validation > 0) &&
           schedule->objective != OBJECTIVE_GAN;
}
