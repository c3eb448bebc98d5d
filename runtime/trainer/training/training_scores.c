/* The scores of a GAN's snapshots, where the schedule names a judge. Its images are
 * those of vectors for pictures, which training never draws: nothing that is trained
 * is other for it. */
#include "trainer/training/training.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "trainer/inference/generation.h"
#include "trainer/scores/class_shares.h"
#include "trainer/training/line.h"

/* At most so many on either side: a fraction of what evaluate takes, so that a
 * score costs little beside hundreds of updates. */
enum { SCORED_AT_SNAPSHOT = 1000 };

int scores_count(const struct training *training)
{
    return training->is_gan && training->model->judge ? N_SCORES : 0;
}

static bool is_judged(const struct training *training)
{
    return scores_count(training) > 0 && training->held.judge.model != NULL;
}

/* The rest of the run knows them as they stand in its files. */
static double as_written(double value)
{
    char text[64];
    if (isnan(value))
        return (double)NAN;
    snprintf(text, sizeof text, "%.9g", value);
    return strtod(text, NULL);
}

/* ---- on the screen ------------------------------------------------------- */

/* "iteration 500: frechet_distance 86.6, coverage 0.1, ..."; what a narrow terminal
 * has no room for is in scores.csv. */
static void print_scores(struct training *training)
{
    static const int leaves[N_SCORES] = {
        [SCORE_FRECHET_DISTANCE] = 8, [SCORE_KERNEL_DISTANCE] = 3,
        [SCORE_PRECISION] = 2,        [SCORE_RECALL] = 6,
        [SCORE_DENSITY] = 1,          [SCORE_COVERAGE] = 7,
        [SCORE_CLASS_ENTROPY] = 1,    [SCORE_COPIES] = 5,
        [SCORE_ACCEPTED] = 4};
    const struct checkpoint_note *note = &training->note;
    char iteration[64], texts[N_SCORES][64], line[1024];
    snprintf(iteration, sizeof iteration, "iteration %" PRIu64 ":",
             note->iteration);
    struct piece pieces[1 + N_SCORES] = {{"", {iteration}, {0}}};
    for (int i = 0; i < N_SCORES; i++) {
        snprintf(texts[i], sizeof texts[i], "%s %.4g",
                 score_name((enum score)i), training->last_scores[i]);
        pieces[1 + i] = (struct piece){i ? ", " : " ", {texts[i]}, {leaves[i]}};
    }
    line_fit(pieces, 1 + N_SCORES, progress_columns(stderr), line, sizeof line);
    progress_clear(&training->progress);
    if (line[0])
        fprintf(stderr, "%s\n", line);
}

/* ---- what goes wrong ------------------------------------------------------ */

static void warn_of(struct training *training, enum sign sign)
{
    const struct checkpoint_note *note = &training->note;
    const double *scores = note->scores;
    struct session *session = training->session;
    switch (sign) {
    case SIGN_COLLAPSE:
        session_warn(session,
                     "the generator collapses: after %" PRIu64
                     " iterations coverage is %.2g, and was %.2g; it makes "
                     "fewer kinds than it did; if it does not find them again, "
                     "train with lower learning rates",
                     note->iteration, scores[SCORE_COVERAGE],
                     note->signs.most_coverage);
        break;
    case SIGN_DIVERGENCE:
        session_warn(session,
                     "the images get worse: after %" PRIu64
                     " iterations frechet_distance is %.3g, and was %.3g; if "
                     "that stays so, train with lower learning rates, or end "
                     "at the best: stop: {monitor: quality}",
                     note->iteration, scores[SCORE_FRECHET_DISTANCE],
                     note->signs.least_distance);
        break;
    case SIGN_COPYING:
        session_warn(session,
                     "the generator copies: after %" PRIu64
                     " iterations %.0f %% of its images are as near to a "
                     "training sample as 1 %% of these to another; 'nearest' "
                     "shows them; train on more samples, or for less long",
                     note->iteration, 100 * scores[SCORE_COPIES]);
        break;
    case N_SIGNS:
        break;
    }
}

static void look_for_signs(struct training *training)
{
    struct checkpoint_note *note = &training->note;
    const struct signs_score score = {.distance =
                                          note->scores[SCORE_FRECHET_DISTANCE],
                                      .coverage = note->scores[SCORE_COVERAGE],
                                      .copies = note->scores[SCORE_COPIES],
                                      .one_image = training->one_image};
    uint64_t begin = signs_add(&note->signs, &score);
    for (int i = 0; i < N_SIGNS; i++)
        if (begin & (uint64_t)1 << i)
            warn_of(training, (enum sign)i);
}

/* ---- scores.csv ------------------------------------------------------------ */

/* Behind epoch and iteration: the scores, what the autoencoder says, the share of
 * each class. */
enum { OF_OPINION = 2 };

/* What a name of a class may be in a line of a table. */
static const char *plain_column(struct arena *arena, const char *class)
{
    char *name = arena_printf(arena, "class_share_%s", class);
    for (char *c = name; *c; c++)
        if ((unsigned char)*c <= ' ' || *c == ',' || *c == '"' || *c == 0x7f)
            *c = '_';
    return name;
}

static int list_columns(const struct training *training,
                        struct log_column **columns)
{
    struct arena *arena = training->session->arena;
    const struct scoring *scoring = &training->scoring;
    const struct class_names *classes = &scoring->judge.classes;
    size_t most =
        (size_t)(LOG_MEASURES + N_SCORES + OF_OPINION + classes->count);
    struct log_column *list = arena_alloc(arena, most, sizeof *list);
    int n = 0;
    memset(list, 0, most * sizeof *list);
    list[n++].name = "epoch";
    list[n++].name = "iteration";
    for (int i = 0; i < N_SCORES; i++)
        list[n++].name = score_name((enum score)i);
    if (training->model->judge->autoencoder) {
        list[n++].name = "autoencoder_error";
        list[n++].name = "autoencoder_usual";
    }
    for (int i = 0; i < classes->count; i++)
        list[n++].name = plain_column(arena, classes->names[i]);
    *columns = list;
    return n;
}

/* With the rows of the snapshots that this state has behind it. */
static enum status open_log(struct training *training)
{
    struct error *error = &training->session->error;
    const char *path = run_folder_file(&training->folder, RUN_SCORES);
    struct log_column *columns;
    int rows = (int)training->note.scored_rows;
    int n = list_columns(training, &columns);
    if (rows > 0)
        return log_reopen(&training->scores_log, path, columns, n, rows, error);
    unlink(path); /* of a state that is gone */
    return log_create(&training->scores_log, path, columns, n, error);
}

static enum status append_row(struct training *training,
                              const struct second_say *say,
                              const double *shares)
{
    const struct scoring *scoring = &training->scoring;
    const struct class_names *classes = &scoring->judge.classes;
    struct arena *arena = arena_new(); /* of one snapshot of many */
    size_t most =
        (size_t)(LOG_MEASURES + N_SCORES + OF_OPINION + classes->count);
    double *row = arena_alloc(arena, most, sizeof *row);
    int n = LOG_MEASURES;
    row[LOG_EPOCH] = (double)training_epoch(training);
    row[LOG_ITERATION] = (double)training->note.iteration;
    for (int i = 0; i < N_SCORES; i++)
        row[n++] = training->last_scores[i];
    if (training->model->judge->autoencoder) {
        row[n++] = say->error;
        row[n++] = say->usual;
    }
    for (int i = 0; i < classes->count; i++)
        row[n++] = shares[i];
    enum status status =
        log_append(training->scores_log, row, &training->session->error);
    arena_free(arena);
    return status;
}

/* ---- scoring ------------------------------------------------------------- */

static enum status open_once(struct training *training)
{
    struct session *session = training->session;
    if (training->has_scoring)
        return STATUS_OK;
    training->has_scoring = true;
    enum status status =
        scoring_open(&training->scoring, session, session->schedule.data.train,
                     &training->train, SCORED_AT_SNAPSHOT);
    return status == STATUS_OK && training->scoring.samples > 0
               ? open_log(training)
               : status;
}

static enum status keep_scores(struct training *training,
                               const struct scores *scores,
                               const struct second_say *say,
                               const struct judged *made)
{
    double *shares = calloc((size_t)made->n_classes + 1, sizeof *shares);
    if (!shares)
        return error_set(&training->session->error, STATUS_MACHINE,
                         "out of memory");
    class_shares(made->classes, made->count, made->n_classes, shares);
    training->one_image = scores->one_image;
    training->last_scored = training->note.iteration;
    for (int i = 0; i < N_SCORES; i++)
        training->last_scores[i] = as_written(scores->values[i]);
    print_scores(training);
    enum status status = append_row(training, say, shares);
    free(shares);
    return status;
}

/* Of the state as it is. */
static enum status score(struct training *training)
{
    struct session *session = training->session;
    struct scoring *scoring = &training->scoring;
    struct judgement made;
    struct second_say say;
    struct scores scores;
    float *images =
        generation_alloc(session, training->network, scoring->samples);
    if (!images)
        return session->error.status;
    enum status status =
        generation_draw(session, &training->route, &training->latent.source,
                        session->schedule.seed, 0, scoring->samples, images);
    if (status == STATUS_OK)
        status = scoring_score(scoring, images, &made, &say, &scores);
    if (status == STATUS_OK) {
        status = keep_scores(training, &scores, &say, &made.judged);
        judgement_free(&made);
    }
    free(images);
    return status;
}

enum status scores_take_due(struct training *training)
{
    struct checkpoint_note *note = &training->note;
    if (!is_judged(training) ||
        !schedule_has_snapshot(&training->held, note->iteration))
        return STATUS_OK;
    enum status status = open_once(training);
    if (status != STATUS_OK || training->scoring.samples == 0)
        return status;
    status = score(training);
    if (status != STATUS_OK)
        return status;
    note->scored = note->iteration;
    note->scored_rows++;
    memcpy(note->scores, training->last_scores, sizeof note->scores);
    look_for_signs(training);
    return STATUS_OK;
}

enum status scores_take_last(struct training *training)
{
    const struct schedule *held = &training->held;
    bool has_snapshots = held->snapshots.every || held->snapshots.at.n;
    if (!is_judged(training) || !has_snapshots ||
        training->last_scored == training->note.iteration)
        return STATUS_OK;
    enum status status = open_once(training);
    return status == STATUS_OK && training->scoring.samples > 0
               ? score(training)
               : status;
}

enum status scores_resume(struct training *training)
{
    const struct checkpoint_note *note = &training->note;
    if (!is_judged(training))
        return STATUS_OK;
    if (note->scored == note->iteration) {
        training->last_scored = note->scored;
        memcpy(training->last_scores, note->scores, sizeof note->scores);
    }
    if (note->scored_rows > 0)
        return open_once(training);
    unlink(run_folder_file(&training->folder, RUN_SCORES));
    return STATUS_OK;
}

void scores_put(const struct training *training, uint64_t after, double *values)
{
    const struct checkpoint_note *note = &training->note;
    for (int i = 0; i < scores_count(training); i++)
        values[i] = note->scored > after ? note->scores[i] : (double)NAN;
}
