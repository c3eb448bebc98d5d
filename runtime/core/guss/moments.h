/* Batch normalization: means and variances of channels, over the pixels and
 * samples of a batch, tile by tile.
 *
 *   y = gamma (x - mean) inverse + beta,  inverse = 1 / sqrt(variance + eps)
 *   dx = gamma inverse (dy - mean(dy) - xhat mean(dy xhat))
 *
 * Ioffe and Szegedy 2015, arXiv:1502.03167; tiles are joined as Chan, Golub
 * and LeVeque 1983 do. A value of sample n, pixel p and channel c lies at
 * n * of_sample + p * of_pixel + c * of_channel. */
#ifndef GUSS_MOMENTS_H
#define GUSS_MOMENTS_H

#include <math.h>

#include "guss/model.h"
#include "guss/vector.h"

/* How values of images lie in memory, and how many there are. */
struct guss_channels {
    int samples, pixels, channels;
    size_t of_sample, of_pixel, of_channel;
};

static inline size_t guss_channel_at(const struct guss_channels *s, int n,
                                     int p)
{
    return (size_t)n * s->of_sample + (size_t)p * s->of_pixel;
}

/* The samples of a tile that are real. */
static inline int guss_valid(const struct guss_batch *batch, int first,
                             int tile)
{
    int left = batch->count - first;
    return left < tile ? left : tile;
}

/* The mean and the sum of squares about it of channels begin .. end - 1 of one
 * tile. A second pass corrects what rounding left of the first one's mean.
 * Alike numbers round alike, so that a long sum in order would drift: each
 * sample's pixels are summed apart. */
enum { GUSS_STRIP = 64 };
static inline void guss_strip_moments(const struct guss_channels *s,
                                      const real *x, int begin, int end,
                                      real *mean, real *square)
{
    real count = (real)s->samples * (real)s->pixels;
    real rest[GUSS_STRIP] = {0};
    for (int n = 0; n < s->samples; n++) {
        real sum[GUSS_STRIP] = {0};
        for (int p = 0; p < s->pixels; p++)
            for (int c = begin; c < end; c++)
                sum[c - begin] +=
                    x[guss_channel_at(s, n, p) + (size_t)c * s->of_channel];
        for (int c = begin; c < end; c++)
            mean[c] += sum[c - begin];
    }
    for (int c = begin; c < end; c++)
        mean[c] /= count;
    for (int n = 0; n < s->samples; n++) {
        real sum[GUSS_STRIP] = {0};
        for (int p = 0; p < s->pixels; p++)
            for (int c = begin; c < end; c++) {
                real d =
                    x[guss_channel_at(s, n, p) + (size_t)c * s->of_channel] -
                    mean[c];
                rest[c - begin] += d;
                sum[c - begin] += d * d;
            }
        for (int c = begin; c < end; c++)
            square[c] += sum[c - begin];
    }
    for (int c = begin; c < end; c++) {
        real d = rest[c - begin] / count;
        mean[c] += d;
        square[c] -= d * d * count;
    }
}

/* mean[c] and the sum of squares of what differs from it, of one tile. */
static inline void guss_tile_moments(const struct guss_channels *s,
                                     const real *x, real *mean, real *square)
{
    memset(mean, 0, (size_t)s->channels * sizeof(real));
    memset(square, 0, (size_t)s->channels * sizeof(real));
    for (int begin = 0; begin < s->channels; begin += GUSS_STRIP) {
        int end = begin + GUSS_STRIP;
        guss_strip_moments(s, x, begin, end < s->channels ? end : s->channels,
                           mean, square);
    }
}

/* Joins another part's count, means and squares to these. */
static inline void guss_merge_moments(int channels, real count,
                                      const real *mean, const real *square,
                                      real *to_count, real *to_mean,
                                      real *to_square)
{
    real total = *to_count + count;
    for (int c = 0; c < channels; c++) {
        real d = mean[c] - to_mean[c];
        to_mean[c] += d * count / total;
        to_square[c] += square[c] + d * d * *to_count * count / total;
    }
    *to_count = total;
}

static inline void guss_inverse_deviation(int channels, const real *variance,
                                          real scale, real epsilon,
                                          real *inverse)
{
    for (int c = 0; c < channels; c++)
        inverse[c] = 1 / (real)sqrt((double)(variance[c] * scale + epsilon));
}

/* moving = momentum moving + (1 - momentum) now scale */
static inline void guss_update_moving_average(int channels, real momentum,
                                              const real *now, real scale,
                                              real *moving)
{
    for (int c = 0; c < channels; c++)
        moving[c] = moving[c] * momentum + now[c] * scale * (1 - momentum);
}

/* y = gamma (x - mean) inverse + beta; gamma, beta may be NULL: 1 and 0. */
static inline void guss_normalise(const struct guss_channels *s, const real *x,
                                  const real *mean, const real *inverse,
                                  const real *gamma, const real *beta, real *y)
{
    for (int n = 0; n < s->samples; n++)
        for (int p = 0; p < s->pixels; p++)
            for (int c = 0; c < s->channels; c++) {
                size_t at =
                    guss_channel_at(s, n, p) + (size_t)c * s->of_channel;
                real scale = gamma ? gamma[c] * inverse[c] : inverse[c];
                y[at] = (x[at] - mean[c]) * scale + (beta ? beta[c] : 0);
            }
}

/* One tile's sums of dy and of dy xhat. */
static inline void guss_tile_sums_of_dy(const struct guss_channels *s,
                                        const real *x, const real *dy,
                                        const real *mean, const real *inverse,
                                        real *sum_dy, real *sum_dy_xhat)
{
    memset(sum_dy, 0, (size_t)s->channels * sizeof(real));
    memset(sum_dy_xhat, 0, (size_t)s->channels * sizeof(real));
    for (int n = 0; n < s->samples; n++)
        for (int p = 0; p < s->pixels; p++)
            for (int c = 0; c < s->channels; c++) {
                size_t at =
                    guss_channel_at(s, n, p) + (size_t)c * s->of_channel;
                sum_dy[c] += dy[at];
                sum_dy_xhat[c] += dy[at] * (x[at] - mean[c]) * inverse[c];
            }
}

/* dx of the real samples from the batch's sums; that of others is 0. */
static inline void
guss_normalise_backward(const struct guss_channels *s, const real *x,
                        const real *dy, const real *mean, const real *inverse,
                        const real *gamma, const real *sum_dy,
                        const real *sum_dy_xhat, real count, real *dx)
{
    for (int n = 0; n < s->samples; n++)
        for (int p = 0; p < s->pixels; p++)
            for (int c = 0; c < s->channels; c++) {
                size_t at =
                    guss_channel_at(s, n, p) + (size_t)c * s->of_channel;
                real scale = gamma ? gamma[c] * inverse[c] : inverse[c];
                real xhat = (x[at] - mean[c]) * inverse[c];
                dx[at] = scale * (dy[at] - sum_dy[c] / count -
                                  xhat * sum_dy_xhat[c] / count);
            }
}

/* dx = gamma inverse dy, where the statistics are given. */
static inline void guss_scale_backward(const struct guss_channels *s,
                                       const real *dy, const real *inverse,
                                       const real *gamma, real *dx)
{
    for (int n = 0; n < s->samples; n++)
        for (int p = 0; p < s->pixels; p++)
            for (int c = 0; c < s->channels; c++) {
                size_t at =
                    guss_channel_at(s, n, p) + (size_t)c * s->of_channel;
                dx[at] = dy[at] * (gamma ? gamma[c] * inverse[c] : inverse[c]);
            }
}

#endif
