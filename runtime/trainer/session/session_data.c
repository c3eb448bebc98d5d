/* The data that a command reads: what a reference names, held against what its
 * values are to fill. */
#include "trainer/session/session.h"

#include <string.h>

#include "trainer/data/axes.h"
#include "trainer/schedule/ranges.h"
#include "trainer/session/network.h"
#include "trainer/session/normalize.h"
#include "trainer/session/written_files.h"

/* ---- axes ---------------------------------------------------------------- */

/* Of an archive an array may be named behind its own name. */
static bool is_array(const char *reference)
{
    const char *ending = strrchr(reference, '.');
    return ending && (strcmp(ending, ".npy") == 0 ||
                      strncmp(ending, ".npz", strlen(".npz")) == 0);
}

/* "a sample of 'x.npy' has ..., the input of network 'net' takes ...". */
static enum status fail_axes(struct session *session, const char *reference,
                             const struct guss_output *shape, const char *what,
                             const char *taker, const struct data_set *set)
{
    struct arena *arena = session->arena;
    struct axes given = {set->rank, set->shape};
    struct axes wanted = {shape->rank, shape->shape};
    const char *is = extents_text(arena, set->rank, set->shape);
    const char *is_wanted = extents_text(arena, shape->rank, shape->shape);
    int64_t width = set->samples.width;
    if (width != output_elements(shape))
        return error_set(&session->error, STATUS_INPUT,
                         "%s of '%s' has %lld value%s %s, %s %lld %s", what,
                         reference, (long long)width, width == 1 ? "" : "s", is,
                         taker, (long long)output_elements(shape), is_wanted);
    return error_set(&session->error, STATUS_INPUT,
                     "%s of '%s' is %s, %s %s: %s", what, reference, is, taker,
                     is_wanted,
                     axes_advice(arena, given, wanted, is_array(reference)));
}

enum status session_check_axes(struct session *session, const char *reference,
                               const struct guss_output *shape,
                               const char *what, const char *taker,
                               const struct data_set *set)
{
    int order[AXES_MAX];
    struct axes given = {set->rank, set->shape};
    struct axes wanted = {shape->rank, shape->shape};
    if (axes_compare(given, wanted, order) == AXES_AGREE)
        return STATUS_OK;
    return fail_axes(session, reference, shape, what, taker, set);
}

/* ---- ranges -------------------------------------------------------------- */

static struct range range_of(const struct data_set *set)
{
    struct range range;
    data_range(set, &range.low, &range.high);
    return range;
}

/* Data that is what the word says already is not worth a word. */
static bool is_as_said(enum pixels_choice pixels, const struct data_set *set)
{
    switch (pixels) {
    case PIXELS_UNIT:
    case PIXELS_BINARY:
        return set->low >= 0.0 && set->high <= 1.0;
    case PIXELS_SIGNED:
        return set->low >= -1.0 && set->high <= 1.0;
    default:
        return true;
    }
}

/* Numbers of 0 to 255, though not of 8 bits. */
static bool is_like_pixels(const struct data_set *set)
{
    return strstr(set->type, "int") && set->low >= 0.0 && set->high > 128.0 &&
           set->high <= 255.0;
}

/* A run that is gone on with, or repeated, said it when it began. */
static void say_pixels(struct session *session, const char *reference,
                       enum pixels_choice pixels, const struct data_set *set)
{
    bool is_lost = pixels == PIXELS_DEFAULT ? is_like_pixels(set)
                                            : !is_as_said(pixels, set);
    const char *const *texts = session->options->texts;
    if (set->samples.element == GUSS_U8 || !is_lost ||
        session->has_said_pixels || texts[OPTION_RESUME] ||
        texts[OPTION_REPEAT])
        return;
    session->has_said_pixels = true;
    session_warn(session,
                 "'pixels: %s' is for 8-bit data; '%s' holds %s values (%s), "
                 "which are taken as they are%s",
                 pixels_word(pixels == PIXELS_DEFAULT ? PIXELS_UNIT : pixels),
                 reference, set->type,
                 range_text(session->arena, range_of(set)),
                 is_like_pixels(set) ? "; save x.astype(numpy.uint8)" : "");
}

/* Once what is of the whole set, and what is of its numbers. */
static void say_about(struct session *session, const char *reference,
                      enum pixels_choice pixels, const struct data_set *set)
{
    if (set->remark)
        session_warn(session, "%s", set->remark);
    say_pixels(session, reference, pixels, set);
}

/* "'x.npy' goes from -1 to 1", with what makes it do so */
static const char *range_cause(struct session *session, const char *reference,
                               const struct data_set *set)
{
    struct arena *arena = session->arena;
    enum pixels_choice pixels = session->schedule.data.pixels;
    const char *range = range_text(arena, range_of(set));
    if (set->samples.element != GUSS_U8)
        return arena_printf(arena, "'%s' goes from %s", reference, range);
    return arena_printf(
        arena, "with 'pixels: %s', '%s' goes from %s",
        pixels_word(pixels == PIXELS_DEFAULT ? PIXELS_UNIT : pixels), reference,
        range);
}

void session_check_range(struct session *session, const char *reference,
                         const struct data_set *set)
{
    const struct guss_model *model = session->model;
    const struct guss_network *network = trained_network(model);
    const struct made_range made = {network->made_layer,
                                    network->made_activation,
                                    {network->made_low, network->made_high}};
    struct misfit misfit =
        ranges_misfit(session->arena, &session->schedule, &made, range_of(set));
    if (!misfit.text)
        return;
    const char *advice = "'pixels: unit' fits";
    if (set->samples.element != GUSS_U8)
        advice = "what is not 8-bit is taken as it is: scale it";
    else if (set->samples.pixels == GUSS_PIXELS_SIGNED && !misfit.is_of_loss)
        advice = "'pixels: unit' fits, or activation=tanh";
    session_warn(session, "%s, but %s; %s",
                 range_cause(session, reference, set), misfit.text, advice);
}

/* ---- loading ------------------------------------------------------------- */

/* What is read, and what its values are to fill. */
struct wanted {
    enum pixels_choice pixels;
    const struct guss_output *shape;
    const char *owner; /* "the network's input" */
    const char *what;  /* "a sample" */
    const char *taker; /* "the input of network 'net' takes" */
    const struct data_set *partner;
};

static bool has_size(const struct session *session)
{
    return session->schedule.data.size.n == 2;
}

/* Pictures of any size become as large as the schedule says; of a network's
 * outputs, as those. A plain row of as many values as such pictures have says
 * nothing else. */
static void take_size(const struct session *session,
                      const struct wanted *wanted, struct data_options *options)
{
    const int64_t *size = session->schedule.data.size.values;
    int64_t values = output_elements(wanted->shape);
    bool is_given = !wanted->partner || wanted->shape->rank == 1;
    options->height = is_given ? size[0] : wanted->shape->shape[0];
    options->width = is_given ? size[1] : wanted->shape->shape[1];
    if (!wanted->partner || !is_given || values == size[0] * size[1] ||
        values == 3 * size[0] * size[1])
        return;
    struct data_set square = {
        .rank = 1, .samples.width = values, .shape = {values}};
    int height, width, channels;
    if (data_image_extents(&square, &height, &width, &channels)) {
        options->height = height;
        options->width = width;
    }
}

/* A regression has no use for them. */
static enum data_labels labels_of(const struct session *session,
                                  const struct wanted *wanted)
{
    if (session->model->objective != GUSS_REGRESSION)
        return DATA_LABELS;
    return wanted->partner ? DATA_TARGETS : DATA_UNLABELLED;
}

static enum status load_as(struct session *session, const char *reference,
                           const struct wanted *wanted, struct data_set *set)
{
    struct data_options options = {.folder =
                                       session->options->texts[OPTION_DATA],
                                   .pixels = wanted->pixels,
                                   .shape = wanted->shape,
                                   .owner = wanted->owner,
                                   .fit = session->schedule.data.fit,
                                   .labels = labels_of(session, wanted),
                                   .partner = wanted->partner};
    if (has_size(session))
        take_size(session, wanted, &options);
    enum status status = data_load(reference, &options, set, &session->error);
    if (status != STATUS_OK)
        return status;
    status = session_check_axes(session, reference, wanted->shape, wanted->what,
                                wanted->taker, set);
    if (status == STATUS_OK)
        status = written_check_set(session, set);
    if (status != STATUS_OK)
        data_free(set);
    else
        say_about(session, reference, wanted->pixels, set);
    return status;
}

static enum pixels_choice pixels_of(const struct session *session)
{
    return session->has_schedule ? session->schedule.data.pixels
                                 : PIXELS_DEFAULT;
}

enum status session_load_like(struct session *session, const char *reference,
                              const struct guss_output *shape,
                              const char *taker, struct data_set *set)
{
    const struct wanted wanted = {.pixels = pixels_of(session),
                                  .shape = shape,
                                  .owner = "the network's input",
                                  .what = "a sample",
                                  .taker = taker};
    return load_as(session, reference, &wanted, set);
}

enum status session_load_outputs(struct session *session, const char *reference,
                                 const struct guss_output *layer,
                                 struct data_set *set)
{
    const char *taker = arena_printf(
        session->arena, "the output of layer '%s' has", layer->layer);
    const struct wanted wanted = {.pixels = PIXELS_RAW,
                                  .shape = layer,
                                  .owner = "the layer's output",
                                  .what = "a sample",
                                  .taker = taker};
    return load_as(session, reference, &wanted, set);
}

enum status session_load_targets(struct session *session, const char *reference,
                                 const struct guss_network *network,
                                 const struct data_set *samples,
                                 struct data_set *targets)
{
    const struct wanted wanted = {
        .pixels = pixels_of(session),
        .shape = network_result(network),
        .owner = "the network's output",
        .what = "a target",
        .taker = arena_printf(session->arena, "the output of network '%s' has",
                              network->name),
        .partner = samples};
    return load_as(session, reference, &wanted, targets);
}

enum status session_load_input(struct session *session, const char *reference,
                               const struct guss_network *network, int input,
                               struct data_set *set)
{
    const struct guss_output *shape = &network->outputs[network->inputs[input]];
    const char *which = "";
    if (network->n_inputs > 1)
        which = arena_printf(session->arena, "'%s' ", shape->layer);
    const char *taker =
        arena_printf(session->arena, "the input %sof network '%s' takes", which,
                     network->name);
    enum status status =
        session_load_like(session, reference, shape, taker, set);
    if (status == STATUS_OK)
        normalize_set(session, network, shape, set);
    return status;
}

enum status session_load_data(struct session *session, const char *reference,
                              const struct guss_network *network,
                              struct data_set *set)
{
    if (network->n_inputs == 1 && network->n_results == 1)
        return session_load_input(session, reference, network, 0, set);
    return error_set(&session->error, STATUS_INPUT,
                     "network '%s' has %d inputs and %d outputs; only predict "
                     "can run it",
                     network->name, network->n_inputs, network->n_results);
}
