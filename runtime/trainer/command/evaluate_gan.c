/* evaluate for a GAN: what the discriminator says, as in prediction, of a set's
 * samples and of as many generated ones, but at most 10,000 of these; and the
 * scores of these, where the schedule names a judge. */
#include "trainer/command/commands.h"

#include <stdlib.h>

#include "trainer/command/evaluate_scores.h"
#include "trainer/inference/forward.h"
#include "trainer/inference/generation.h"
#include "trainer/inference/latent.h"
#include "trainer/session/network.h"
#include "trainer/session/results.h"

/* What was said of some samples. */
struct verdict {
    double real;      /* the part that was taken for real */
    double generated; /* for generated; a NaN is neither */
    double value;     /* the mean of what the discriminator gave */
};

struct evaluation {
    struct session *session;
    const char *reference;
    const struct data_set *set;
    struct route maker, critic;
    float *values; /* owned: what the discriminator gives */
    float *images; /* owned: what the generator makes */
    int64_t n_images;
};

static struct verdict find_verdict(struct evaluation *evaluation,
                                   const struct guss_samples *samples)
{
    struct verdict verdict = {0.0, 0.0, 0.0};
    forward_run(evaluation->session, &evaluation->critic, samples,
                &evaluation->values);
    for (int64_t i = 0; i < samples->count; i++) {
        verdict.real += evaluation->values[i] > 0.5f;
        verdict.generated += evaluation->values[i] <= 0.5f;
        verdict.value += (double)evaluation->values[i];
    }
    verdict.real /= (double)samples->count;
    verdict.generated /= (double)samples->count;
    verdict.value /= (double)samples->count;
    return verdict;
}

static enum status generate(struct evaluation *evaluation)
{
    struct session *session = evaluation->session;
    const struct guss_network *maker = evaluation->maker.network;
    struct latent latent;
    enum status status = latent_open(session, maker, &latent);
    if (status != STATUS_OK)
        return status;
    evaluation->images = generation_alloc(session, maker, evaluation->n_images);
    status = evaluation->images
                 ? generation_draw(session, &evaluation->maker, &latent.source,
                                   session->schedule.seed, 0,
                                   evaluation->n_images, evaluation->images)
                 : session->error.status;
    latent_close(&latent);
    return status;
}

/* ---- what is printed ----------------------------------------------------- */

static void print_verdicts(struct evaluation *evaluation, struct text *out)
{
    const struct guss_samples samples = {
        .values = evaluation->images,
        .element = GUSS_F32,
        .pixels = GUSS_PIXELS_RAW,
        .count = evaluation->n_images,
        .width = output_elements(route_source(&evaluation->critic))};
    struct verdict real = find_verdict(evaluation, &evaluation->set->samples);
    struct verdict made = find_verdict(evaluation, &samples);
    const struct result results[] = {{"real_accuracy", real.real},
                                     {"generated_accuracy", made.generated},
                                     {"real_output", real.value},
                                     {"generated_output", made.value}};
    results_put(results, (int)(sizeof results / sizeof *results),
                evaluation->session->options->is_json, out);
}

static enum status print_scores(struct evaluation *evaluation, struct text *out)
{
    struct session *session = evaluation->session;
    struct scored_gan scored;
    if (!session->model->judge || !session->schedule.judge.model)
        return STATUS_OK;
    enum status status =
        score_gan(session, evaluation->reference, evaluation->set,
                  evaluation->images, evaluation->n_images, &scored);
    if (status == STATUS_OK)
        scored_gan_write(&scored, session->options->is_json, out);
    return status;
}

static enum status print(struct evaluation *evaluation)
{
    struct session *session = evaluation->session;
    bool is_json = session->options->is_json;
    struct text out = text_new(session->arena);
    text_puts(&out, is_json ? "{" : "");
    print_verdicts(evaluation, &out);
    enum status status = print_scores(evaluation, &out);
    if (status != STATUS_OK)
        return status;
    text_puts(&out, is_json ? "\n}\n" : "");
    fputs(text_string(&out), stdout);
    return session_flush(session);
}

static enum status evaluate_set(struct evaluation *evaluation)
{
    struct session *session = evaluation->session;
    int64_t count = evaluation->set->samples.count;
    evaluation->n_images = count < SCORED_MOST ? count : SCORED_MOST;
    evaluation->values = calloc((size_t)count, sizeof *evaluation->values);
    enum status status =
        evaluation->values
            ? generate(evaluation)
            : error_set(&session->error, STATUS_MACHINE, "out of memory");
    if (status == STATUS_OK)
        status = print(evaluation);
    free(evaluation->values);
    free(evaluation->images);
    return status;
}

enum status evaluate_gan(struct session *session, const char *reference)
{
    const struct guss_model *model = session->model;
    struct data_set set;
    struct evaluation evaluation = {
        .session = session,
        .reference = reference,
        .set = &set,
        .maker = route_whole(session->arena, trained_network(model)),
        .critic = route_whole(session->arena, sampled_network(model))};
    enum status status =
        session_load_weights(session, weights_trained(session->arena, model),
                             session->options->texts[OPTION_WEIGHTS]);
    if (status == STATUS_OK)
        status = session_load_data(session, reference,
                                   evaluation.critic.network, &set);
    if (status != STATUS_OK)
        return status;
    status = evaluate_set(&evaluation);
    data_free(&set);
    return status;
}
