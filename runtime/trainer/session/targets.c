#include "trainer/session/targets.h"

#include <stdlib.h>

#include "trainer/session/network.h"

enum status targets_check_option(struct session *session,
                                 const struct guss_network *network)
{
    const struct guss_model *model = session->model;
    if (!session->options->texts[OPTION_TARGET] ||
        (model->objective == GUSS_REGRESSION &&
         network == trained_network(model)))
        return STATUS_OK;
    return error_set(&session->error, STATUS_USAGE,
                     "--target is for regressions, and network '%s' is trained "
                     "as none",
                     network->name);
}

static enum status check_count(struct session *session,
                               struct pair_reference reference,
                               const struct data_set *set,
                               const struct data_set *targets)
{
    long long samples = (long long)set->samples.count;
    long long count = (long long)targets->samples.count;
    if (samples == count)
        return STATUS_OK;
    return error_set(&session->error, STATUS_INPUT,
                     "'%s' has %lld target%s, but '%s' has %lld sample%s",
                     reference.targets, count, count == 1 ? "" : "s",
                     reference.samples, samples, samples == 1 ? "" : "s");
}

static enum status load(struct session *session,
                        struct pair_reference reference,
                        const struct data_set *set, struct data_set *targets)
{
    enum status status =
        session_load_targets(session, reference.targets,
                             trained_network(session->model), set, targets);
    if (status == STATUS_OK)
        status = check_count(session, reference, set, targets);
    if (status != STATUS_OK)
        data_free(targets);
    return status;
}

enum status targets_take(struct session *session,
                         struct pair_reference reference, struct data_set *set)
{
    if (!reference.targets)
        return STATUS_OK;
    struct data_set *targets = calloc(1, sizeof *targets);
    if (!targets)
        return error_set(&session->error, STATUS_MACHINE, "out of memory");
    enum status status = load(session, reference, set, targets);
    if (status != STATUS_OK) {
        free(targets);
        return status;
    }
    set->targets = targets;
    set->samples.targets = &targets->samples;
    return STATUS_OK;
}

void targets_check_range(struct session *session,
                         struct pair_reference reference,
                         const struct data_set *set)
{
    if (set->targets)
        session_check_range(session, reference.targets, set->targets);
    else
        session_check_range(session, reference.samples, set);
}
