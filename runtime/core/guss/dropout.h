/* What layers draw while training: dropout, y = x * mask and dx = dy * mask;
 * Gaussian noise, y = x + noise. */
#ifndef GUSS_DROPOUT_H
#define GUSS_DROPOUT_H

#include "guss/model.h"
#include "guss/random.h"
#include "guss/vector.h"

/* One row: draws its mask and applies it. Draws are keyed by `rng_stream`, the
 * number of the layer's place in the update, and `row`, the sample's in the
 * batch. */
static inline void guss_dropout(int width, const real *x, float *mask, real *y,
                                double rate, const struct guss_batch *batch,
                                int rng_stream, int row)
{
    guss_dropout_mask(mask, width, rate, batch->seed, batch->update,
                      (uint32_t)rng_stream, (uint32_t)row);
    for (int i = 0; i < width; i++)
        y[i] = x[i] * (real)mask[i];
}

/* The same of a row of pixels, each of so many channels that are dropped
 * together: mask[c] is that of element c. */
static inline void guss_channel_dropout(int width, int channels, const real *x,
                                        float *mask, real *y, double rate,
                                        const struct guss_batch *batch,
                                        int rng_stream, int row)
{
    guss_dropout_mask(mask, channels, rate, batch->seed, batch->update,
                      (uint32_t)rng_stream, (uint32_t)row);
    for (int i = 0; i < width; i += channels)
        for (int c = 0; c < channels; c++)
            y[i + c] = x[i + c] * (real)mask[c];
}

/* One row with noise of that deviation. Element e uses draw (e, row) of the
 * stream (seed, GUSS_RANDOM_NOISE, rng_stream, update). */
static inline void guss_gaussian_noise(int width, const real *x, real *y,
                                       double deviation,
                                       const struct guss_batch *batch,
                                       int rng_stream, int row)
{
    enum { CHUNK = 256 };
    float noise[CHUNK];
    struct guss_stream stream = guss_stream(
        batch->seed, GUSS_RANDOM_NOISE, (uint32_t)rng_stream, batch->update);
    for (int first = 0; first < width; first += CHUNK) {
        int count = width - first < CHUNK ? width - first : CHUNK;
        guss_noise(noise, first, count, (uint32_t)row, &stream);
        for (int i = 0; i < count; i++)
            y[first + i] = x[first + i] + (real)noise[i] * (real)deviation;
    }
}

#endif
