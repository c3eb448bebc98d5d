/* Losses of one row, their gradients, and metrics; Keras's formulas
 * (keras/src/losses, keras/src/backend/tensorflow/nn.py).
 *
 * Each loss function returns the sum of its terms over the n elements of a row
 * and writes scale times the gradient of that sum into dz, which may be the
 * row itself. `scale` is 1 / (terms of the whole batch).
 *
 * Terms are computed a block at a time, in a loop that is vectorised, and then
 * added up in vectors of partial sums, in an order that is fixed. */
#ifndef GUSS_LOSS_H
#define GUSS_LOSS_H

#include "guss/activation.h"
#include "guss/model.h"

/* Several vectors of partial sums hide how long an addition takes. */
enum { GUSS_CHAINS = 4, GUSS_BLOCK = 64 * VECTOR };

/* Probabilities are kept this far from 0 and 1. */
#define GUSS_CLIP ((real)1e-7)

static inline real guss_clip(real p)
{
    p = p < GUSS_CLIP ? GUSS_CLIP : p;
    return p > 1 - GUSS_CLIP ? 1 - GUSS_CLIP : p;
}

/* The vectors of n <= GUSS_BLOCK terms, added up. */
static inline vec guss_partial_sums(int n, const real *terms)
{
    vec sum[GUSS_CHAINS] = {0};
    int i = 0;
    for (; i + GUSS_CHAINS * VECTOR <= n; i += GUSS_CHAINS * VECTOR)
        for (int c = 0; c < GUSS_CHAINS; c++)
            sum[c] += vec_load(terms + i + c * VECTOR);
    for (; i + VECTOR <= n; i += VECTOR)
        sum[0] += vec_load(terms + i);
    if (i < n)
        sum[1] += vec_load_first(terms + i, vec_left_over(n));
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

static inline double guss_sum(int n, const real *terms)
{
    return (double)vec_sum(guss_partial_sums(n, terms));
}

/* A product of factors 1 + e, and the same less 1, in which nothing of an e
 * near 0 is lost. */
struct guss_growth {
    vec product, less_one;
};

static inline struct guss_growth guss_grow(struct guss_growth a,
                                           struct guss_growth b)
{
    return (struct guss_growth){a.product * b.product,
                                a.less_one + a.product * b.less_one};
}

/* One more factor, 1 + e: two operations, neither of which waits for the
 * other. */
static inline void guss_grow_by(struct guss_growth *growth, vec e)
{
    growth->less_one += growth->product * e;
    growth->product += growth->product * e;
}

/* log(1 + e) of n <= GUSS_BLOCK numbers in [0, 1], added up in a vector: the
 * logarithms of their products, each of 64 factors at most, so that none
 * overflows. */
static inline vec guss_partial_logs(int n, const real *e)
{
    const struct guss_growth none = {(vec){0} + 1, (vec){0}};
    struct guss_growth chain[GUSS_CHAINS] = {none, none, none, none};
    int i = 0;
    for (; i + GUSS_CHAINS * VECTOR <= n; i += GUSS_CHAINS * VECTOR)
        for (int c = 0; c < GUSS_CHAINS; c++)
            guss_grow_by(&chain[c], vec_load(e + i + c * VECTOR));
    for (; i + VECTOR <= n; i += VECTOR)
        guss_grow_by(&chain[0], vec_load(e + i));
    if (i < n)
        guss_grow_by(&chain[0], vec_load_first(e + i, vec_left_over(n)));
    struct guss_growth all =
        guss_grow(guss_grow(chain[0], chain[1]), guss_grow(chain[2], chain[3]));
    real logs[VECTOR];
    vec_store(logs, all.less_one);
    for (int s = 0; s < VECTOR; s++)
        logs[s] = guss_log1p(logs[s]);
    return vec_load(logs);
}

/* Binary cross-entropy of sigmoid(z):
 *   max(z, 0) - z t + log(1 + exp(-|z|)),   dz = sigmoid(z) - t
 * from one exp of each element. In two loops: a processor sees as far ahead as
 * it takes to keep busy while one short chain of operations waits for itself,
 * but not while a long one does. */
static inline double guss_binary_crossentropy_logits(int n, const real *z,
                                                     const real *t, real scale,
                                                     real *dz)
{
    double loss = 0;
    for (int begin = 0; begin < n; begin += GUSS_BLOCK) {
        int count = n - begin < GUSS_BLOCK ? n - begin : GUSS_BLOCK;
        real e[GUSS_BLOCK], term[GUSS_BLOCK];
        GUSS_INDEPENDENT
        for (int i = 0; i < count; i++)
            e[i] = guss_exp_minus(guss_absolute(z[begin + i]));
        GUSS_INDEPENDENT
        for (int i = 0; i < count; i++) {
            real x = z[begin + i], target = t[begin + i];
            term[i] = (x < 0 ? 0 : x) - x * target;
            real sigmoid = (x < 0 ? e[i] : 1) * guss_reciprocal(1 + e[i]);
            dz[begin + i] = scale * (sigmoid - target);
        }
        loss += (double)vec_sum(guss_partial_sums(count, term) +
                                guss_partial_logs(count, e));
    }
    return loss;
}

/* Binary cross-entropy of probabilities p, clipped; where the clip acts, the
 * gradient is 0. */
static inline double guss_binary_crossentropy(int n, const real *p,
                                              const real *t, real scale,
                                              real *dp)
{
    double loss = 0;
    for (int begin = 0; begin < n; begin += GUSS_BLOCK) {
        int count = n - begin < GUSS_BLOCK ? n - begin : GUSS_BLOCK;
        real term[GUSS_BLOCK];
        GUSS_INDEPENDENT
        for (int i = 0; i < count; i++) {
            real x = p[begin + i], target = t[begin + i];
            real q = guss_clip(x);
            real inside = (1 - target) / (1 - q) - target / q;
            term[i] = -target * guss_log(q) - (1 - target) * guss_log(1 - q);
            dp[begin + i] = x == q ? scale * inside : 0;
        }
        loss += guss_sum(count, term);
    }
    return loss;
}

/* Categorical cross-entropy of softmax(z), over one group of n:
 *   -sum t log softmax(z),   dz = softmax(z) sum t - t */
static inline double guss_categorical_crossentropy_logits(int n, const real *z,
                                                          const real *t,
                                                          real scale, real *dz)
{
    real greatest = z[0];
    for (int i = 1; i < n; i++)
        greatest = z[i] > greatest ? z[i] : greatest;
    real exponentials = 0, targets = 0;
    double product = 0;
    for (int i = 0; i < n; i++) {
        exponentials += guss_exp(z[i] - greatest);
        targets += t[i];
        product += (double)(t[i] * (z[i] - greatest));
    }
    double loss = (double)targets * (double)guss_log(exponentials) - product;
    for (int i = 0; i < n; i++)
        dz[i] =
            scale * (guss_exp(z[i] - greatest) / exponentials * targets - t[i]);
    return loss;
}

/* Categorical cross-entropy of outputs p, divided by their sum S and clipped:
 *   q = clip(p / S),   dp_i = (g_i - sum_j g_j p_j / S) / S
 * with g_j = -t_j / q_j, 0 where the clip acts. */
static inline double guss_categorical_crossentropy(int n, const real *p,
                                                   const real *t, real scale,
                                                   real *dp)
{
    real sum = 0;
    for (int i = 0; i < n; i++)
        sum += p[i];
    double loss = 0;
    real inner = 0;
    for (int i = 0; i < n; i++) {
        real share = p[i] / sum, q = guss_clip(share);
        loss -= (double)(t[i] * guss_log(q));
        inner += q == share ? t[i] / q * share : 0;
    }
    for (int i = 0; i < n; i++) {
        real share = p[i] / sum, q = guss_clip(share);
        real slope = q == share ? -t[i] / q : 0;
        dp[i] = scale * (slope + inner) / sum;
    }
    return loss;
}

static inline double guss_mean_squared_error(int n, const real *y,
                                             const real *t, real scale,
                                             real *dy)
{
    double loss = 0;
    for (int begin = 0; begin < n; begin += GUSS_BLOCK) {
        int count = n - begin < GUSS_BLOCK ? n - begin : GUSS_BLOCK;
        real term[GUSS_BLOCK];
        GUSS_INDEPENDENT
        for (int i = 0; i < count; i++) {
            real difference = y[begin + i] - t[begin + i];
            term[i] = difference * difference;
            dy[begin + i] = scale * 2 * difference;
        }
        loss += guss_sum(count, term);
    }
    return loss;
}

static inline double guss_mean_absolute_error(int n, const real *y,
                                              const real *t, real scale,
                                              real *dy)
{
    double loss = 0;
    for (int begin = 0; begin < n; begin += GUSS_BLOCK) {
        int count = n - begin < GUSS_BLOCK ? n - begin : GUSS_BLOCK;
        real term[GUSS_BLOCK];
        GUSS_INDEPENDENT
        for (int i = 0; i < count; i++) {
            real difference = y[begin + i] - t[begin + i];
            term[i] = difference < 0 ? -difference : difference;
            dy[begin + i] = difference > 0   ? scale
                            : difference < 0 ? -scale
                                             : 0;
        }
        loss += guss_sum(count, term);
    }
    return loss;
}

/* Huber 1964, with delta 1: e^2 / 2 of an error e from -1 to 1, |e| - 1/2 of
 * others; its gradient is e, kept from -1 to 1. */
static inline double guss_huber(int n, const real *y, const real *t, real scale,
                                real *dy)
{
    double loss = 0;
    for (int begin = 0; begin < n; begin += GUSS_BLOCK) {
        int count = n - begin < GUSS_BLOCK ? n - begin : GUSS_BLOCK;
        real term[GUSS_BLOCK];
        GUSS_INDEPENDENT
        for (int i = 0; i < count; i++) {
            real e = y[begin + i] - t[begin + i];
            real kept = e > 1 ? 1 : e < -1 ? -1 : e;
            term[i] = kept * (e - kept / 2);
            dy[begin + i] = scale * kept;
        }
        loss += guss_sum(count, term);
    }
    return loss;
}

/* 1 where the row's class is right: the greatest of several outputs, the first
 * of equals; a single output above `threshold`, which is 1/2 of a probability
 * and 0 of a logit. */
static inline int guss_is_correct(int n, const real *y, const real *t,
                                  real threshold)
{
    if (n == 1)
        return (y[0] > threshold) == (t[0] > (real)0.5);
    int best = 0;
    for (int i = 1; i < n; i++)
        best = y[i] > y[best] ? i : best;
    return t[best] > (real)0.5;
}

/* Adds the metrics that any row of outputs has to `sums`. */
static inline void guss_add_metrics(int n, const real *y, const real *t,
                                    struct guss_sums *sums)
{
    real term[GUSS_BLOCK], square[GUSS_BLOCK];
    for (int begin = 0; begin < n; begin += GUSS_BLOCK) {
        int count = n - begin < GUSS_BLOCK ? n - begin : GUSS_BLOCK;
        for (int i = 0; i < count; i++) {
            real difference = y[begin + i] - t[begin + i];
            term[i] = difference < 0 ? -difference : difference;
            square[i] = difference * difference;
        }
        sums->absolute += guss_sum(count, term);
        sums->squared += guss_sum(count, square);
    }
}

/* Whether a sample was told right, real where `truth` is 1 and generated where it
 * is 0: each is counted apart. */
static inline void guss_count_told_apart(bool says_real, real truth,
                                         struct guss_sums *sums)
{
    bool is_real = truth > (real)0.5;
    sums->correct += is_real && says_real;
    sums->correct_generated += !is_real && !says_real;
}

#endif
