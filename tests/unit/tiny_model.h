/* An autoencoder written by hand in place of an emitted one: y = x w + b over
 * four values, mean squared error, SGD with momentum. */
#ifndef TESTS_TINY_MODEL_H
#define TESTS_TINY_MODEL_H

#include <math.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

#include "guss/model.h"
#include "trainer/inference/forward.h"

/* Worker 0 does all of a batch: what is tested is not the arithmetic. Shard k
 * predicts in rows k * TILE and on. */
enum { WIDTH = 4, STRIDE = 8, BATCH = 4, TILE = 2, SLOW_SEED = 77 };

struct layout {
    float kernel[WIDTH][STRIDE], bias[STRIDE]; /* the weights */
    float kernel_gradient[WIDTH][STRIDE], bias_gradient[STRIDE];
    float kernel_velocity[WIDTH][STRIDE], bias_velocity[STRIDE];
    float x[BATCH][STRIDE], y[BATCH][STRIDE];
    struct guss_sums sums[BATCH / TILE];
};

static void changed(void *arena)
{
    (void)arena;
}

static void forward(struct layout *a, int first, int count)
{
    for (int n = first; n < first + count; n++)
        for (int j = 0; j < WIDTH; j++) {
            a->y[n][j] = a->bias[j];
            for (int i = 0; i < WIDTH; i++)
                a->y[n][j] += a->x[n][i] * a->kernel[i][j];
        }
}

static void predict(void *arena, int shard, const bool *computed)
{
    if (computed[1])
        forward(arena, shard * TILE, TILE);
}

static void forward_batch(struct layout *a, const struct guss_batch *batch)
{
    for (int n = 0; n < batch->count; n++)
        forward_convert(batch->samples, batch->order[n], a->x[n]);
    forward(a, 0, batch->count);
    memset(a->sums, 0, sizeof a->sums);
    for (int n = 0; n < batch->count; n++)
        for (int j = 0; j < WIDTH; j++) {
            double error = (double)a->y[n][j] - (double)a->x[n][j];
            a->sums[n / TILE].loss += error * error;
            a->sums[n / TILE].squared += error * error;
            a->sums[n / TILE].absolute += fabs(error);
        }
}

static void evaluate(void *arena, const struct guss_batch *batch,
                     const struct guss_worker *worker)
{
    if (worker->index == 0)
        forward_batch(arena, batch);
}

static void update(float *weight, float *velocity, float gradient,
                   const struct guss_optimizer *optimizer)
{
    *velocity = (float)optimizer->momentum * *velocity -
                (float)optimizer->learning_rate * gradient;
    *weight += *velocity;
}

static void train(void *arena, const struct guss_batch *batch,
                  const struct guss_optimizer *optimizer,
                  const struct guss_worker *worker)
{
    struct layout *a = arena;
    if (worker->index != 0)
        return;
    if (batch->seed == SLOW_SEED)
        nanosleep(&(struct timespec){0, 1000000}, NULL);
    forward_batch(a, batch);
    for (int j = 0; j < WIDTH; j++) {
        float bias = 0.0f, scale = 0.5f / (float)batch->count;
        for (int n = 0; n < batch->count; n++)
            bias += scale * (a->y[n][j] - a->x[n][j]);
        for (int i = 0; i < WIDTH; i++) {
            float kernel = 0.0f;
            for (int n = 0; n < batch->count; n++)
                kernel += scale * (a->y[n][j] - a->x[n][j]) * a->x[n][i];
            update(&a->kernel[i][j], &a->kernel_velocity[i][j], kernel,
                   optimizer);
        }
        update(&a->bias[j], &a->bias_velocity[j], bias, optimizer);
    }
}

static const struct guss_weight weights[] = {{"net",
                                              "dense",
                                              "kernel",
                                              2,
                                              {WIDTH, WIDTH},
                                              0,
                                              STRIDE,
                                              GUSS_UNIFORM,
                                              -1.0,
                                              1.0,
                                              true,
                                              {0}},
                                             {"net",
                                              "dense",
                                              "bias",
                                              1,
                                              {WIDTH},
                                              WIDTH *STRIDE,
                                              STRIDE,
                                              GUSS_CONSTANT,
                                              0.0,
                                              0.0,
                                              true,
                                              {0}}};
static const int indexes[] = {0, 1};
static const int tiny_ends[] = {0, 1}; /* input, result */
static const struct guss_output outputs[] = {
    {"input", 1, {WIDTH}, offsetof(struct layout, x), STRIDE, 1, NULL, 0},
    {"dense", 2, {2, 2}, offsetof(struct layout, y), STRIDE, 1, tiny_ends, 1}};

static const struct guss_network network = {.name = "net",
                                            .summary = "Model: \"net\"\n",
                                            .outputs = outputs,
                                            .n_outputs = 2,
                                            .inputs = tiny_ends,
                                            .results = tiny_ends + 1,
                                            .n_inputs = 1,
                                            .n_results = 1,
                                            .weights = indexes,
                                            .n_weights = 2,
                                            .predict = predict,
                                            .tile_bytes =
                                                TILE * STRIDE * sizeof(float)};
static const size_t slots[] = {offsetof(struct layout, kernel_velocity)};

static const char schedule[] =
    "objective: autoencoder\n"
    "loss: mean_squared_error\n"
    "batch: 4\n"
    "epochs: 5\n"
    "seed: 1\n"
    "optimizer: {name: sgd, learning_rate: 0.1, momentum: 0.9}\n"
    "data: {train: train.npy, test: test.npy}\n"
    "snapshots: {at: [2], every: 6, count: 3, columns: 2}\n"
    "checkpoint: {every: 2, keep: 3}\n"
    "threads: 2\n";

static const struct guss_trained trained = {.optimizer = "sgd"};
static const struct guss_loss losses[] = {{"loss", "loss", "the loss",
                                           "mean_squared_error", WIDTH,
                                           offsetof(struct layout, sums)}};
static const struct guss_phase phases[] = {{.name = "train",
                                            .reads_samples = true,
                                            .share = 1.0,
                                            .losses = losses,
                                            .n_losses = 1},
                                           {.name = "evaluate",
                                            .reads_samples = true,
                                            .share = 1.0,
                                            .losses = losses,
                                            .n_losses = 1}};

static const struct guss_model model = {
    .name = "tiny",
    .nn_path = "models/tiny.nn",
    .nn_text = "network net(4) { Dense(4) }\n",
    .schedule_path = "tiny.yaml",
    .schedule_text = schedule,
    .target = "generic",
    .compiler = __VERSION__,
    .networks = &network,
    .n_networks = 1,
    .weights = weights,
    .n_weights = 2,
    .arena_bytes = sizeof(struct layout),
    .weights_offset = offsetof(struct layout, kernel),
    .weights_count = (WIDTH + 1) * STRIDE,
    .slot_offsets = slots,
    .n_slots = 1,
    .batch = BATCH,
    .tile = TILE,
    .shards = 2,
    .objective = GUSS_AUTOENCODER,
    .trained = &trained,
    .n_trained = 1,
    .phases = phases,
    .n_phases = 1,
    .evaluation = &phases[1],
    .macs_forward = 64.0,
    .macs_nominal = 128.0,
    .macs_executed = 256.0,
    .weights_changed = changed,
    .train = train,
    .evaluate = evaluate};

#include "tests/unit/run_executable.h"

#endif
