/* What an epoch of a run is measured by: the columns of log.csv, their values,
 * and which epoch was the best. */
#include "trainer/training/training.h"

#include <math.h>

#include "trainer/inference/measure.h"

/* ---- columns ------------------------------------------------------------- */

static const struct measure gan_measures[] = {
    [GAN_JUDGE_LOSS] = {"discriminator_loss", "D loss", LEAVES_BEFORE_LAST,
                        0.0},
    [GAN_MAKER_LOSS] = {"generator_loss", "G loss", LEAVES_LAST, 0.0},
    [GAN_REAL] = {"real_accuracy", "real", LEAVES_THIRD, 0.0},
    [GAN_GENERATED] = {"generated_accuracy", "generated", LEAVES_SECOND, 0.0}};
enum { N_GAN_MEASURES = sizeof gan_measures / sizeof *gan_measures };

static const struct measure loss = {"loss", "loss", LEAVES_BEFORE_LAST, 0.0};
static const struct measure val_loss = {"val_loss", "val_loss", LEAVES_LAST,
                                        0.0};
static const struct measure val_accuracy = {"val_accuracy", "val_accuracy",
                                            LEAVES_THIRD, 0.0};

int training_measures(const struct training *training,
                      struct measure measures[MAX_MEASURES])
{
    int count = 0;
    if (training->judge) {
        for (; count < N_GAN_MEASURES; count++)
            measures[count] = gan_measures[count];
        return count;
    }
    bool is_classifier = training->model->objective == GUSS_CLASSIFIER;
    measures[count++] = loss;
    if (training->has_test)
        measures[count++] = val_loss;
    if (training->has_test && is_classifier)
        measures[count++] = val_accuracy;
    return count;
}

int training_columns(const struct training *training,
                     const char *names[MAX_LOG_COLUMNS])
{
    struct measure measures[MAX_MEASURES];
    int count = training_measures(training, measures);
    names[LOG_EPOCH] = "epoch";
    names[LOG_ITERATION] = "iteration";
    for (int i = 0; i < count; i++)
        names[LOG_MEASURES + i] = measures[i].name;
    return LOG_MEASURES + count;
}

/* ---- values -------------------------------------------------------------- */

int training_measure_so_far(const struct training *training,
                            struct measure measures[MAX_MEASURES])
{
    const struct checkpoint_note *note = &training->note;
    int count = training_measures(training, measures);
    if (training->judge) {
        double means[MAX_MEASURES];
        gan_measure(training, means);
        for (int i = 0; i < count; i++)
            measures[i].value = means[i];
        return count;
    }
    measures[0].value = measures_from_sums(training->model, &note->sums,
                                           (int64_t)note->position)
                            .loss;
    return 1;
}

/* Behind those of the training samples; the second is a classifier's. */
static enum status measure_test(struct training *training,
                                struct measure *measures)
{
    struct session *session = training->session;
    struct measures test =
        measure_set(training->model, session->memory, session->team,
                    &training->test.samples, training->order);
    training->is_ordered = false;
    measures[0].value = test.loss;
    if (training->model->objective == GUSS_CLASSIFIER)
        measures[1].value = test.accuracy;
    return isfinite(test.loss)
               ? STATUS_OK
               : training_diverged(training, "val_loss", test.loss);
}

enum status training_measure_epoch(struct training *training,
                                   struct measure measures[MAX_MEASURES],
                                   int *count)
{
    *count = training_measures(training, measures);
    int so_far = training_measure_so_far(training, measures);
    return training->has_test ? measure_test(training, measures + so_far)
                              : STATUS_OK;
}

/* ---- the best ------------------------------------------------------------ */

bool training_find_best(const struct training *training,
                        struct training_best *best)
{
    const char *names[MAX_LOG_COLUMNS];
    int columns = training_columns(training, names);
    int rows = log_rows(training->log);
    int by = training->has_test ? LOG_MEASURES + 1 : LOG_MEASURES;
    if (training->judge || rows == 0)
        return false;
    const double *values = log_values(training->log), *row = values;
    for (int i = 1; i < rows; i++)
        if (values[i * columns + by] < row[by])
            row = values + i * columns;
    const double *last = values + (rows - 1) * columns;
    *best = (struct training_best){
        .name = names[by],
        .epoch = (uint64_t)row[LOG_EPOCH],
        .iteration = (uint64_t)row[LOG_ITERATION],
        .row = (int)((row - values) / columns),
        .value = row[by],
        .last = last[by],
        .has_overfitted = training->has_test && last[by] > row[by] &&
                          last[LOG_MEASURES] < row[LOG_MEASURES]};
    return true;
}
