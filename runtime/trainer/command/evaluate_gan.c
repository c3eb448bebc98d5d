/* evaluate for a GAN: the discriminator's opinion, as in prediction, of a set's
 * samples and of as many generated ones, but at most 10,000 of these. */
#include "trainer/command/commands.h"

#include <stdlib.h>

#include "trainer/inference/forward.h"
#include "trainer/inference/generation.h"
#include "trainer/inference/latent.h"
#include "trainer/session/network.h"
#include "trainer/session/results.h"

enum { MOST_GENERATED = 10000 };

/* What was said of some samples. */
struct opinion {
    double real;      /* the part that was taken for real */
    double generated; /* for generated; a NaN is neither */
    double value;     /* the mean of what the discriminator gave */
};

struct judgement {
    struct session *session;
    struct route maker, judge;
    float *values; /* owned: what the discriminator gives */
};

static struct opinion find_opinion(struct judgement *judgement,
                                   const struct guss_samples *samples)
{
    struct opinion opinion = {0.0, 0.0, 0.0};
    forward_run(judgement->session, &judgement->judge, samples,
                &judgement->values);
    for (int64_t i = 0; i < samples->count; i++) {
        opinion.real += judgement->values[i] > 0.5f;
        opinion.generated += judgement->values[i] <= 0.5f;
        opinion.value += (double)judgement->values[i];
    }
    opinion.real /= (double)samples->count;
    opinion.generated /= (double)samples->count;
    opinion.value /= (double)samples->count;
    return opinion;
}

static enum status judge_generated(struct judgement *judgement, int64_t count,
                                   struct opinion *opinion)
{
    struct session *session = judgement->session;
    const struct guss_network *maker = judgement->maker.network;
    struct latent latent;
    enum status status = latent_open(session, maker, &latent);
    if (status != STATUS_OK)
        return status;
    float *images = generation_alloc(session, maker, count);
    const struct guss_samples samples = {
        .values = images,
        .element = GUSS_F32,
        .pixels = GUSS_PIXELS_RAW,
        .count = count,
        .width = output_elements(route_source(&judgement->judge))};
    status = images
                 ? generation_draw(session, &judgement->maker, &latent.source,
                                   session->schedule.seed, count, images)
                 : session->error.status;
    if (status == STATUS_OK)
        *opinion = find_opinion(judgement, &samples);
    free(images);
    latent_close(&latent);
    return status;
}

static enum status judge_set(struct judgement *judgement,
                             const struct guss_samples *samples)
{
    struct session *session = judgement->session;
    int64_t generated =
        samples->count < MOST_GENERATED ? samples->count : MOST_GENERATED;
    judgement->values =
        calloc((size_t)samples->count, sizeof *judgement->values);
    if (!judgement->values)
        return error_set(&session->error, STATUS_MACHINE, "out of memory");
    struct opinion real = find_opinion(judgement, samples), made;
    enum status status = judge_generated(judgement, generated, &made);
    free(judgement->values);
    if (status != STATUS_OK)
        return status;
    const struct result results[] = {{"real_accuracy", real.real},
                                     {"generated_accuracy", made.generated},
                                     {"real_output", real.value},
                                     {"generated_output", made.value}};
    results_print(results, (int)(sizeof results / sizeof *results),
                  session->options->is_json, stdout);
    return session_flush(session);
}

enum status evaluate_gan(struct session *session, const char *reference)
{
    const struct guss_model *model = session->model;
    struct judgement judgement = {
        .session = session,
        .maker = route_whole(session->arena, trained_network(model)),
        .judge = route_whole(session->arena, sampled_network(model))};
    enum status status =
        session_load_weights(session, weights_trained(session->arena, model),
                             session->options->texts[OPTION_WEIGHTS]);
    struct data_set set;
    if (status == STATUS_OK)
        status = session_load_data(session, reference, judgement.judge.network,
                                   &set);
    if (status != STATUS_OK)
        return status;
    status = judge_set(&judgement, &set.samples);
    data_free(&set);
    return status;
}
