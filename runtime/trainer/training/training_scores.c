/* The scores of a GAN's snapshots, where the schedule names a judge. Its images are
 * those of vectors for pictures, which training never draws: nothing that is trained
 * is other for it. */
#include "trainer/training/training.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trainer/inference/generation.h"
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

/* The rest of the run knows them as they stand in log.csv. */
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
 * has no room for is in log.csv. */
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
                 score_name((enum score)i), note->scores[i]);
        pieces[1 + i] = (struct piece){i ? ", " : " ", {texts[i]}, {leaves[i]}};
    }
    line_fit(pieces, 1 + N_SCORES, progress_columns(stderr), line, sizeof line);
    progress_clear(&training->progress);
    if (line[0])
        fprintf(stderr, "%s\n", line);
}

/* ---- scoring ------------------------------------------------------------- */

static enum status open_once(struct training *training)
{
    struct session *session = training->session;
    if (training->has_scoring)
        return STATUS_OK;
    training->has_scoring = true;
    return scoring_open(&training->scoring, session,
                        session->schedule.data.train, &training->train,
                        SCORED_AT_SNAPSHOT);
}

static enum status score(struct training *training, struct scores *scores)
{
    struct session *session = training->session;
    struct scoring *scoring = &training->scoring;
    struct judgement made;
    struct second_say say;
    float *images =
        generation_alloc(session, training->network, scoring->samples);
    if (!images)
        return session->error.status;
    enum status status =
        generation_draw(session, &training->route, &training->latent.source,
                        session->schedule.seed, 0, scoring->samples, images);
    if (status == STATUS_OK)
        status = scoring_score(scoring, images, &made, &say, scores);
    if (status == STATUS_OK)
        judgement_free(&made);
    free(images);
    return status;
}

enum status scores_take_due(struct training *training)
{
    struct checkpoint_note *note = &training->note;
    struct scores scores;
    if (!is_judged(training) ||
        !schedule_has_snapshot(&training->held, note->iteration))
        return STATUS_OK;
    enum status status = open_once(training);
    if (status != STATUS_OK || training->scoring.samples == 0)
        return status;
    status = score(training, &scores);
    if (status != STATUS_OK)
        return status;
    note->scored = note->iteration;
    training->one_image = scores.one_image;
    for (int i = 0; i < N_SCORES; i++)
        note->scores[i] = as_written(scores.values[i]);
    print_scores(training);
    return STATUS_OK;
}

void scores_put(const struct training *training, uint64_t after, double *values)
{
    const struct checkpoint_note *note = &training->note;
    for (int i = 0; i < scores_count(training); i++)
        values[i] = note->scored > after ? note->scores[i] : (double)NAN;
}
