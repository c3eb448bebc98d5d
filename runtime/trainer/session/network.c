#include "trainer/session/network.h"

int64_t output_elements(const struct guss_output *output)
{
    int64_t elements = 1;
    for (int i = 0; i < output->rank; i++)
        elements *= output->shape[i];
    return elements;
}

const struct guss_output *network_input(const struct guss_network *network)
{
    return &network->outputs[network->inputs[0]];
}

const struct guss_output *network_result(const struct guss_network *network)
{
    return &network->outputs[network->results[0]];
}
