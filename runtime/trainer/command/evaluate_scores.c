#include "trainer/command/evaluate_scores.h"

#include <math.h>
#include <stdlib.h>

#include "trainer/inference/scoring.h"
#include "trainer/scores/class_shares.h"

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
    status = own ? scoring_ask(scoring, &scoring->set->samples, others, &real,
                               &scored->real_say)
                 : error_set(&session->error, STATUS_MACHINE, "out of memory");
    if (status == STATUS_OK)
        status = scoring->functions->reference_score(
            session->team, scoring->reference, &real.judged, &scored->real,
            &session->error);
    scored->real_shares = find_shares(session->arena, &real);
    judgement_free(&real);
    free(own);
    return status;
}

static enum status score(struct scoring *scoring, const float *images,
                         struct scored_gan *scored)
{
    struct arena *arena = scoring->session->arena;
    const struct judge *judge = &scoring->judge;
    struct judgement made;
    enum status status = scoring_score(
        scoring, images, &made, &scored->generated_say, &scored->generated);
    if (status != STATUS_OK)
        return status;
    scored->generated_shares = find_shares(arena, &made);
    judgement_free(&made);
    status = score_real(scoring, scored->samples, scored);
    if (status != STATUS_OK)
        return status;
    scored->classes = judge->classes;
    scored->accuracy = judge_accuracy(judge, scoring->set, &scoring->all);
    scored->sums = judge->sums;
    scored->has_opinion = scoring->has_opinion;
    scored->usual = scoring->opinion.usual;
    scored->opinion_sums = scoring->opinion.sums;
    return STATUS_OK;
}

enum status score_gan(struct session *session, const char *reference,
                      const struct data_set *set, const float *images,
                      int64_t count, struct scored_gan *scored)
{
    struct scoring scoring;
    enum status status =
        scoring_open(&scoring, session, reference, set,
                     count < SCORED_MOST ? count : SCORED_MOST);
    *scored = (struct scored_gan){.samples = scoring.samples};
    if (status == STATUS_OK && scored->samples)
        status = score(&scoring, images, scored);
    scoring_close(&scoring);
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

static void put_opinion(const struct writer *writer,
                        const struct scored_gan *scored)
{
    put(writer, "", "autoencoder_error", "", scored->generated_say.error);
    put(writer, "real_", "autoencoder_error", "", scored->real_say.error);
    put(writer, "", "autoencoder_usual", "", scored->generated_say.usual);
    put(writer, "real_", "autoencoder_usual", "", scored->real_say.usual);
    put(writer, "", "autoencoder_limit", "", scored->usual);
    put_sum(writer, "autoencoder_model", scored->opinion_sums.model_sha256);
    put_sum(writer, "autoencoder_weights", scored->opinion_sums.weights_sha256);
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
    put_sum(&writer, "judge_model", scored->sums.model_sha256);
    put_sum(&writer, "judge_weights", scored->sums.weights_sha256);
    if (scored->has_opinion)
        put_opinion(&writer, scored);
}
