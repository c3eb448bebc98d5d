/* summary: the tables of the model, as they were compiled in. */
#include "trainer/command/commands.h"

#include <stdio.h>

enum status command_summary(struct session *session)
{
    const struct guss_model *model = session->model;
    if (session->options->texts[OPTION_NETWORK]) {
        const struct guss_network *network = session_network(session);
        if (!network)
            return session->error.status;
        fputs(network->summary, stdout);
        return session_flush(session);
    }
    for (int i = 0; i < model->n_networks; i++)
        fputs(model->networks[i].summary, stdout);
    return session_flush(session);
}
