/* The training loop. An update is one run of the team; between two updates
 * only the caller works. Whatever depends on the clock (progress, how often to
 * save) changes nothing that is computed. */
#include "trainer/training/training.h"

#include <math.h>

#include "base/text.h"
#include "trainer/command/measure.h"
#include "trainer/data/shuffle.h"
#include "trainer/training/fingerprint.h"
#include "trainer/training/stop.h"

static const double least_seconds_between_epoch_checkpoints = 1.0;

enum status training_count(struct session *session, uint64_t samples,
                           uint64_t *per_pass, uint64_t *total)
{
    const struct schedule *schedule = &session->schedule;
    uint64_t batch = (uint64_t)session->model->batch;
    *per_pass = (samples + batch - 1) / batch;
    *total = (uint64_t)schedule->iterations;
    if (schedule->iterations ||
        !__builtin_mul_overflow((uint64_t)schedule->epochs, *per_pass, total))
        return STATUS_OK;
    return error_set(&session->error, STATUS_INPUT,
                     "%lld epochs of %llu samples are too many",
                     (long long)schedule->epochs, (unsigned long long)samples);
}

uint64_t training_schedule_fingerprint(const struct schedule *schedule)
{
    struct schedule fixed = *schedule;
    fixed.epochs = 1;
    fixed.iterations = 0;
    fixed.threads = 1;
    fixed.snapshots.at = NULL;
    fixed.snapshots.n_at = 0;
    fixed.snapshots.every = 0;
    fixed.snapshots.count = fixed.snapshots.columns = 1;
    fixed.checkpoint.every = 0;
    fixed.checkpoint.keep = 1;
    struct arena *arena = arena_new();
    struct text text = text_new(arena);
    schedule_write(&fixed, &text);
    uint64_t print =
        fingerprint_bytes(FINGERPRINT_EMPTY, text_string(&text), text.length);
    arena_free(arena);
    return print;
}

/* ---- one update ---------------------------------------------------------- */

struct update {
    const struct training *training;
    struct guss_batch batch;
};

static void work(void *argument, const struct guss_worker *worker)
{
    const struct update *update = argument;
    const struct training *training = update->training;
    training->model->train(training->session->memory, &update->batch,
                           &training->optimizer, worker);
}

static void order_pass(struct training *training)
{
    int64_t count = training->train.samples.count;
    if (training->session->schedule.data.shuffle)
        shuffle_pass(training->order, count, training->note.seed,
                     training->note.pass);
    else
        shuffle_none(training->order, count);
    training->is_ordered = true;
}

static enum status run_update(struct training *training)
{
    const struct guss_model *model = training->model;
    struct checkpoint_note *note = &training->note;
    if (!training->is_ordered)
        order_pass(training);
    uint64_t rest = note->samples - note->position;
    int count = rest < (uint64_t)model->batch ? (int)rest : model->batch;
    struct update update = {.training = training,
                            .batch = {.samples = &training->train.samples,
                                      .order = training->order + note->position,
                                      .count = count,
                                      .seed = note->seed,
                                      .update = note->iteration}};
    guss_team_run(training->session->team, work, &update);

    struct guss_sums sums = {0};
    sums_add_tiles(model, training->session->memory, count, &sums);
    note->iteration++;
    note->position += (uint64_t)count;
    if (!isfinite(sums.loss))
        return training_diverged(training, "the loss", sums.loss);
    note->sums.loss += sums.loss;
    note->sums.squared += sums.squared;
    note->sums.absolute += sums.absolute;
    note->sums.correct += sums.correct;
    return STATUS_OK;
}

/* ---- around it ----------------------------------------------------------- */

static double running_loss(const struct training *training)
{
    const struct checkpoint_note *note = &training->note;
    return note->sums.loss /
           ((double)note->position * (double)training->model->loss_terms);
}

static void show_progress(struct training *training)
{
    const struct checkpoint_note *note = &training->note;
    progress_update(&training->progress, note->pass + 1,
                    note->pass * note->samples + note->position,
                    running_loss(training));
}

static enum status end_pass(struct training *training)
{
    struct checkpoint_note *note = &training->note;
    double loss, val_loss;
    enum status status = training_log(training, &loss, &val_loss);
    if (status != STATUS_OK)
        return status;
    note->pass++;
    note->position = 0;
    note->sums = (struct guss_sums){0};
    training->is_ordered = false;
    progress_end_epoch(&training->progress, note->pass, loss, val_loss);
    return STATUS_OK;
}

/* By iteration where the schedule says so. Else after an epoch, but at most
 * once a second: saving never takes longer than training. */
static bool is_checkpoint_due(const struct training *training)
{
    const struct checkpoint_note *note = &training->note;
    int64_t every = training->session->schedule.checkpoint.every;
    if (every)
        return note->iteration % (uint64_t)every == 0;
    if (note->position)
        return false;
    return !training->has_checkpoint ||
           progress_now() - training->saved_at >=
               least_seconds_between_epoch_checkpoints;
}

static enum status run_to_end(struct training *training)
{
    const struct checkpoint_note *note = &training->note;
    enum status status = STATUS_OK;
    while (status == STATUS_OK && note->iteration < training->total &&
           stop_requested() == STATUS_OK) {
        status = run_update(training);
        if (status == STATUS_OK)
            show_progress(training);
        if (status == STATUS_OK && note->position == note->samples)
            status = end_pass(training);
        if (status == STATUS_OK)
            status = training_save_sample(training);
        if (status == STATUS_OK && is_checkpoint_due(training))
            status = training_save_checkpoint(training);
    }
    return status;
}

enum status training_run(struct training *training)
{
    const struct checkpoint_note *note = &training->note;
    uint64_t epochs =
        (training->total + training->per_pass - 1) / training->per_pass;
    uint64_t total =
        training->total / training->per_pass * note->samples +
        training->total % training->per_pass * (uint64_t)training->model->batch;
    progress_start(&training->progress, stderr, epochs, note->samples, total,
                   note->pass * note->samples + note->position);
    enum status status = run_to_end(training);
    bool is_complete = note->iteration >= training->total;
    if (status == STATUS_OK && is_complete && note->position) {
        double loss, val_loss;
        status = training_log(training, &loss, &val_loss);
        if (status == STATUS_OK)
            progress_end_epoch(&training->progress, note->pass + 1, loss,
                               val_loss);
    }
    if (status == STATUS_OK)
        status = training_save_end(training);
    progress_clear(&training->progress);
    if (status == STATUS_OK && !is_complete)
        return stop_requested();
    return status;
}
