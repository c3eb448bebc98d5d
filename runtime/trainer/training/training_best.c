/* The best epoch of a run and its weights: of a GAN the best snapshot. A copy of the
 * weights is kept in memory and in every checkpoint; weights.best.safetensors is
 * written from it, so that a resumed run never has those of another one. */
#include "trainer/training/training.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "trainer/weights/weights.h"

static const double least_seconds_between_files = 1.0;

/* ---- by what ------------------------------------------------------------- */

/* What `stop` watches, else val_loss; the loss where nothing is validated with,
 * of which no weights are kept: it is not that of an epoch's last weights. */
static struct monitor_settings best_settings(const struct training *training)
{
    struct measure measures[MAX_MEASURES];
    struct monitor_settings settings = training->held.stop;
    if (settings.monitor || training->is_gan)
        return settings;
    training_measures(training, measures);
    settings.monitor =
        training_validates(training) ? "val_loss" : measures[0].name;
    return settings;
}

static bool keeps_weights(const struct training *training)
{
    return training->held.stop.monitor ||
           (training_validates(training) && !training->is_gan);
}

/* ---- the best ------------------------------------------------------------ */

/* Of the rows that there are, whose weights are gone. */
static void look_back(struct training *training,
                      const struct monitor_settings *settings)
{
    struct best *best = &training->note.best;
    struct log_column list[MAX_LOG_COLUMNS];
    int columns = training_columns(training, list);
    int by = training_column(training, settings->monitor);
    const double *row = log_values(training->log);
    for (int i = 0; i < log_rows(training->log); i++, row += columns)
        best_add(monitor_mode(settings), best, (uint64_t)row[LOG_ITERATION],
                 row[by]);
}

void best_begin(struct training *training)
{
    struct best *best = &training->note.best;
    struct monitor_settings settings = best_settings(training);
    const char *rule = monitor_rule(training->session->arena, &settings);
    if (!best->rule || strcmp(best->rule, rule) != 0) {
        *best = (struct best){.rule = rule};
        training->has_best_file = false;
        if (!training->is_gan)
            look_back(training, &settings);
    }
    training->best = *best;
}

void best_copy(struct training *training)
{
    const struct guss_model *model = training->model;
    memcpy(training->best_weights,
           model_weights(model, training->session->memory),
           model->weights_count * sizeof *training->best_weights);
}

static enum status keep_weights(struct training *training)
{
    enum status status = training_check_weights(training);
    if (status != STATUS_OK)
        return status;
    best_copy(training);
    training->note.best_weights = training->note.iteration;
    training->has_best_file = false;
    bool is_due =
        clock_seconds() - training->best_file_at >= least_seconds_between_files;
    return is_due ? best_save(training) : STATUS_OK;
}

enum status best_alloc(struct training *training)
{
    training->best_weights =
        calloc(training->model->weights_count, sizeof *training->best_weights);
    return training->best_weights ? STATUS_OK
                                  : error_set(&training->session->error,
                                              STATUS_MACHINE, "out of memory");
}

enum status best_evaluate(struct training *training, const double *row,
                          bool is_kept)
{
    struct monitor_settings settings = best_settings(training);
    if (!settings.monitor)
        return STATUS_OK;
    double value = row[training_column(training, settings.monitor)];
    bool is_best = best_add(monitor_mode(&settings), &training->best,
                            training->note.iteration, value);
    if (!is_best)
        return STATUS_OK;
    if (!is_kept) {
        training->has_best_file = false;
        return STATUS_OK;
    }
    training->note.best = training->best;
    return keeps_weights(training) ? keep_weights(training) : STATUS_OK;
}

/* ---- the file ------------------------------------------------------------ */

/* NULL where they are not known. */
static const float *find_weights(const struct training *training)
{
    const struct checkpoint_note *note = &training->note;
    uint64_t iteration = training->best.iteration;
    if (!keeps_weights(training) || iteration == 0)
        return NULL;
    if (iteration == note->best_weights)
        return training->best_weights;
    return iteration == note->iteration
               ? model_weights(training->model, training->session->memory)
               : NULL;
}

enum status best_save(struct training *training)
{
    struct session *session = training->session;
    const char *path = run_folder_file(&training->folder, RUN_BEST_WEIGHTS);
    const float *weights = find_weights(training);
    if (training->has_best_file)
        return STATUS_OK;
    if (!weights)
        return unlink(path) == 0 || !file_exists(path)
                   ? STATUS_OK
                   : error_set_errno(&session->error, STATUS_MACHINE,
                                     "cannot remove '%s'", path);
    enum status status = weights_save_laid_out(
        training->model, weights,
        weights_trained(session->arena, training->model), &session->classes,
        &session->normalization, path, &session->error);
    training->has_best_file = status == STATUS_OK;
    training->best_file_at = clock_seconds();
    return status;
}

/* ---- what is said of it -------------------------------------------------- */

/* Since then val_loss rose by more than chance, and loss fell. */
static bool has_overfitted(const struct training *training, const double *best,
                           const double *last)
{
    static const double part = 0.05; /* of the best val_loss */
    int by = training_column(training, "val_loss");
    return by >= 0 && last[by] - best[by] > part * best[by] &&
           last[LOG_MEASURES] < best[LOG_MEASURES];
}

/* The last row up to an iteration. */
static int find_row(const double *values, int rows, int columns,
                    uint64_t iteration)
{
    int row = rows - 1;
    while (row > 0 && values[row * columns + LOG_ITERATION] > (double)iteration)
        row--;
    return row;
}

/* The last row that has the measure, or else the first. */
static const double *find_measured(const double *values, int rows, int columns,
                                   int column)
{
    int row = rows - 1;
    while (row > 0 && isnan(values[row * columns + column]))
        row--;
    return values + row * columns;
}

bool training_find_best(const struct training *training,
                        struct training_best *found)
{
    const struct best *best = &training->best;
    struct log_column list[MAX_LOG_COLUMNS];
    int columns = training_columns(training, list);
    int rows = training->log ? log_rows(training->log) : 0;
    if (best->iteration == 0 || rows == 0)
        return false;
    struct monitor_settings settings = best_settings(training);
    int by = training_column(training, settings.monitor);
    const double *values = log_values(training->log);
    int row = find_row(values, rows, columns, best->iteration);
    const double *then = values + row * columns;
    const double *last = find_measured(values, rows, columns, by);
    bool is_max = monitor_mode(&settings) == MODE_MAX;
    *found = (struct training_best){
        .name = list[by].name,
        .epoch = (best->iteration - 1) / training->per_epoch + 1,
        .iteration = best->iteration,
        .row = row,
        .value = best->value,
        .last = last[by],
        .worse = is_max ? best->value - last[by] : last[by] - best->value,
        .has_weights = find_weights(training) != NULL,
        .has_overfitted = strcmp(list[by].name, "val_loss") == 0 &&
                          has_overfitted(training, then, last)};
    return true;
}
