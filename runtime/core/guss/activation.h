/* Activations and their derivatives, Keras's formulas (keras/src/activations).
 *
 * Plain scalar functions without branches, written so that a loop over a row
 * is vectorised: a ternary keeps NaN and becomes a blend, and exp is a
 * polynomial. Each derivative is a function of the output y where that is
 * enough, else of the input z. */
#ifndef GUSS_ACTIVATION_H
#define GUSS_ACTIVATION_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "guss/logarithm.h"
#include "guss/vector.h"

/* Before a loop whose iterations are independent although what it writes may
 * be what it reads, in place: the compiler cannot know. */
#ifdef __clang__
#define GUSS_INDEPENDENT                                                       \
    _Pragma("clang loop vectorize(assume_safety) interleave(enable)")
#else
#define GUSS_INDEPENDENT _Pragma("GCC ivdep")
#endif

#ifdef GUSS_DOUBLE
static inline real guss_absolute(real x)
{
    return fabs(x);
}
static inline real guss_exp(real x)
{
    return exp(x);
}
static inline real guss_exp_negative(real x)
{
    return exp(x);
}
static inline real guss_exp_minus(real size)
{
    return exp(-size);
}
static inline real guss_log1p(real x)
{
    return log1p(x);
}
static inline real guss_log(real x)
{
    return log(x);
}
static inline real guss_erf(real x)
{
    return erf(x);
}
static inline real guss_sqrt(real x)
{
    return sqrt(x);
}
static inline real guss_reciprocal(real d)
{
    return 1 / d;
}
static inline real guss_quotient(real a, real d)
{
    return a / d;
}
#else
static inline float guss_absolute(float x)
{
    return fabsf(x);
}

/* exp(x) = 2^n exp(r) with n = round(x / ln 2), |r| <= ln 2 / 2; exp(r) is
 * 1 + r + r^2 q(r), q the polynomial of degree 4 whose relative error is least
 * (3e-9). Error below 1 ulp, below 1.2 without fused multiply-adds. The bits of
 * x / ln 2 + 1.5 * 2^23 hold n in their low end. For x in [-87, 88]. */
static inline float guss_exp_reduced(float x)
{
    float shifted = x * 1.44269504f + 12582912.0f;
    float n = shifted - 12582912.0f;
    float r = x - n * 0.693359375f + n * 2.12194440e-4f;
    float p = 1.3814539e-3f;
    p = p * r + 8.3687454e-3f;
    p = p * r + 4.1668389e-2f;
    p = p * r + 0.16666521f;
    p = p * r + 0.49999994f;
    p = p * r + 1.0f;
    p = p * r + 1.0f;
    uint32_t bits, scale;
    memcpy(&bits, &shifted, sizeof bits);
    memcpy(&scale, &p, sizeof scale);
    scale += bits << 23;
    memcpy(&p, &scale, sizeof p);
    return p;
}

/* Inputs are clamped to the range whose results are normal numbers. */
static inline float guss_exp(float x)
{
    x = x > 88.0f ? 88.0f : x;
    x = x < -87.0f ? -87.0f : x;
    return guss_exp_reduced(x);
}

/* exp(x) for x <= 0. */
static inline float guss_exp_negative(float x)
{
    return guss_exp_reduced(x < -87.0f ? -87.0f : x);
}

/* exp(-size) for size >= 0; a NaN counts as a large number. Such numbers are
 * in the order of their bits, and the lesser of two integers is one
 * instruction, where a comparison that keeps NaN is three. */
static inline float guss_exp_minus(float size)
{
    const int32_t most = 0x42ae0000; /* 87 */
    int32_t bits;
    memcpy(&bits, &size, sizeof bits);
    bits = bits < most ? bits : most;
    memcpy(&size, &bits, sizeof size);
    return guss_exp_reduced(-size);
}

/* log(x) for normal x > 0: x = 2^n m with m in [sqrt(1/2), sqrt(2)). Error at
 * most 2 ulp; log(0) is about -87. */
static inline float guss_log(float x)
{
    x = x < 1.17549435e-38f ? 1.17549435e-38f : x;
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    uint32_t offset = bits - 0x3f3504f3u; /* sqrt(1/2) */
    int32_t n = (int32_t)offset >> 23;
    bits = (offset & 0x007fffffu) + 0x3f3504f3u;
    float m;
    memcpy(&m, &bits, sizeof m);
    return guss_log_reduced((float)n, m - 1.0f);
}

/* log(1 + x) for x >= 0, with the rounding error of 1 + x put back. */
static inline float guss_log1p(float x)
{
    float u = 1.0f + x;
    float lost = x - (u - 1.0f);
    return guss_log(u) + lost / u;
}

/* erf(x): Abramowitz and Stegun 7.1.28's idea, with the coefficients of
 * Numerical Recipes' erfcc (relative error of erfc below 1.2e-7). */
static inline float guss_erf(float x)
{
    float z = x < 0.0f ? -x : x;
    float t = 1.0f / (1.0f + 0.5f * z);
    float p = 0.17087277f;
    p = p * t - 0.82215223f;
    p = p * t + 1.48851587f;
    p = p * t - 1.13520398f;
    p = p * t + 0.27886807f;
    p = p * t - 0.18628806f;
    p = p * t + 0.09678418f;
    p = p * t + 0.37409196f;
    p = p * t + 1.00002368f;
    p = p * t - 1.26551223f;
    float tail = t * guss_exp(p - z * z);
    /* near 0 the series: 2/sqrt(pi) (x - x^3/3 + x^5/10 - x^7/42 + ...) */
    float s = x * x;
    float series = -8.5483270e-4f;
    series = series * s + 5.2239776e-3f;
    series = series * s - 2.6866171e-2f;
    series = series * s + 1.1283792e-1f;
    series = series * s - 3.7612639e-1f;
    series = (series * s + 1.12837917f) * x;
    float far = x < 0.0f ? tail - 1.0f : 1.0f - tail;
    return z < 0.6f ? series : far;
}

static inline float guss_sqrt(float x)
{
    return sqrtf(x);
}

/* 1 / d for d in [1, 2], without a division: the parabola whose relative error
 * is least (1/99; from Chebyshev's T3), then two of Newton's steps. Error below
 * 1.6 ulp, below 2.2 without fused multiply-adds. */
static inline float guss_reciprocal(float d)
{
    float r = (32.0f / 99 * d - 144.0f / 99) * d + 210.0f / 99;
    r = r * (2.0f - d * r);
    return r * (2.0f - d * r);
}

/* a / d for d in [2^-126, 2^125], where the divider is busy with a square root
 * already: the bits of 1 / d are about a constant less those of d (error 1/8),
 * then three of Newton's steps, and the quotient's remainder put back. Error
 * below 1 ulp, below 1.3 without fused multiply-adds. */
static inline float guss_quotient(float a, float d)
{
    uint32_t bits;
    memcpy(&bits, &d, sizeof bits);
    bits = 0x7ef311c3u - bits;
    float r;
    memcpy(&r, &bits, sizeof r);
    r = r * (2.0f - d * r);
    r = r * (2.0f - d * r);
    r = r * (2.0f - d * r);
    float q = a * r;
    return q + (a - q * d) * r;
}
#endif

static inline real guss_relu(real z)
{
    return z < 0 ? 0 : z;
}
static inline real guss_relu_derivative(real y)
{
    return y > 0 ? 1 : 0;
}

static inline real guss_leaky_relu(real z, real alpha)
{
    return z < 0 ? alpha * z : z;
}
static inline real guss_leaky_relu_derivative(real y, real alpha)
{
    return y > 0 ? 1 : alpha;
}

static inline real guss_relu6(real z)
{
    return z < 0 ? 0 : z > 6 ? 6 : z;
}
static inline real guss_relu6_derivative(real y)
{
    return y > 0 ? (y < 6 ? 1 : 0) : 0;
}

/* min(z, most) above the threshold, else slope (z - threshold). */
static inline real guss_bounded_relu(real z, real most, real slope,
                                     real threshold)
{
    real above = z > most ? most : z;
    return z <= threshold ? slope * (z - threshold) : above;
}
/* At the threshold and at `most`, where there are two, TensorFlow's. */
static inline real guss_bounded_relu_derivative(real z, real most, real slope,
                                                real threshold)
{
    real above = z > most ? (real)0 : 1, below = z < threshold ? slope : 0;
    return z > threshold ? above : below;
}

/* Error below 0.55 ulp of 1. */
static inline real guss_hard_sigmoid(real z)
{
    return guss_relu6(z + 3) / 6;
}
static inline real guss_hard_sigmoid_derivative(real y)
{
    return y > 0 ? (y < 1 ? (real)1 / 6 : 0) : 0;
}

static inline real guss_rescale(real z, real scale, real offset)
{
    return z * scale + offset;
}
static inline real guss_rescale_derivative(real y, real scale, real offset)
{
    (void)y;
    (void)offset;
    return scale;
}

/* From exp(-|z|), so that nothing overflows. */
static inline real guss_sigmoid(real z)
{
    real e = guss_exp_negative(-guss_absolute(z));
    return (z < 0 ? e : 1) * guss_reciprocal(1 + e);
}
static inline real guss_sigmoid_derivative(real y)
{
    return y * (1 - y);
}

/* Away from 0: (1 - e) / (1 + e) with e = exp(-2 |z|); near 0 that cancels,
 * and Cephes' odd polynomial takes over. */
static inline real guss_tanh(real z)
{
#ifdef GUSS_DOUBLE
    return tanh(z);
#else
    real a = guss_absolute(z);
    real e = guss_exp_negative(-2 * a);
    real far = (1 - e) / (1 + e);
    real s = z * z;
    real p = -5.70498872745e-3f;
    p = p * s + 2.06390887954e-2f;
    p = p * s - 5.37397155531e-2f;
    p = p * s + 1.33314422036e-1f;
    p = p * s - 3.33332819422e-1f;
    real near = z + z * s * p;
    return a < 0.625f ? near : z < 0 ? -far : far;
#endif
}
static inline real guss_tanh_derivative(real y)
{
    return 1 - y * y;
}

/* exp(z) - 1 for z <= 0; near 0 by its series, where the difference would
 * cancel. */
static inline real guss_expm1_negative(real z)
{
#ifdef GUSS_DOUBLE
    return expm1(z);
#else
    real series =
        z * (1 + z * (0.5f + z * (0.16666667f +
                                  z * (0.041666667f + z * 0.0083333333f))));
    return z > -0.3f ? series : guss_exp_negative(z) - 1;
#endif
}

static inline real guss_elu(real z, real alpha)
{
    real below = alpha * guss_expm1_negative(z < 0 ? z : 0);
    return z < 0 ? below : z;
}
static inline real guss_elu_derivative(real y, real alpha)
{
    return y > 0 ? 1 : y + alpha;
}

#define GUSS_SELU_ALPHA ((real)1.6732632423543772848170429916717)
#define GUSS_SELU_SCALE ((real)1.0507009873554804934193349852946)
static inline real guss_selu(real z)
{
    return GUSS_SELU_SCALE * guss_elu(z, GUSS_SELU_ALPHA);
}
/* At 0, where there are two, TensorFlow's. */
static inline real guss_selu_derivative(real y)
{
    return y < 0 ? y + GUSS_SELU_SCALE * GUSS_SELU_ALPHA : GUSS_SELU_SCALE;
}

/* log(1 + exp(z)) = max(z, 0) + log1p(exp(-|z|)) */
static inline real guss_softplus(real z)
{
    real tail = guss_log1p(guss_exp_negative(-guss_absolute(z)));
    return (z < 0 ? 0 : z) + tail;
}
static inline real guss_softplus_derivative(real z)
{
    return guss_sigmoid(z);
}

static inline real guss_swish(real z)
{
    return z * guss_sigmoid(z);
}
static inline real guss_swish_derivative(real z)
{
    real s = guss_sigmoid(z);
    return s * (1 + z * (1 - s));
}

/* z Phi(z), Phi the normal distribution: the exact gelu. */
static inline real guss_gelu(real z)
{
    return z * (real)0.5 * (1 + guss_erf(z * (real)0.70710678118654752));
}
static inline real guss_gelu_derivative(real z)
{
    real phi = (real)0.39894228040143268 * guss_exp((real)-0.5 * z * z);
    return (real)0.5 * (1 + guss_erf(z * (real)0.70710678118654752)) + z * phi;
}

/* exp(z), infinite where it is too large for a number, 0 where it is too small
 * for a normal one. */
static inline real guss_exponential(real z)
{
#ifdef GUSS_DOUBLE
    return exp(z);
#else
    const real most = 88.722839f, least = -87.336544f; /* log of the bounds */
    real within = z > most ? most : z < least ? least : z;
    real y = guss_exp_reduced(within);
    return z > most ? INFINITY : z < least ? 0 : y;
#endif
}
static inline real guss_exponential_derivative(real y)
{
    return y;
}

/* Error below 1.5 ulp. */
static inline real guss_softsign(real z)
{
    return z / (1 + guss_absolute(z));
}
/* 1 - |y| = 1 / (1 + |z|) */
static inline real guss_softsign_derivative(real y)
{
    real rest = 1 - guss_absolute(y);
    return rest * rest;
}

/* tanh(log(1 + exp(z))) = w / d, from e = exp(-|z|), so that nothing overflows
 * or cancels:  w = e (e + 2), d = w + 2 where z < 0, and w = 1 + 2 e,
 * d = w + 2 e^2 elsewhere. Error below 4.2 ulp. */
static inline real guss_mish(real z)
{
    real e = guss_exp_negative(-guss_absolute(z));
    real w = z < 0 ? e * (e + 2) : 1 + 2 * e;
    real rest = z < 0 ? 2 : 2 * e * e;
    return z * (w / (w + rest));
}
/* t + z (1 - t^2) sigmoid(z), t = w / d; 1 - t^2 = (1 - t) (1 + t). */
static inline real guss_mish_derivative(real z)
{
    real e = guss_exp_negative(-guss_absolute(z));
    real w = z < 0 ? e * (e + 2) : 1 + 2 * e;
    real rest = z < 0 ? 2 : 2 * e * e;
    real t = w / (w + rest);
    return t + z * (rest / (w + rest)) * (1 + t) * guss_sigmoid(z);
}

/* y = softmax(z) over n numbers; y may be z. The greatest is taken off first,
 * so that nothing overflows. Each y is written once, and its exp computed
 * twice: clang 14 loses one of two writes where it makes vectors of several
 * rows (-march=x86-64-v4). */
static inline void guss_softmax(int n, const real *z, real *y)
{
    real greatest = z[0];
    for (int i = 1; i < n; i++)
        greatest = z[i] > greatest ? z[i] : greatest;
    real sum = 0;
    for (int i = 0; i < n; i++)
        sum += guss_exp(z[i] - greatest);
    for (int i = 0; i < n; i++)
        y[i] = guss_exp(z[i] - greatest) / sum;
}

/* dz = y (dy - sum of y dy); dz may be dy. */
static inline void guss_softmax_derivative(int n, const real *y, const real *dy,
                                           real *dz)
{
    real sum = 0;
    for (int i = 0; i < n; i++)
        sum += y[i] * dy[i];
    for (int i = 0; i < n; i++)
        dz[i] = y[i] * (dy[i] - sum);
}

#endif
