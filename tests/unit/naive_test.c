/* The naive interpreter's gradients against central differences of its own
 * loss: of random networks, which have every layer between them, so that the
 * oracle of the emitted code is itself held to something. What it computes is
 * held to Keras by tests/cli/keras_parity.sh. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "compiler/layers/layer.h"
#include "tests/naive/naive.h"
#include "tests/naive/random_network.h"

enum { NETWORKS = 80, SAMPLES = 3, CHECKED = 6 };

struct trial {
    struct arena *arena;
    const struct network *network;
    struct naive_model *model;
    double *input, *target;
    enum loss_kind loss;
    struct guss_stream stream;
    uint32_t drawn;
    int compared, kinks, wrong;
};

static double draw(struct trial *trial)
{
    struct guss_words words = guss_draw(&trial->stream, trial->drawn++, 0);
    return guss_unit(words.word[0], words.word[1]);
}

static double *draw_values(struct trial *trial, int64_t n)
{
    double *values = arena_alloc(trial->arena, (size_t)n, sizeof *values);
    for (int64_t i = 0; i < n; i++)
        values[i] = draw(trial);
    return values;
}

/* The graph of a text, through a file as every text. */
static struct graph *graph_of(struct arena *arena, const char *text)
{
    char path[] = "/tmp/naive-test-XXXXXX";
    struct error error = {0};
    int file = mkstemp(path);
    assert_true(file >= 0);
    close(file);
    assert_int_equal(file_write(path, text, strlen(text), &error), STATUS_OK);
    struct graph *graph = naive_read_graph(arena, path);
    unlink(path);
    return graph;
}

static struct naive_frame *forward(struct trial *trial, double *loss)
{
    const double *input = trial->input;
    struct naive_pass pass = {
        .is_training = true, .count = SAMPLES, .seed = 7, .update = 5};
    struct naive_frame *frame = naive_forward(trial->model, &input, &pass);
    *loss = naive_loss(frame, trial->loss, trial->target, NULL, SAMPLES) +
            naive_penalty(trial->model) + naive_output_penalty(frame, SAMPLES);
    return frame;
}

static double slope(struct trial *trial, double *value, double step)
{
    double kept = *value, above, below;
    *value = kept + step;
    forward(trial, &above);
    *value = kept - step;
    forward(trial, &below);
    *value = kept;
    return (above - below) / (2 * step);
}

static bool agree(double a, double b, double relative)
{
    return fabs(a - b) <= 1e-8 + relative * fmax(fabs(a), fabs(b));
}

/* Where two steps disagree there is a kink nearby. */
static void check_element(struct trial *trial, struct naive_weight *weight,
                          int64_t at, double analytic)
{
    double coarse = slope(trial, &weight->value[at], 2e-5);
    double fine = slope(trial, &weight->value[at], 4e-6);
    if (!agree(coarse, fine, 1e-4)) {
        trial->kinks++;
        return;
    }
    trial->compared++;
    if (agree(fine, analytic, 1e-5))
        return;
    trial->wrong++;
    print_error("%s[%lld]: numeric %.10g, analytic %.10g\n", weight->key,
                (long long)at, fine, analytic);
}

static void draw_weights(struct trial *trial)
{
    for (int i = 0; i < trial->model->n_weights; i++) {
        struct naive_weight *weight = &trial->model->weights[i];
        bool is_variance = strcmp(weight->weight->name, "moving_variance") == 0;
        for (int64_t k = 0; k < weight->count; k++)
            weight->value[k] =
                is_variance ? 0.5 + draw(trial) : 1.2 * draw(trial) - 0.6;
    }
}

static void start_trial(struct trial *trial, const char *text)
{
    trial->network = naive_find_network(graph_of(trial->arena, text), "main");
    trial->model = naive_new(trial->arena, trial->network);
    draw_weights(trial);
    trial->input = draw_values(
        trial, SAMPLES * shape_elements(&trial->network->inputs[0]->shape));
    trial->target = draw_values(
        trial, SAMPLES * shape_elements(&trial->network->outputs[0]->shape));
}

/* A few elements of each trained weight; constants (statistics, frozen
 * weights) are gradients too, but not of this pass alone. */
static void check_weights(struct trial *trial)
{
    double loss;
    struct naive_pass pass = {.is_training = true, .count = SAMPLES};
    struct naive_frame *frame = forward(trial, &loss);
    naive_backward(trial->model, frame, &pass);
    for (int i = 0; i < trial->model->n_weights; i++) {
        struct naive_weight *weight = &trial->model->weights[i];
        double *gradient =
            arena_alloc(trial->arena, (size_t)weight->count, sizeof *gradient);
        memcpy(gradient, weight->gradient,
               (size_t)weight->count * sizeof *gradient);
        for (int k = 0; weight->is_trained && k < CHECKED; k++) {
            int64_t at = (int64_t)(draw(trial) * (double)weight->count);
            check_element(trial, weight, at, gradient[at]);
        }
    }
}

static enum loss_kind loss_of(const char *word)
{
    for (int kind = 0; kind <= LOSS_HUBER; kind++)
        if (strcmp(loss_word((enum loss_kind)kind), word) == 0)
            return (enum loss_kind)kind;
    fail_msg("no loss '%s'", word);
    return LOSS_MEAN_SQUARED_ERROR;
}

static struct trial try_network(uint64_t seed)
{
    struct trial trial = {.arena = arena_new(),
                          .stream = guss_stream(seed, GUSS_RANDOM_BENCH, 2, 0)};
    struct random_network made = random_network_make(trial.arena, seed);
    if (made.is_trained) {
        trial.loss = loss_of(made.loss);
        start_trial(&trial, made.text);
        check_weights(&trial);
    }
    arena_free(trial.arena);
    return trial;
}

static void gradients_are_those_of_the_loss(void **state)
{
    (void)state;
    int compared = 0, kinks = 0;
    for (uint64_t seed = 1; seed <= NETWORKS; seed++) {
        struct trial trial = try_network(seed);
        if (trial.wrong)
            fail_msg("random network %llu: %d of %d gradients are wrong",
                     (unsigned long long)seed, trial.wrong, trial.compared);
        compared += trial.compared;
        kinks += trial.kinks;
    }
    print_message("%d gradients, %d at kinks\n", compared, kinks);
    assert_true(compared > 20 * NETWORKS);
    assert_true(kinks * 20 < compared);
}

/* The networks that the tests draw have every kind of layer between them. */
static void random_networks_have_every_layer(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    bool found[64] = {false};
    for (uint64_t seed = 1; seed <= 200; seed++) {
        struct random_network made = random_network_make(arena, seed);
        for (int i = 0; i < n_layer_kinds; i++)
            if (strstr(made.text,
                       arena_printf(arena, "%s(", layer_kinds[i]->name)))
                found[i] = true;
    }
    for (int i = 0; i < n_layer_kinds; i++)
        if (!found[i])
            fail_msg("no network has a %s", layer_kinds[i]->name);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gradients_are_those_of_the_loss),
        cmocka_unit_test(random_networks_have_every_layer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
