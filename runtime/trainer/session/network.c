#include "trainer/session/network.h"

int64_t output_elements(const struct guss_output *output)
{
    int64_t elements = 1;
    for (int i = 0; i < output->rank; i++)
        elements *= output->shape[i];
    return elements;
}

const struct guss_network *trained_network(const struct guss_model *model)
{
    return model->n_trained > 0 ? &model->networks[model->trained[0].network]
                                : NULL;
}

const char *other_role(const struct guss_model *model,
                       const struct guss_network *network)
{
    for (int i = 1; i < model->n_trained; i++)
        if (network == &model->networks[model->trained[i].network])
            return model->trained[i].role;
    return NULL;
}

const struct guss_network *sampled_network(const struct guss_model *model)
{
    const struct guss_phase *phase = model->phases;
    while (!phase->reads_samples)
        phase++;
    return &model->networks[phase->network];
}

const struct guss_output *network_input(const struct guss_network *network)
{
    return &network->outputs[network->inputs[0]];
}

const struct guss_output *network_result(const struct guss_network *network)
{
    return &network->outputs[network->results[0]];
}
