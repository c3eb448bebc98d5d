/* bench --predict: what is trained, run on random samples that lie in memory as
 * floats, so many at a time, as `predict` does it between reading and writing. */
#include <stdlib.h>

#include "base/clock.h"
#include "guss/random.h"
#include "trainer/command/commands.h"
#include "trainer/inference/forward.h"
#include "trainer/session/network.h"
#include "trainer/session/results.h"

enum { LEAST_RUNS = 3, MOST_RUNS = 1 << 20, WARM_UP_PART = 4 };

struct predictions {
    struct session *session;
    struct route route;
    int64_t batch;
    struct guss_samples *samples; /* [n_from] */
    float **results;              /* [n_to] */
    double *seconds;              /* of each run */
    int n_runs;
};

/* ---- samples ------------------------------------------------------------- */

static enum status no_memory(struct predictions *predictions)
{
    return error_set(&predictions->session->error, STATUS_MACHINE,
                     "out of memory: %lld samples",
                     (long long)predictions->batch);
}

/* Between 0 and 1. */
static float *draw_values(int64_t count, int which)
{
    float *values = calloc((size_t)count, sizeof *values);
    struct guss_stream stream =
        guss_stream(1, GUSS_RANDOM_BENCH, (uint32_t)which, 0);
    for (int64_t i = 0; values && i < count; i++) {
        struct guss_words words =
            guss_draw(&stream, (uint32_t)i, (uint32_t)(i >> 32));
        values[i] = (float)(words.word[0] >> 8) * 0x1p-24f;
    }
    return values;
}

static enum status make_samples(struct predictions *predictions)
{
    const struct route *route = &predictions->route;
    for (int i = 0; i < route->n_from; i++) {
        int64_t width =
            output_elements(&route->network->outputs[route->from[i]]);
        predictions->samples[i] = (struct guss_samples){
            .values = draw_values(predictions->batch * width, i),
            .element = GUSS_F32,
            .count = predictions->batch,
            .width = width};
        if (!predictions->samples[i].values)
            return no_memory(predictions);
    }
    for (int i = 0; i < route->n_to; i++) {
        int64_t width = output_elements(&route->network->outputs[route->to[i]]);
        predictions->results[i] =
            calloc((size_t)(predictions->batch * width), sizeof(float));
        if (!predictions->results[i])
            return no_memory(predictions);
    }
    predictions->seconds = calloc(MOST_RUNS, sizeof *predictions->seconds);
    return predictions->seconds ? STATUS_OK : no_memory(predictions);
}

static void free_samples(struct predictions *predictions)
{
    for (int i = 0; i < predictions->route.n_from; i++)
        free((void *)predictions->samples[i].values);
    for (int i = 0; i < predictions->route.n_to; i++)
        free(predictions->results[i]);
    free(predictions->seconds);
}

/* ---- runs ---------------------------------------------------------------- */

/* For so long, three times at least; a run's time goes to its place. */
static int run(struct predictions *predictions, double seconds)
{
    double begun = clock_seconds(), now = begun;
    int n = 0;
    while (n < LEAST_RUNS || (n < MOST_RUNS && now - begun < seconds)) {
        double before = now;
        forward_run(predictions->session, &predictions->route,
                    predictions->samples, predictions->results);
        now = clock_seconds();
        predictions->seconds[n++] = now - before;
    }
    return n;
}

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

/* The median, and what 99 of 100 runs stay below or reach. */
static void print_results(struct predictions *predictions)
{
    const struct session *session = predictions->session;
    double *seconds = predictions->seconds;
    int n = predictions->n_runs, rank = (99 * n + 99) / 100;
    qsort(seconds, (size_t)n, sizeof *seconds, compare);
    double median = 0.5 * (seconds[n / 2] + seconds[(n - 1) / 2]);
    struct result results[] = {
        {"ms_per_batch", 1e3 * median},
        {"ms_99th", 1e3 * seconds[rank - 1]},
        {"batches", n},
        {"batch", (double)predictions->batch},
        {"samples_per_s", (double)predictions->batch / median},
        {"threads", guss_team_count(session->team)}};
    results_print(results, (int)(sizeof results / sizeof *results),
                  session->options->is_json, stdout);
}

enum status bench_predictions(struct session *session)
{
    static const double default_seconds = 2.0;
    double asked = session->options->seconds;
    double seconds = asked > 0.0 ? asked : default_seconds;
    enum status status = session_read_schedule(session, NULL, true);
    if (status == STATUS_OK)
        status = session_start(session);
    if (status != STATUS_OK)
        return status;
    int64_t batch = session->options->batch;
    struct predictions predictions = {
        .session = session,
        .batch = batch > 0 ? batch : 1,
        .route = route_whole(session->arena, trained_network(session->model))};
    predictions.samples =
        arena_alloc(session->arena, (size_t)predictions.route.n_from,
                    sizeof *predictions.samples);
    predictions.results =
        arena_alloc(session->arena, (size_t)predictions.route.n_to,
                    sizeof *predictions.results);
    status = make_samples(&predictions);
    if (status == STATUS_OK) {
        session_start_weights(session);
        run(&predictions, seconds / WARM_UP_PART);
        predictions.n_runs = run(&predictions, seconds);
        print_results(&predictions);
        status = session_flush(session);
    }
    free_samples(&predictions);
    return status;
}
