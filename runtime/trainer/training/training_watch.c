/* Signs that a GAN goes wrong, each warned of once a run. They change nothing that
 * is computed. They need time to show: an untrained pair looks as bad. */
#include "trainer/training/training.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "trainer/inference/forward.h"
#include "trainer/inference/generation.h"

enum {
    PATIENCE = 1000, /* updates */
    LONG_PATIENCE =
        5000,           /* updates, until there must be more than few images */
    SPREAD_EVERY = 100, /* updates: so it costs nothing */
    ALIKE_FROM = 200,   /* updates */
    MOST_IMAGES = 64    /* whose spread is measured */
};

static const double surely = 0.99;
/* Of the data's spread. Where all images are one, next to nothing is left of it.
 * Generators that paint a few images over and over keep up to a fifth, those
 * that learn have more than that at first and three quarters in the end. */
static const double one_image_part = 0.02, few_images_part = 0.25;

static bool is_collapsed(uint64_t iteration, double spread)
{
    return iteration >= PATIENCE &&
           spread <
               (iteration < LONG_PATIENCE ? one_image_part : few_images_part);
}

/* The loss of a generator of whose images hardly one in a hundred could be
 * taken for real. */
static double hopeless_loss(const struct training *training)
{
    switch (training->session->schedule.loss) {
    case LOSS_MEAN_SQUARED_ERROR:
        return surely * surely;
    case LOSS_MEAN_ABSOLUTE_ERROR:
        return surely;
    case LOSS_HUBER:
        return surely * surely / 2.0;
    default:
        return -log(1.0 - surely);
    }
}

/* ---- advice -------------------------------------------------------------- */

/* Vectors that lie to one side of 0 are nearly one vector where they are long:
 * their mean outweighs what they differ by. */
static bool has_one_sided_latent(const struct training *training)
{
    const struct guss_latent *latent = &training->latent.source;
    switch (latent->distribution) {
    case GUSS_LATENT_NORMAL:
        return fabs(latent->a) > latent->b;
    case GUSS_LATENT_UNIFORM:
        return fabs(latent->a + latent->b) * sqrt(3.0) >
               fabs(latent->b - latent->a);
    case GUSS_LATENT_FILE:
        return false;
    }
    return false;
}

static const char *advice(const struct training *training)
{
    return has_one_sided_latent(training)
               ? "centre its latent vectors (latent: {distribution: uniform, "
                 "low: -1, high: 1}) and train the discriminator with a lower "
                 "learning rate"
               : "train the discriminator with a lower learning rate, or start "
                 "with another seed";
}

/* ---- the discriminator won ----------------------------------------------- */

/* Adds a row of the log. True where it completes a stretch of updates in which
 * the discriminator was right about nearly all samples; *means is what it came
 * to. */
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
                 " it was right about %.1f %% of the real and %.1f %% of the "
                 "generated samples, and the generator's loss was %.3g; %s",
                 training->note.iteration, 100.0 * means[GAN_REAL],
                 100.0 * means[GAN_GENERATED], means[GAN_MAKER_LOSS],
                 advice(training));
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

static enum status draw_and_measure(struct training *training, float *images,
                                    double *spread)
{
    struct session *session = training->session;
    struct watch *watch = &training->watch;
    if (watch->spread <= 0.0)
        watch->spread = spread_of_data(training, images);
    enum status status =
        generation_draw(session, &training->route, &training->latent.source,
                        session->schedule.seed, 0, MOST_IMAGES, images);
    if (status == STATUS_OK && watch->spread > 0.0)
        *spread =
            find_spread(images, MOST_IMAGES, training->train.samples.width) /
            watch->spread;
    return status;
}

enum status watch_measure_spread(struct training *training, double *spread)
{
    const struct guss_latent *source = &training->latent.source;
    *spread = (double)NAN;
    if (source->distribution == GUSS_LATENT_FILE && source->count < 2)
        return STATUS_OK;
    float *images =
        generation_alloc(training->session, training->network, MOST_IMAGES);
    if (!images)
        return training->session->error.status;
    enum status status = draw_and_measure(training, images, spread);
    free(images);
    return status;
}

/* Whether a hundred updates were completed since the row before; none knows how
 * long the run is, so that a longer one has the same rows. */
bool watch_measures_row(const struct training *training)
{
    uint64_t iteration = training->note.iteration;
    uint64_t before = iteration - training_epoch_updates(training);
    return before == 0 || iteration / SPREAD_EVERY != before / SPREAD_EVERY;
}

static void warn_of_collapse(struct training *training, double spread)
{
    training->watch.said_collapsed = true;
    progress_clear(&training->progress);
    session_warn(training->session,
                 "the generator has collapsed: after %" PRIu64
                 " iterations its images differ by %.2g of what the data "
                 "differs by; %s",
                 training->note.iteration, spread, advice(training));
}

static void warn_of_one_image(struct training *training, double spread)
{
    training->watch.said_alike = true;
    progress_clear(&training->progress);
    session_warn(training->session,
                 "after %" PRIu64
                 " iterations all images of the generator are nearly one: they "
                 "differ by %.2g of what the data differs by; this may pass, "
                 "and is told again if it has not after %d",
                 training->note.iteration, spread, PATIENCE);
}

enum status watch_update(struct training *training)
{
    struct watch *watch = &training->watch;
    uint64_t iteration = training->note.iteration;
    bool is_early = iteration < PATIENCE;
    if (is_early ? watch->said_alike || iteration < ALIKE_FROM ||
                       iteration % SPREAD_EVERY
                 : watch->said_collapsed || iteration % PATIENCE)
        return STATUS_OK;
    double spread;
    enum status status = watch_measure_spread(training, &spread);
    if (status == STATUS_OK && is_early && spread < one_image_part)
        warn_of_one_image(training, spread);
    if (status == STATUS_OK && is_collapsed(iteration, spread))
        warn_of_collapse(training, spread);
    return status;
}

/* ---- going on ------------------------------------------------------------ */

/* What a row has shown was told when it was written. */
void watch_resume(struct training *training)
{
    struct log_column list[MAX_LOG_COLUMNS];
    int columns = training_columns(training, list);
    double means[N_GAN_MEANS];
    for (int i = 0; i < log_rows(training->log); i++) {
        const double *row = log_values(training->log) + i * columns;
        if (has_won(training, row + LOG_MEASURES, training->per_epoch, means))
            training->watch.said_won = true;
        double spread = row[LOG_MEASURES + GAN_SPREAD];
        if (is_collapsed((uint64_t)row[LOG_ITERATION], spread))
            training->watch.said_collapsed = true;
    }
}
