/* A worker's tile: samples become the outputs of some layers, as their pixels
 * say (enum guss_pixels), the network is run, outputs are read back. */
#include "trainer/inference/forward.h"

#include "trainer/session/network.h"
#include "trainer/session/session.h"

/* ---- samples ------------------------------------------------------------- */

/* Of a byte; floats are taken as they are. */
static inline float convert(enum guss_pixels pixels, float value)
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

static inline void convert_sample(const struct guss_samples *samples,
                                  int64_t index, size_t stride, float *values)
{
    size_t width = (size_t)samples->width;
    if (samples->element == GUSS_U8) {
        const uint8_t *row =
            (const uint8_t *)samples->values + (size_t)index * width;
        for (size_t i = 0; i < width; i++)
            values[i * stride] = convert(samples->pixels, (float)row[i]);
    } else {
        const float *row =
            (const float *)samples->values + (size_t)index * width;
        for (size_t i = 0; i < width; i++)
            values[i * stride] = row[i];
    }
}

void forward_convert(const struct guss_samples *samples, int64_t index,
                     float *values)
{
    convert_sample(samples, index, 1, values);
}

/* ---- a tile -------------------------------------------------------------- */

/* The samples of a run that a tile has. */
struct part {
    int64_t first;
    int count, tile;
};

static float *find_row(char *memory, const struct guss_output *output, int row)
{
    return (float *)(void *)(memory + output->offset) +
           (size_t)row * output->sample_stride;
}

static void normalize(const struct guss_normalization *how, size_t width,
                      size_t stride, float *values)
{
    size_t period = (size_t)how->period;
    for (size_t i = 0; i < width; i += period)
        for (size_t k = 0; k < period && i + k < width; k++) {
            float *value = values + (i + k) * stride;
            *value = (*value - how->mean[k]) / how->stddev[k];
        }
}

/* Rows of the tile that have no sample become zero. */
static void put_samples(const struct guss_samples *samples, struct part part,
                        const struct guss_output *output, char *memory)
{
    size_t stride = output->value_stride;
    for (int n = 0; n < part.count; n++) {
        float *row = find_row(memory, output, n);
        if (stride == 1)
            forward_convert(samples, part.first + n, row);
        else
            convert_sample(samples, part.first + n, stride, row);
        if (samples->normalization)
            normalize(samples->normalization, (size_t)samples->width, stride,
                      row);
    }
    for (int n = part.count; n < part.tile; n++)
        for (size_t i = 0; i < (size_t)samples->width; i++)
            find_row(memory, output, n)[i * stride] = 0.0f;
}

static void take_values(char *memory, const struct guss_output *output,
                        struct part part, float *values)
{
    size_t width = (size_t)output_elements(output);
    float *to = values + (size_t)part.first * width;
    for (int n = 0; n < part.count; n++) {
        const float *row = find_row(memory, output, n);
        for (size_t i = 0; i < width; i++)
            *to++ = row[i * output->value_stride];
    }
}

struct forward {
    const struct session *session;
    const struct route *route;
    const struct guss_samples *samples; /* [n_from] */
    float *const *values;               /* [n_to] */
};

static void run_part(const struct forward *forward, int shard, struct part part)
{
    const struct route *route = forward->route;
    const struct guss_network *network = route->network;
    char *arena = forward->session->memory;
    char *memory =
        arena + network->tiles_offset + (size_t)shard * network->tile_bytes;
    for (int i = 0; i < route->n_from; i++)
        put_samples(&forward->samples[i], part,
                    &network->outputs[route->from[i]], memory);
    network->predict(arena, shard, route->computed);
    for (int i = 0; i < route->n_to; i++)
        take_values(memory, &network->outputs[route->to[i]], part,
                    forward->values[i]);
}

/* ---- all of them --------------------------------------------------------- */

static void work(void *argument, const struct guss_worker *worker)
{
    const struct forward *forward = argument;
    const struct guss_model *model = forward->session->model;
    int64_t count = forward->samples[0].count;
    struct guss_units units = guss_units_among(
        worker, (int)((count + model->tile - 1) / model->tile), model->shards);
    while (guss_take(&units))
        for (int i = units.first; i < units.last; i++) {
            struct part part = {.first = (int64_t)i * model->tile,
                                .tile = model->tile};
            int64_t rest = count - part.first;
            part.count = rest < part.tile ? (int)rest : part.tile;
            run_part(forward, worker->index, part);
        }
}

void forward_run(const struct session *session, const struct route *route,
                 const struct guss_samples *samples, float *const *values)
{
    struct forward forward = {session, route, samples, values};
    guss_team_run(session->team, work, &forward);
}
