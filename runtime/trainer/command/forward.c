/* Samples become input rows (contract of the four kinds of pixels), a team
 * runs the network, rows of an output are read back. */
#include "trainer/command/forward.h"

#include <string.h>

int64_t output_elements(const struct guss_output *output)
{
    int64_t elements = 1;
    for (int i = 0; i < output->rank; i++)
        elements *= output->shape[i];
    return elements;
}

static float convert(enum guss_pixels pixels, float value)
{
    switch (pixels) {
    case GUSS_PIXELS_RAW:
        return value;
    case GUSS_PIXELS_UNIT:
        return value / 255.0f;
    case GUSS_PIXELS_SIGNED:
        return value / 127.5f - 1.0f;
    case GUSS_PIXELS_BINARY:
        return value == 255.0f ? 0.0f : 1.0f;
    }
    return value;
}

void forward_convert(const struct guss_samples *samples, int64_t index,
                     float *values)
{
    int64_t width = samples->width;
    if (samples->element == GUSS_U8) {
        const uint8_t *row = (const uint8_t *)samples->values + index * width;
        for (int64_t i = 0; i < width; i++)
            values[i] = convert(samples->pixels, (float)row[i]);
    } else {
        const float *row = (const float *)samples->values + index * width;
        for (int64_t i = 0; i < width; i++)
            values[i] = convert(samples->pixels, row[i]);
    }
}

struct forward {
    const struct guss_network *network;
    void *memory;
    const struct guss_samples *samples; /* [n_inputs] */
    int64_t first;
    int count;
};

static void work(void *argument, const struct guss_worker *worker)
{
    const struct forward *forward = argument;
    int first, last;
    guss_share(forward->count, worker, &first, &last);
    for (int k = 0; k < forward->network->n_inputs; k++) {
        const struct guss_output *input = &forward->network->inputs[k];
        float *rows =
            (float *)(void *)((char *)forward->memory + input->offset);
        for (int i = first; i < last; i++)
            forward_convert(&forward->samples[k], forward->first + i,
                            rows + (size_t)i * input->stride);
    }
    guss_barrier(worker);
    forward->network->predict(forward->memory, forward->count, worker);
}

void forward_run(void *memory, struct guss_team *team,
                 const struct guss_network *network,
                 const struct guss_samples *samples, int64_t first, int count)
{
    struct forward forward = {network, memory, samples, first, count};
    guss_team_run(team, work, &forward);
}

const float *forward_row(const void *memory, const struct guss_output *output,
                         int row)
{
    const char *rows = (const char *)memory + output->offset;
    return (const float *)(const void *)rows + (size_t)row * output->stride;
}

void forward_copy(const void *memory, const struct guss_output *output,
                  int count, float *values)
{
    size_t width = (size_t)output_elements(output);
    for (int i = 0; i < count; i++)
        memcpy(values + (size_t)i * width, forward_row(memory, output, i),
               width * sizeof *values);
}

void forward_all(const struct guss_model *model, void *memory,
                 struct guss_team *team, const struct guss_network *network,
                 const struct guss_output *output,
                 const struct guss_samples *samples, float *values)
{
    int64_t elements = output_elements(output);
    for (int64_t first = 0; first < samples->count; first += model->batch) {
        int64_t rest = samples->count - first;
        int rows = rest < model->batch ? (int)rest : model->batch;
        forward_run(memory, team, network, samples, first, rows);
        forward_copy(memory, output, rows, values + first * elements);
    }
}
