/* reconstruct: a sheet of samples above what a network makes of them. */
#include "trainer/command/commands.h"

#include "trainer/inference/reconstruction.h"
#include "trainer/session/network.h"
#include "trainer/session/targets.h"

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

/* Of what --input and --target name. */
static enum status draw(struct session *session,
                        const struct guss_network *network)
{
    const struct options *options = session->options;
    const struct pair_reference pair = {options->texts[OPTION_INPUT],
                                        options->texts[OPTION_TARGET]};
    const struct route route = route_whole(session->arena, network);
    struct data_set set;
    const struct reconstruction drawn = {
        .reference = pair.samples,
        .set = &set,
        .route = &route,
        .count = options->count ? options->count : DEFAULT_COUNT,
        .columns = options->columns ? options->columns : DEFAULT_COLUMNS};
    enum status status =
        session_load_data(session, pair.samples, network, &set);
    if (status != STATUS_OK)
        return status;
    status = targets_take(session, pair, &set);
    if (status == STATUS_OK)
        status = reconstruction_check(session, &drawn);
    if (status == STATUS_OK)
        status = reconstruction_write(session, &drawn,
                                      options->texts[OPTION_OUTPUT]);
    data_free(&set);
    return status;
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
        status = targets_check_option(session, network);
    if (status == STATUS_OK)
        status = session_start(session);
    if (status == STATUS_OK)
        status = session_load_weights(session, weights_of(network),
                                      options->texts[OPTION_WEIGHTS]);
    return status == STATUS_OK ? draw(session, network) : status;
}
