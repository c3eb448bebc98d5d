/* Vectors in, images out: a generator's, or any other network's whose output
 * can be drawn. */
#include "trainer/inference/generation.h"

#include <stdlib.h>
#include <string.h>

#include "trainer/inference/forward.h"
#include "trainer/inference/latent.h"
#include "trainer/picture/picture.h"
#include "trainer/session/network.h"

/* The output as samples of a set are described. */
static bool find_extents(const struct guss_network *network,
                         struct sheet *sheet)
{
    const struct guss_output *output = network_result(network);
    struct data_set set = {.rank = output->rank};
    set.samples.width = output_elements(output);
    memcpy(set.shape, output->shape, sizeof output->shape);
    return data_image_extents(&set, &sheet->height, &sheet->width,
                              &sheet->channels);
}

enum status generation_check(struct arena *arena,
                             const struct guss_network *network,
                             struct error *error)
{
    struct sheet sheet;
    const struct guss_output *output = network_result(network);
    if (network->n_inputs != 1 || network->n_results != 1)
        return error_set(error, STATUS_INPUT,
                         "network '%s' has %d inputs and %d outputs; images "
                         "are made by one of each",
                         network->name, network->n_inputs, network->n_results);
    if (find_extents(network, &sheet))
        return STATUS_OK;
    return error_set(error, STATUS_INPUT,
                     "cannot draw what network '%s' makes: %s is no image of 1 "
                     "or 3 channels",
                     network->name,
                     extents_text(arena, output->rank, output->shape));
}

/* What the schedule's own networks are no source of images for. */
static enum status check_objective(struct session *session,
                                   const struct guss_network *network)
{
    const struct guss_model *model = session->model;
    bool is_trained = network == trained_network(model);
    if (model->objective == GUSS_CLASSIFIER && is_trained)
        return error_set(&session->error, STATUS_INPUT,
                         "network '%s' is a classifier and makes no images; "
                         "'predict' gives its answers",
                         network->name);
    if (other_role(model, network))
        return error_set(
            &session->error, STATUS_INPUT,
            "network '%s' is a gan's %s and makes no images; leave "
            "--network out for its %s",
            network->name, other_role(model, network), model->trained[0].role);
    return STATUS_OK;
}

enum status generation_needs_vectors(struct session *session,
                                     const struct guss_network *network)
{
    const struct guss_model *model = session->model;
    if (network != trained_network(model))
        return STATUS_OK;
    if (model->objective == GUSS_REGRESSION)
        return error_set(&session->error, STATUS_INPUT,
                         "network '%s' is a regression and makes its results "
                         "of samples, not of vectors that are drawn: 'predict' "
                         "gives them, 'reconstruct' draws them",
                         network->name);
    if (model->objective != GUSS_AUTOENCODER)
        return STATUS_OK;
    return error_set(&session->error, STATUS_INPUT,
                     "network '%s' is an autoencoder and makes its images of "
                     "images, not of vectors: 'reconstruct' draws them, "
                     "'interpolate --from LAYER' walks between codes, and "
                     "--network takes a decoder that it places",
                     network->name);
}

enum status generation_start(struct session *session, bool is_sheet,
                             const struct guss_network **network)
{
    enum status status =
        is_sheet ? session_check_ending(session, OPTION_OUTPUT, ".png")
                 : STATUS_OK;
    if (status == STATUS_OK)
        status = session_check_ending(session, OPTION_NPY, ".npy");
    if (status == STATUS_OK)
        status = session_read_schedule(session, NULL, false);
    if (status != STATUS_OK)
        return status;
    *network = session_network(session);
    if (!*network)
        return session->error.status;
    status = check_objective(session, *network);
    if (status == STATUS_OK)
        status = generation_check(session->arena, *network, &session->error);
    if (status == STATUS_OK)
        status = session_start(session);
    if (status == STATUS_OK)
        status = session_load_weights(session, weights_of(*network),
                                      session->options->texts[OPTION_WEIGHTS]);
    return status;
}

static enum status no_memory(struct session *session, int64_t count)
{
    return error_set(&session->error, STATUS_MACHINE,
                     "out of memory: %lld images", (long long)count);
}

float *generation_alloc(struct session *session,
                        const struct guss_network *network, int64_t count)
{
    size_t size = (size_t)output_elements(network_result(network));
    float *images = calloc((size_t)count, size * sizeof *images);
    if (!images)
        no_memory(session, count);
    return images;
}

void generation_run(const struct session *session, const struct route *route,
                    const float *rows, int64_t count, float *images)
{
    struct guss_samples samples = {.values = rows,
                                   .element = GUSS_F32,
                                   .pixels = GUSS_PIXELS_RAW,
                                   .count = count,
                                   .width =
                                       output_elements(route_source(route))};
    forward_run(session, route, &samples, &images);
}

enum status generation_draw(struct session *session, const struct route *route,
                            const struct guss_latent *source, uint64_t seed,
                            int64_t first, int64_t count, float *images)
{
    int64_t width = output_elements(route_source(route));
    float *rows = calloc((size_t)count, (size_t)width * sizeof *rows);
    if (!rows)
        return no_memory(session, count);
    latent_rows(source, seed, first, count, width, rows);
    generation_run(session, route, rows, count, images);
    free(rows);
    return STATUS_OK;
}

enum guss_pixels generation_pixels(const struct session *session)
{
    if (!session->has_schedule)
        return GUSS_PIXELS_RAW;
    const char *end = strrchr(session->schedule.data.train, '.');
    bool is_npy = end && strcmp(end, ".npy") == 0;
    return data_pixels(session->schedule.data.pixels,
                       is_npy ? GUSS_F32 : GUSS_U8);
}

bool generation_fits(const struct guss_network *network, int64_t count,
                     int64_t columns)
{
    struct sheet sheet = {.columns = (int)columns, .count = (int)count};
    find_extents(network, &sheet);
    return sheet_fits(&sheet);
}

enum status generation_write_sheet(const struct guss_network *network,
                                   enum guss_pixels pixels, bool is_inverted,
                                   const float *images, int64_t count,
                                   int64_t columns, const char *path,
                                   struct error *error)
{
    struct sheet sheet = {.columns = (int)(columns < count ? columns : count),
                          .count = (int)count,
                          .pixels = pixels,
                          .is_inverted = is_inverted,
                          .values = images};
    find_extents(network, &sheet);
    if (pixels == GUSS_PIXELS_RAW)
        sheet.pixels = sheet_pixels(
            images,
            (size_t)count * (size_t)output_elements(network_result(network)));
    return sheet_write(&sheet, path, error);
}

enum status generation_write_image(const struct guss_network *network,
                                   enum guss_pixels pixels, const float *image,
                                   const char *path, struct error *error)
{
    struct sheet sheet = {.columns = 1,
                          .count = 1,
                          .pixels = pixels,
                          .scale = 1,
                          .values = image};
    find_extents(network, &sheet);
    return sheet_write_image(&sheet, path, error);
}

enum status generation_write_numbers(const struct guss_network *network,
                                     const float *images, int64_t count,
                                     const char *path, struct error *error)
{
    const struct guss_output *output = network_result(network);
    int64_t shape[GUSS_MAX_RANK + 1] = {count};
    for (int i = 0; i < output->rank; i++)
        shape[i + 1] = output->shape[i];
    return npy_write_f32(path, output->rank + 1, shape, images, error);
}

enum status generation_write(struct session *session,
                             const struct guss_network *network,
                             const float *images, int64_t count,
                             int64_t columns)
{
    const char *sheet = session->options->texts[OPTION_OUTPUT];
    const char *numbers = session->options->texts[OPTION_NPY];
    enum status status = STATUS_OK;
    if (sheet)
        status = generation_write_sheet(network, generation_pixels(session),
                                        session_draws_black(session), images,
                                        count, columns, sheet, &session->error);
    if (status == STATUS_OK && numbers)
        status = generation_write_numbers(network, images, count, numbers,
                                          &session->error);
    return status;
}

int64_t square_columns(int64_t count)
{
    int64_t columns = 1;
    while (columns * columns < count)
        columns++;
    return columns;
}
