/* evaluate: the loss and the metrics on a whole set, one a line or as JSON,
 * with six significant digits. */
#include "trainer/command/commands.h"

#include <stdio.h>
#include <stdlib.h>

#include "trainer/data/shuffle.h"
#include "trainer/inference/measure.h"
#include "trainer/session/labels.h"
#include "trainer/session/network.h"
#include "trainer/session/results.h"
#include "trainer/session/targets.h"

static enum status evaluate_set(struct session *session, const char *reference,
                                const struct data_set *set)
{
    const struct guss_model *model = session->model;
    const struct guss_samples *samples = &set->samples;
    uint32_t *order = calloc((size_t)samples->count, sizeof *order);
    if (!order)
        return error_set(&session->error, STATUS_MACHINE, "out of memory");
    shuffle_none(order, samples->count);
    struct sample_list list = {samples, order, samples->count,
                               session->schedule.label_smoothing};
    struct measures measures =
        measure_samples(model, session->memory, session->team, &list);
    free(order);
    if (model->objective == GUSS_CLASSIFIER)
        return evaluate_classifier(session, reference, set, &measures);
    struct result results[] = {
        {"loss", measures.loss},
        {"mean_squared_error", measures.mean_squared_error},
        {"mean_absolute_error", measures.mean_absolute_error}};
    results_print(results, (int)(sizeof results / sizeof *results),
                  session->options->is_json, stdout);
    return session_flush(session);
}

/* An autoencoder's target is the sample before it is normalized, which is not
 * kept where nothing was to be normalized. */
static enum status check_normalizing(struct session *session)
{
    if (session->model->objective != GUSS_AUTOENCODER ||
        !session->normalizing ||
        session->schedule.data.normalize.kind != NORMALIZE_NOT)
        return STATUS_OK;
    return error_set(&session->error, STATUS_INPUT,
                     "'%s' was trained on normalized samples, and this "
                     "autoencoder was built without 'data.normalize'; rebuild "
                     "with it: guss build %s SCHEDULE.yaml",
                     session->options->texts[OPTION_WEIGHTS],
                     session->model->nn_path);
}

static enum status evaluate_network(struct session *session,
                                    struct pair_reference pair)
{
    const char *reference = pair.samples;
    const struct guss_model *model = session->model;
    const struct guss_network *network = trained_network(model);
    enum status status = session_load_weights(
        session, weights_of(network), session->options->texts[OPTION_WEIGHTS]);
    struct data_set set;
    if (status == STATUS_OK)
        status = check_normalizing(session);
    if (status == STATUS_OK)
        status = session_load_data(session, reference, network, &set);
    if (status != STATUS_OK)
        return status;
    status = labels_take(session, reference, &set);
    if (status == STATUS_OK)
        status = targets_take(session, pair, &set);
    if (status == STATUS_OK) {
        targets_check_range(session, pair, &set);
        status = evaluate_set(session, reference, &set);
    }
    data_free(&set);
    return status;
}

/* A regression measures nothing without targets, and nothing else has any. */
static enum status check_targets(struct session *session)
{
    const char *const *texts = session->options->texts;
    bool is_regression = session->model->objective == GUSS_REGRESSION;
    const char *input = texts[OPTION_INPUT], *target = texts[OPTION_TARGET];
    enum status status =
        targets_check_option(session, trained_network(session->model));
    if (status != STATUS_OK)
        return status;
    if (target && !input)
        return error_set(&session->error, STATUS_USAGE,
                         "--target needs --input REF: the samples that its "
                         "targets belong to");
    if (input && !target && is_regression)
        return error_set(&session->error, STATUS_USAGE,
                         "--input needs --target REF: what '%s' is to make of "
                         "these samples",
                         session->model->name);
    return STATUS_OK;
}

/* What the options name, else the schedule. */
static struct pair_reference choose_set(const struct session *session)
{
    const struct schedule *schedule = &session->schedule;
    const char *const *texts = session->options->texts;
    if (texts[OPTION_INPUT])
        return (struct pair_reference){texts[OPTION_INPUT],
                                       texts[OPTION_TARGET]};
    if (schedule->data.test)
        return (struct pair_reference){schedule->data.test,
                                       schedule->data.test_target};
    return (struct pair_reference){schedule->data.train, schedule->data.target};
}

/* Only a classifier is mistaken. */
static enum status check_objective(struct session *session)
{
    const char *const *texts = session->options->texts;
    static const enum option_id options[] = {OPTION_CONFUSION, OPTION_MISTAKES};
    for (int i = 0; i < 2; i++)
        if (texts[options[i]] && session->model->objective != GUSS_CLASSIFIER)
            return error_set(&session->error, STATUS_USAGE,
                             "--%s is for classifiers, and '%s' is none",
                             i ? "mistakes" : "confusion",
                             session->model->name);
    if (session->options->count && !texts[OPTION_MISTAKES])
        return error_set(&session->error, STATUS_USAGE,
                         "--count is how many images --mistakes draws");
    return STATUS_OK;
}

enum status command_evaluate(struct session *session)
{
    enum status status = session_read_schedule(session, NULL, true);
    if (status == STATUS_OK)
        status = check_objective(session);
    if (status == STATUS_OK)
        status = check_targets(session);
    if (status == STATUS_OK)
        status = session_start(session);
    if (status != STATUS_OK)
        return status;
    struct pair_reference pair = choose_set(session);
    return session->model->objective == GUSS_GAN
               ? evaluate_gan(session, pair.samples)
               : evaluate_network(session, pair);
}
