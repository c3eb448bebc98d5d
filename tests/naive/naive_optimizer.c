/* Updates of weights, the formulas of the documentation in double. */
#include <math.h>

#include "tests/naive/naive.h"

struct naive_optimizer *
naive_optimizer_new(const struct naive_model *model,
                    const struct optimizer_settings *settings)
{
    struct arena *arena = model->arena;
    size_t n = (size_t)model->n_weights;
    struct naive_optimizer *optimizer =
        arena_alloc(arena, 1, sizeof *optimizer);
    optimizer->settings = settings;
    optimizer->first = arena_alloc(arena, n, sizeof *optimizer->first);
    optimizer->second = arena_alloc(arena, n, sizeof *optimizer->second);
    for (size_t i = 0; i < n; i++) {
        size_t count = (size_t)model->weights[i].count;
        optimizer->first[i] = arena_alloc(arena, count, sizeof(double));
        optimizer->second[i] = arena_alloc(arena, count, sizeof(double));
        if (settings->kind == OPTIMIZER_ADAGRAD)
            for (size_t k = 0; k < count; k++)
                optimizer->first[i][k] = settings->initial_accumulator_value;
    }
    return optimizer;
}

/* m: running mean of g; v: of g^2. t counts from 1. */
static double adam(const struct optimizer_settings *o, double g, double *m,
                   double *v, double t)
{
    *m = o->beta_1 * *m + (1 - o->beta_1) * g;
    *v = o->beta_2 * *v + (1 - o->beta_2) * g * g;
    double rate = o->learning_rate * sqrt(1 - pow(o->beta_2, t)) /
                  (1 - pow(o->beta_1, t));
    return -rate * *m / (sqrt(*v) + o->epsilon);
}

static double sgd(const struct optimizer_settings *o, double g, double *v)
{
    *v = o->momentum * *v - o->learning_rate * g;
    return o->nesterov ? o->momentum * *v - o->learning_rate * g : *v;
}

static double rmsprop(const struct optimizer_settings *o, double g, double *v)
{
    *v = o->rho * *v + (1 - o->rho) * g * g;
    return -o->learning_rate * g / sqrt(*v + o->epsilon);
}

static double adadelta(const struct optimizer_settings *o, double g, double *v,
                       double *u)
{
    *v = o->rho * *v + (1 - o->rho) * g * g;
    double d = g * sqrt(*u + o->epsilon) / sqrt(*v + o->epsilon);
    *u = o->rho * *u + (1 - o->rho) * d * d;
    return -o->learning_rate * d;
}

static double adagrad(const struct optimizer_settings *o, double g, double *v)
{
    *v += g * g;
    return -o->learning_rate * g / sqrt(*v + o->epsilon);
}

static double step(const struct naive_optimizer *optimizer, double g,
                   double *first, double *second)
{
    const struct optimizer_settings *o = optimizer->settings;
    switch (o->kind) {
    case OPTIMIZER_ADAM:
    case OPTIMIZER_ADAMW:
        return adam(o, g, first, second, (double)optimizer->updates);
    case OPTIMIZER_SGD:
        return sgd(o, g, first);
    case OPTIMIZER_RMSPROP:
        return rmsprop(o, g, first);
    case OPTIMIZER_ADADELTA:
        return adadelta(o, g, first, second);
    case OPTIMIZER_ADAGRAD:
        return adagrad(o, g, first);
    }
    return 0;
}

/* ---- clipping --------------------------------------------------------- */

static double squares(const struct naive_weight *weight)
{
    double sum = 0;
    for (int64_t k = 0; weight->is_trained && k < weight->count; k++)
        sum += weight->gradient[k] * weight->gradient[k];
    return sum;
}

/* What a gradient of that norm is multiplied by. */
static double factor(double norm, double most)
{
    return most > 0 && norm > most ? most / norm : 1;
}

static double limited(double g, double most)
{
    return most > 0 ? fmax(-most, fmin(g, most)) : g;
}

static void clip(const struct optimizer_settings *o, struct naive_model *model)
{
    double sum = 0;
    for (int i = 0; i < model->n_weights; i++)
        sum += squares(&model->weights[i]);
    for (int i = 0; i < model->n_weights; i++) {
        struct naive_weight *weight = &model->weights[i];
        double by = factor(sqrt(sum), o->global_clipnorm) *
                    factor(sqrt(squares(weight)), o->clipnorm);
        for (int64_t k = 0; weight->is_trained && k < weight->count; k++)
            weight->gradient[k] =
                limited(by * weight->gradient[k], o->clipvalue);
    }
}

void naive_update(struct naive_optimizer *optimizer, struct naive_model *model)
{
    const struct optimizer_settings *o = optimizer->settings;
    optimizer->updates++;
    clip(o, model);
    for (int i = 0; i < model->n_weights; i++) {
        struct naive_weight *weight = &model->weights[i];
        for (int64_t k = 0; weight->is_trained && k < weight->count; k++) {
            weight->value[k] *= 1 - o->learning_rate * o->weight_decay;
            weight->value[k] +=
                step(optimizer, weight->gradient[k], &optimizer->first[i][k],
                     &optimizer->second[i][k]);
        }
    }
}
