#include "trainer/inference/scoring.h"

#include <math.h>
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

/* What is usual is learned from what was trained on. */
static enum status open_opinion(struct scoring *scoring,
                                const struct data_set *training)
{
    struct session *session = scoring->session;
    if (!opinion_is_asked(session))
        return STATUS_OK;
    enum status status = opinion_open(session, training, &scoring->opinion);
    scoring->has_opinion = status == STATUS_OK;
    return status;
}

/* Without what it was trained on, whether images are copies cannot be said, nor
 * what is usual. */
static enum status read_training(struct scoring *scoring)
{
    struct session *session = scoring->session;
    struct data_set set;
    enum status status =
        session_load_data(session, session->schedule.data.train,
                          sampled_network(session->model), &set);
    if (status == STATUS_INPUT) {
        session_warn(
            session, "%s; 'copies' is not looked for%s", session->error.text,
            opinion_is_asked(session) ? ", and the autoencoder is not asked"
                                      : "");
        session->error = (struct error){0};
        return STATUS_OK;
    }
    if (status != STATUS_OK)
        return status;
    status = judged(scoring, judge_samples(&scoring->judge, &set.samples,
                                           &scoring->training));
    if (status == STATUS_OK)
        status = open_opinion(scoring, &set);
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
    if (status == STATUS_OK)
        status = scoring->is_training ? open_opinion(scoring, scoring->set)
                                      : read_training(scoring);
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

static void take_say(const struct opinion *opinion, const float *errors,
                     struct judgement *judgement, struct second_say *say)
{
    int64_t count = judgement->judged.count, usual = 0;
    double sum = 0;
    for (int64_t i = 0; i < count; i++) {
        bool is_usual = opinion_is_usual(opinion, errors[i]);
        judgement->accepted[i] = judgement->accepted[i] && is_usual;
        usual += is_usual;
        sum += (double)errors[i];
    }
    *say =
        (struct second_say){sum / (double)count, (double)usual / (double)count};
}

enum status scoring_ask(struct scoring *scoring,
                        const struct guss_samples *samples,
                        const uint32_t *indexes, struct judgement *judgement,
                        struct second_say *say)
{
    struct session *session = scoring->session;
    int64_t count = judgement->judged.count;
    *say = (struct second_say){(double)NAN, (double)NAN};
    if (!scoring->has_opinion)
        return STATUS_OK;
    float *errors = calloc((size_t)count + 1, sizeof *errors);
    if (!errors)
        return error_set(&session->error, STATUS_MACHINE, "out of memory");
    enum status status =
        opinion_errors(&scoring->opinion, samples, indexes, count, errors);
    if (status == STATUS_OK)
        take_say(&scoring->opinion, errors, judgement, say);
    else
        session->error = scoring->opinion.session.error;
    free(errors);
    return status;
}

enum status scoring_score(struct scoring *scoring, const float *images,
                          struct judgement *made, struct second_say *say,
                          struct scores *scores)
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
    status = scoring_ask(scoring, &samples, NULL, made, say);
    if (status == STATUS_OK)
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
    opinion_close(&scoring->opinion);
    judge_close(&scoring->judge);
    scoring->is_open = false;
}
