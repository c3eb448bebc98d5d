/* What a run watches of itself: measures are held against what `stop` and
 * `reduce_on_plateau` say after each epoch, of a GAN at each snapshot. Values are
 * taken as they stand in log.csv: whoever counts there comes to the same. */
#include "trainer/training/training.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "trainer/schedule/schedule_fields.h"
#include "trainer/schedule/schedule_foreign.h"

/* ---- before the run ------------------------------------------------------ */

/* What is said of a measure that there is not: those that there are. */
static void report_measure(const struct training *training, const char *path,
                           const struct monitor_settings *settings,
                           struct span where, struct diags *diags)
{
    struct arena *arena = training->session->arena;
    struct measure measures[MAX_MEASURES];
    const char *names[MAX_MEASURES + N_SCORES];
    int count = training_measures(training, measures);
    for (int i = 0; i < count; i++)
        names[i] = measures[i].name;
    if (training->session->schedule.judge.model)
        for (int i = 0; i < scores_count(training); i++)
            names[count++] = score_name((enum score)i);
    const struct hint *hint =
        hint_for(foreign_measures(), settings->monitor, names, (size_t)count);
    const char *own = hint ? hint->own : settings->monitor;
    diag_error(diags, where, "'%s' must be %s, not '%.80s'%s", path,
               list_words(arena, names, count), settings->monitor,
               hint && training_column(training, own) >= 0
                   ? hint_text(arena, hint)
                   : did_you_mean(arena, own, names, (size_t)count));
}

/* A score counts only where the schedule names the judge that gives it. */
static bool is_measured(const struct training *training, const char *measure)
{
    struct measure measures[MAX_MEASURES];
    int column = training_column(training, measure);
    int first_score = LOG_MEASURES + training_measures(training, measures);
    return column >= 0 && (column < first_score ||
                           training->session->schedule.judge.model != NULL);
}

enum status control_check(const struct training *training)
{
    struct session *session = training->session;
    const struct schedule *schedule = &session->schedule;
    struct diags *diags = diags_new(session->arena);
    const struct {
        const char *path;
        const struct monitor_settings *settings;
        struct span where;
    } watched[] = {{"stop.monitor", &schedule->stop, schedule->where.stop},
                   {"reduce_on_plateau.monitor",
                    &schedule->reduce_on_plateau.watched,
                    schedule->where.reduce_on_plateau}};
    for (size_t i = 0; i < sizeof watched / sizeof *watched; i++)
        if (watched[i].settings->monitor &&
            !is_measured(training, watched[i].settings->monitor))
            report_measure(training, watched[i].path, watched[i].settings,
                           watched[i].where, diags);
    bool failed = diags_failed(diags);
    diags_print(diags, stderr, session->colour);
    return failed ? STATUS_INPUT : STATUS_OK;
}

bool control_moves_rates(const struct training *training,
                         const struct schedule *schedule)
{
    bool moves = schedule->reduce_on_plateau.watched.monitor != NULL;
    for (int i = 0; i < (training->is_gan ? MAX_OPTIMIZERS : 1); i++)
        if (schedule_optimizer(schedule, i)->rates.kind != RATES_CONSTANT)
            moves = true;
    return moves;
}

/* ---- while it goes on ---------------------------------------------------- */

void control_take(struct training *training, const struct schedule *schedule)
{
    struct arena *arena = training->session->arena;
    struct checkpoint_note *note = &training->note;
    training->held = *schedule;
    monitor_begin(&note->stop, monitor_rule(arena, &training->held.stop));
    if (note->stop.evaluations == 0)
        note->quality = (struct quality){0};
    plateau_begin(
        &note->plateau,
        monitor_rule(arena, &training->held.reduce_on_plateau.watched));
    best_begin(training);
}

void control_take_rates(struct training *training)
{
    const struct checkpoint_note *note = &training->note;
    for (int i = 0; i < MAX_OPTIMIZERS; i++)
        training->optimizers[i].learning_rate = plateau_rate(
            &training->held.reduce_on_plateau, &note->plateau, i,
            optimizer_rate(&training->settings[i], note->iteration));
}

/* NAN: what was not measured counts for nothing. */
static double value_of(const struct training *training, const double *row,
                       const char *measure)
{
    return measure ? row[training_column(training, measure)] : (double)NAN;
}

/* By quality the best is looked for from where it is armed on. */
static void count_for_stop(struct training *training, double value)
{
    const struct monitor_settings *stop = &training->held.stop;
    struct checkpoint_note *note = &training->note;
    if (!monitor_is_quality(stop)) {
        monitor_add(stop, &note->stop, value);
        return;
    }
    const struct quality_score score = {.iteration = note->iteration,
                                        .distance = value,
                                        .one_image = training->one_image};
    if (quality_add(stop, &note->stop, &note->quality, &score))
        note->best = training->best = (struct best){.rule = note->best.rule};
}

static enum status evaluate(struct training *training, const double *row)
{
    struct checkpoint_note *note = &training->note;
    double rates[MAX_OPTIMIZERS];
    for (int i = 0; i < MAX_OPTIMIZERS; i++)
        rates[i] = training->optimizers[i].learning_rate;
    double value = value_of(training, row, training->held.stop.monitor);
    if (!isnan(value))
        count_for_stop(training, value);
    value = value_of(training, row,
                     training->held.reduce_on_plateau.watched.monitor);
    if (!isnan(value))
        plateau_add(&training->held.reduce_on_plateau, &note->plateau, value,
                    rates, training->is_gan ? MAX_OPTIMIZERS : 1);
    return best_evaluate(training, row, true);
}

static const double *last_row(const struct training *training)
{
    struct log_column list[MAX_LOG_COLUMNS];
    int columns = training_columns(training, list);
    int rows = log_rows(training->log);
    return rows ? log_values(training->log) + (rows - 1) * columns : NULL;
}

enum status control_end_epoch(struct training *training)
{
    return training->is_gan ? STATUS_OK
                            : evaluate(training, last_row(training));
}

/* A resumed run measures the rest of its epoch, and forgets this. */
enum status control_end_part(struct training *training)
{
    return training->is_gan
               ? STATUS_OK
               : best_evaluate(training, last_row(training), false);
}

/* By the measures of the last epoch that ended, unless they counted already, and the
 * scores of the snapshot itself. */
enum status control_end_snapshot(struct training *training)
{
    struct checkpoint_note *note = &training->note;
    struct measure measures[MAX_MEASURES];
    double row[MAX_LOG_COLUMNS];
    const double *last = last_row(training);
    if (!training->is_gan ||
        !schedule_has_snapshot(&training->held, note->iteration))
        return STATUS_OK;
    bool is_new = last && (uint64_t)last[LOG_ITERATION] > note->evaluated;
    for (int i = 0; i < MAX_LOG_COLUMNS; i++)
        row[i] = (double)NAN;
    int count = LOG_MEASURES + training_measures(training, measures);
    if (is_new) {
        memcpy(row, last, (size_t)count * sizeof *row);
        note->evaluated = (uint64_t)last[LOG_ITERATION];
    }
    scores_put(training, note->iteration - 1, row + count);
    return evaluate(training, row);
}

bool control_is_spent(const struct monitor_settings *settings,
                      const struct checkpoint_note *note)
{
    return monitor_is_quality(settings)
               ? quality_is_spent(settings, &note->stop, &note->quality,
                                  note->scored)
               : monitor_is_spent(settings, &note->stop);
}

enum status control_end_last(struct training *training)
{
    struct measure measures[MAX_MEASURES];
    double row[MAX_LOG_COLUMNS];
    if (!training->is_gan || !training->held.stop.monitor ||
        training->last_scored != training->note.iteration ||
        training->note.scored == training->note.iteration)
        return STATUS_OK;
    for (int i = 0; i < MAX_LOG_COLUMNS; i++)
        row[i] = (double)NAN;
    int first = LOG_MEASURES + training_measures(training, measures);
    for (int i = 0; i < scores_count(training); i++)
        row[first + i] = training->last_scores[i];
    return best_evaluate(training, row, false);
}

bool control_has_stopped(const struct training *training)
{
    return control_is_spent(&training->held.stop, &training->note);
}

/* ---- in words ------------------------------------------------------------ */

const char *control_reason(struct arena *arena,
                           const struct monitor_settings *settings,
                           const struct checkpoint_note *note, bool is_gan)
{
    bool is_quality = monitor_is_quality(settings);
    uint64_t wait = note->stop.wait;
    const char *since = is_quality
                            ? arena_printf(arena, ", since iteration %" PRIu64,
                                           note->quality.improved)
                            : "";
    const char *by = settings->min_delta > 0
                         ? arena_printf(arena, " by more than %s",
                                        real_text(arena, settings->min_delta))
                         : "";
    return arena_printf(
        arena, "%s has not improved%s for %" PRIu64 " %s%s%s",
        is_quality ? score_name(SCORE_FRECHET_DISTANCE) : settings->monitor, by,
        wait, is_gan ? "snapshot" : "epoch", wait == 1 ? "" : "s", since);
}

const char *control_stop_text(struct arena *arena,
                              const struct training *training)
{
    const struct checkpoint_note *note = &training->note;
    return arena_printf(
        arena, "stopped early, after %s %" PRIu64 " of %" PRIu64 ": %s",
        training->is_gan ? "iteration" : "epoch",
        training->is_gan ? note->iteration : training_epochs(training),
        training->is_gan ? training->total
                         : (training->total - 1) / training->per_epoch + 1,
        control_reason(arena, &training->held.stop, note, training->is_gan));
}

/* "collapsed, worse than it was": the signs that hold now. */
static const char *signs_text(struct arena *arena, const struct signs *signs)
{
    static const char *const words[N_SIGNS] = {
        [SIGN_COLLAPSE] = "the generator collapses",
        [SIGN_DIVERGENCE] = "its images got worse",
        [SIGN_COPYING] = "it copies training samples"};
    struct text text = text_new(arena);
    for (int i = 0; i < N_SIGNS; i++)
        if (signs_hold(signs, (enum sign)i))
            text_printf(&text, "%s%s", text.length ? ", " : "", words[i]);
    return text_string(&text);
}

/* Whether there is form; of a run that stops by it, since when. */
static const char *quality_text(const struct training *training)
{
    struct arena *arena = training->session->arena;
    const struct checkpoint_note *note = &training->note;
    bool has_form =
        training->last_scores[SCORE_FRECHET_DISTANCE] < training->one_image;
    const char *form =
        !has_form
            ? "no form yet, one image again and again could be nearer to real "
              "ones"
            : "nearer to real images than any one image could be";
    if (!monitor_is_quality(&training->held.stop))
        return arena_printf(arena, "quality: %s", form);
    return note->quality.armed
               ? arena_printf(
                     arena,
                     "quality: patience counted from iteration %" PRIu64 " on",
                     note->quality.armed)
               : arena_printf(arena, "quality: %s", form);
}

int control_verdict(const struct training *training,
                    const char *parts[VERDICT_PARTS])
{
    struct arena *arena = training->session->arena;
    const struct checkpoint_note *note = &training->note;
    const double *scores = training->last_scores;
    int n = 0;
    if (training->last_scored == 0 || training->last_scored != note->iteration)
        return 0;
    parts[n++] = quality_text(training);
    if (!control_has_stopped(training))
        parts[n++] = "the run went to its end";
    parts[n++] = arena_printf(
        arena, "frechet_distance is %.4g, that of one image at least %.4g",
        scores[SCORE_FRECHET_DISTANCE], training->one_image);
    parts[n++] = arena_printf(
        arena, "coverage is %.2g, recall %.2g, copies %.2g, accepted %.2g",
        scores[SCORE_COVERAGE], scores[SCORE_RECALL], scores[SCORE_COPIES],
        scores[SCORE_ACCEPTED]);
    if (note->signs.holding)
        parts[n++] = signs_text(arena, &note->signs);
    parts[n++] = "look at the sheets for repeated images, missing kinds, and "
                 "flaws that the judge does not see";
    return n;
}
