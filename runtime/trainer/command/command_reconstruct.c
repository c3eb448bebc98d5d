/* reconstruct: a sheet of samples above what a network makes of them. */
#include "trainer/command/commands.h"

#include "trainer/inference/reconstruction.h"
#include "trainer/session/network.h"

enum { DEFAULT_COUNT = 10, DEFAULT_COLUMNS = 10 };

/* Neither a classifier nor a GAN's networks make of an image what it was. */
static enum status check_network(struct session *session,
                                 const struct guss_network *network)
{
    const struct guss_model *model = session->model;
    bool is_trained = network == trained_network(model);
    if (model->objective == GUSS_CLASSIFIER && is_trained)
        return error_set(&session->error, STATUS_INPUT,
                         "network '%s' is a classifier and reconstructs "
                         "nothing; 'predict' gives its answers",
                         network->name);
    const char *role =
        is_trained ? model->trained[0].role : other_role(model, network);
    if (!role)
        return STATUS_OK;
    return error_set(&session->error, STATUS_INPUT,
                     "network '%s' is a gan's %s and reconstructs nothing; "
                     "'generate' draws what the %s makes",
                     network->name, role, model->trained[0].role);
}

enum status command_reconstruct(struct session *session)
{
    const struct options *options = session->options;
    enum status status = session_check_ending(session, OPTION_OUTPUT, ".png");
    if (status == STATUS_OK)
        status = session_read_schedule(session, NULL, false);
    if (status != STATUS_OK)
        return status;
    const struct guss_network *network = session_network(session);
    if (!network)
        return session->error.status;
    status = check_network(session, network);
    if (status == STATUS_OK)
        status = session_start(session);
    if (status == STATUS_OK)
        status = session_load_weights(session, weights_of(network),
                                      options->texts[OPTION_WEIGHTS]);
    struct data_set set;
    const char *reference = options->texts[OPTION_INPUT];
    if (status == STATUS_OK)
        status = session_load_data(session, reference, network, &set);
    if (status != STATUS_OK)
        return status;
    status = reconstruction_check(session->arena, reference, &set, network,
                                  &session->error);
    const struct route route = route_whole(session->arena, network);
    if (status == STATUS_OK)
        status = reconstruction_write(
            session, &route, &set,
            options->count ? options->count : DEFAULT_COUNT,
            options->columns ? options->columns : DEFAULT_COLUMNS,
            options->texts[OPTION_OUTPUT]);
    data_free(&set);
    return status;
}
