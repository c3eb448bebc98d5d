/* The training loop. An update is one run of the team; between two updates
 * only the caller works. Whatever depends on the clock (progress, how often to
 * save) changes nothing that is computed. */
#include "trainer/training/training.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/stop.h"
#include "base/text.h"

static const double least_seconds_between_epoch_checkpoints = 1.0;

enum status training_count(struct session *session, uint64_t samples,
                           uint64_t *per_epoch, uint64_t *total)
{
    const struct guss_model *model = session->model;
    const struct schedule *schedule = &session->schedule;
    uint64_t batch = (uint64_t)model->batch;
    *per_epoch = (samples + batch - 1) / batch;
    if (model->objective == GUSS_GAN)
        *per_epoch = samples < batch ? 1 : samples / batch;
    *total = (uint64_t)schedule->iterations;
    if (schedule->iterations ||
        !__builtin_mul_overflow((uint64_t)schedule->epochs, *per_epoch, total))
        return STATUS_OK;
    return error_set(&session->error, STATUS_INPUT,
                     "%lld epochs of %llu samples are too many",
                     (long long)schedule->epochs, (unsigned long long)samples);
}

uint64_t training_epochs(const struct training *training)
{
    return training->note.iteration / training->per_epoch;
}

uint64_t training_epoch(const struct training *training)
{
    return (training->note.iteration - 1) / training->per_epoch + 1;
}

uint64_t training_epoch_updates(const struct training *training)
{
    uint64_t iteration = training->note.iteration;
    return iteration ? (iteration - 1) % training->per_epoch + 1 : 0;
}

/* "" where a set has none. */
static const char *targets_sum(const struct data_set *set)
{
    return set->targets ? set->targets->sha256 : "";
}

void training_note_data(struct training *training)
{
    training->note.train_sha256 = training->train.sha256;
    training->note.test_sha256 = training->test.sha256;
    training->note.target_sha256 = targets_sum(&training->train);
    training->note.test_target_sha256 = targets_sum(&training->test);
    training->note.latent_sha256 = training->latent.sha256;
}

/* ---- one update ---------------------------------------------------------- */

struct update {
    struct training *training;
    const struct guss_batch *batch;
    uint64_t averaged; /* average_wanted() */
};

static void work(void *argument, const struct guss_worker *worker)
{
    const struct update *update = argument;
    struct training *training = update->training;
    const struct guss_batch batch =
        augmentation_batch(&training->augmentation, update->batch, worker);
    update_penalties(training->model, training->session->memory, worker,
                     training->penalties);
    training->model->train(training->session->memory, &batch,
                           training->optimizers, worker);
    if (!update->averaged)
        return;
    guss_barrier(worker);
    average_update(&training->average, training->session->memory,
                   training->settings, training->note.averaged, worker);
}

void training_run_batch(struct training *training,
                        const struct guss_batch *batch)
{
    struct update update = {
        training, batch, average_wanted(training->model, training->settings)};
    double begun = clock_seconds();
    guss_team_run(training->session->team, work, &update);
    training->note.averaged = update.averaged;
    training->record.step_seconds += clock_seconds() - begun;
}

/* The first loss is that of the state before the update; what gives another may
 * have been changed by the phases before it. */
static enum status check_losses(struct training *training,
                                const struct update_loss *losses,
                                const struct guss_sums *sums, int n)
{
    for (int i = 0; i < n; i++) {
        const char *title = losses[i].loss->title;
        if (isfinite(sums[i].loss))
            continue;
        return i == 0 ? training_diverged_before(training, title, sums[i].loss)
                      : training_diverged(training, title, sums[i].loss);
    }
    return STATUS_OK;
}

enum status training_add_losses(struct training *training, int count)
{
    const struct guss_model *model = training->model;
    struct checkpoint_note *note = &training->note;
    struct update_loss losses[GUSS_MAX_LOSSES];
    struct guss_sums sums[GUSS_MAX_LOSSES] = {{0}};
    int n = update_losses(model, losses);
    for (int i = 0; i < n; i++) {
        sums_add_loss(model, training->session->memory, &losses[i], count,
                      &sums[i]);
        sums_add_penalty(&losses[i], count,
                         penalty_total(&training->penalties[i]), &sums[i]);
    }
    enum status status = check_losses(training, losses, sums, n);
    if (status != STATUS_OK)
        return status;
    sums_add(&note->sums, &sums[0]);
    for (int i = 1; i < n; i++)
        note->later_losses[i - 1] += sums[i].loss;
    return STATUS_OK;
}

static enum status run_update(struct training *training)
{
    const struct guss_model *model = training->model;
    struct checkpoint_note *note = &training->note;
    if (!training->is_ordered)
        split_order_pass(training);
    uint64_t rest = note->samples - note->position;
    int count = rest < (uint64_t)model->batch ? (int)rest : model->batch;
    struct guss_batch batch = {.samples = &training->train.samples,
                               .order = training->order + note->position,
                               .count = count,
                               .seed = note->seed,
                               .update = note->iteration,
                               .class_weights = training->class_weights,
                               .label_smoothing =
                                   training->session->schedule.label_smoothing};
    training_run_batch(training, &batch);

    note->iteration++;
    note->position += (uint64_t)count;
    return training_add_losses(training, count);
}

/* ---- around it ----------------------------------------------------------- */

double training_rows(const struct training *training)
{
    return training->is_gan ? (double)training_epoch_updates(training) *
                                  (double)training->model->batch
                            : (double)training->note.position;
}

/* Samples visited so far; a GAN counts its batches full. */
static uint64_t samples_done(const struct training *training)
{
    const struct checkpoint_note *note = &training->note;
    if (training->is_gan)
        return note->iteration * (uint64_t)training->model->batch;
    return note->pass * note->samples + note->position;
}

static void show_progress(struct training *training)
{
    if (!progress_is_due(&training->progress))
        return;
    struct moment moment = {.epoch = training_epoch(training),
                            .done = samples_done(training)};
    moment.n_measures = training_measure_so_far(training, moment.measures);
    progress_update(&training->progress, moment);
}

static bool is_epoch_end(const struct training *training)
{
    return training->note.iteration % training->per_epoch == 0;
}

static bool is_over(const struct training *training)
{
    return training->note.iteration >= training->total ||
           control_has_stopped(training);
}

static enum status log_epoch(struct training *training)
{
    struct measure measures[MAX_MEASURES];
    int count;
    enum status status = training_log(training, measures, &count);
    if (status == STATUS_OK)
        status = is_epoch_end(training) ? control_end_epoch(training)
                                        : control_end_part(training);
    if (status != STATUS_OK)
        return status;
    progress_end_epoch(&training->progress, training_epoch(training),
                       is_over(training), measures, count);
    return STATUS_OK;
}

static enum status end_epoch(struct training *training)
{
    struct checkpoint_note *note = &training->note;
    enum status status = log_epoch(training);
    note->sums = (struct guss_sums){0};
    memset(note->later_losses, 0, sizeof note->later_losses);
    if (training->is_gan)
        return status;
    note->pass++;
    note->position = 0;
    training->is_ordered = false;
    return status;
}

/* Where the schedule wants one for good, and every so many iterations. Else
 * after an epoch, but at most once a second: saving never takes longer than
 * training. The last one is left to training_save_end(), which writes it behind
 * all else: whoever is killed before finds one that is not the last, and goes
 * on. */
static bool is_checkpoint_due(const struct training *training)
{
    const struct checkpoint_note *note = &training->note;
    int64_t every = training->session->schedule.checkpoint.every;
    if (is_over(training))
        return false;
    if (schedule_keeps_checkpoint(&training->session->schedule,
                                  note->iteration))
        return true;
    if (every)
        return note->iteration % (uint64_t)every == 0;
    if (!is_epoch_end(training))
        return false;
    return !training->has_checkpoint ||
           clock_seconds() - training->saved_at >=
               least_seconds_between_epoch_checkpoints;
}

/* The settings of the segment that holds now. */
static enum status take_segment(struct training *training, int segment)
{
    struct session *session = training->session;
    const char *text = training->record.segments[segment].schedule;
    struct schedule schedule;
    enum status status = session_parse_schedule(
        session,
        source_from_text(session->arena, "schedule.yaml", text, strlen(text)),
        &schedule);
    if (status != STATUS_OK)
        return status;
    session_optimizers(&schedule, training->optimizers);
    for (int i = 0; i < MAX_OPTIMIZERS; i++)
        training->settings[i] = *schedule_optimizer(&schedule, i);
    control_take(training, &schedule);
    training->segment = segment;
    return average_wanted(training->model, training->settings)
               ? average_open(&training->average, &session->error)
               : STATUS_OK;
}

static enum status take_settings(struct training *training)
{
    int segment =
        run_record_segment(&training->record, training->note.iteration);
    return segment == training->segment ? STATUS_OK
                                        : take_segment(training, segment);
}

/* One update, and what is due behind it. */
static enum status go_on(struct training *training)
{
    control_take_rates(training);
    enum status status =
        training->is_gan ? gan_update(training) : run_update(training);
    if (status == STATUS_OK)
        show_progress(training);
    if (status == STATUS_OK)
        status = scores_take_due(training);
    if (status == STATUS_OK && is_epoch_end(training))
        status = end_epoch(training);
    if (status == STATUS_OK)
        status = sheets_save_due(training);
    if (status == STATUS_OK)
        status = control_end_snapshot(training);
    if (status == STATUS_OK && training->is_gan)
        status = watch_update(training);
    return status;
}

/* Where a repeated run was resumed with other settings, those hold before it is
 * asked whether it is over. */
static enum status run_to_end(struct training *training)
{
    enum status status = STATUS_OK;
    while (status == STATUS_OK && !is_over(training) &&
           stop_requested() == STATUS_OK) {
        status = go_on(training);
        if (status == STATUS_OK)
            status = take_settings(training);
        if (status == STATUS_OK && is_checkpoint_due(training))
            status = training_save_checkpoint(training);
    }
    return status;
}

static struct progress_plan plan_progress(const struct training *training)
{
    uint64_t per_epoch = training->per_epoch, total = training->total;
    uint64_t batch = (uint64_t)training->model->batch;
    struct progress_plan plan = {.epochs = (total + per_epoch - 1) / per_epoch,
                                 .updates = per_epoch,
                                 .samples = training->is_gan
                                                ? per_epoch * batch
                                                : training->note.samples,
                                 .begun = samples_done(training)};
    plan.total = total / per_epoch * plan.samples + total % per_epoch * batch;
    return plan;
}

enum status training_run(struct training *training)
{
    const struct checkpoint_note *note = &training->note;
    struct progress_plan plan = plan_progress(training);
    progress_start(&training->progress, stderr, &plan);
    enum status status = take_segment(
        training, run_record_segment(&training->record, note->iteration));
    if (status == STATUS_OK)
        status = best_save(training);
    if (status == STATUS_OK && note->iteration == 0)
        status = sheets_save_due(training);
    if (status == STATUS_OK)
        status = run_to_end(training);
    bool is_complete = is_over(training);
    if (status == STATUS_OK && is_complete && !is_epoch_end(training))
        status = log_epoch(training);
    progress_clear(&training->progress);
    if (status == STATUS_OK && is_complete)
        status = sheets_save_last(training);
    if (status == STATUS_OK && is_complete)
        status = scores_take_last(training);
    if (status == STATUS_OK && is_complete)
        status = control_end_last(training);
    if (status == STATUS_OK)
        status = training_save_end(training);
    if (status == STATUS_OK && !is_complete)
        return stop_requested();
    return status;
}
