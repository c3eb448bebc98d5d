/* What an epoch of a run is measured by: the columns of log.csv, their values,
 * and which epoch was the best. */
#include "trainer/training/training.h"

#include <math.h>
#include <string.h>

/* ---- columns ------------------------------------------------------------- */

static const struct measure accuracy = {.name = "accuracy",
                                        .brief = "accuracy",
                                        .kind = MEASURE_ACCURACY,
                                        .leaves = LEAVES_SECOND,
                                        .is_later = true};
static const struct measure val_loss = {
    .name = "val_loss", .brief = "val_loss", .leaves = LEAVES_LAST};
static const struct measure val_accuracy = {.name = "val_accuracy",
                                            .brief = "val_accuracy",
                                            .kind = MEASURE_ACCURACY,
                                            .leaves = LEAVES_THIRD};

static bool is_classifier(const struct training *training)
{
    return training->model->objective == GUSS_CLASSIFIER;
}

/* The losses of an update; how many. */
static int list_losses(const struct training *training,
                       struct measure measures[MAX_MEASURES])
{
    struct update_loss losses[GUSS_MAX_LOSSES];
    int n = update_losses(training->model, losses);
    for (int i = 0; i < n; i++)
        measures[i] = (struct measure){.name = losses[i].loss->name,
                                       .brief = losses[i].loss->brief,
                                       .leaves = i == 0 ? LEAVES_BEFORE_LAST
                                                        : LEAVES_LAST};
    return n;
}

int training_measures(const struct training *training,
                      struct measure measures[MAX_MEASURES])
{
    int count = list_losses(training, measures);
    if (training->is_gan)
        return gan_measures(measures);
    if (is_classifier(training))
        measures[count++] = accuracy;
    if (training_validates(training))
        measures[count++] = val_loss;
    if (training_validates(training) && is_classifier(training))
        measures[count++] = val_accuracy;
    return count;
}

/* One of each optimizer, in the files of runs that began with a schedule of
 * rates; how many. */
static int list_rates(const struct training *training,
                      struct log_column columns[MAX_OPTIMIZERS])
{
    static const char *const of_gan[MAX_OPTIMIZERS] = {
        "generator_learning_rate", "discriminator_learning_rate"};
    const struct schedule *schedule = &training->session->schedule;
    int count = training->is_gan ? MAX_OPTIMIZERS : 1;
    bool is_constant = true;
    for (int i = 0; i < count; i++)
        if (schedule_optimizer(schedule, i)->rates.kind != RATES_CONSTANT)
            is_constant = false;
    for (int i = 0; i < count; i++)
        columns[i] = (struct log_column){
            .name = training->is_gan ? of_gan[i] : "learning_rate",
            .is_later = true,
            .is_left_out = is_constant};
    return count;
}

int training_columns(const struct training *training,
                     struct log_column columns[MAX_LOG_COLUMNS])
{
    struct measure measures[MAX_MEASURES];
    int count = training_measures(training, measures);
    columns[LOG_EPOCH] = (struct log_column){.name = "epoch"};
    columns[LOG_ITERATION] = (struct log_column){.name = "iteration"};
    for (int i = 0; i < count; i++)
        columns[LOG_MEASURES + i] =
            (struct log_column){measures[i].name, measures[i].is_later, false};
    return LOG_MEASURES + count +
           list_rates(training, columns + LOG_MEASURES + count);
}

/* -1: no such column. */
static int find_column(const struct log_column *columns, int count,
                       const char *name)
{
    for (int i = 0; i < count; i++)
        if (strcmp(columns[i].name, name) == 0)
            return i;
    return -1;
}

/* ---- values -------------------------------------------------------------- */

/* Means over the epoch so far; how many. */
static int measure_losses(const struct training *training,
                          struct measure measures[MAX_MEASURES])
{
    const struct checkpoint_note *note = &training->note;
    struct update_loss losses[GUSS_MAX_LOSSES];
    int n = update_losses(training->model, losses);
    for (int i = 0; i < n; i++) {
        double sum = i == 0 ? note->sums.loss : note->later_losses[i - 1];
        double rows = training_rows(training) * losses[i].phase->share;
        measures[i].value = sum / (rows * (double)losses[i].loss->terms);
    }
    return n;
}

int training_measure_so_far(const struct training *training,
                            struct measure measures[MAX_MEASURES])
{
    training_measures(training, measures);
    int n = measure_losses(training, measures);
    if (training->is_gan)
        return gan_measure(training, measures);
    if (is_classifier(training))
        measures[n++].value =
            training->note.sums.correct / training_rows(training);
    return n;
}

/* Behind those of the training samples; the second is a classifier's. */
static enum status measure_validation(struct training *training,
                                      struct measure *measures)
{
    struct session *session = training->session;
    struct sample_list list = split_validation(training);
    struct measures found =
        measure_samples(training->model, session->memory, session->team, &list);
    measures[0].value = found.loss;
    if (is_classifier(training))
        measures[1].value = found.accuracy;
    return isfinite(found.loss)
               ? STATUS_OK
               : training_diverged(training, "val_loss", found.loss);
}

enum status training_measure_epoch(struct training *training,
                                   struct measure measures[MAX_MEASURES],
                                   int *count)
{
    *count = training_measures(training, measures);
    int so_far = training_measure_so_far(training, measures);
    if (training->is_gan) {
        double *spread = &measures[GAN_SPREAD].value;
        *spread = (double)NAN;
        return watch_measures_row(training)
                   ? watch_measure_spread(training, spread)
                   : STATUS_OK;
    }
    return training_validates(training)
               ? measure_validation(training, measures + so_far)
               : STATUS_OK;
}

/* An epoch that was begun by an earlier guss was not counted from its start. */
void training_resume_measures(struct training *training)
{
    struct log_column columns[MAX_LOG_COLUMNS];
    int count = training_columns(training, columns);
    int column = find_column(columns, count, accuracy.name);
    if (column >= 0 && !log_has(training->log, column) &&
        training->note.position > 0)
        training->note.sums.correct = (double)NAN;
}

/* ---- the best ------------------------------------------------------------ */

/* Of the best val_loss: less than that is by chance. */
static const double overfitted_part = 0.05;

bool training_find_best(const struct training *training,
                        struct training_best *best)
{
    struct log_column list[MAX_LOG_COLUMNS];
    int columns = training_columns(training, list);
    int rows = log_rows(training->log);
    int by = find_column(
        list, columns,
        training_validates(training) ? val_loss.name : list[LOG_MEASURES].name);
    if (training->is_gan || rows == 0)
        return false;
    const double *values = log_values(training->log), *row = values;
    for (int i = 1; i < rows; i++)
        if (values[i * columns + by] < row[by])
            row = values + i * columns;
    const double *last = values + (rows - 1) * columns;
    *best = (struct training_best){
        .name = list[by].name,
        .epoch = (uint64_t)row[LOG_EPOCH],
        .iteration = (uint64_t)row[LOG_ITERATION],
        .row = (int)((row - values) / columns),
        .value = row[by],
        .last = last[by],
        .has_overfitted = training_validates(training) &&
                          last[by] - row[by] > overfitted_part * row[by] &&
                          last[LOG_MEASURES] < row[LOG_MEASURES]};
    return true;
}
