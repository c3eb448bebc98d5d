#include "trainer/inference/scoring.h"

#include <stdlib.h>
#include <string.h>

#include "trainer/data/shuffle.h"
#include "trainer/session/network.h"

/* Which real samples are taken is the same for every run, so that scores of two
 * runs differ by what they made alone. */
enum { CHOICE_SEED = 0 };

/* ---- the real side ------------------------------------------------------- */

/* What the judge fails at is the session's failure. */
static enum status judged(struct scoring *scoring, enum status status)
{
    if (status != STATUS_OK)
        scoring->session->error = scoring->judge.session.error;
    return status;
}

/* Without what it was trained on, whether images are copies cannot be said. */
static enum status judge_training(struct scoring *scoring)
{
    struct session *session = scoring->session;
    struct data_set set;
    enum status status =
        session_load_data(session, session->schedule.data.train,
                          sampled_network(session->model), &set);
    if (status == STATUS_INPUT) {
        session_warn(session, "%s; 'copies' is not looked for",
                     session->error.text);
        session->error = (struct error){0};
        return STATUS_OK;
    }
    if (status != STATUS_OK)
        return status;
    status = judged(scoring, judge_samples(&scoring->judge, &set.samples,
                                           &scoring->training));
    data_free(&set);
    return status;
}

static enum status make_reference(struct scoring *scoring)
{
    struct session *session = scoring->session;
    const struct judgement *training =
        scoring->is_training ? &scoring->all : &scoring->training;
    struct judgement real;
    enum status status =
        judgement_choose(&scoring->all, scoring->order, scoring->samples, &real,
                         &session->error);
    if (status != STATUS_OK)
        return status;
    status = scoring->functions->reference_new(
        session->team, &real.judged,
        training->features ? &training->judged : NULL, &scoring->reference,
        &session->error);
    judgement_free(&real);
    return status;
}

static enum status prepare(struct scoring *scoring)
{
    struct session *session = scoring->session;
    const struct guss_samples *samples = &scoring->set->samples;
    scoring->order = calloc((size_t)samples->count, sizeof *scoring->order);
    if (!scoring->order)
        return error_set(&session->error, STATUS_MACHINE, "out of memory");
    shuffle_pass(scoring->order, samples->count, CHOICE_SEED, 0);
    enum status status =
        judged(scoring, judge_samples(&scoring->judge, samples, &scoring->all));
    if (status == STATUS_OK && !scoring->is_training)
        status = judge_training(scoring);
    return status == STATUS_OK ? make_reference(scoring) : status;
}

/* Of a set half is for either side of real against real. */
static int64_t count_scored(const struct data_set *set, int64_t most)
{
    int64_t count = set->samples.count / 2;
    return count < most ? count : most;
}

enum status scoring_open(struct scoring *scoring, struct session *session,
                         const char *reference, const struct data_set *set,
                         int64_t most)
{
    *scoring = (struct scoring){
        .session = session,
        .functions = session->model->judge->scoring,
        .set = set,
        .samples = count_scored(set, most),
        .is_training = strcmp(reference, session->schedule.data.train) == 0};
    if (scoring->samples < SCORES_LEAST_SAMPLES) {
        int64_t count = set->samples.count;
        session_warn(session, "'%s' has %lld sample%s; scores want %d at least",
                     reference, (long long)count, count == 1 ? "" : "s",
                     2 * SCORES_LEAST_SAMPLES);
        scoring->samples = 0;
        return STATUS_OK;
    }
    enum status status = judge_open(session, &scoring->judge);
    scoring->is_open = status == STATUS_OK;
    return status == STATUS_OK ? prepare(scoring) : status;
}

/* ---- the generated side -------------------------------------------------- */

enum status scoring_score(struct scoring *scoring, const float *images,
                          struct judgement *made, struct scores *scores)
{
    struct session *session = scoring->session;
    const struct guss_samples samples = {
        .values = images,
        .element = GUSS_F32,
        .pixels = GUSS_PIXELS_RAW,
        .count = scoring->samples,
        .width = output_elements(route_source(&scoring->judge.to_features))};
    enum status status =
        judged(scoring, judge_samples(&scoring->judge, &samples, made));
    if (status != STATUS_OK)
        return status;
    status = scoring->functions->reference_score(
        session->team, scoring->reference, &made->judged, scores,
        &session->error);
    if (status != STATUS_OK)
        judgement_free(made);
    return status;
}

void scoring_close(struct scoring *scoring)
{
    if (!scoring->is_open)
        return;
    scoring->functions->reference_free(scoring->reference);
    judgement_free(&scoring->all);
    judgement_free(&scoring->training);
    free(scoring->order);
    judge_close(&scoring->judge);
    scoring->is_open = false;
}
