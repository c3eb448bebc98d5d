/* What a training run writes: rows of the log, checkpoints, and at the
 * end the weights and the curve of the losses. */
#include "trainer/training/training.h"

#include <inttypes.h>
#include <math.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "trainer/weights/weights.h"

/* "; 'run/checkpoints/3.guss' gives it, and is removed": a state whose loss is not
 * finite. "" where there is no checkpoint of it. */
static enum status drop_checkpoint(struct training *training, const char **said)
{
    struct error *error = &training->session->error;
    struct run_folder *folder = &training->folder;
    uint64_t *iterations, state = training->note.iteration - 1;
    int count;
    *said = "";
    if (!training->has_checkpoint || training->saved != state)
        return STATUS_OK;
    *said = arena_printf(folder->arena, "; '%s' gives it, and is removed",
                         run_folder_checkpoint(folder, state));
    enum status status = run_folder_drop(folder, state, error);
    if (status == STATUS_OK)
        status = run_folder_list(folder, &iterations, &count, error);
    if (status != STATUS_OK)
        return status;
    training->has_checkpoint = count > 0;
    training->saved = count > 0 ? iterations[0] : 0;
    return STATUS_OK;
}

static enum status report_divergence(struct training *training,
                                     const char *what, double value,
                                     const char *said)
{
    struct arena *arena = training->session->arena;
    if (training_is_verification())
        return error_set(&training->session->error, STATUS_DIVERGED,
                         "training diverged: %s became %s in epoch %" PRIu64
                         ", iteration %" PRIu64,
                         what, isnan(value) ? "NaN" : "infinite",
                         training_epoch(training), training->note.iteration);
    const char *kept = arena_printf(arena, "no %scheckpoint was written before",
                                    said[0] ? "other " : "");
    if (training->has_checkpoint)
        kept = arena_printf(
            arena,
            "the last good checkpoint is '%s'; go on from it with a lower "
            "rate: --resume %s --set optimizer.learning_rate=...",
            run_folder_checkpoint(&training->folder, training->saved),
            training->folder.path);
    return error_set(&training->session->error, STATUS_DIVERGED,
                     "training diverged: %s became %s in epoch %" PRIu64
                     ", iteration %" PRIu64 "%s; %s",
                     what, isnan(value) ? "NaN" : "infinite",
                     training_epoch(training), training->note.iteration, said,
                     kept);
}

enum status training_diverged(struct training *training, const char *what,
                              double value)
{
    return report_divergence(training, what, value, "");
}

enum status training_diverged_before(struct training *training,
                                     const char *what, double value)
{
    const char *said;
    enum status status = drop_checkpoint(training, &said);
    return status == STATUS_OK ? report_divergence(training, what, value, said)
                               : status;
}

/* ---- log ----------------------------------------------------------------- */

enum status training_log(struct training *training,
                         struct measure measures[MAX_MEASURES], int *count)
{
    double row[MAX_LOG_COLUMNS];
    enum status status = training_measure_epoch(training, measures, count);
    if (status != STATUS_OK)
        return status;
    row[LOG_EPOCH] = (double)training_epoch(training);
    row[LOG_ITERATION] = (double)training->note.iteration;
    for (int i = 0; i < *count; i++)
        row[LOG_MEASURES + i] = measures[i].value;
    if (training->is_gan)
        watch_row(training, row + LOG_MEASURES,
                  training_epoch_updates(training));
    uint64_t iteration = training->note.iteration;
    scores_put(training, iteration - training_epoch_updates(training),
               row + LOG_MEASURES + *count);
    int rates = LOG_MEASURES + *count + scores_count(training);
    for (int i = 0; i < MAX_OPTIMIZERS; i++)
        row[rates + i] = iteration > training->rates_from
                             ? training->optimizers[i].learning_rate
                             : (double)NAN;
    return log_append(training->log, row, &training->session->error);
}

/* ---- checkpoints --------------------------------------------------------- */

enum status training_check_weights(struct training *training)
{
    struct arena *arena = arena_new(); /* of one epoch of many */
    double value;
    const char *key = weights_find_nonfinite(
        arena, training->model, training->session->memory,
        weights_trained(arena, training->model), &value);
    enum status status = STATUS_OK;
    if (key)
        status = training_diverged(
            training, arena_printf(arena, "a weight of '%s'", key), value);
    arena_free(arena);
    return status;
}

/* What was trained on other data than run.json names is not kept: the last
 * checkpoint stays the last. */
static enum status check_data(struct training *training)
{
    const struct data_set *const sets[] = {&training->train, &training->test,
                                           &training->latent.file};
    enum status status = STATUS_OK;
    for (int i = 0; status == STATUS_OK && i < 3; i++)
        status = data_check_unchanged(sets[i], &training->session->error);
    return status;
}

static enum status sync_log(struct training *training, struct log *log,
                            const char *name)
{
    struct session *session = training->session;
    bool restored;
    enum status status = log_sync(log, &restored, &session->error);
    if (status != STATUS_OK || !restored)
        return status;
    progress_clear(&training->progress);
    session_warn(session,
                 "'%s' was removed or changed while the run goes on; it is "
                 "written anew, with all of its rows",
                 run_folder_file(&training->folder, name));
    return STATUS_OK;
}

static enum status sync_logs(struct training *training)
{
    enum status status = sync_log(training, training->log, "log.csv");
    return status == STATUS_OK && training->scores_log
               ? sync_log(training, training->scores_log, RUN_SCORES)
               : status;
}

struct checkpoint_state training_state(const struct training *training)
{
    return (struct checkpoint_state){.memory = training->session->memory,
                                     .best = training->best_weights,
                                     .average = training->average.values};
}

enum status training_save_checkpoint(struct training *training)
{
    const struct checkpoint_note *note = &training->note;
    struct session *session = training->session;
    if (training->has_checkpoint && training->saved == note->iteration)
        return STATUS_OK;
    enum status status = check_data(training);
    if (status == STATUS_OK)
        status = training_check_weights(training);
    /* The logs first: a checkpoint says how many rows they have. */
    if (status == STATUS_OK)
        status = sync_logs(training);
    if (status != STATUS_OK)
        return status;
    /* Paths of this one moment: a run may save a million times. */
    struct run_folder folder = training->folder;
    folder.arena = arena_new();
    const struct checkpoint_state state = training_state(training);
    status = checkpoint_write(run_folder_checkpoint(&folder, note->iteration),
                              training->model, &state, note, &session->error);
    if (status == STATUS_OK) {
        training->has_checkpoint = true;
        training->saved = note->iteration;
        training->saved_at = clock_seconds();
        status = run_folder_prune(&folder, note->iteration, &session->schedule,
                                  &session->error);
    }
    arena_free(folder.arena);
    return status == STATUS_OK ? best_save(training) : status;
}

/* An earlier one goes where there are no averages now. */
static enum status save_averages(struct training *training)
{
    struct session *session = training->session;
    struct average *average = &training->average;
    const char *path = run_folder_file(&training->folder, RUN_AVERAGE_WEIGHTS);
    if (!training->note.averaged)
        return unlink(path) == 0 || !file_exists(path)
                   ? STATUS_OK
                   : error_set_errno(&session->error, STATUS_MACHINE,
                                     "cannot remove '%s'", path);
    average_complete(average, session->memory, training->note.averaged);
    return weights_save_laid_out(
        training->model, average->values,
        weights_trained(session->arena, training->model), &session->classes,
        &session->normalization, path, &session->error);
}

enum status training_save_end(struct training *training)
{
    struct session *session = training->session;
    enum status status = check_data(training);
    if (status == STATUS_OK)
        status = training_check_weights(training);
    if (status == STATUS_OK)
        status = weights_save(
            training->model, session->memory,
            weights_trained(session->arena, training->model), &session->classes,
            &session->normalization,
            run_folder_file(&training->folder, "weights.safetensors"),
            &session->error);
    if (status == STATUS_OK)
        status = best_save(training);
    if (status == STATUS_OK)
        status = save_averages(training);
    if (status == STATUS_OK)
        status = training_save_plot(training);
    if (status == STATUS_OK)
        status = training_save_scores_plot(training);
    if (status == STATUS_OK)
        status = sync_logs(training);
    return status == STATUS_OK ? training_save_checkpoint(training) : status;
}
