/* Every key of some schedules, misspelt in three ways, one at a time: each is
 * one error. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "trainer/schedule/schedule.h"

#define RUN "batch: 4\nepochs: 1\nseed: 1\nthreads: 1\nprecision: float32\n"
#define ADAM "optimizer: {name: adam}\n"
#define RATES(text)                                                            \
    "objective: autoencoder\nnetwork: n\nloss: mean_squared_error\n" RUN       \
    "data: {train: a/b}\noptimizer: {name: sgd, learning_rate: {" text "}}\n"

static const char *const right[] = {
    "objective: classifier\nnetwork: n\nloss: categorical_crossentropy\n"
    "label_smoothing: 0.1\nclass_weights: balanced\n" RUN
    "optimizer: {name: sgd, learning_rate: 0.1, momentum: 0.9, nesterov: true, "
    "weight_decay: 0.1, global_clipnorm: 1, ema_momentum: 0.9}\n"
    "data:\n  train: a/b\n  test: a/c\n  pixels: unit\n  shuffle: true\n"
    "  size: [28, 28]\n  fit: pad\n  normalize: {mean: [0.9], stddev: [0.1]}\n"
    "  augment: {flip: horizontal, shift: 2, rotate: 10, zoom: 0.1, "
    "brightness: 0.1, fill: zeros}\n"
    "checkpoint: {at: [3], every: 4, keep: 3}\n"
    "stop: {monitor: val_accuracy, mode: max, patience: 3, min_delta: 0.1}\n"
    "reduce_on_plateau: {monitor: val_loss, mode: min, factor: 0.5, "
    "patience: 1, min_delta: 0.1, cooldown: 2, min_lr: 0.00001}\n",
    "objective: classifier\nnetwork: n\nloss: categorical_crossentropy\n" RUN
        ADAM "data: {train: a/b, validation: 0.2}\nstop: {patience: 3}\n"
    "reduce_on_plateau: {patience: 3}\n",
    "objective: regression\nnetwork: n\nloss: mean_absolute_error\n" RUN ADAM
    "data: {train: a/b, target: a/c, test: a/d, test_target: a/e}\n"
    "stop: {monitor: val_loss}\n",
    "objective: gan\ngenerator: g\ndiscriminator: d\n"
    "loss: binary_crossentropy\n" RUN
    "optimizer:\n  generator: {name: adam, learning_rate: 0.1, beta_1: 0.5}\n"
    "  discriminator: {name: rmsprop, rho: 0.9}\n"
    "latent: {distribution: uniform, low: -1, high: 1}\n"
    "data: {train: a/b}\n"
    "snapshots: {every: 2, count: 25, columns: 5, ink: black}\n"
    "stop: {monitor: generator_loss, patience: 3}\n"
    "reduce_on_plateau: {monitor: discriminator_loss, patience: 3}\n",
    "objective: gan\ngenerator: g\ndiscriminator: d\n"
    "loss: binary_crossentropy\n" RUN ADAM "latent: {file: a/z}\n"
    "judge: {model: j.nn, weights: j.safetensors, features: code}\n"
    "data: {train: a/b}\nsnapshots: {at: [1, 2]}\n"
    "stop: {monitor: generator_loss}\n",
    RATES("schedule: cosine_decay, initial_learning_rate: 0.1, alpha: 0.1, "
          "decay_steps: 9, warmup_target: 0.2, warmup_steps: 2"),
    RATES("schedule: exponential_decay, initial_learning_rate: 0.1, "
          "decay_rate: 0.9, decay_steps: 9, staircase: true"),
    RATES("schedule: polynomial_decay, initial_learning_rate: 0.1, "
          "end_learning_rate: 0.001, power: 2, cycle: true, decay_steps: 9"),
    RATES("schedule: piecewise_constant_decay, boundaries: [3], "
          "values: [0.1, 0.01]"),
};

enum { N_RIGHT = sizeof right / sizeof *right, N_SLIPS = 3 };

/* Reads a schedule: how many errors it has; *printed (to free) says them. */
static size_t count_errors(struct arena *arena, const char *text,
                           char **printed)
{
    struct schedule schedule;
    struct diags *diags = diags_new(arena);
    schedule_read(arena, source_from_text(arena, "x.yaml", text, strlen(text)),
                  NULL, 0, NULL, &schedule, diags);
    size_t size = 0;
    FILE *out = open_memstream(printed, &size);
    diags_print(diags, out, false);
    fclose(out);
    return diags_count_errors(diags);
}

/* The key without its last letter, without its second, or with one more. */
static const char *misspell(struct arena *arena, const char *key, size_t length,
                            int slip)
{
    int n = (int)length;
    switch (slip) {
    case 0:
        return arena_printf(arena, "%.*s", n - 1, key);
    case 1:
        return arena_printf(arena, "%c%.*s", key[0], n - 2, key + 2);
    default:
        return arena_printf(arena, "%.2sx%.*s", key, n - 2, key + 2);
    }
}

/* The key is what is wrong; that of one network of a gan, as it stands beside
 * the other one's. */
static bool is_refused(struct arena *arena, const char *printed,
                       const char *key)
{
    return strstr(printed,
                  arena_printf(arena, ": error: unknown key '%s'", key)) ||
           strstr(printed,
                  arena_printf(arena, ": error: '%s' stands beside '", key));
}

static void check_slip(const char *text, const char *key, size_t length,
                       int slip)
{
    struct arena *arena = arena_new();
    const char *wrong = misspell(arena, key, length, slip);
    const char *changed = arena_printf(arena, "%.*s%s%s", (int)(key - text),
                                       text, wrong, key + length);
    char *printed = NULL;
    size_t errors = count_errors(arena, changed, &printed);
    if (errors != 1 || !is_refused(arena, printed, wrong))
        fail_msg("'%.*s' misspelt '%s' gives %zu errors:\n%s\n%s", (int)length,
                 key, wrong, errors, printed, changed);
    free(printed);
    arena_free(arena);
}

static bool is_of_key(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static void test_every_slip_is_one_unknown_key(void **state)
{
    (void)state;
    for (int i = 0; i < N_RIGHT; i++)
        for (const char *colon = right[i]; (colon = strchr(colon, ':'));
             colon++) {
            const char *key = colon;
            while (key > right[i] && is_of_key(key[-1]))
                key--;
            for (int slip = 0; slip < N_SLIPS; slip++)
                check_slip(right[i], key, (size_t)(colon - key), slip);
        }
}

static void test_the_schedules_are_right(void **state)
{
    (void)state;
    for (int i = 0; i < N_RIGHT; i++) {
        struct arena *arena = arena_new();
        char *printed = NULL;
        count_errors(arena, right[i], &printed);
        assert_string_equal(printed, "");
        free(printed);
        arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_schedules_are_right),
        cmocka_unit_test(test_every_slip_is_one_unknown_key),
    };
    return cmocka_run_group_tests_name("schedule keys", tests, NULL, NULL);
}
