#include "trainer/training/monitor.h"

#include <math.h>
#include <string.h>
#include <strings.h>

/* ---- which way is better ------------------------------------------------- */

/* Measures of which more is better; any of them may have a name before it or
 * behind it, "real_accuracy" or "precision_circle". */
static const char *const larger_is_better[] = {
    "accuracy", "precision", "recall",        "f1",
    "density",  "coverage",  "class_entropy", "accepted"};

static bool has_word(const char *name, const char *word)
{
    size_t length = strlen(name), size = strlen(word);
    if (length < size)
        return false;
    const char *end = name + length - size;
    bool begins = strncasecmp(name, word, size) == 0 &&
                  (name[size] == '_' || name[size] == '\0');
    bool ends = strcasecmp(end, word) == 0 && (end == name || end[-1] == '_');
    return begins || ends;
}

static enum monitor_mode mode_of_measure(const char *measure)
{
    static const char validation[] = "val_";
    if (strncmp(measure, validation, strlen(validation)) == 0)
        measure += strlen(validation);
    for (size_t i = 0; i < sizeof larger_is_better / sizeof *larger_is_better;
         i++)
        if (has_word(measure, larger_is_better[i]))
            return MODE_MAX;
    return MODE_MIN;
}

enum monitor_mode monitor_mode(const struct monitor_settings *settings)
{
    return settings->mode == MODE_BY_MEASURE
               ? mode_of_measure(settings->monitor)
               : settings->mode;
}

const char *monitor_rule(struct arena *arena,
                         const struct monitor_settings *settings)
{
    if (!settings->monitor)
        return "";
    return arena_printf(arena, "%s %s",
                        monitor_mode(settings) == MODE_MIN ? "min" : "max",
                        settings->monitor);
}

bool monitor_is_better(enum monitor_mode mode, double value, double best,
                       double by)
{
    return mode == MODE_MIN ? value + by < best : value - by > best;
}

/* ---- patience ------------------------------------------------------------ */

static bool counts(const struct monitor *monitor, const char *rule)
{
    return monitor->rule && strcmp(monitor->rule, rule) == 0;
}

void monitor_begin(struct monitor *monitor, const char *rule)
{
    if (!counts(monitor, rule))
        *monitor = (struct monitor){.rule = rule};
}

static bool improves(const struct monitor_settings *settings,
                     const struct monitor *monitor, double value)
{
    return monitor->evaluations == 0 ||
           monitor_is_better(monitor_mode(settings), value, monitor->best,
                             settings->min_delta);
}

void monitor_add(const struct monitor_settings *settings,
                 struct monitor *monitor, double value)
{
    bool is_improved = improves(settings, monitor, value);
    monitor->evaluations++;
    monitor->wait = is_improved ? 0 : monitor->wait + 1;
    if (is_improved)
        monitor->best = value;
}

/* An improvement ends no run, whatever the patience. */
bool monitor_is_spent(const struct monitor_settings *settings,
                      const struct monitor *monitor)
{
    return settings->monitor && monitor->wait > 0 &&
           monitor->wait >= (uint64_t)settings->patience;
}

/* ---- quality ------------------------------------------------------------- */

bool monitor_is_quality(const struct monitor_settings *settings)
{
    return settings->monitor && strcmp(settings->monitor, MONITOR_QUALITY) == 0;
}

/* Before there is form distances wobble, and patience would end the run. What is
 * nearer to real samples than any one image has more than one. */
static bool has_form(const struct quality_score *score)
{
    return score->distance < score->one_image;
}

bool quality_add(const struct monitor_settings *settings,
                 struct monitor *monitor, struct quality *quality,
                 const struct quality_score *score)
{
    bool is_armed_now = !quality->armed && has_form(score);
    quality->one_image = score->one_image;
    monitor_add(settings, monitor, score->distance);
    if (is_armed_now) {
        quality->armed = score->iteration;
        monitor->best = score->distance;
    }
    if (is_armed_now || !quality->armed)
        monitor->wait = 0;
    if (quality->armed && monitor->wait == 0)
        quality->improved = score->iteration;
    return is_armed_now;
}

/* Halves, because a generator gets better ever more slowly: what is long without
 * an improvement after 1,000 updates is short after 20,000. At first it may lose what
 * form it had, and find it again. It is updates that count, however close together
 * snapshots are. */
bool quality_is_spent(const struct monitor_settings *settings,
                      const struct monitor *monitor,
                      const struct quality *quality, uint64_t iteration)
{
    return monitor_is_spent(settings, monitor) &&
           quality->improved <= iteration / 2 &&
           iteration - quality->improved >= QUALITY_LEAST_UPDATES;
}

/* ---- plateaus ------------------------------------------------------------ */

void plateau_begin(struct plateau *plateau, const char *rule)
{
    if (counts(&plateau->monitor, rule))
        return;
    *plateau = (struct plateau){.monitor.rule = rule};
    for (int i = 0; i < MAX_OPTIMIZERS; i++)
        plateau->factors[i] = 1;
}

/* True where one of the rates was not at its least yet. */
static bool reduce(const struct plateau_settings *settings,
                   struct plateau *plateau, const double *rates, int count)
{
    bool is_reduced = false;
    for (int i = 0; i < count; i++) {
        if (rates[i] <= settings->min_lr)
            continue;
        plateau->factors[i] *= settings->factor;
        is_reduced = true;
    }
    return is_reduced;
}

/* The evaluation that ends a cooldown counts again. */
void plateau_add(const struct plateau_settings *settings,
                 struct plateau *plateau, double value, const double *rates,
                 int count)
{
    struct monitor *monitor = &plateau->monitor;
    if (plateau->cooldown > 0) {
        plateau->cooldown--;
        monitor->wait = 0;
    }
    monitor_add(&settings->watched, monitor, value);
    if (plateau->cooldown > 0)
        monitor->wait = 0;
    if (monitor_is_spent(&settings->watched, monitor) &&
        reduce(settings, plateau, rates, count)) {
        plateau->cooldown = (uint64_t)settings->cooldown;
        monitor->wait = 0;
    }
}

double plateau_rate(const struct plateau_settings *settings,
                    const struct plateau *plateau, int optimizer,
                    double scheduled)
{
    double factor = plateau->factors[optimizer];
    return settings->watched.monitor && factor < 1
               ? fmax(scheduled * factor, settings->min_lr)
               : scheduled;
}

/* ---- the best ------------------------------------------------------------ */

bool best_add(enum monitor_mode mode, struct best *best, uint64_t iteration,
              double value)
{
    if (isnan(value) ||
        (best->iteration && !monitor_is_better(mode, value, best->value, 0)))
        return false;
    best->iteration = iteration;
    best->value = value;
    return true;
}
