/* What an epoch of a run is measured by: the columns of log.csv and their
 * values. */
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

/* One of each optimizer, in the files of runs whose rates change; how many. */
static int list_rates(const struct training *training,
                      struct log_column columns[MAX_OPTIMIZERS])
{
    static const char *const of_gan[MAX_OPTIMIZERS] = {
        "generator_learning_rate", "discriminator_learning_rate"};
    int count = training->is_gan ? MAX_OPTIMIZERS : 1;
    bool are_constant = training->rates_from == UINT64_MAX;
    for (int i = 0; i < count; i++)
        columns[i] = (struct log_column){
            .name = training->is_gan ? of_gan[i] : "learning_rate",
            .is_later = true,
            .is_left_out = are_constant,
            .is_added = !are_constant};
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
        columns[LOG_MEASURES + i] = (struct log_column){
            .name = measures[i].name, .is_later = measures[i].is_later};
    for (int i = 0; i < scores_count(training); i++)
        columns[LOG_MEASURES + count + i] =
            (struct log_column){.name = score_name((enum score)i),
                                .is_later = true,
                                .is_added = true};
    count += scores_count(training);
    return LOG_MEASURES + count +
           list_rates(training, columns + LOG_MEASURES + count);
}

int training_column(const struct training *training, const char *measure)
{
    struct measure measures[MAX_MEASURES];
    int count = training_measures(training, measures);
    if (strcmp(measure, MONITOR_QUALITY) == 0)
        measure = score_name(SCORE_FRECHET_DISTANCE);
    for (int i = 0; i < count; i++)
        if (strcmp(measures[i].name, measure) == 0)
            return LOG_MEASURES + i;
    for (int i = 0; i < scores_count(training); i++)
        if (strcmp(score_name((enum score)i), measure) == 0)
            return LOG_MEASURES + count + i;
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
    int column = training_column(training, accuracy.name);
    if (column >= 0 && !log_has(training->log, column) &&
        training->note.position > 0)
        training->note.sums.correct = (double)NAN;
}
