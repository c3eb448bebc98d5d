/* interpolate: a sheet of walks, one a row, each from a vector to the next one:
 * latent vectors as `generate` draws them, the rows of a file, or what a layer
 * of an autoencoder makes of samples. */
#include "trainer/command/commands.h"

#include <math.h>
#include <stdlib.h>

#include "trainer/inference/forward.h"
#include "trainer/inference/generation.h"
#include "trainer/inference/latent.h"
#include "trainer/session/network.h"

enum { DEFAULT_WALKS = 5, DEFAULT_STEPS = 10 };

static const double least_angle = 1e-3; /* radians; below: a straight line */

struct walks {
    struct guss_latent source;
    struct route route;   /* from vectors to images */
    int64_t count, steps; /* `steps` vectors a walk, both ends included */
    int64_t width;
    float *ends;    /* owned: [count + 1][width] */
    float *vectors; /* owned: [count][steps][width] */
    float *images;  /* owned: theirs */
};

/* ---- between two vectors ------------------------------------------------- */

/* Two vectors as seen from the middle of all. */
struct arc {
    double lengths[2];
    double angle; /* radians between them */
};

static struct arc find_arc(const float *a, const float *b, int64_t width,
                           double mean)
{
    double aa = 0.0, bb = 0.0, ab = 0.0;
    for (int64_t i = 0; i < width; i++) {
        double x = (double)a[i] - mean, y = (double)b[i] - mean;
        aa += x * x;
        bb += y * y;
        ab += x * y;
    }
    struct arc arc = {{sqrt(aa), sqrt(bb)}, 0.0};
    double cosine = ab / (arc.lengths[0] * arc.lengths[1]);
    if (isfinite(cosine))
        arc.angle = acos(fmax(-1.0, fmin(1.0, cosine)));
    return arc;
}

/* The vector at `part` of the way. Normal vectors lie near a sphere and are led
 * along it: the direction turns evenly (Shoemake 1985: "Animating Rotation with
 * Quaternion Curves", section 3.3; White 2016, arXiv:1609.04468, for latent
 * vectors), the length grows evenly. Others take the straight line. */
static void step_between(const struct walks *walks, const float *a,
                         const float *b, double part, float *to)
{
    bool is_normal = walks->source.distribution == GUSS_LATENT_NORMAL;
    double mean = is_normal ? walks->source.a : 0.0;
    double left = 1.0 - part, right = part;
    struct arc arc = {{0.0, 0.0}, 0.0};
    if (is_normal)
        arc = find_arc(a, b, walks->width, mean);
    if (sin(arc.angle) > least_angle) {
        double length = left * arc.lengths[0] + right * arc.lengths[1];
        length /= sin(arc.angle);
        left = sin(left * arc.angle) * length / arc.lengths[0];
        right = sin(right * arc.angle) * length / arc.lengths[1];
    }
    for (int64_t i = 0; i < walks->width; i++)
        to[i] = (float)(mean + left * ((double)a[i] - mean) +
                        right * ((double)b[i] - mean));
}

static void walk(const struct walks *walks)
{
    for (int64_t i = 0; i < walks->count; i++)
        for (int64_t k = 0; k < walks->steps; k++) {
            const float *a = walks->ends + i * walks->width;
            double part = (double)k / (double)(walks->steps - 1);
            step_between(walks, a, a + walks->width, part,
                         walks->vectors +
                             (i * walks->steps + k) * walks->width);
        }
}

/* ---- the ends ------------------------------------------------------------ */

static enum status make_room(struct session *session,
                             const struct guss_network *network,
                             struct walks *walks)
{
    size_t row = (size_t)walks->width * sizeof(float);
    int64_t images = walks->count * walks->steps;
    walks->ends = calloc((size_t)walks->count + 1, row);
    walks->vectors = calloc((size_t)images, row);
    walks->images = generation_alloc(session, network, images);
    if (walks->ends && walks->vectors && walks->images)
        return STATUS_OK;
    return error_set(&session->error, STATUS_MACHINE,
                     "out of memory: %lld images", (long long)images);
}

static enum status draw_ends(struct session *session,
                             const struct guss_network *network,
                             struct walks *walks)
{
    struct latent latent;
    enum status status = latent_open(session, network, &latent);
    if (status != STATUS_OK)
        return status;
    walks->source = latent.source;
    status = make_room(session, network, walks);
    if (status == STATUS_OK)
        latent_rows(&latent.source, latent_seed(session->options), 0,
                    walks->count + 1, walks->width, walks->ends);
    latent_close(&latent);
    return status;
}

static enum status read_ends(struct session *session,
                             const struct guss_network *network,
                             struct walks *walks)
{
    const char *path = session->options->texts[OPTION_INPUT];
    struct latent latent;
    enum status status = latent_open_file(session, path, network, &latent);
    if (status != STATUS_OK)
        return status;
    walks->source = latent.source;
    int64_t most = latent.source.count - 1;
    if (most < 1)
        status = error_set(&session->error, STATUS_INPUT,
                           "'%s' has one vector; a walk needs two", path);
    if (walks->count > most)
        walks->count = most;
    if (status == STATUS_OK)
        status = make_room(session, network, walks);
    if (status == STATUS_OK)
        latent_rows(&latent.source, 0, 0, walks->count + 1, walks->width,
                    walks->ends);
    latent_close(&latent);
    return status;
}

/* ---- codes --------------------------------------------------------------- */

static enum status encode(struct session *session,
                          const struct guss_network *network,
                          const struct data_set *set, const char *reference,
                          struct walks *walks)
{
    const struct route route =
        route_to(session->arena, network, walks->route.from, 1);
    struct guss_samples samples = set->samples;
    if (samples.count < 2)
        return error_set(&session->error, STATUS_INPUT,
                         "'%s' has one sample; a walk needs two", reference);
    if (walks->count > samples.count - 1)
        walks->count = samples.count - 1;
    samples.count = walks->count + 1;
    enum status status = make_room(session, network, walks);
    if (status == STATUS_OK)
        forward_run(session, &route, &samples, &walks->ends);
    return status;
}

/* The straight line: nothing is known of how codes lie. */
static enum status encode_ends(struct session *session,
                               const struct guss_network *network,
                               struct walks *walks)
{
    const struct schedule *schedule = &session->schedule;
    const char *reference = session->options->texts[OPTION_INPUT];
    struct data_set set;
    walks->source.distribution = GUSS_LATENT_FILE;
    if (!reference && session->has_schedule)
        reference =
            schedule->data.test ? schedule->data.test : schedule->data.train;
    if (!reference)
        return error_set(&session->error, STATUS_USAGE,
                         "--input REF is missing: without a schedule nothing "
                         "says which samples");
    enum status status =
        session_load_input(session, reference, network, 0, &set);
    if (status != STATUS_OK)
        return status;
    status = encode(session, network, &set, reference, walks);
    data_free(&set);
    return status;
}

/* ---- the command --------------------------------------------------------- */

static enum status choose_route(struct session *session,
                                const struct guss_network *network, int *from,
                                struct walks *walks)
{
    walks->route = route_whole(session->arena, network);
    if (!session->options->texts[OPTION_FROM])
        return STATUS_OK;
    *from = session_layer(session, network, OPTION_FROM);
    if (*from < 0)
        return session->error.status;
    return route_between(session->arena, network, from, network->results, 1,
                         &walks->route, &session->error);
}

static enum status find_ends(struct session *session,
                             const struct guss_network *network,
                             struct walks *walks)
{
    const struct options *options = session->options;
    walks->width = output_elements(route_source(&walks->route));
    if (options->texts[OPTION_FROM])
        return encode_ends(session, network, walks);
    return options->texts[OPTION_INPUT] ? read_ends(session, network, walks)
                                        : draw_ends(session, network, walks);
}

static enum status draw_walks(struct session *session,
                              const struct guss_network *network,
                              const struct walks *walks)
{
    int64_t count = walks->count * walks->steps;
    walk(walks);
    generation_run(session, &walks->route, walks->vectors, count,
                   walks->images);
    return generation_write(session, network, walks->images, count,
                            walks->steps);
}

enum status command_interpolate(struct session *session)
{
    const struct options *options = session->options;
    const struct guss_network *network;
    if (options->steps == 1)
        return error_set(&session->error, STATUS_USAGE,
                         "--steps wants at least 2: both ends are drawn");
    enum status status = generation_start(session, true, &network);
    if (status == STATUS_OK && !options->texts[OPTION_FROM] &&
        !options->texts[OPTION_INPUT])
        status = generation_needs_vectors(session, network);
    if (status != STATUS_OK)
        return status;
    struct walks walks = {
        .count = options->count ? options->count : DEFAULT_WALKS,
        .steps = options->steps ? options->steps : DEFAULT_STEPS};
    int from;
    status = choose_route(session, network, &from, &walks);
    if (status == STATUS_OK)
        status = find_ends(session, network, &walks);
    if (status == STATUS_OK)
        status = draw_walks(session, network, &walks);
    free(walks.ends);
    free(walks.vectors);
    free(walks.images);
    return status;
}
