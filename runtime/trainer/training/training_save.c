/* What a training run writes: rows of the log, sheets, checkpoints, and at the
 * end the weights and the curve of the losses. */
#include "trainer/training/training.h"

#include <inttypes.h>
#include <math.h>

#include "trainer/command/measure.h"
#include "trainer/command/reconstruction.h"
#include "trainer/picture/picture.h"
#include "trainer/weights/weights.h"

const char *const training_columns[N_LOG_COLUMNS] = {"epoch", "iteration",
                                                     "loss", "val_loss"};

int training_column_count(const struct training *training)
{
    return training->has_test ? N_LOG_COLUMNS : N_LOG_COLUMNS - 1;
}

enum status training_diverged(struct training *training, const char *what,
                              double value)
{
    const struct checkpoint_note *note = &training->note;
    struct arena *arena = training->session->arena;
    uint64_t epoch = (note->iteration - 1) / training->per_pass + 1;
    const char *kept = "no checkpoint was written before";
    if (training->has_checkpoint)
        kept = arena_printf(
            arena, "the last good checkpoint is '%s'",
            run_folder_checkpoint(&training->folder, training->saved));
    return error_set(&training->session->error, STATUS_DIVERGED,
                     "training diverged: %s became %s in epoch %" PRIu64
                     ", iteration %" PRIu64 "; %s",
                     what, isnan(value) ? "NaN" : "infinite", epoch,
                     note->iteration, kept);
}

/* ---- log ----------------------------------------------------------------- */

enum status training_log(struct training *training, double *loss,
                         double *val_loss)
{
    const struct checkpoint_note *note = &training->note;
    struct session *session = training->session;
    *loss = measures_from_sums(training->model, &note->sums,
                               (int64_t)note->position)
                .loss;
    *val_loss = (double)NAN;
    if (training->has_test) {
        *val_loss = measure_set(training->model, session->memory, session->team,
                                &training->test.samples, training->order)
                        .loss;
        training->is_ordered = false;
        if (!isfinite(*val_loss))
            return training_diverged(training, "val_loss", *val_loss);
    }
    double row[N_LOG_COLUMNS] = {[LOG_EPOCH] = (double)(note->pass + 1),
                                 [LOG_ITERATION] = (double)note->iteration,
                                 [LOG_LOSS] = *loss,
                                 [LOG_VALIDATION] = *val_loss};
    return log_append(training->log, row, &session->error);
}

static enum status save_plot(struct training *training)
{
    const struct log *log = training->log;
    int rows = log_rows(log), columns = training_column_count(training);
    if (rows == 0)
        return STATUS_OK;
    struct arena *arena = arena_new();
    double *values[N_LOG_COLUMNS];
    for (int column = 0; column < columns; column++) {
        values[column] = arena_alloc(arena, (size_t)rows, sizeof **values);
        for (int row = 0; row < rows; row++)
            values[column][row] = log_values(log)[row * columns + column];
    }
    struct series series[2] = {{training_columns[LOG_LOSS], values[LOG_LOSS]}};
    if (training->has_test)
        series[1] = (struct series){training_columns[LOG_VALIDATION],
                                    values[LOG_VALIDATION]};
    struct plot plot = {.title = training->model->name,
                        .x_name = training_columns[LOG_EPOCH],
                        .x = values[LOG_EPOCH],
                        .count = rows,
                        .series = series,
                        .n_series = training->has_test ? 2 : 1};
    enum status status =
        plot_write(&plot, run_folder_file(&training->folder, "loss.png"),
                   &training->session->error);
    arena_free(arena);
    return status;
}

/* ---- checkpoints --------------------------------------------------------- */

static enum status check_weights(struct training *training)
{
    struct session *session = training->session;
    double value;
    const char *key =
        weights_find_nonfinite(session->arena, training->model, session->memory,
                               training->network, &value);
    if (!key)
        return STATUS_OK;
    return training_diverged(
        training, arena_printf(session->arena, "a weight of '%s'", key), value);
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
        status = log_sync(training->log, &session->error);
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
        training->saved_at = progress_now();
        status = run_folder_prune(&folder, note->iteration,
                                  session->schedule.checkpoint.keep,
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
            training->model, session->memory, training->network,
            run_folder_file(&training->folder, "weights.safetensors"),
            &session->error);
    if (status == STATUS_OK)
        status = save_plot(training);
    return status == STATUS_OK ? training_save_checkpoint(training) : status;
}

/* ---- sheets -------------------------------------------------------------- */

static bool is_sample_due(const struct training *training)
{
    const struct schedule *schedule = &training->session->schedule;
    int64_t iteration = (int64_t)training->note.iteration;
    if (training->model->objective != GUSS_AUTOENCODER)
        return false;
    if (schedule->snapshots.every && iteration % schedule->snapshots.every == 0)
        return true;
    for (int64_t i = 0; i < schedule->snapshots.n_at; i++)
        if (schedule->snapshots.at[i] == iteration)
            return true;
    return false;
}

enum status training_save_sample(struct training *training)
{
    struct session *session = training->session;
    if (!is_sample_due(training))
        return STATUS_OK;
    struct run_folder folder = training->folder;
    folder.arena = arena_new();
    enum status status = reconstruction_write(
        training->model, session->memory, session->team, training->network,
        training->has_test ? &training->test : &training->train,
        session->schedule.snapshots.count, session->schedule.snapshots.columns,
        run_folder_sample(&folder, training->note.iteration), &session->error);
    arena_free(folder.arena);
    return status;
}
