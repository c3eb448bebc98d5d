/* A GAN written by hand in place of an emitted one: y = z w + b makes four
 * values of two, v = x d + c judges them; mean squared error. The generator
 * has SGD with momentum, the discriminator Adagrad. */
#ifndef TESTS_TINY_GAN_H
#define TESTS_TINY_GAN_H

#include <math.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

#include "guss/latent.h"
#include "guss/model.h"
#include "trainer/inference/forward.h"

/* Worker 0 does everything: what is tested is not the arithmetic. */
enum { LATENT = 2, WIDTH = 4, STRIDE = 8, BATCH = 4, TILE = 2, SLOW_SEED = 77 };

struct parameters {
    float kernel[LATENT][STRIDE], bias[STRIDE];       /* the generator's */
    float judge_kernel[WIDTH][STRIDE], level[STRIDE]; /* the other's */
};

struct layout {
    struct parameters weights, gradients, state;
    float z[BATCH][STRIDE], y[BATCH][STRIDE]; /* the generator */
    float x[BATCH][STRIDE], v[BATCH][STRIDE]; /* the discriminator */
    struct guss_sums sums[BATCH / TILE], maker_sums[BATCH / TILE];
};

static void make(struct layout *a, int first, int count)
{
    for (int n = first; n < first + count; n++)
        for (int j = 0; j < WIDTH; j++)
            a->y[n][j] = a->weights.bias[j] +
                         a->z[n][0] * a->weights.kernel[0][j] +
                         a->z[n][1] * a->weights.kernel[1][j];
}

static void judge(struct layout *a, int first, int count)
{
    for (int n = first; n < first + count; n++) {
        a->v[n][0] = a->weights.level[0];
        for (int i = 0; i < WIDTH; i++)
            a->v[n][0] += a->x[n][i] * a->weights.judge_kernel[i][0];
    }
}

/* Shard k has rows k * TILE and on. */
static void predict_maker(void *arena, int shard, const bool *computed)
{
    if (computed[1])
        make(arena, shard * TILE, TILE);
}

static void predict_judge(void *arena, int shard, const bool *computed)
{
    if (computed[1])
        judge(arena, shard * TILE, TILE);
}

/* Vectors offset .. offset + count - 1 of the update's. */
static void gather_latent(struct layout *a, const struct guss_batch *batch,
                          int offset, int count)
{
    for (int n = 0; n < count; n++)
        guss_latent_row(batch->latent, batch->seed, batch->update,
                        BATCH + BATCH / 2, offset + n, LATENT, a->z[n]);
}

static void descend_adagrad(float *weight, float *sum, float gradient,
                            const struct guss_optimizer *optimizer)
{
    *sum += gradient * gradient;
    *weight -= (float)optimizer->learning_rate * gradient /
               sqrtf(*sum + (float)optimizer->epsilon);
}

static void train_judge(struct layout *a, const struct guss_batch *batch,
                        const struct guss_optimizer *optimizer)
{
    float gradient[WIDTH + 1] = {0.0f};
    gather_latent(a, batch, 0, BATCH / 2);
    make(a, 0, BATCH / 2);
    for (int n = 0; n < BATCH / 2; n++) {
        forward_convert(batch->samples, batch->order[n], a->x[n]);
        memcpy(a->x[BATCH / 2 + n], a->y[n], WIDTH * sizeof(float));
    }
    judge(a, 0, BATCH);
    memset(a->sums, 0, sizeof a->sums);
    for (int n = 0; n < BATCH; n++) {
        struct guss_sums *sums = &a->sums[n / TILE];
        bool is_real = n < BATCH / 2;
        float error = a->v[n][0] - (is_real ? 1.0f : 0.0f);
        sums->loss += (double)error * (double)error;
        sums->correct += is_real && a->v[n][0] > 0.5f;
        sums->correct_generated += !is_real && a->v[n][0] <= 0.5f;
        for (int i = 0; i < WIDTH; i++)
            gradient[i] += 0.5f * error * a->x[n][i];
        gradient[WIDTH] += 0.5f * error;
    }
    for (int i = 0; i < WIDTH; i++)
        descend_adagrad(&a->weights.judge_kernel[i][0],
                        &a->state.judge_kernel[i][0], gradient[i], optimizer);
    descend_adagrad(&a->weights.level[0], &a->state.level[0], gradient[WIDTH],
                    optimizer);
}

static void descend(float *weight, float *velocity, float gradient,
                    const struct guss_optimizer *optimizer)
{
    *velocity = (float)optimizer->momentum * *velocity -
                (float)optimizer->learning_rate * gradient;
    *weight += *velocity;
}

static void train_maker(struct layout *a, const struct guss_batch *batch,
                        const struct guss_optimizer *optimizer)
{
    float errors[BATCH];
    gather_latent(a, batch, BATCH / 2, BATCH);
    make(a, 0, BATCH);
    memcpy(a->x, a->y, sizeof a->x);
    judge(a, 0, BATCH);
    memset(a->maker_sums, 0, sizeof a->maker_sums);
    for (int n = 0; n < BATCH; n++) {
        errors[n] = a->v[n][0] - 1.0f;
        a->maker_sums[n / TILE].loss += (double)errors[n] * (double)errors[n];
    }
    for (int j = 0; j < WIDTH; j++) {
        float gradient[LATENT + 1] = {0.0f};
        for (int n = 0; n < BATCH; n++) {
            float slope = 0.5f * errors[n] * a->weights.judge_kernel[j][0];
            gradient[0] += slope * a->z[n][0];
            gradient[1] += slope * a->z[n][1];
            gradient[LATENT] += slope;
        }
        for (int i = 0; i < LATENT; i++)
            descend(&a->weights.kernel[i][j], &a->state.kernel[i][j],
                    gradient[i], optimizer);
        descend(&a->weights.bias[j], &a->state.bias[j], gradient[LATENT],
                optimizer);
    }
}

static void train(void *arena, const struct guss_batch *batch,
                  const struct guss_optimizer *optimizers,
                  const struct guss_worker *worker)
{
    if (worker->index != 0)
        return;
    if (batch->seed == SLOW_SEED)
        nanosleep(&(struct timespec){0, 1000000}, NULL);
    train_judge(arena, batch, &optimizers[1]);
    train_maker(arena, batch, &optimizers[0]);
}

/* ---- what the trainer is told -------------------------------------------- */

#define PLACE(member)                                                          \
    .offset = offsetof(struct parameters, member) / sizeof(float),             \
    .stride = STRIDE, .trainable = true

static const struct guss_weight weights[] = {{.network = "maker",
                                              .layer = "dense",
                                              .name = "kernel",
                                              .rank = 2,
                                              .shape = {LATENT, WIDTH},
                                              .initializer = GUSS_UNIFORM,
                                              .a = -1.0,
                                              .b = 1.0,
                                              PLACE(kernel)},
                                             {.network = "maker",
                                              .layer = "dense",
                                              .name = "bias",
                                              .rank = 1,
                                              .shape = {WIDTH},
                                              .initializer = GUSS_CONSTANT,
                                              PLACE(bias)},
                                             {.network = "judge",
                                              .layer = "dense",
                                              .name = "kernel",
                                              .rank = 2,
                                              .shape = {WIDTH, 1},
                                              .initializer = GUSS_UNIFORM,
                                              .a = -1.0,
                                              .b = 1.0,
                                              PLACE(judge_kernel)},
                                             {.network = "judge",
                                              .layer = "dense",
                                              .name = "bias",
                                              .rank = 1,
                                              .shape = {1},
                                              .initializer = GUSS_CONSTANT,
                                              PLACE(level)}};

#undef PLACE

static const int indexes[] = {0, 1, 2, 3}, network_ends[] = {0, 1};
static const struct guss_output maker_outputs[] = {
    {"input", 1, {LATENT}, offsetof(struct layout, z), STRIDE, 1, NULL, 0},
    {"dense",
     2,
     {2, 2},
     offsetof(struct layout, y),
     STRIDE,
     1,
     network_ends,
     1}};
static const struct guss_output judge_outputs[] = {
    {"input", 2, {2, 2}, offsetof(struct layout, x), STRIDE, 1, NULL, 0},
    {"dense", 1, {1}, offsetof(struct layout, v), STRIDE, 1, network_ends, 1}};

static const struct guss_network networks[] = {
    {.name = "maker",
     .summary = "Model: \"maker\"\n",
     .outputs = maker_outputs,
     .n_outputs = 2,
     .inputs = network_ends,
     .results = network_ends + 1,
     .n_inputs = 1,
     .n_results = 1,
     .weights = indexes,
     .n_weights = 2,
     .predict = predict_maker,
     .tile_bytes = TILE * STRIDE * sizeof(float)},
    {.name = "judge",
     .summary = "Model: \"judge\"\n",
     .outputs = judge_outputs,
     .n_outputs = 2,
     .inputs = network_ends,
     .results = network_ends + 1,
     .n_inputs = 1,
     .n_results = 1,
     .weights = indexes + 2,
     .n_weights = 2,
     .predict = predict_judge,
     .tile_bytes = TILE * STRIDE * sizeof(float)}};
static const size_t slots[] = {offsetof(struct layout, state)};

/* Ten samples: an epoch has two iterations, a pass five. */
static const char schedule[] =
    "objective: gan\n"
    "generator: maker\n"
    "discriminator: judge\n"
    "loss: mean_squared_error\n"
    "batch: 4\n"
    "epochs: 6\n"
    "seed: 1\n"
    "optimizer:\n"
    "  generator: {name: sgd, learning_rate: 0.1, momentum: 0.9}\n"
    "  discriminator: {name: adagrad, learning_rate: 0.05,\n"
    "                  initial_accumulator_value: 0.5}\n"
    "data: {train: train.npy}\n"
    "snapshots: {at: [3], every: 6, count: 3, columns: 2}\n"
    "checkpoint: {every: 2, keep: 3}\n"
    "threads: 2\n";

static const struct guss_trained trained[] = {
    {.network = 0, .role = "generator", .optimizer = "sgd", .slot_start = 0.0},
    {.network = 1,
     .role = "discriminator",
     .optimizer = "adagrad",
     .slot_start = (double)NAN}};
static const struct guss_loss judge_losses[] = {
    {"discriminator_loss", "D loss", "the discriminator's loss",
     "mean_squared_error", 1, offsetof(struct layout, sums)}};
static const struct guss_loss maker_losses[] = {
    {"generator_loss", "G loss", "the generator's loss", "mean_squared_error",
     1, offsetof(struct layout, maker_sums)}};
static const struct guss_phase phases[] = {{.name = "train_discriminator",
                                            .network = 1,
                                            .reads_samples = true,
                                            .share = 1.0,
                                            .losses = judge_losses,
                                            .n_losses = 1},
                                           {.name = "train_generator",
                                            .share = 1.0,
                                            .losses = maker_losses,
                                            .n_losses = 1}};

static const struct guss_model model = {
    .name = "tiny",
    .nn_path = "models/tiny.nn",
    .nn_text = "network maker(2) { Dense(4) }\nnetwork judge(4) { Dense(1) }\n",
    .schedule_path = "tiny.yaml",
    .schedule_text = schedule,
    .target = "generic",
    .compiler = __VERSION__,
    .networks = networks,
    .n_networks = 2,
    .weights = weights,
    .n_weights = 4,
    .arena_bytes = sizeof(struct layout),
    .weights_offset = offsetof(struct layout, weights),
    .weights_count = sizeof(struct parameters) / sizeof(float),
    .slot_offsets = slots,
    .n_slots = 1,
    .batch = BATCH,
    .tile = TILE,
    .shards = 2,
    .objective = GUSS_GAN,
    .trained = trained,
    .n_trained = 2,
    .phases = phases,
    .n_phases = 2,
    .macs_forward = 16.0,
    .macs_nominal = 32.0,
    .macs_executed = 64.0,
    .train = train};

#include "tests/unit/run_executable.h"

#endif
