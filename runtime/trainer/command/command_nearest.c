/* nearest: each generated image above the training sample that is nearest to
 * it, to see whether a generator copies. For comparison, how far samples
 * themselves are from their nearest other one. */
#include "trainer/command/commands.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "trainer/data/shuffle.h"
#include "trainer/inference/forward.h"
#include "trainer/inference/generation.h"
#include "trainer/inference/latent.h"
#include "trainer/inference/stacks.h"
#include "trainer/session/network.h"

enum { DEFAULT_COUNT = 25, DEFAULT_COLUMNS = 10, IMAGES_OF_A_UNIT = 5 };

/* One image and what is nearest to it so far. */
struct query {
    const float *image;
    int64_t self;    /* a sample that does not count, or -1 */
    int64_t nearest; /* index of a sample */
    double squared;  /* of their distance */
};

struct search {
    struct session *session;
    const struct guss_network *network;
    struct data_set set;
    int64_t count;         /* generated images, and samples that are compared */
    int64_t width;         /* of an image */
    float *images;         /* owned: [2 * count]: generated, samples */
    float *scratch;        /* owned: one sample for each thread */
    struct query *queries; /* owned: for all images */
};

/* ---- searching ----------------------------------------------------------- */

/* Four sums, which the processor adds side by side. */
static double find_squared(const float *a, const float *b, int64_t width)
{
    double sums[4] = {0.0, 0.0, 0.0, 0.0};
    int64_t i = 0;
    for (; i + 4 <= width; i += 4)
        for (int k = 0; k < 4; k++) {
            double difference = (double)a[i + k] - (double)b[i + k];
            sums[k] += difference * difference;
        }
    for (; i < width; i++) {
        double difference = (double)a[i] - (double)b[i];
        sums[0] += difference * difference;
    }
    return sums[0] + sums[1] + (sums[2] + sums[3]);
}

/* A distance that is no number is further than any. */
static bool is_nearer(double squared, double than)
{
    return squared < than || (isnan(than) && !isnan(squared));
}

/* All samples are looked at, for some of the images. */
static void search_for(const struct search *search, float *sample, int first,
                       int last)
{
    for (int64_t n = 0; n < search->set.samples.count; n++) {
        forward_convert(&search->set.samples, n, sample);
        for (int i = first; i < last; i++) {
            struct query *query = &search->queries[i];
            if (n == query->self)
                continue;
            double squared = find_squared(query->image, sample, search->width);
            if (query->nearest >= 0 && !is_nearer(squared, query->squared))
                continue;
            query->nearest = n;
            query->squared = squared;
        }
    }
}

static void work(void *argument, const struct guss_worker *worker)
{
    const struct search *search = argument;
    float *sample = search->scratch + worker->index * search->width;
    struct guss_units units =
        guss_units(worker, (int)(2 * search->count), IMAGES_OF_A_UNIT);
    while (guss_take(&units))
        search_for(search, sample, units.first, units.last);
}

/* Which samples are compared with the others: some of a shuffled order. */
static enum status choose_samples(struct search *search)
{
    int64_t total = search->set.samples.count;
    uint32_t *order = calloc((size_t)total, sizeof *order);
    if (!order)
        return error_set(&search->session->error, STATUS_MACHINE,
                         "out of memory: %lld samples", (long long)total);
    shuffle_pass(order, total, 1, 0);
    for (int64_t i = 0; i < 2 * search->count; i++) {
        struct query *query = &search->queries[i];
        float *image = search->images + i * search->width;
        *query = (struct query){.image = image, .self = -1, .nearest = -1};
        if (i < search->count)
            continue;
        query->self = order[(i - search->count) % total];
        forward_convert(&search->set.samples, query->self, image);
    }
    free(order);
    return STATUS_OK;
}

static enum status generate(struct search *search)
{
    struct session *session = search->session;
    const struct guss_network *network = search->network;
    const struct route route = route_whole(session->arena, network);
    struct latent latent;
    enum status status = latent_open(session, network, &latent);
    if (status != STATUS_OK)
        return status;
    status = generation_draw(session, &route, &latent.source,
                             latent_seed(session->options), 0, search->count,
                             search->images);
    latent_close(&latent);
    return status;
}

/* ---- telling ------------------------------------------------------------- */

/* NAN where there is no other sample. */
static double distance_of(const struct query *query)
{
    return query->nearest < 0 ? (double)NAN : sqrt(query->squared);
}

static double mean_distance(const struct query *queries, int64_t count)
{
    double sum = 0.0;
    for (int64_t i = 0; i < count; i++)
        sum += distance_of(&queries[i]);
    return sum / (double)count;
}

static void print_text(const struct search *search)
{
    for (int64_t i = 0; i < search->count; i++)
        printf("image %lld nearest %lld distance %.6g\n", (long long)i + 1,
               (long long)search->queries[i].nearest,
               distance_of(&search->queries[i]));
    printf("mean_distance %.6g\nmean_distance_in_data %.6g\n",
           mean_distance(search->queries, search->count),
           mean_distance(search->queries + search->count, search->count));
}

/* JSON knows no NaN. */
static void print_json_number(double value)
{
    if (isfinite(value))
        printf("%.6g", value);
    else
        fputs("null", stdout);
}

static void print_json(const struct search *search)
{
    const struct query *generated = search->queries;
    printf("{\n  \"images\": [");
    for (int64_t i = 0; i < search->count; i++) {
        printf("%s\n    {\"nearest\": %lld, \"distance\": ", i ? "," : "",
               (long long)generated[i].nearest);
        print_json_number(distance_of(&generated[i]));
        putchar('}');
    }
    printf("\n  ],\n  \"mean_distance\": ");
    print_json_number(mean_distance(generated, search->count));
    printf(",\n  \"mean_distance_in_data\": ");
    print_json_number(mean_distance(generated + search->count, search->count));
    printf("\n}\n");
}

/* Rows of images, each above the row of what is nearest to them. */
static enum status write_sheet(const struct search *search)
{
    const struct options *options = search->session->options;
    int64_t columns = options->columns ? options->columns : DEFAULT_COLUMNS;
    struct stacks stacks = {
        .count = search->count,
        .columns = columns < search->count ? columns : search->count,
        .height = 2,
        .pixels = search->set.samples.pixels,
        .is_inverted = session_draws_black(search->session)};
    data_image_extents(&search->set, &stacks.image.height, &stacks.image.width,
                       &stacks.image.channels);
    float *cells = stacks_new(&stacks);
    if (!cells)
        return error_set(&search->session->error, STATUS_MACHINE,
                         "out of memory: %lld images",
                         2 * (long long)search->count);
    for (int64_t i = 0; i < search->count; i++) {
        memcpy(stacks_image(&stacks, cells, i, 0), search->queries[i].image,
               (size_t)search->width * sizeof *cells);
        forward_convert(&search->set.samples, search->queries[i].nearest,
                        stacks_image(&stacks, cells, i, 1));
    }
    enum status status = stacks_write(
        &stacks, cells, options->texts[OPTION_OUTPUT], &search->session->error);
    free(cells);
    return status;
}

/* ---- the command --------------------------------------------------------- */

static enum status make_room(struct search *search)
{
    size_t threads = (size_t)guss_team_count(search->session->team);
    size_t count = 2 * (size_t)search->count;
    size_t row = (size_t)search->width * sizeof(float);
    search->images = calloc(count, row);
    search->scratch = calloc(threads, row);
    search->queries = calloc(count, sizeof *search->queries);
    if (search->images && search->scratch && search->queries)
        return STATUS_OK;
    return error_set(&search->session->error, STATUS_MACHINE,
                     "out of memory: %zu images", count);
}

/* The samples have as many values as a generated image. */
static enum status load_samples(struct search *search)
{
    struct session *session = search->session;
    const char *reference = session->options->texts[OPTION_INPUT];
    if (!reference && session->has_schedule)
        reference = session->schedule.data.train;
    if (!reference)
        return error_set(&session->error, STATUS_USAGE,
                         "--input REF is missing: without a schedule nothing "
                         "says which samples");
    return session_load_like(
        session, reference, network_result(search->network),
        arena_printf(session->arena, "an image of network '%s' has",
                     search->network->name),
        &search->set);
}

enum status command_nearest(struct session *session)
{
    const struct options *options = session->options;
    struct search search = {.session = session,
                            .count = options->count ? options->count
                                                    : DEFAULT_COUNT};
    enum status status = generation_start(session, true, &search.network);
    if (status == STATUS_OK)
        status = generation_needs_vectors(session, search.network);
    if (status == STATUS_OK)
        status = load_samples(&search);
    if (status != STATUS_OK)
        return status;
    search.width = search.set.samples.width;
    status = make_room(&search);
    if (status == STATUS_OK)
        status = generate(&search);
    if (status == STATUS_OK)
        status = choose_samples(&search);
    if (status == STATUS_OK) {
        guss_team_run(session->team, work, &search);
        status = write_sheet(&search);
    }
    if (status == STATUS_OK) {
        if (options->is_json)
            print_json(&search);
        else
            print_text(&search);
        status = session_flush(session);
    }
    data_free(&search.set);
    free(search.images);
    free(search.scratch);
    free(search.queries);
    return status;
}
