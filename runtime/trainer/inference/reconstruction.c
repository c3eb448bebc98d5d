/* Samples above what a network makes of them. */
#include "trainer/inference/reconstruction.h"

#include <stdlib.h>
#include <string.h>

#include "trainer/data/data_split.h"
#include "trainer/inference/forward.h"
#include "trainer/inference/stacks.h"
#include "trainer/session/network.h"

enum { SAMPLES, RESULTS, TARGETS, MOST_LEVELS };

/* What stands on one level of the stacks. */
struct level {
    struct image_extents extents;
    enum guss_pixels pixels; /* what the values mean */
    bool has_bytes;          /* of raw ones: they go far beyond 0 to 1 */
};

struct levels {
    struct level level[MOST_LEVELS];
    int count;
};

/* ---- shapes -------------------------------------------------------------- */

static bool is_regression(const struct session *session,
                          const struct guss_network *network)
{
    return session->model->objective == GUSS_REGRESSION &&
           network == trained_network(session->model);
}

static bool find_extents(const struct data_set *set,
                         struct image_extents *extents)
{
    return data_image_extents(set, &extents->height, &extents->width,
                              &extents->channels);
}

/* Of a set or, where that has plain rows, of the network's end that they fill:
 * of numbers that are no image at either end a regression draws none. */
static bool find_end(const struct data_set *set, const struct guss_output *end,
                     struct image_extents *extents)
{
    struct data_set shape = {.rank = end->rank};
    shape.samples.width = output_elements(end);
    memcpy(shape.shape, end->shape, sizeof end->shape);
    if (set && set->rank > 1)
        return find_extents(set, extents);
    return end->rank > 1 && find_extents(&shape, extents);
}

static bool find_samples(const struct session *session,
                         const struct reconstruction *drawn,
                         struct image_extents *extents)
{
    const struct guss_network *network = drawn->route->network;
    return is_regression(session, network)
               ? find_end(drawn->set, network_input(network), extents)
               : find_extents(drawn->set, extents);
}

static enum status fail_results(struct session *session,
                                const struct guss_network *network)
{
    const struct guss_output *input = network_input(network);
    const struct guss_output *output = network_result(network);
    struct arena *arena = session->arena;
    if (is_regression(session, network))
        return error_set(&session->error, STATUS_INPUT,
                         "cannot draw what network '%s' makes: %s is no image "
                         "of 1 or 3 channels",
                         network->name,
                         extents_text(arena, output->rank, output->shape));
    return error_set(&session->error, STATUS_INPUT,
                     "network '%s' does not reconstruct: its output %s has "
                     "other values than its input %s",
                     network->name,
                     extents_text(arena, output->rank, output->shape),
                     extents_text(arena, input->rank, input->shape));
}

static bool find_results(const struct session *session,
                         const struct reconstruction *drawn,
                         struct image_extents *extents)
{
    const struct guss_network *network = drawn->route->network;
    const struct guss_output *output = network_result(network);
    if (is_regression(session, network))
        return find_end(drawn->set->targets, output, extents);
    return output_elements(output) == output_elements(network_input(network)) &&
           find_extents(drawn->set, extents);
}

enum status reconstruction_check(struct session *session,
                                 const struct reconstruction *drawn)
{
    struct image_extents extents;
    const struct data_set *set = drawn->set;
    if (!find_samples(session, drawn, &extents))
        return error_set(&session->error, STATUS_INPUT,
                         "cannot draw the samples of '%s': %s is no image of "
                         "1 or 3 channels",
                         drawn->reference,
                         extents_text(session->arena, set->rank, set->shape));
    return find_results(session, drawn, &extents)
               ? STATUS_OK
               : fail_results(session, drawn->route->network);
}

/* ---- what values mean ---------------------------------------------------- */

static bool is_signed_range(double low, double high)
{
    return low < 0.0 && low >= -1.0 && high <= 1.0;
}

/* Floats around 0 are drawn around grey. */
static struct level level_of(const struct data_set *set)
{
    bool is_signed = set->samples.element == GUSS_F32 &&
                     is_signed_range(set->low, set->high);
    return (struct level){.pixels = is_signed ? GUSS_PIXELS_SIGNED
                                              : set->samples.pixels,
                          .has_bytes = set->low < -10.0 || set->high > 10.0};
}

/* Results mean what targets do. Without these the network may say it; else
 * samples are all that is known. */
static struct level level_of_results(const struct session *session,
                                     const struct reconstruction *drawn)
{
    const struct guss_network *network = drawn->route->network;
    const struct data_set *set = drawn->set;
    struct level level = level_of(set->targets ? set->targets : set);
    if (set->targets || set->samples.element == GUSS_U8 ||
        !is_regression(session, network) || !network->made_layer)
        return level;
    if (is_signed_range(network->made_low, network->made_high))
        level.pixels = GUSS_PIXELS_SIGNED;
    else if (network->made_low >= 0.0 && network->made_high <= 1.0)
        level.pixels = GUSS_PIXELS_UNIT;
    return level;
}

static struct levels levels_of(const struct session *session,
                               const struct reconstruction *drawn)
{
    struct levels levels = {.count = drawn->set->targets ? 3 : 2};
    struct level *level = levels.level;
    level[SAMPLES] = level_of(drawn->set);
    level[RESULTS] = level_of_results(session, drawn);
    find_samples(session, drawn, &level[SAMPLES].extents);
    find_results(session, drawn, &level[RESULTS].extents);
    level[TARGETS] = level[RESULTS];
    return levels;
}

static bool is_of_one_meaning(const struct levels *levels)
{
    return levels->level[SAMPLES].pixels == levels->level[RESULTS].pixels;
}

static int greater(int a, int b)
{
    return a > b ? a : b;
}

static struct stacks stacks_of(const struct session *session,
                               const struct reconstruction *drawn,
                               const struct levels *levels)
{
    const struct image_extents *above = &levels->level[SAMPLES].extents;
    const struct image_extents *below = &levels->level[RESULTS].extents;
    int64_t all = drawn->set->samples.count;
    int64_t count = drawn->count < all ? drawn->count : all;
    return (struct stacks){
        .count = count,
        .columns = drawn->columns < count ? drawn->columns : count,
        .height = levels->count,
        .image = {greater(above->height, below->height),
                  greater(above->width, below->width),
                  greater(above->channels, below->channels)},
        .pixels = is_of_one_meaning(levels) ? levels->level[SAMPLES].pixels
                                            : GUSS_PIXELS_UNIT,
        .is_inverted = session_draws_black(session)};
}

bool reconstruction_fits(const struct session *session,
                         const struct reconstruction *drawn)
{
    struct levels levels = levels_of(session, drawn);
    struct stacks stacks = stacks_of(session, drawn, &levels);
    return stacks_fit(&stacks);
}

/* ---- drawing ------------------------------------------------------------- */

/* Values of several meanings all become those of 0 to 1. */
static float unit_value(const struct level *level, float value)
{
    switch (level->pixels) {
    case GUSS_PIXELS_SIGNED:
        return (value + 1.0f) / 2.0f;
    case GUSS_PIXELS_RAW:
        return level->has_bytes ? value / 255.0f : value;
    default:
        return value;
    }
}

/* An image, each of its pixels as often as it takes to fill a larger one; grey
 * in colour. */
static void draw_image(const struct level *level, bool is_converted,
                       const float *values, const struct image_extents *to,
                       float *image)
{
    const struct image_extents *from = &level->extents;
    for (int64_t y = 0; y < to->height; y++)
        for (int64_t x = 0; x < to->width; x++)
            for (int c = 0; c < to->channels; c++) {
                int64_t pixel = y * from->height / to->height * from->width +
                                x * from->width / to->width;
                float value = values[pixel * from->channels +
                                     (from->channels == 1 ? 0 : c)];
                *image++ = is_converted ? unit_value(level, value) : value;
            }
}

/* `sample` is room for one sample, or target. */
static void fill_sheet(const struct reconstruction *drawn,
                       const struct levels *levels, const struct stacks *stacks,
                       const float *results, float *sample, float *images)
{
    const struct data_set *const sets[] = {drawn->set, NULL,
                                           drawn->set->targets};
    int64_t size = image_values(&levels->level[RESULTS].extents);
    bool is_converted = !is_of_one_meaning(levels);
    for (int64_t i = 0; i < stacks->count; i++)
        for (int k = 0; k < levels->count; k++) {
            if (sets[k])
                forward_convert(&sets[k]->samples,
                                drawn->numbers ? drawn->numbers[i] : i, sample);
            draw_image(&levels->level[k], is_converted,
                       sets[k] ? sample : results + i * size, &stacks->image,
                       stacks_image(stacks, images, i, k));
        }
}

/* What the network makes of the samples, one behind the other; false where there
 * is no memory for those of them that are picked. */
static bool run(const struct session *session,
                const struct reconstruction *drawn, int64_t count,
                float *results)
{
    struct guss_samples samples = drawn->set->samples;
    void *picked = NULL;
    if (drawn->numbers) {
        picked = data_copy_samples(&samples, drawn->numbers, count);
        if (!picked)
            return false;
        samples.values = picked;
    }
    samples.count = count;
    forward_run(session, drawn->route, &samples, &results);
    free(picked);
    return true;
}

static enum status draw(struct session *session,
                        const struct reconstruction *drawn,
                        const struct levels *levels,
                        const struct stacks *stacks, const char *path)
{
    int64_t size = output_elements(network_result(drawn->route->network));
    size_t most = (size_t)image_values(&stacks->image);
    float *images = stacks_new(stacks);
    float *results =
        calloc((size_t)stacks->count, (size_t)size * sizeof *images);
    float *sample = calloc(most, sizeof *sample);
    enum status status;
    if (images && results && sample &&
        run(session, drawn, stacks->count, results)) {
        fill_sheet(drawn, levels, stacks, results, sample, images);
        status = stacks_write(stacks, images, path, &session->error);
    } else {
        status = error_set(&session->error, STATUS_MACHINE,
                           "out of memory: the sheet '%s' has %lld images",
                           path, (long long)(stacks->height * stacks->count));
    }
    free(sample);
    free(results);
    free(images);
    return status;
}

enum status reconstruction_write(struct session *session,
                                 const struct reconstruction *drawn,
                                 const char *path)
{
    struct levels levels = levels_of(session, drawn);
    struct stacks stacks = stacks_of(session, drawn, &levels);
    return draw(session, drawn, &levels, &stacks, path);
}
