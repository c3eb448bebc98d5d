/* The averages are kept here and not by emitted code: a pass over the weights
 * costs little beside an update, and any executable can keep them. */
#include "trainer/training/average.h"

#include <stdlib.h>
#include <string.h>

#include "trainer/weights/weights.h"

enum status average_open(struct average *average, struct error *error)
{
    if (!average->values)
        average->values =
            calloc(average->model->weights_count, sizeof *average->values);
    return average->values ? STATUS_OK
                           : error_set(error, STATUS_MACHINE, "out of memory");
}

void average_free(struct average *average)
{
    free(average->values);
    average->values = NULL;
}

static const float *weights_in(const struct guss_model *model,
                               const void *memory)
{
    return (const float *)(const void *)((const char *)memory +
                                         model->weights_offset);
}

static const struct guss_network *trained(const struct guss_model *model,
                                          int optimizer)
{
    return &model->networks[model->trained[optimizer].network];
}

/* ---- updates ------------------------------------------------------------- */

enum { NUMBERS_OF_A_UNIT = 8192 };

/* A constant number of values is a loop that becomes vectors. */
static void move(float *average, const float *weights, int count,
                 float momentum)
{
    enum { AT_ONCE = 16 };
    float rest = 1 - momentum;
    int i = 0;
    for (; i + AT_ONCE <= count; i += AT_ONCE)
        for (int k = 0; k < AT_ONCE; k++)
            average[i + k] = momentum * average[i + k] + rest * weights[i + k];
    for (; i < count; i++)
        average[i] = momentum * average[i] + rest * weights[i];
}

static void move_network(const struct average *average, const float *weights,
                         int optimizer, double momentum,
                         const struct guss_worker *worker)
{
    const struct guss_model *model = average->model;
    const struct guss_network *network = trained(model, optimizer);
    for (int i = 0; i < network->n_weights; i++) {
        const struct guss_weight *weight = &model->weights[network->weights[i]];
        if (!weight->trainable)
            continue;
        struct guss_units units =
            guss_units(worker, (int)(weight_row_count(weight) * weight->stride),
                       NUMBERS_OF_A_UNIT);
        while (guss_take(&units)) {
            size_t first = weight->offset + (size_t)units.first;
            move(average->values + first, weights + first,
                 units.last - units.first, (float)momentum);
        }
    }
}

static bool has(uint64_t averaged, int optimizer)
{
    return averaged >> optimizer & 1;
}

void average_update(const struct average *average, const void *memory,
                    const struct optimizer_settings *settings,
                    uint64_t averaged, const struct guss_worker *worker)
{
    const struct guss_model *model = average->model;
    for (int i = 0; i < model->n_trained; i++)
        if (settings[i].ema_momentum >= 0)
            move_network(average, weights_in(model, memory), i,
                         has(averaged, i) ? settings[i].ema_momentum : 0,
                         worker);
}

/* ---- what there is -------------------------------------------------------- */

uint64_t average_wanted(const struct guss_model *model,
                        const struct optimizer_settings *settings)
{
    uint64_t wanted = 0;
    for (int i = 0; i < model->n_trained; i++)
        if (settings[i].ema_momentum >= 0)
            wanted |= UINT64_C(1) << i;
    return wanted;
}

bool *average_list(struct arena *arena, const struct guss_model *model,
                   uint64_t averaged)
{
    bool *list = arena_alloc(arena, (size_t)model->n_weights, sizeof *list);
    memset(list, 0, (size_t)model->n_weights * sizeof *list);
    for (int i = 0; i < model->n_trained; i++) {
        const struct guss_network *network = trained(model, i);
        for (int j = 0; has(averaged, i) && j < network->n_weights; j++)
            list[network->weights[j]] =
                model->weights[network->weights[j]].trainable;
    }
    return list;
}

void average_complete(const struct average *average, const void *memory,
                      uint64_t averaged)
{
    const struct guss_model *model = average->model;
    struct arena *arena = arena_new();
    const bool *has_one = average_list(arena, model, averaged);
    for (int i = 0; i < model->n_weights; i++) {
        const struct guss_weight *weight = &model->weights[i];
        size_t count = weight_row_count(weight) * weight->stride;
        if (!has_one[i])
            memcpy(average->values + weight->offset,
                   weights_in(model, memory) + weight->offset,
                   count * sizeof *average->values);
    }
    arena_free(arena);
}
