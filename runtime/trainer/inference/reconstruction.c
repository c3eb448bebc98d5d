/* Samples above what a network makes of them. */
#include "trainer/inference/reconstruction.h"

#include <stdlib.h>
#include <string.h>

#include "trainer/inference/forward.h"
#include "trainer/inference/pairs.h"
#include "trainer/session/network.h"
#include "trainer/weights/weights.h"

/* ---- shapes -------------------------------------------------------------- */

enum status reconstruction_check(struct arena *arena, const char *reference,
                                 const struct data_set *set,
                                 const struct guss_network *network,
                                 struct error *error)
{
    int height, width, channels;
    const struct guss_output *output = network_result(network);
    if (!data_image_extents(set, &height, &width, &channels))
        return error_set(error, STATUS_INPUT,
                         "cannot draw the samples of '%s': %s is no image of "
                         "1 or 3 channels",
                         reference, extents_text(arena, set->rank, set->shape));
    if (output_elements(output) == output_elements(network_input(network)))
        return STATUS_OK;
    return error_set(error, STATUS_INPUT,
                     "network '%s' does not reconstruct: its output %s has "
                     "other values than its input %s",
                     network->name,
                     extents_text(arena, output->rank, output->shape),
                     extents_text(arena, network_input(network)->rank,
                                  network_input(network)->shape));
}

/* ---- drawing ------------------------------------------------------------- */

/* The reconstructions are laid out one behind the other at first. */
static void fill_sheet(const struct data_set *set, const struct pairs *pairs,
                       const float *reconstructions, float *images)
{
    for (int64_t i = 0; i < pairs->count; i++) {
        forward_convert(&set->samples, i, pairs_upper(pairs, images, i));
        memcpy(pairs_lower(pairs, images, i),
               reconstructions + i * pairs->width,
               (size_t)pairs->width * sizeof *images);
    }
}

/* Floats around 0 are drawn around grey. */
static enum guss_pixels drawn_as(const struct data_set *set)
{
    bool is_signed = set->samples.element == GUSS_F32 && set->low < 0.0 &&
                     set->low >= -1.0 && set->high <= 1.0;
    return is_signed ? GUSS_PIXELS_SIGNED : set->samples.pixels;
}

static struct pairs pairs_of(const struct data_set *set, int64_t count,
                             int64_t columns)
{
    int64_t all = set->samples.count;
    count = count < all ? count : all;
    return (struct pairs){.count = count,
                          .columns = columns < count ? columns : count,
                          .width = set->samples.width,
                          .pixels = drawn_as(set)};
}

bool reconstruction_fits(const struct data_set *set, int64_t count,
                         int64_t columns)
{
    struct pairs pairs = pairs_of(set, count, columns);
    return pairs_fit(&pairs, set);
}

enum status reconstruction_write(struct session *session,
                                 const struct route *route,
                                 const struct data_set *set, int64_t count,
                                 int64_t columns, const char *path)
{
    struct pairs pairs = pairs_of(set, count, columns);
    pairs.is_inverted = session_draws_black(session);
    struct guss_samples samples = set->samples;
    samples.count = pairs.count;
    float *images = pairs_new(&pairs);
    float *reconstructions =
        calloc((size_t)samples.count, (size_t)samples.width * sizeof *images);
    enum status status = STATUS_OK;
    if (images && reconstructions) {
        forward_run(session, route, &samples, &reconstructions);
        fill_sheet(set, &pairs, reconstructions, images);
        status = pairs_write(&pairs, images, set, path, &session->error);
    } else {
        status = error_set(&session->error, STATUS_MACHINE,
                           "out of memory: the sheet '%s' has %lld images",
                           path, 2 * (long long)samples.count);
    }
    free(reconstructions);
    free(images);
    return status;
}
