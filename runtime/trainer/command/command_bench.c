/* bench: the training step that `train` runs, timed on random 8-bit samples:
 * full batches in shuffled order, gather, conversion and loss included. */
#include "trainer/command/commands.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "guss/peak.h"
#include "guss/random.h"
#include "trainer/data/sample_memory.h"
#include "trainer/data/shuffle.h"
#include "trainer/inference/latent.h"
#include "trainer/inference/measure.h"
#include "trainer/session/augmentation.h"
#include "trainer/session/network.h"
#include "trainer/session/normalize.h"
#include "trainer/session/results.h"
#include "trainer/training/average.h"

enum {
    SAMPLES = 60000,
    MOST_BYTES = 1 << 28, /* of samples: as many as that, if they are large */
    WARM_UP_STEPS = 20,
    LEAST_STEPS = 3,
    MAX_STEPS = 1 << 20
};

static const double default_seconds = 2.0;

struct bench {
    struct session *session;
    struct guss_samples samples, targets; /* targets: of a regression */
    uint8_t *values, *target_values;
    int32_t *labels;
    const double *class_weights;
    uint32_t *order;
    struct latent latent; /* of a GAN */
    struct augmentation augmentation;
    double *seconds; /* of each step */
    double *plain;   /* of a step behind it, without augmentation; NULL: that is
                        not asked for */
    int n_steps;
    struct guss_optimizer optimizers[MAX_OPTIMIZERS];
    struct optimizer_settings settings[MAX_OPTIMIZERS]; /* theirs */
    struct average average;
    uint64_t averaged;       /* average_wanted() */
    struct guss_batch batch; /* of this step */
    bool is_plain;           /* it is taken without augmentation */
    struct penalty_sums penalties[GUSS_MAX_LOSSES];
};

/* ---- samples ------------------------------------------------------------- */

static void draw_bytes(uint8_t *values, size_t bytes, uint32_t which)
{
    struct guss_stream stream = guss_stream(1, GUSS_RANDOM_BENCH, which, 0);
    for (size_t i = 0; i < bytes; i += sizeof(struct guss_words)) {
        struct guss_words words =
            guss_draw(&stream, (uint32_t)(i / 16), (uint32_t)(i >> 36));
        size_t rest = bytes - i;
        memcpy(values + i, &words, rest < sizeof words ? rest : sizeof words);
    }
}

static void draw_samples(struct bench *bench, uint32_t classes)
{
    draw_bytes(bench->values,
               (size_t)bench->samples.count * (size_t)bench->samples.width, 0);
    for (uint32_t i = 0; i < bench->samples.count; i++)
        bench->labels[i] = (int32_t)(bench->values[i] % classes);
}

/* All 1, which takes as long as others; NULL where classes have none. */
static const double *make_weights(const struct session *session, size_t classes)
{
    if (session->schedule.class_weights.kind == WEIGHTS_ALIKE)
        return NULL;
    double *weights = arena_alloc(session->arena, classes, sizeof *weights);
    for (size_t i = 0; i < classes; i++)
        weights[i] = 1.0;
    return weights;
}

/* A batch at least, and far more than the caches hold. */
static int64_t count_samples(const struct guss_model *model, int64_t width)
{
    int64_t count = MOST_BYTES / width;
    if (count > SAMPLES)
        count = SAMPLES;
    return count > model->batch ? count : model->batch;
}

static enum status make_samples(struct bench *bench)
{
    struct session *session = bench->session;
    const struct guss_model *model = session->model;
    const struct guss_network *network = sampled_network(model);
    int64_t width = output_elements(network_input(network));
    int64_t count = count_samples(model, width);
    int64_t outputs = output_elements(network_result(network));
    bench->values = sample_memory_new((size_t)(count * width));
    bench->labels = calloc((size_t)count, sizeof *bench->labels);
    bench->order = calloc((size_t)count, sizeof *bench->order);
    bench->seconds = calloc(MAX_STEPS, sizeof *bench->seconds);
    if (!bench->values || !bench->labels || !bench->order || !bench->seconds)
        return error_set(&session->error, STATUS_MACHINE,
                         "out of memory: %lld samples of %lld bytes",
                         (long long)count, (long long)width);
    bench->samples = (struct guss_samples){
        .values = bench->values,
        .element = GUSS_U8,
        .pixels = data_pixels(session->schedule.data.pixels, GUSS_U8),
        .count = count,
        .width = width,
        .labels = bench->labels};
    uint32_t classes = outputs == 1 ? 2 : (uint32_t)outputs;
    draw_samples(bench, classes);
    bench->class_weights = make_weights(session, classes);
    shuffle_pass(bench->order, count, 1, 0);
    return STATUS_OK;
}

/* As many targets, where the network is held to some. */
static enum status make_targets(struct bench *bench)
{
    struct session *session = bench->session;
    int64_t width =
        output_elements(network_result(trained_network(session->model)));
    if (session->model->objective != GUSS_REGRESSION)
        return STATUS_OK;
    size_t bytes = (size_t)bench->samples.count * (size_t)width;
    bench->target_values = sample_memory_new(bytes);
    if (!bench->target_values)
        return error_set(&session->error, STATUS_MACHINE,
                         "out of memory: %lld targets of %lld bytes",
                         (long long)bench->samples.count, (long long)width);
    draw_bytes(bench->target_values, bytes, 1);
    bench->targets = bench->samples;
    bench->targets.values = bench->target_values;
    bench->targets.width = width;
    bench->samples.targets = &bench->targets;
    return STATUS_OK;
}

static struct data_set describe(const struct guss_samples *samples,
                                const struct guss_output *shape)
{
    struct data_set set = {
        .samples = *samples, .low = 0.0, .high = 255.0, .rank = shape->rank};
    memcpy(set.shape, shape->shape, sizeof shape->shape);
    return set;
}

/* What the schedule asks to be done to samples. */
static enum status treat_samples(struct bench *bench)
{
    struct session *session = bench->session;
    const struct guss_network *network = sampled_network(session->model);
    struct data_set set = describe(&bench->samples, network_input(network));
    struct data_set targets =
        describe(&bench->targets, network_result(network));
    set.targets = bench->samples.targets ? &targets : NULL;
    enum status status = normalize_begin(session, &set, NULL, 0);
    if (status == STATUS_OK)
        status = augmentation_begin(session, "random bytes", &set,
                                    &bench->augmentation);
    bench->samples.normalization = set.samples.normalization;
    if (status != STATUS_OK || !bench->augmentation.is_asked)
        return status;
    bench->plain = calloc(MAX_STEPS, sizeof *bench->plain);
    return bench->plain ? STATUS_OK
                        : error_set(&session->error, STATUS_MACHINE,
                                    "out of memory: %d steps", MAX_STEPS);
}

static void free_samples(struct bench *bench)
{
    free(bench->values);
    free(bench->target_values);
    free(bench->labels);
    free(bench->order);
    free(bench->seconds);
    free(bench->plain);
    augmentation_end(&bench->augmentation);
    latent_close(&bench->latent);
    average_free(&bench->average);
}

/* ---- steps --------------------------------------------------------------- */

static void work(void *argument, const struct guss_worker *worker)
{
    struct bench *bench = argument;
    const struct session *session = bench->session;
    const struct guss_batch batch =
        bench->is_plain
            ? bench->batch
            : augmentation_batch(&bench->augmentation, &bench->batch, worker);
    update_penalties(session->model, session->memory, worker, bench->penalties);
    session->model->train(session->memory, &batch, bench->optimizers, worker);
    if (!bench->averaged)
        return;
    guss_barrier(worker);
    average_update(&bench->average, session->memory, bench->settings,
                   bench->averaged, worker);
}

static double time_step(struct bench *bench, int64_t step)
{
    struct session *session = bench->session;
    int batch = session->model->batch;
    int64_t batches = bench->samples.count / batch;
    bench->batch = (struct guss_batch){
        .samples = &bench->samples,
        .order = bench->order + step % batches * batch,
        .count = batch,
        .latent = &bench->latent.source,
        .seed = 1,
        .label_smoothing = session->schedule.label_smoothing,
        .class_weights = bench->class_weights,
        .update = (uint64_t)step};
    struct update_loss losses[GUSS_MAX_LOSSES];
    int n_losses = update_losses(session->model, losses);
    struct guss_sums sums = {0};
    double begun = clock_seconds();
    guss_team_run(session->team, work, bench);
    for (int i = 0; i < n_losses; i++) {
        sums_add_loss(session->model, session->memory, &losses[i], batch,
                      &sums);
        sums_add_penalty(&losses[i], batch, penalty_total(&bench->penalties[i]),
                         &sums);
    }
    return clock_seconds() - begun;
}

/* Right behind the other: what disturbs the one disturbs both. */
static double time_plain_step(struct bench *bench, int64_t step)
{
    bench->is_plain = true;
    double seconds = time_step(bench, step);
    bench->is_plain = false;
    return seconds;
}

static enum status take_optimizers(struct bench *bench)
{
    struct session *session = bench->session;
    session_optimizers(&session->schedule, bench->optimizers);
    for (int i = 0; i < MAX_OPTIMIZERS; i++)
        bench->settings[i] = *schedule_optimizer(&session->schedule, i);
    bench->averaged = average_wanted(session->model, bench->settings);
    return bench->averaged ? average_open(&bench->average, &session->error)
                           : STATUS_OK;
}

/* Steps from number `first` on, as long as `seconds` allow: `least` of them
 * whatever they last, `most` at most. What each took goes to `taken`; how many
 * they were is returned. */
static int run_steps(struct bench *bench, int first, int least, int most,
                     double seconds, double *taken)
{
    double begun = clock_seconds();
    int n = 0;
    while (n < least || (n < most && clock_seconds() - begun < seconds)) {
        taken[n] = time_step(bench, first + n);
        if (bench->plain)
            bench->plain[n] = time_plain_step(bench, first + n);
        n++;
    }
    return n;
}

/* A warm-up for a quarter of the time, then what counts. */
static void measure(struct bench *bench, double seconds)
{
    double *taken = bench->seconds;
    int warm_up = run_steps(bench, 0, 1, WARM_UP_STEPS, seconds / 4, taken);
    bench->n_steps =
        run_steps(bench, warm_up, LEAST_STEPS, MAX_STEPS, seconds, taken);
}

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

static double median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof *values, compare);
    return 0.5 * (values[count / 2] + values[(count - 1) / 2]);
}

/* ---- the command --------------------------------------------------------- */

/* The part of a step that augmentation takes. */
static double augment_share(struct bench *bench, double step)
{
    return bench->plain ? (step - median(bench->plain, bench->n_steps)) / step
                        : 0.0;
}

static void print_results(struct bench *bench)
{
    const struct session *session = bench->session;
    const struct guss_model *model = session->model;
    double step = median(bench->seconds, bench->n_steps);
    double nominal = 2e-9 * model->macs_nominal;
    struct result results[] = {{"ms_per_step", 1e3 * step},
                               {"steps", bench->n_steps},
                               {"samples_per_s", model->batch / step},
                               {"gflop_per_step", nominal},
                               {"gflop_executed", 2e-9 * model->macs_executed},
                               {"gflops", nominal / step},
                               {"peak_gflops", guss_peak_gflops(session->team)},
                               {"threads", guss_team_count(session->team)},
                               {"augment_share", augment_share(bench, step)}};
    int n = (int)(sizeof results / sizeof *results);
    results_print(results, bench->plain ? n : n - 1, session->options->is_json,
                  stdout);
}

enum status command_bench(struct session *session)
{
    if (session->options->predict)
        return bench_predictions(session);
    if (session->options->batch > 0)
        return error_set(&session->error, STATUS_USAGE,
                         "--batch is of --predict; a step's samples are "
                         "batch: of the schedule");
    enum status status = session_read_schedule(session, NULL, true);
    if (status == STATUS_OK)
        status = session_start(session);
    if (status != STATUS_OK)
        return status;
    struct bench bench = {.session = session, .average.model = session->model};
    status = take_optimizers(&bench);
    if (status == STATUS_OK)
        status = make_samples(&bench);
    if (status == STATUS_OK)
        status = make_targets(&bench);
    if (status == STATUS_OK)
        status = treat_samples(&bench);
    if (status == STATUS_OK && session->model->objective == GUSS_GAN)
        status = latent_open(session, trained_network(session->model),
                             &bench.latent);
    if (status == STATUS_OK) {
        double seconds = session->options->seconds;
        session_start_weights(session);
        measure(&bench, seconds > 0.0 ? seconds : default_seconds);
        print_results(&bench);
        status = session_flush(session);
    }
    free_samples(&bench);
    return status;
}
