#include "trainer/session/normalize.h"

#include <string.h>

#include "trainer/data/data_moments.h"
#include "trainer/session/network.h"

enum { MOST_CHANNELS = 10000 }; /* a schedule's lists have no more numbers */

/* A network of images or steps says it; the values of a plain row are each a
 * channel, unless they are those of a picture. */
static int64_t count_channels(const struct guss_output *input,
                              const struct data_set *set)
{
    if (input->rank > 1)
        return input->shape[input->rank - 1];
    if (set->rank == 2)
        return 1;
    return set->shape[set->rank - 1];
}

static const char *channels_text(struct arena *arena, int64_t channels)
{
    return channels == 1
               ? "one channel"
               : arena_printf(arena, "%lld channels", (long long)channels);
}

/* The lists of the schedule: of each channel, or one number for all. */
static enum status take_given(struct session *session,
                              const struct guss_output *input, int64_t channels)
{
    const struct normalize_settings *settings =
        &session->schedule.data.normalize;
    struct normalization *to = &session->normalization;
    if (settings->mean.n != 1 && settings->mean.n != channels)
        return session_report(
            session, session->schedule.where.normalize,
            "'data.normalize' has %lld means, and the samples have %s; write "
            "one for each, or one for all",
            (long long)settings->mean.n,
            channels_text(session->arena, channels));
    *to = (struct normalization){.rank = input->rank,
                                 .n = settings->mean.n,
                                 .mean = settings->mean.values,
                                 .stddev = settings->stddev.values};
    memcpy(to->shape, input->shape, sizeof to->shape);
    session->normalizing = normalization_table(session->arena, to);
    return STATUS_OK;
}

static enum status measure(struct session *session, const struct data_set *set,
                           const uint32_t *picks, int64_t n_picks,
                           int64_t channels)
{
    struct normalize_settings *settings = &session->schedule.data.normalize;
    size_t n = (size_t)channels;
    if (channels > MOST_CHANNELS)
        return session_report(
            session, session->schedule.where.normalize,
            "'data.normalize: train' is for %d channels at most, "
            "and the samples have %lld",
            MOST_CHANNELS, (long long)channels);
    double *mean = arena_alloc(session->arena, n, sizeof *mean);
    double *stddev = arena_alloc(session->arena, n, sizeof *stddev);
    enum status status = data_moments(set, picks, n_picks, channels, mean,
                                      stddev, &session->error);
    if (status == STATUS_OK)
        *settings = (struct normalize_settings){.kind = NORMALIZE_GIVEN,
                                                .mean = {mean, channels},
                                                .stddev = {stddev, channels}};
    return status;
}

enum status normalize_begin(struct session *session, struct data_set *set,
                            const uint32_t *picks, int64_t n_picks)
{
    enum normalizing kind = session->schedule.data.normalize.kind;
    if (kind == NORMALIZE_NOT)
        return STATUS_OK;
    const struct guss_output *input =
        network_input(sampled_network(session->model));
    int64_t channels = count_channels(input, set);
    enum status status = kind == NORMALIZE_TRAIN
                             ? measure(session, set, picks, n_picks, channels)
                             : STATUS_OK;
    if (status == STATUS_OK)
        status = take_given(session, input, channels);
    if (status == STATUS_OK)
        normalize_set(session, sampled_network(session->model), input, set);
    return status;
}

/* ---- of weights ---------------------------------------------------------- */

static enum status refuse_unknown(struct session *session, const char *path)
{
    return error_set(&session->error, STATUS_INPUT,
                     "'%s' does not say by which mean and deviation its "
                     "samples were normalized, and 'data.normalize: train' is "
                     "for training; give them: --set 'data.normalize={mean: "
                     "[0.13], stddev: [0.31]}'",
                     path);
}

static enum status take_schedule(struct session *session, const char *path)
{
    const struct guss_network *network = sampled_network(session->model);
    const struct guss_output *input = network_input(network);
    int64_t all = output_elements(input);
    const struct normalize_settings *settings =
        &session->schedule.data.normalize;
    if (settings->kind == NORMALIZE_TRAIN)
        return refuse_unknown(session, path);
    bool suits = input->rank == 1 && all % settings->mean.n == 0;
    return take_given(session, input,
                      suits ? settings->mean.n : input->shape[input->rank - 1]);
}

/* What a schedule says besides is of another run. */
static void warn_of_other(struct session *session, const char *path)
{
    const struct normalize_settings *settings =
        &session->schedule.data.normalize;
    const struct normalization given = {.n = settings->mean.n,
                                        .mean = settings->mean.values,
                                        .stddev = settings->stddev.values};
    if (settings->kind != NORMALIZE_GIVEN ||
        normalization_same(&given, &session->normalization))
        return;
    session_warn(session,
                 "'%s' was trained on samples normalized by %s, which hold, "
                 "not those of 'data.normalize'",
                 path,
                 normalization_list(session->arena, &session->normalization));
}

enum status normalize_take(struct session *session, const char *path,
                           const struct normalization *of_weights)
{
    session->normalization = *of_weights;
    session->normalizing = normalization_table(session->arena, of_weights);
    bool is_scheduled = session->has_schedule &&
                        session->schedule.data.normalize.kind != NORMALIZE_NOT;
    if (!is_scheduled)
        return STATUS_OK;
    if (of_weights->n == 0)
        return take_schedule(session, path);
    warn_of_other(session, path);
    return STATUS_OK;
}

void normalize_compare(const struct session *session, const char *path,
                       const struct normalization *of_weights)
{
    struct arena *arena = session->arena;
    const struct normalization *own = &session->normalization;
    if (of_weights->n && !normalization_same(own, of_weights))
        session_warn(session,
                     "the weights of '%s' were trained on samples normalized "
                     "by %s; those of this run are %s%s",
                     path, normalization_list(arena, of_weights),
                     own->n ? "normalized by " : "not normalized",
                     own->n ? normalization_list(arena, own) : "");
}

/* ---- whose samples ------------------------------------------------------- */

/* "encoder", or "encoder_1" of a network that is placed again. */
static bool is_name_of(const char *layer, const struct guss_network *network)
{
    size_t length = strlen(network->name);
    if (strncmp(layer, network->name, length) != 0)
        return false;
    const char *rest = layer + length;
    return !rest[0] || (rest[0] == '_' && rest[1] &&
                        !rest[1 + strspn(rest + 1, "0123456789")]);
}

/* Some input of the outer network goes to one that is placed in it. */
static bool places_first(const struct guss_network *outer,
                         const struct guss_network *placed)
{
    for (int i = 0; i < outer->n_outputs; i++) {
        const struct guss_output *output = &outer->outputs[i];
        for (int j = 0; j < output->n_reads; j++)
            if (outer->outputs[output->reads[j]].n_reads == 0 &&
                is_name_of(output->layer, placed))
                return true;
    }
    return false;
}

/* As places_first(), of networks in networks too, and of one in itself. */
static bool leads_to(const struct guss_model *model,
                     const struct guss_network *outer,
                     const struct guss_network *inner)
{
    if (outer == inner)
        return true;
    for (int i = 0; i < model->n_networks; i++) {
        const struct guss_network *next = &model->networks[i];
        if (next != outer && places_first(outer, next) &&
            leads_to(model, next, inner))
            return true;
    }
    return false;
}

/* It reads what the trained network reads: it is that, or begins with it, or
 * stands at its beginning, or both begin with the same network. Any may, in an
 * executable without a schedule, which does not know the trained one. */
static bool reads_samples(const struct guss_model *model,
                          const struct guss_network *network)
{
    if (!trained_network(model))
        return true;
    const struct guss_network *sampled = sampled_network(model);
    for (int i = 0; i < model->n_networks; i++)
        if (leads_to(model, network, &model->networks[i]) &&
            leads_to(model, sampled, &model->networks[i]))
            return true;
    return false;
}

void normalize_set(struct session *session, const struct guss_network *network,
                   const struct guss_output *input, struct data_set *set)
{
    if (normalization_is_for(&session->normalization, input) &&
        reads_samples(session->model, network))
        set->samples.normalization = session->normalizing;
}
