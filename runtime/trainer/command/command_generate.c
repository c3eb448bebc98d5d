/* generate: a sheet of images that a network makes of latent vectors. */
#include "trainer/command/commands.h"

#include <stdlib.h>

#include "trainer/command/generate_sorted.h"
#include "trainer/inference/generation.h"
#include "trainer/inference/latent.h"

enum { DEFAULT_COUNT = 25 };

static enum status write_images(struct session *session,
                                const struct guss_network *network,
                                const float *images, int64_t count)
{
    const struct options *options = session->options;
    int64_t columns =
        options->columns ? options->columns : square_columns(count);
    return generation_write(session, network, images, count, columns);
}

static enum status generate(struct session *session,
                            const struct guss_network *network,
                            const struct guss_latent *source)
{
    const struct options *options = session->options;
    int64_t count = options->count ? options->count : DEFAULT_COUNT;
    if (generate_is_sorted(options))
        return generate_sorted(session, network, source, count);
    const struct route route = route_whole(session->arena, network);
    float *images = generation_alloc(session, network, count);
    if (!images)
        return session->error.status;
    enum status status = generation_draw(
        session, &route, source, latent_seed(options), 0, count, images);
    if (status == STATUS_OK)
        status = write_images(session, network, images, count);
    free(images);
    return status;
}

enum status command_generate(struct session *session)
{
    const struct guss_network *network;
    struct latent latent;
    const struct options *options = session->options;
    enum status status =
        generation_start(session, !generate_writes_folder(options), &network);
    if (status == STATUS_OK)
        status = generation_needs_vectors(session, network);
    if (status == STATUS_OK && generate_is_sorted(options))
        status = generate_sorted_check(session, network);
    if (status == STATUS_OK)
        status = latent_open(session, network, &latent);
    if (status != STATUS_OK)
        return status;
    status = generate(session, network, &latent.source);
    latent_close(&latent);
    return status;
}
