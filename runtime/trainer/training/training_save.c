/* What a training run writes: rows of the log, checkpoints, and at the
 * end the weights and the curve of the losses. */
#include "trainer/training/training.h"

#include <inttypes.h>
#include <math.h>

#include "base/clock.h"
#include "trainer/weights/weights.h"

enum status training_diverged(struct training *training, const char *what,
                              double value)
{
    const struct checkpoint_note *note = &training->note;
    struct arena *arena = training->session->arena;
    const char *kept = "no checkpoint was written before";
    if (training->has_checkpoint)
        kept = arena_printf(
            arena,
            "the last good checkpoint is '%s'; go on from it with a lower "
            "rate: --resume %s --set optimizer.learning_rate=...",
            run_folder_checkpoint(&training->folder, training->saved),
            training->folder.path);
    return error_set(&training->session->error, STATUS_DIVERGED,
                     "training diverged: %s became %s in epoch %" PRIu64
                     ", iteration %" PRIu64 "; %s",
                     what, isnan(value) ? "NaN" : "infinite",
                     training_epoch(training), note->iteration, kept);
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
    if (training->judge)
        watch_row(training, row + LOG_MEASURES,
                  training_epoch_updates(training));
    return log_append(training->log, row, &training->session->error);
}

/* ---- checkpoints --------------------------------------------------------- */

static enum status check_weights(struct training *training)
{
    struct session *session = training->session;
    double value;
    const char *key = weights_find_nonfinite(
        session->arena, training->model, session->memory,
        weights_trained(session->arena, training->model), &value);
    if (!key)
        return STATUS_OK;
    return training_diverged(
        training, arena_printf(session->arena, "a weight of '%s'", key), value);
}

static enum status sync_log(struct training *training)
{
    struct session *session = training->session;
    bool restored;
    enum status status = log_sync(training->log, &restored, &session->error);
    if (status != STATUS_OK || !restored)
        return status;
    progress_clear(&training->progress);
    session_warn(session,
                 "'%s' was removed or changed while the run goes on; it is "
                 "written anew, with all of its rows",
                 run_folder_file(&training->folder, "log.csv"));
    return STATUS_OK;
}

enum status training_save_checkpoint(struct training *training)
{
    const struct checkpoint_note *note = &training->note;
    struct session *session = training->session;
    if (training->has_checkpoint && training->saved == note->iteration)
        return STATUS_OK;
    enum status status = check_weights(training);
    /* The log first: a checkpoint says how many rows there are. */
    if (status == STATUS_OK)
        status = sync_log(training);
    if (status != STATUS_OK)
        return status;
    /* Paths of this one moment: a run may save a million times. */
    struct run_folder folder = training->folder;
    folder.arena = arena_new();
    status = checkpoint_write(run_folder_checkpoint(&folder, note->iteration),
                              training->model, session->memory, note,
                              &session->error);
    if (status == STATUS_OK) {
        training->has_checkpoint = true;
        training->saved = note->iteration;
        training->saved_at = clock_seconds();
        status = run_folder_prune(&folder, note->iteration, &session->schedule,
                                  &session->error);
    }
    arena_free(folder.arena);
    return status;
}

enum status training_save_end(struct training *training)
{
    struct session *session = training->session;
    enum status status = check_weights(training);
    if (status == STATUS_OK)
        status = weights_save(
            training->model, session->memory,
            weights_trained(session->arena, training->model), &session->classes,
            run_folder_file(&training->folder, "weights.safetensors"),
            &session->error);
    if (status == STATUS_OK)
        status = training_save_plot(training);
    if (status == STATUS_OK)
        status = sync_log(training);
    return status == STATUS_OK ? training_save_checkpoint(training) : status;
}
