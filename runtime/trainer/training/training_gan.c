/* A GAN's part of a run: an iteration, what it comes to, its sheets. The real
 * samples are one endless stream; where in it a run stands follows from how
 * many iterations it has done. */
#include "trainer/training/training.h"

#include <stdlib.h>

#include "trainer/inference/generation.h"

enum status gan_prepare(struct training *training)
{
    struct session *session = training->session;
    const struct schedule *schedule = &session->schedule;
    enum status status =
        latent_open(session, training->network, &training->latent);
    if (status != STATUS_OK)
        return status;
    training->picks =
        calloc((size_t)training->model->batch / 2, sizeof *training->picks);
    if (!training->picks)
        return error_set(&session->error, STATUS_MACHINE, "out of memory");
    training->stream =
        (struct sample_stream){.count = training->train.samples.count,
                               .shuffle = schedule->data.shuffle,
                               .seed = schedule->seed,
                               .order = training->order};
    return STATUS_OK;
}

void gan_free(struct training *training)
{
    latent_close(&training->latent);
    scoring_close(&training->scoring);
    log_close(training->scores_log);
    free(training->picks);
}

bool gan_position(const struct guss_model *model, uint64_t iteration,
                  uint64_t samples, uint64_t *pass, uint64_t *position)
{
    uint64_t taken;
    if (__builtin_mul_overflow(iteration, (uint64_t)model->batch / 2, &taken))
        return false;
    *pass = taken / samples;
    *position = taken % samples;
    return true;
}

enum status gan_update(struct training *training)
{
    const struct guss_model *model = training->model;
    struct checkpoint_note *note = &training->note;
    uint64_t half = (uint64_t)model->batch / 2;
    sample_stream_take(&training->stream, note->iteration * half, (int)half,
                       training->picks);
    struct guss_batch batch = {.samples = &training->train.samples,
                               .order = training->picks,
                               .count = model->batch,
                               .seed = note->seed,
                               .update = note->iteration,
                               .latent = &training->latent.source};
    training_run_batch(training, &batch);

    note->iteration++;
    gan_position(model, note->iteration, note->samples, &note->pass,
                 &note->position);
    return training_add_losses(training, model->batch);
}

/* ---- measures ------------------------------------------------------------ */

int gan_measures(struct measure measures[MAX_MEASURES])
{
    measures[GAN_REAL] = (struct measure){.name = "real_accuracy",
                                          .brief = "real",
                                          .kind = MEASURE_ACCURACY,
                                          .leaves = LEAVES_THIRD};
    measures[GAN_GENERATED] = (struct measure){.name = "generated_accuracy",
                                               .brief = "generated",
                                               .kind = MEASURE_ACCURACY,
                                               .leaves = LEAVES_SECOND};
    measures[GAN_SPREAD] = (struct measure){.name = "spread",
                                            .brief = "spread",
                                            .kind = MEASURE_OTHER,
                                            .leaves = LEAVES_FIRST,
                                            .is_later = true};
    return GAN_SPREAD + 1;
}

int gan_measure(const struct training *training,
                struct measure measures[MAX_MEASURES])
{
    const struct guss_sums *sums = &training->note.sums;
    double rows = training_rows(training);
    measures[GAN_REAL].value = sums->correct / (0.5 * rows);
    measures[GAN_GENERATED].value = sums->correct_generated / (0.5 * rows);
    return N_GAN_MEANS;
}

/* ---- sheets -------------------------------------------------------------- */

enum status gan_write_sheet(struct training *training, const char *path)
{
    struct session *session = training->session;
    const struct guss_network *network = training->network;
    int64_t count = session->schedule.snapshots.count;
    float *images = generation_alloc(session, network, count);
    if (!images)
        return session->error.status;
    enum status status =
        generation_draw(session, &training->route, &training->latent.source,
                        session->schedule.seed, 0, count, images);
    if (status == STATUS_OK)
        status = generation_write_sheet(
            network, training->train.samples.pixels,
            session_draws_black(session), images, count,
            session->schedule.snapshots.columns, path, &session->error);
    free(images);
    return status;
}
