/* Signs that a GAN goes wrong, each told once a run. They change nothing that
 * is computed. Both need time to show: an untrained pair looks as bad. */
#include "trainer/training/training.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "trainer/inference/forward.h"
#include "trainer/inference/generation.h"

enum {
    PATIENCE = 1000, /* updates */
    MOST_IMAGES = 64 /* whose spread is measured */
};

static const double surely = 0.99;
/* Of the data's spread: so little is left where all images are one. */
static const double collapsed_part = 0.02;

/* The loss of a generator of whose images hardly one in a hundred could be
 * taken for real. */
static double hopeless_loss(const struct training *training)
{
    switch (training->session->schedule.loss) {
    case LOSS_MEAN_SQUARED_ERROR:
        return surely * surely;
    case LOSS_MEAN_ABSOLUTE_ERROR:
        return surely;
    default:
        return -log(1.0 - surely);
    }
}

/* ---- the discriminator won ----------------------------------------------- */

/* Adds a row of the log. True where it completes a stretch of updates in which
 * the discriminator told nearly all samples; *means is what it came to. */
static bool has_won(struct training *training, const double *row,
                    uint64_t updates, double means[N_GAN_MEANS])
{
    struct watch *watch = &training->watch;
    watch->updates += updates;
    for (int i = 0; i < N_GAN_MEANS; i++)
        watch->sums[i] += row[i] * (double)updates;
    if (watch->updates < PATIENCE)
        return false;
    for (int i = 0; i < N_GAN_MEANS; i++) {
        means[i] = watch->sums[i] / (double)watch->updates;
        watch->sums[i] = 0.0;
    }
    watch->updates = 0;
    return means[GAN_REAL] >= surely && means[GAN_GENERATED] >= surely &&
           means[GAN_MAKER_LOSS] >= hopeless_loss(training);
}

void watch_row(struct training *training, const double row[N_GAN_MEANS],
               uint64_t updates)
{
    double means[N_GAN_MEANS];
    if (!has_won(training, row, updates, means) || training->watch.said_won)
        return;
    training->watch.said_won = true;
    progress_clear(&training->progress);
    session_warn(training->session,
                 "the discriminator has won: up to iteration %" PRIu64
                 " it told %.1f %% of the real and %.1f %% of the generated "
                 "samples, and the generator's loss was %.3g; train the "
                 "discriminator with a lower learning rate",
                 training->note.iteration, 100.0 * means[GAN_REAL],
                 100.0 * means[GAN_GENERATED], means[GAN_MAKER_LOSS]);
}

void watch_resume(struct training *training)
{
    struct log_column list[MAX_LOG_COLUMNS];
    int columns = training_columns(training, list);
    double means[N_GAN_MEANS];
    for (int i = 0; i < log_rows(training->log); i++) {
        const double *row = log_values(training->log) + i * columns;
        if (has_won(training, row + LOG_MEASURES, training->per_epoch, means))
            training->watch.said_won = true;
    }
}

/* ---- the generator collapsed --------------------------------------------- */

/* The root of the mean, over all pixels, of the variance between images. */
static double find_spread(const float *images, int count, int64_t size)
{
    double total = 0.0;
    for (int64_t i = 0; i < size; i++) {
        double sum = 0.0, squares = 0.0;
        for (int n = 0; n < count; n++) {
            double value = (double)images[n * size + i];
            sum += value;
            squares += value * value;
        }
        double variance = squares / count - sum / count * (sum / count);
        total += variance > 0.0 ? variance : 0.0;
    }
    return sqrt(total / (double)size);
}

static double spread_of_data(const struct training *training, float *images)
{
    const struct guss_samples *samples = &training->train.samples;
    int count =
        samples->count < MOST_IMAGES ? (int)samples->count : MOST_IMAGES;
    for (int i = 0; i < count; i++)
        forward_convert(samples, i * (samples->count / count),
                        images + i * samples->width);
    return find_spread(images, count, samples->width);
}

static enum status look_for_collapse(struct training *training, float *images)
{
    struct session *session = training->session;
    struct watch *watch = &training->watch;
    if (watch->spread <= 0.0)
        watch->spread = spread_of_data(training, images);
    enum status status =
        generation_draw(session, &training->route, &training->latent.source,
                        session->schedule.seed, MOST_IMAGES, images);
    if (status != STATUS_OK)
        return status;
    double spread =
        find_spread(images, MOST_IMAGES, training->train.samples.width);
    if (spread >= collapsed_part * watch->spread)
        return STATUS_OK;
    watch->said_collapsed = true;
    progress_clear(&training->progress);
    session_warn(session,
                 "the generator has collapsed: after %" PRIu64
                 " iterations its images hardly differ (by %.3g; the data by "
                 "%.3g); start anew with another seed or lower learning rates",
                 training->note.iteration, spread, watch->spread);
    return STATUS_OK;
}

enum status watch_update(struct training *training)
{
    const struct guss_latent *source = &training->latent.source;
    bool is_one = source->distribution == GUSS_LATENT_FILE && source->count < 2;
    if (training->watch.said_collapsed || is_one ||
        training->note.iteration % PATIENCE)
        return STATUS_OK;
    float *images =
        generation_room(training->session, training->network, MOST_IMAGES);
    if (!images)
        return training->session->error.status;
    enum status status = look_for_collapse(training, images);
    free(images);
    return status;
}
