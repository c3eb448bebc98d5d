/* Losses: the mean over the terms of a batch, and its gradient. A sigmoid or
 * softmax with its own cross-entropy is taken from the logits; other outputs
 * are kept 1e-7 away from 0 and 1, where the gradient is 0. */
#include <math.h>

#include "compiler/layers/layer.h"
#include "tests/naive/naive_layer.h"

static double clip(double p)
{
    return p < 1e-7 ? 1e-7 : p > 1 - 1e-7 ? 1 - 1e-7 : p;
}

/* ---- from outputs: each adds `scale` times its gradient to dy ----------- */

static double binary(int64_t n, const double *p, const double *t, double scale,
                     double *dy)
{
    double loss = 0;
    for (int64_t i = 0; i < n; i++) {
        double q = clip(p[i]);
        loss -= t[i] * log(q) + (1 - t[i]) * log(1 - q);
        if (p[i] == q)
            dy[i] += scale * ((1 - t[i]) / (1 - q) - t[i] / q);
    }
    return loss;
}

/* One group: q = clip(p / sum), loss = -sum t log q. */
static double categorical(int64_t n, const double *p, const double *t,
                          double scale, double *dy)
{
    double sum = 0, loss = 0;
    for (int64_t i = 0; i < n; i++)
        sum += p[i];
    for (int64_t i = 0; i < n; i++) {
        double share = p[i] / sum, q = clip(share);
        loss -= t[i] * log(q);
        if (share != q)
            continue;
        for (int64_t k = 0; k < n; k++)
            dy[k] -= scale * t[i] / q * ((i == k) - share) / sum;
    }
    return loss;
}

static double squared(int64_t n, const double *y, const double *t, double scale,
                      double *dy)
{
    double loss = 0;
    for (int64_t i = 0; i < n; i++) {
        loss += (y[i] - t[i]) * (y[i] - t[i]);
        dy[i] += scale * 2 * (y[i] - t[i]);
    }
    return loss;
}

static double absolute(int64_t n, const double *y, const double *t,
                       double scale, double *dy)
{
    double loss = 0;
    for (int64_t i = 0; i < n; i++) {
        loss += fabs(y[i] - t[i]);
        dy[i] += scale * ((y[i] > t[i]) - (y[i] < t[i]));
    }
    return loss;
}

static double huber(int64_t n, const double *y, const double *t, double scale,
                    double *dy)
{
    double loss = 0;
    for (int64_t i = 0; i < n; i++) {
        double e = fabs(y[i] - t[i]);
        loss += e > 1 ? e - 0.5 : e * e / 2;
        dy[i] += scale * fmax(-1, fmin(1, y[i] - t[i]));
    }
    return loss;
}

/* ---- from logits ------------------------------------------------------ */

static double binary_logits(int64_t n, const double *z, const double *t,
                            double scale, double *dz)
{
    double loss = 0;
    for (int64_t i = 0; i < n; i++) {
        double e = exp(-fabs(z[i]));
        loss += (z[i] > 0 ? z[i] : 0) - z[i] * t[i] + log1p(e);
        dz[i] = scale * ((z[i] > 0 ? 1 : e) / (1 + e) - t[i]);
    }
    return loss;
}

static double categorical_logits(int64_t n, const double *z, const double *t,
                                 double scale, double *dz)
{
    double greatest = z[0], sum = 0, targets = 0, loss = 0;
    for (int64_t i = 1; i < n; i++)
        greatest = z[i] > greatest ? z[i] : greatest;
    for (int64_t i = 0; i < n; i++) {
        sum += exp(z[i] - greatest);
        targets += t[i];
    }
    for (int64_t i = 0; i < n; i++) {
        double share = exp(z[i] - greatest) / sum;
        loss -= t[i] * (z[i] - greatest - log(sum));
        dz[i] = scale * (share * targets - t[i]);
    }
    return loss;
}

/* ---- the network's output --------------------------------------------- */

/* What the network's values were last changed by: not views, nor linear
 * activations; and, into placed networks, by their last layer. NULL: nothing
 * but an input. */
static struct naive_result *last_made(struct naive_frame *frame,
                                      const struct layer *layer,
                                      const struct layer **last)
{
    while (!layer->placed) {
        *last = layer;
        if (layer->n_inputs == 0)
            return NULL;
        bool is_linear = layer_is_only(layer, PRIMITIVE_ACTIVATE) &&
                         activation_of(layer).kind == ACTIVATION_LINEAR;
        if (!layer_is_only(layer, PRIMITIVE_VIEW) && !is_linear)
            return &frame->results[layer->index];
        layer = layer->inputs[0];
    }
    return last_made(frame->results[layer->index].placed,
                     layer->placed->outputs[0], last);
}

/* The result whose z are logits of this loss, or NULL. */
static struct naive_result *logits_of(struct naive_frame *frame,
                                      enum loss_kind kind)
{
    const struct layer *output = frame->network->outputs[0], *last;
    struct naive_result *result = last_made(frame, output, &last);
    if (!result || last->n_operations == 0)
        return NULL;
    enum activation activation = activation_of(last).kind;
    bool same_rows = last->shape.size[last->shape.rank - 1] ==
                     output->shape.size[output->shape.rank - 1];
    if (kind == LOSS_BINARY_CROSSENTROPY && activation == ACTIVATION_SIGMOID)
        return result;
    if (kind == LOSS_CATEGORICAL_CROSSENTROPY &&
        activation == ACTIVATION_SOFTMAX && same_rows)
        return result;
    return NULL;
}

double naive_loss(struct naive_frame *frame, enum loss_kind kind,
                  const double *target, const double *weights, int count)
{
    const struct layer *output = frame->network->outputs[0];
    struct naive_result *result = &frame->results[output->index];
    struct naive_result *logits = logits_of(frame, kind);
    bool is_categorical = kind == LOSS_CATEGORICAL_CROSSENTROPY;
    int64_t width = shape_elements(&output->shape), n = width * count;
    int64_t group =
        is_categorical ? output->shape.size[output->shape.rank - 1] : width;
    int64_t terms = is_categorical ? n / group : n;
    double loss = 0;
    static double (*const of_outputs[])(int64_t, const double *, const double *,
                                        double, double *) = {
        [LOSS_BINARY_CROSSENTROPY] = binary,
        [LOSS_CATEGORICAL_CROSSENTROPY] = categorical,
        [LOSS_MEAN_SQUARED_ERROR] = squared,
        [LOSS_MEAN_ABSOLUTE_ERROR] = absolute,
        [LOSS_HUBER] = huber,
    };
    if (logits)
        logits->starts_dz = true;
    for (int64_t i = 0; i < n; i += group) {
        double weight = weights ? weights[i / width] : 1;
        double scale = weight / (double)terms;
        if (!logits)
            loss += weight * of_outputs[kind](group, result->y + i, target + i,
                                              scale, result->dy + i);
        else if (is_categorical)
            loss +=
                weight * categorical_logits(group, logits->z + i, target + i,
                                            scale, logits->dz + i);
        else
            loss += weight * binary_logits(group, logits->z + i, target + i,
                                           scale, logits->dz + i);
    }
    return loss / (double)terms;
}
