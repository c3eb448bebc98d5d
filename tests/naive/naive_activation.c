/* Activations and their derivatives, Keras's formulas. The derivative where a
 * formula has a kink is that of the side below, selu's of that above. */
#include <math.h>

#include "tests/naive/naive_layer.h"

static const double selu_alpha = 1.6732632423543772;
static const double selu_scale = 1.0507009873554805;

static double sigmoid(double z)
{
    return z < 0 ? exp(z) / (1 + exp(z)) : 1 / (1 + exp(-z));
}

static double softplus(double z)
{
    return (z > 0 ? z : 0) + log1p(exp(-fabs(z)));
}

/* The share of the normal distribution below z. */
static double normal_share(double z)
{
    return 0.5 * erfc(-z * 0.70710678118654752);
}

static double activated(struct activation_use activation, double z)
{
    const double *given = activation.arguments;
    switch (activation.kind) {
    case ACTIVATION_RELU:
        return z > 0 ? z : 0;
    case ACTIVATION_SIGMOID:
        return sigmoid(z);
    case ACTIVATION_TANH:
        return tanh(z);
    case ACTIVATION_ELU:
        return z > 0 ? z : given[0] * expm1(z);
    case ACTIVATION_SELU:
        return selu_scale * (z > 0 ? z : selu_alpha * expm1(z));
    case ACTIVATION_SOFTPLUS:
        return softplus(z);
    case ACTIVATION_SWISH:
        return z * sigmoid(z);
    case ACTIVATION_GELU:
        return z * normal_share(z);
    case ACTIVATION_LEAKY_RELU:
        return z > 0 ? z : given[0] * z;
    case ACTIVATION_MISH:
        return z * tanh(softplus(z));
    case ACTIVATION_RELU6:
        return fmin(fmax(z, 0), 6);
    case ACTIVATION_HARD_SIGMOID:
        return fmin(fmax(z + 3, 0), 6) / 6;
    case ACTIVATION_EXPONENTIAL:
        return exp(z);
    case ACTIVATION_SOFTSIGN:
        return z / (1 + fabs(z));
    case ACTIVATION_RESCALE:
        return given[0] * z + given[1];
    case ACTIVATION_BOUNDED_RELU:
        return z > given[2] ? fmin(z, given[0]) : given[1] * (z - given[2]);
    case ACTIVATION_LINEAR:
    case ACTIVATION_SOFTMAX: /* of a row, elsewhere */
    case N_ACTIVATIONS:
        break;
    }
    return z;
}

/* From y where Keras takes it from there: next to 1, what rounding did to y
 * shows. */
static double slope(struct activation_use activation, double z, double y)
{
    double s = sigmoid(z);
    const double *given = activation.arguments;
    switch (activation.kind) {
    case ACTIVATION_RELU:
        return z > 0 ? 1 : 0;
    case ACTIVATION_SIGMOID:
        return y * (1 - y);
    case ACTIVATION_TANH:
        return 1 - y * y;
    case ACTIVATION_ELU:
        return z > 0 ? 1 : given[0] * exp(z);
    case ACTIVATION_SELU:
        return selu_scale * (z < 0 ? selu_alpha * exp(z) : 1);
    case ACTIVATION_SOFTPLUS:
        return s;
    case ACTIVATION_SWISH:
        return s + z * s * (1 - s);
    case ACTIVATION_GELU:
        return normal_share(z) + z * 0.39894228040143268 * exp(-0.5 * z * z);
    case ACTIVATION_LEAKY_RELU:
        return z > 0 ? 1 : given[0];
    case ACTIVATION_MISH:
        return tanh(softplus(z)) + z * s / pow(cosh(softplus(z)), 2);
    case ACTIVATION_RELU6:
        return z > 0 && z < 6 ? 1 : 0;
    case ACTIVATION_HARD_SIGMOID:
        return z > -3 && z < 3 ? 1.0 / 6 : 0;
    case ACTIVATION_EXPONENTIAL:
        return exp(z);
    case ACTIVATION_SOFTSIGN:
        return 1 / pow(1 + fabs(z), 2);
    case ACTIVATION_RESCALE:
        return given[0];
    case ACTIVATION_BOUNDED_RELU:
        return z > given[2] ? z <= given[0] : z < given[2] ? given[1] : 0;
    case ACTIVATION_LINEAR:
    case ACTIVATION_SOFTMAX:
    case N_ACTIVATIONS:
        break;
    }
    return 1;
}

static void softmax(int64_t n, const double *z, double *y)
{
    double greatest = z[0], sum = 0;
    for (int64_t i = 1; i < n; i++)
        greatest = z[i] > greatest ? z[i] : greatest;
    for (int64_t i = 0; i < n; i++)
        sum += exp(z[i] - greatest);
    for (int64_t i = 0; i < n; i++)
        y[i] = exp(z[i] - greatest) / sum;
}

void naive_activate(struct activation_use activation, int64_t n,
                    int64_t channels, const double *z, double *y)
{
    if (activation.kind == ACTIVATION_SOFTMAX)
        for (int64_t i = 0; i < n; i += channels)
            softmax(channels, z + i, y + i);
    else
        for (int64_t i = 0; i < n; i++)
            y[i] = activated(activation, z[i]);
}

void naive_activate_backward(struct activation_use activation, int64_t n,
                             int64_t channels, const double *z, const double *y,
                             const double *dy, double *dz)
{
    if (activation.kind != ACTIVATION_SOFTMAX) {
        for (int64_t i = 0; i < n; i++)
            dz[i] = dy[i] * slope(activation, z[i], y[i]);
        return;
    }
    for (int64_t i = 0; i < n; i += channels) {
        double inner = 0;
        for (int64_t k = 0; k < channels; k++)
            inner += y[i + k] * dy[i + k];
        for (int64_t k = 0; k < channels; k++)
            dz[i + k] = y[i + k] * (dy[i + k] - inner);
    }
}
