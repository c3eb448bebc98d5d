/* Usage: gradient_check [SEED]
 *
 * Linked with a model that was emitted with --real double and SGD. Fills weights
 * and samples from SEED, runs one update with a learning rate of 1, takes the
 * gradient of every weight for how much it fell, and compares it with central
 * differences of the loss, signed:
 *   |numeric - analytic| <= 1e-8 + 1e-6 max(|numeric|, |analytic|)
 * Where two step widths disagree the loss has a kink nearby; such weights are
 * left out, counted, and may be at most 5 %. Prints what it found; exit
 * status 1 where a gradient is wrong. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guss/model.h"
#include "guss/random.h"

struct check {
    void *arena;
    struct guss_samples samples;
    struct guss_batch batch;
    struct guss_team *team;
    double *weights;
    struct guss_optimizer optimizer;
    int compared, kinks, wrong;
};

static double random_number(struct guss_stream *stream, uint32_t index)
{
    struct guss_words words = guss_draw(stream, index, 0);
    return 2 * guss_unit(words.word[0], words.word[1]) - 1;
}

static void run_update(void *argument, const struct guss_worker *worker)
{
    struct check *check = argument;
    guss_model.train(check->arena, &check->batch, &check->optimizer, worker);
}

/* A loss of the batch that was taken, in the order of the tiles. */
static double mean_of(const struct check *check, const struct guss_loss *loss)
{
    const struct guss_sums *sums =
        (const void *)((char *)check->arena + loss->sums_offset);
    double total = 0;
    int tiles = (check->batch.count + guss_model.tile - 1) / guss_model.tile;
    for (int i = 0; i < tiles; i++)
        total += sums[i].loss;
    return total / ((double)check->batch.count * (double)loss->terms);
}

/* l1 sum |w| + l2 sum w^2 of the weights that have it; the padding between rows,
 * which nothing changes, adds a constant. */
static double penalties(const struct check *check,
                        const struct guss_phase *phase)
{
    double sum = 0;
    for (int i = 0; i < phase->n_penalties; i++) {
        const struct guss_penalty *penalty = &phase->penalties[i];
        const struct guss_weight *weight = &guss_model.weights[penalty->weight];
        size_t count = weight->stride;
        for (int axis = 0; axis < weight->rank - 1; axis++)
            count *= (size_t)weight->shape[axis];
        for (size_t k = 0; k < count; k++) {
            double w = check->weights[weight->offset + k];
            sum += penalty->l1 * fabs(w) + penalty->l2 * w * w;
        }
    }
    return sum;
}

static double loss(struct check *check)
{
    const struct guss_phase *phase = &guss_model.phases[0];
    double sum = penalties(check, phase);
    guss_model.weights_changed(check->arena);
    guss_team_run(check->team, run_update, check);
    for (int i = 0; i < phase->n_losses; i++)
        sum += mean_of(check, &phase->losses[i]);
    return sum;
}

/* The gradient of every weight, by one update that is taken back; returns the
 * loss before it. */
static double differentiate(struct check *check, double *gradient)
{
    size_t count = guss_model.weights_count;
    memcpy(gradient, check->weights, count * sizeof(double));
    check->optimizer.learning_rate = 1;
    double before = loss(check);
    check->optimizer.learning_rate = 0;
    for (size_t i = 0; i < count; i++) {
        double kept = gradient[i];
        gradient[i] -= check->weights[i];
        check->weights[i] = kept;
    }
    return before;
}

static double slope(struct check *check, size_t at, double step)
{
    double kept = check->weights[at];
    check->weights[at] = kept + step;
    double above = loss(check);
    check->weights[at] = kept - step;
    double below = loss(check);
    check->weights[at] = kept;
    return (above - below) / (2 * step);
}

static bool agree(double a, double b, double relative)
{
    double larger = fabs(a) > fabs(b) ? fabs(a) : fabs(b);
    return fabs(a - b) <= 1e-8 + relative * larger;
}

static void check_weight(struct check *check, const struct guss_weight *weight,
                         size_t at, double analytic)
{
    double coarse = slope(check, at, 1e-4), fine = slope(check, at, 1e-5);
    if (!agree(coarse, fine, 1e-4)) {
        check->kinks++;
        return;
    }
    check->compared++;
    if (agree(fine, analytic, 1e-6))
        return;
    if (check->wrong++ < 5)
        printf("%s/%s[%zu]: numeric %.10g, analytic %.10g\n", weight->layer,
               weight->name, at - weight->offset, fine, analytic);
}

/* Every element of a weight, its padding left out. */
static void check_tensor(struct check *check, const struct guss_weight *weight,
                         const double *analytic)
{
    size_t rows = 1, columns = (size_t)weight->shape[weight->rank - 1];
    for (int i = 0; i < weight->rank - 1; i++)
        rows *= (size_t)weight->shape[i];
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < columns; c++) {
            size_t at = weight->offset + r * weight->stride + c;
            check_weight(check, weight, at, analytic[at]);
        }
}

/* A moving variance, whose root is taken: around 1. */
static void make_positive(struct check *check, const struct guss_weight *weight)
{
    if (strcmp(weight->name, "moving_variance") == 0)
        for (int64_t i = 0; i < weight->shape[0]; i++)
            check->weights[weight->offset + (size_t)i] += 1;
}

static void fill(struct check *check, uint64_t seed)
{
    struct guss_stream stream = guss_stream(seed, GUSS_RANDOM_BENCH, 0, 0);
    int64_t width = check->samples.width;
    float *values =
        calloc((size_t)(check->samples.count * width), sizeof *values);
    int32_t *labels = calloc((size_t)check->samples.count, sizeof *labels);
    uint32_t *order = calloc((size_t)check->samples.count, sizeof *order);
    const struct guss_network *network =
        &guss_model.networks[guss_model.trained->network];
    const struct guss_output *output = &network->outputs[network->results[0]];
    int64_t classes = output->shape[0] == 1 ? 2 : output->shape[0];
    uint32_t index = 0;
    for (int64_t i = 0; i < check->samples.count * width; i++)
        values[i] = (float)fabs(random_number(&stream, index++));
    for (int64_t i = 0; i < check->samples.count; i++) {
        labels[i] = (int32_t)(i * 7 % classes);
        order[i] = (uint32_t)(check->samples.count - 1 - i);
    }
    for (size_t i = 0; i < guss_model.weights_count; i++)
        check->weights[i] = 0.6 * random_number(&stream, index++);
    for (int i = 0; i < guss_model.n_weights; i++)
        make_positive(check, &guss_model.weights[i]);
    check->samples.values = values;
    check->samples.labels = labels;
    check->batch.order = order;
}

/* Memory, threads, and a batch that is not quite full. */
static void open_check(struct check *check, uint64_t seed)
{
    const struct guss_network *network =
        &guss_model.networks[guss_model.trained->network];
    check->team = guss_team_new(2);
    check->arena = aligned_alloc(64, (guss_model.arena_bytes + 63) / 64 * 64);
    memset(check->arena, 0, guss_model.arena_bytes);
    check->weights =
        (double *)(void *)((char *)check->arena + guss_model.weights_offset);
    check->samples = (struct guss_samples){
        .element = GUSS_F32, .count = guss_model.batch - 3, .width = 1};
    const struct guss_output *input = &network->outputs[network->inputs[0]];
    for (int i = 0; i < input->rank; i++)
        check->samples.width *= input->shape[i];
    check->batch = (struct guss_batch){.samples = &check->samples,
                                       .count = (int)check->samples.count,
                                       .seed = seed,
                                       .update = 5};
    fill(check, seed);
}

static void close_check(struct check *check)
{
    guss_team_free(check->team);
    free((void *)check->samples.values);
    free((void *)check->samples.labels);
    free((void *)check->batch.order);
    free(check->arena);
}

int main(int argc, char **argv)
{
    struct check check = {0};
    open_check(&check, argc > 1 ? strtoull(argv[1], NULL, 10) : 1);
    double *analytic = malloc(guss_model.weights_count * sizeof(double));
    double start = differentiate(&check, analytic);
    for (int i = 0; i < guss_model.n_weights; i++)
        if (guss_model.weights[i].trainable)
            check_tensor(&check, &guss_model.weights[i], analytic);
    printf("loss %.6f: %d gradients compared, %d wrong, %d at kinks\n", start,
           check.compared, check.wrong, check.kinks);
    free(analytic);
    close_check(&check);
    bool too_many = check.kinks * 20 > check.compared + check.kinks;
    return check.wrong > 0 || too_many || check.compared == 0;
}
