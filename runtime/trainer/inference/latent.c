/* Latent vectors out of a schedule and its file. */
#include "trainer/inference/latent.h"

#include "trainer/session/network.h"

/* The update whose vectors are for pictures: no run gets as far. */
static const uint64_t aside = UINT64_MAX;

static enum status check_file(struct session *session, const char *path,
                              const struct guss_network *network,
                              const struct data_set *set)
{
    struct error *error = &session->error;
    const struct guss_output *input = network_input(network);
    if (set->samples.element != GUSS_F32)
        return error_set(error, STATUS_INPUT,
                         "'%s' holds uint8 values; latent vectors are float32",
                         path);
    return session_check_axes(session, path, input, "a latent vector",
                              arena_printf(session->arena,
                                           "the input of network '%s' takes",
                                           network->name),
                              set);
}

static void sum_rows(struct latent *latent)
{
    const struct guss_samples *samples = &latent->file.samples;
    struct checksum checksum;
    checksum_start(&checksum);
    checksum_add(&checksum, samples->values,
                 (size_t)(samples->count * samples->width) * sizeof(float));
    checksum_finish(&checksum, latent->sha256);
}

enum status latent_open_file(struct session *session, const char *path,
                             const struct guss_network *network,
                             struct latent *latent)
{
    *latent = (struct latent){0};
    enum status status = data_load(
        path,
        &(struct data_options){.folder = session->options->texts[OPTION_DATA],
                               .pixels = PIXELS_RAW},
        &latent->file, &session->error);
    if (status != STATUS_OK)
        return status;
    status = check_file(session, path, network, &latent->file);
    if (status != STATUS_OK) {
        latent_close(latent);
        return status;
    }
    latent->source =
        (struct guss_latent){.distribution = GUSS_LATENT_FILE,
                             .rows = (const float *)latent->file.samples.values,
                             .count = latent->file.samples.count};
    sum_rows(latent);
    return STATUS_OK;
}

enum status latent_open(struct session *session,
                        const struct guss_network *network,
                        struct latent *latent)
{
    const struct schedule *schedule = &session->schedule;
    *latent = (struct latent){
        .source = {.distribution = GUSS_LATENT_NORMAL, .a = 0.0, .b = 1.0}};
    if (!session->has_schedule || schedule->objective != OBJECTIVE_GAN)
        return STATUS_OK;
    if (schedule->latent.kind == LATENT_FILE)
        return latent_open_file(session,
                                session->latent_file ? session->latent_file
                                                     : schedule->latent.file,
                                network, latent);
    if (schedule->latent.kind == LATENT_UNIFORM)
        latent->source =
            (struct guss_latent){.distribution = GUSS_LATENT_UNIFORM,
                                 .a = schedule->latent.low,
                                 .b = schedule->latent.high};
    else
        latent->source =
            (struct guss_latent){.distribution = GUSS_LATENT_NORMAL,
                                 .a = schedule->latent.mean,
                                 .b = schedule->latent.stddev};
    return STATUS_OK;
}

void latent_close(struct latent *latent)
{
    data_free(&latent->file);
}

uint64_t latent_seed(const struct options *options)
{
    enum { DEFAULT_SEED = 7 };
    return options->texts[OPTION_SEED] ? options->seed : DEFAULT_SEED;
}

void latent_rows(const struct guss_latent *source, uint64_t seed, int64_t first,
                 int64_t count, int64_t width, float *rows)
{
    bool is_file = source->distribution == GUSS_LATENT_FILE;
    for (int64_t i = 0; i < count; i++)
        guss_latent_row(source, seed, is_file ? 0 : aside, 1, (int)(first + i),
                        (int)width, rows + i * width);
}
