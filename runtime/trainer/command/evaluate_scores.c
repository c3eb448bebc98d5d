#include "trainer/command/evaluate_scores.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "trainer/data/shuffle.h"
#include "trainer/scores/class_shares.h"
#include "trainer/session/network.h"

/* Which real samples are taken is the same for every run, so that scores of two
 * runs differ by what they made alone. */
enum { CHOICE_SEED = 0 };

struct scoring {
    struct session *session;
    struct judge judge;
    const struct guss_scoring *functions;
    const struct data_set *set;
    uint32_t *order;           /* owned: the set's samples */
    struct judgement all;      /* of the set */
    struct judgement training; /* of what the GAN was trained on, where that is
                                   another set */
    bool is_training;          /* the set is that */
    struct reference *reference; /* owned */
};

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

static enum status make_reference(struct scoring *scoring, int64_t count)
{
    struct session *session = scoring->session;
    const struct judgement *training =
        scoring->is_training ? &scoring->all : &scoring->training;
    struct judgement real;
    enum status status = judgement_choose(&scoring->all, scoring->order, count,
                                          &real, &session->error);
    if (status != STATUS_OK)
        return status;
    status = scoring->functions->reference_new(
        session->team, &real.judged,
        training->features ? &training->judged : NULL, &scoring->reference,
        &session->error);
    judgement_free(&real);
    return status;
}

static enum status prepare(struct scoring *scoring, int64_t count)
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
    return status == STATUS_OK ? make_reference(scoring, count) : status;
}

/* ---- scores -------------------------------------------------------------- */

static double *find_shares(struct arena *arena,
                           const struct judgement *judgement)
{
    const struct judged *judged = &judgement->judged;
    double *shares =
        arena_alloc(arena, (size_t)judged->n_classes, sizeof *shares);
    class_shares(judged->classes, judged->count, judged->n_classes, shares);
    return shares;
}

/* Other real samples, as many. */
static enum status score_real(struct scoring *scoring, int64_t count,
                              struct scored_gan *scored)
{
    struct session *session = scoring->session;
    const uint32_t *others = scoring->order + count;
    struct judgement real;
    enum status status =
        judgement_choose(&scoring->all, others, count, &real, &session->error);
    if (status != STATUS_OK)
        return status;
    int64_t *own = calloc((size_t)count, sizeof *own);
    for (int64_t i = 0; own && i < count; i++)
        own[i] = others[i];
    real.judged.training = scoring->is_training ? own : NULL;
    status = own ? scoring->functions->reference_score(
                       session->team, scoring->reference, &real.judged,
                       &scored->real, &session->error)
                 : error_set(&session->error, STATUS_MACHINE, "out of memory");
    scored->real_shares = find_shares(session->arena, &real);
    judgement_free(&real);
    free(own);
    return status;
}

static enum status score_images(struct scoring *scoring, const float *images,
                                int64_t count, struct scored_gan *scored)
{
    struct session *session = scoring->session;
    const struct guss_samples samples = {
        .values = images,
        .element = GUSS_F32,
        .pixels = GUSS_PIXELS_RAW,
        .count = count,
        .width = output_elements(route_source(&scoring->judge.to_features))};
    struct judgement made;
    enum status status =
        judged(scoring, judge_samples(&scoring->judge, &samples, &made));
    if (status != STATUS_OK)
        return status;
    scored->generated_shares = find_shares(session->arena, &made);
    status = scoring->functions->reference_score(
        session->team, scoring->reference, &made.judged, &scored->generated,
        &session->error);
    judgement_free(&made);
    return status;
}

static enum status score(struct scoring *scoring, const float *images,
                         struct scored_gan *scored)
{
    struct arena *arena = scoring->session->arena;
    const struct judge *judge = &scoring->judge;
    enum status status = prepare(scoring, scored->samples);
    if (status == STATUS_OK)
        status = score_images(scoring, images, scored->samples, scored);
    if (status == STATUS_OK)
        status = score_real(scoring, scored->samples, scored);
    if (status != STATUS_OK)
        return status;
    scored->classes = judge->classes;
    scored->accuracy = judge_accuracy(judge, scoring->set, &scoring->all);
    scored->model_sha256 = arena_strdup(arena, judge->model_sha256);
    scored->weights_sha256 = arena_strdup(arena, judge->weights_sha256);
    return STATUS_OK;
}

/* Of a set half is for either side of real against real. */
static int64_t count_scored(const struct data_set *set, int64_t images)
{
    int64_t count = set->samples.count / 2;
    count = count < images ? count : images;
    return count < SCORED_MOST ? count : SCORED_MOST;
}

enum status score_gan(struct session *session, const char *reference,
                      const struct data_set *set, const float *images,
                      int64_t count, struct scored_gan *scored)
{
    struct scoring scoring = {
        .session = session,
        .functions = session->model->judge->scoring,
        .set = set,
        .is_training = strcmp(reference, session->schedule.data.train) == 0};
    *scored = (struct scored_gan){.samples = count_scored(set, count)};
    if (scored->samples < SCORES_LEAST_SAMPLES) {
        session_warn(session, "'%s' has %lld samples; scores want %d at least",
                     reference, (long long)set->samples.count,
                     2 * SCORES_LEAST_SAMPLES);
        scored->samples = 0;
        return STATUS_OK;
    }
    enum status status = judge_open(session, &scoring.judge);
    if (status != STATUS_OK)
        return status;
    status = score(&scoring, images, scored);
    scoring.functions->reference_free(scoring.reference);
    judgement_free(&scoring.all);
    judgement_free(&scoring.training);
    free(scoring.order);
    judge_close(&scoring.judge);
    return status;
}

/* ---- writing ------------------------------------------------------------- */

struct writer {
    struct text *text;
    bool is_json;
};

static void put_number(const struct writer *writer, double number)
{
    if (isfinite(number))
        text_printf(writer->text, "%.6g", number);
    else
        text_puts(writer->text, writer->is_json ? "null" : "-");
}

static void put(const struct writer *writer, const char *before,
                const char *name, const char *behind, double number)
{
    text_printf(writer->text, writer->is_json ? ",\n  \"%s%s%s\": " : "%s%s%s ",
                before, name, behind);
    put_number(writer, number);
    text_puts(writer->text, writer->is_json ? "" : "\n");
}

static void put_scores(const struct writer *writer, const char *before,
                       const char *behind, const double values[N_SCORES])
{
    for (int i = 0; i < N_SCORES; i++)
        put(writer, before, score_name((enum score)i), behind, values[i]);
}

static void put_shares(const struct writer *writer, const char *name,
                       const struct class_names *classes, const double *shares)
{
    struct text *text = writer->text;
    if (writer->is_json)
        text_printf(text, ",\n  \"%s\": {", name);
    for (int i = 0; i < classes->count; i++) {
        if (writer->is_json) {
            text_puts(text, i ? ", " : "");
            text_put_json(text, classes->names[i]);
            text_puts(text, ": ");
        } else {
            text_printf(text, "%s ", name);
            text_put_shown(text, classes->names[i]);
            text_puts(text, " ");
        }
        put_number(writer, shares[i]);
        text_puts(text, writer->is_json ? "" : "\n");
    }
    text_puts(text, writer->is_json ? "}" : "");
}

static void put_sum(const struct writer *writer, const char *name,
                    const char *sum)
{
    text_printf(writer->text,
                writer->is_json ? ",\n  \"%s\": \"%s\"" : "%s %s\n", name, sum);
}

void scored_gan_write(const struct scored_gan *scored, bool is_json,
                      struct text *text)
{
    const struct writer writer = {text, is_json};
    if (scored->samples == 0)
        return;
    put(&writer, "", "scored_samples", "", (double)scored->samples);
    put_scores(&writer, "", "", scored->generated.values);
    put_scores(&writer, "real_", "", scored->real.values);
    put_scores(&writer, "", "_spread", scored->generated.spreads);
    put_scores(&writer, "real_", "_spread", scored->real.spreads);
    put_shares(&writer, "class_share", &scored->classes,
               scored->generated_shares);
    put_shares(&writer, "real_class_share", &scored->classes,
               scored->real_shares);
    put(&writer, "", "judge_accuracy", "", scored->accuracy);
    put_sum(&writer, "judge_model", scored->model_sha256);
    put_sum(&writer, "judge_weights", scored->weights_sha256);
}
