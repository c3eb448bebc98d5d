/* Optimizers: one step over `n` weights w with gradients g and the state that
 * the optimizer keeps of each; g is clipped in its place first. Formulas:
 * keras/src/optimizers. What depends on the update's number alone is prepared
 * once, by guss_..._step(). */
#ifndef GUSS_OPTIMIZER_H
#define GUSS_OPTIMIZER_H

#include <math.h>
#include <stdint.h>

#include "guss/activation.h"
#include "guss/clip.h"
#include "guss/model.h"

/* Adds up a gradient's partial sums in the first shard's: n numbers of each
 * shard, `stride` numbers apart, in the order of the shards. */
static inline void guss_add_shards(int n, int shards, size_t stride, real *sums)
{
    for (int shard = 1; shard < shards; shard++) {
        const real *more = sums + (size_t)shard * stride;
        GUSS_INDEPENDENT
        for (int i = 0; i < n; i++)
            sums[i] += more[i];
    }
}

/* The settings of one update of most optimizers. Decay goes by the learning
 * rate: Loshchilov and Hutter 2019, algorithm 2, as Keras has it. */
static inline struct guss_optimizer
guss_constant_step(const struct guss_optimizer *o, uint64_t update)
{
    (void)update;
    struct guss_optimizer step = *o;
    step.decay = o->learning_rate * o->weight_decay;
    step.scale = 1;
    return step;
}

/* Adam's settings for one update: both bias corrections are put into the
 * learning rate, rate sqrt(1 - beta_2^t) / (1 - beta_1^t), t counted from 1.
 * Kingma and Ba 2015, section 2, last paragraph. */
static inline struct guss_optimizer
guss_adam_step(const struct guss_optimizer *o, uint64_t update)
{
    struct guss_optimizer step = guss_constant_step(o, update);
    double t = (double)(update + 1);
    step.learning_rate *= sqrt(1 - pow(o->beta_2, t)) / (1 - pow(o->beta_1, t));
    return step;
}

/* w -= decay w, before the step. Not w (1 - decay): float32 has few numbers so
 * near 1. */
static inline void guss_decay(int n, real *restrict w,
                              const struct guss_optimizer *o)
{
    if (o->decay == 0)
        return;
    real decay = (real)o->decay;
    for (int i = 0; i < n; i++)
        w[i] -= decay * w[i];
}

/* w -= rate m / (sqrt(v) + epsilon), with running means m of g, v of g^2. */
static inline void guss_adam(int n, real *restrict w, real *restrict g,
                             real *restrict m, real *restrict v,
                             const struct guss_optimizer *o)
{
    real rate = (real)o->learning_rate, epsilon = (real)o->epsilon;
    real keep_m = (real)(1 - o->beta_1), keep_v = (real)(1 - o->beta_2);
    guss_clip_values(n, g, o);
    guss_decay(n, w, o);
    for (int i = 0; i < n; i++) {
        m[i] += (g[i] - m[i]) * keep_m;
        v[i] += (g[i] * g[i] - v[i]) * keep_v;
        w[i] -= guss_quotient(rate * m[i], guss_sqrt(v[i]) + epsilon);
    }
}

/* v = momentum v - rate g;  w += v, or momentum v - rate g (nesterov). */
static inline void guss_sgd(int n, real *restrict w, real *restrict g,
                            real *restrict v, const struct guss_optimizer *o)
{
    real rate = (real)o->learning_rate, momentum = (real)o->momentum;
    guss_clip_values(n, g, o);
    guss_decay(n, w, o);
    if (o->nesterov)
        for (int i = 0; i < n; i++) {
            v[i] = momentum * v[i] - rate * g[i];
            w[i] += momentum * v[i] - rate * g[i];
        }
    else
        for (int i = 0; i < n; i++) {
            v[i] = momentum * v[i] - rate * g[i];
            w[i] += v[i];
        }
}

/* v = rho v + (1 - rho) g^2;  w -= rate g / sqrt(v + epsilon). */
static inline void guss_rmsprop(int n, real *restrict w, real *restrict g,
                                real *restrict v,
                                const struct guss_optimizer *o)
{
    real rate = (real)o->learning_rate, rho = (real)o->rho;
    real epsilon = (real)o->epsilon;
    guss_clip_values(n, g, o);
    guss_decay(n, w, o);
    for (int i = 0; i < n; i++) {
        v[i] = rho * v[i] + (1 - rho) * (g[i] * g[i]);
        w[i] -= rate * g[i] / guss_sqrt(v[i] + epsilon);
    }
}

/* v = rho v + (1 - rho) g^2;  d = g sqrt(u + epsilon) / sqrt(v + epsilon);
 * u = rho u + (1 - rho) d^2;  w -= rate d. */
static inline void guss_adadelta(int n, real *restrict w, real *restrict g,
                                 real *restrict v, real *restrict u,
                                 const struct guss_optimizer *o)
{
    real rate = (real)o->learning_rate, rho = (real)o->rho;
    real epsilon = (real)o->epsilon;
    guss_clip_values(n, g, o);
    guss_decay(n, w, o);
    for (int i = 0; i < n; i++) {
        v[i] = rho * v[i] + (1 - rho) * (g[i] * g[i]);
        real d = g[i] * guss_sqrt(u[i] + epsilon) / guss_sqrt(v[i] + epsilon);
        u[i] = rho * u[i] + (1 - rho) * (d * d);
        w[i] -= rate * d;
    }
}

/* v += g^2 (from initial_accumulator);  w -= rate g / sqrt(v + epsilon). */
static inline void guss_adagrad(int n, real *restrict w, real *restrict g,
                                real *restrict v,
                                const struct guss_optimizer *o)
{
    real rate = (real)o->learning_rate, epsilon = (real)o->epsilon;
    guss_clip_values(n, g, o);
    guss_decay(n, w, o);
    for (int i = 0; i < n; i++) {
        v[i] += g[i] * g[i];
        w[i] -= rate * g[i] / guss_sqrt(v[i] + epsilon);
    }
}

#endif
