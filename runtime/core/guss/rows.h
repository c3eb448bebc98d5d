/* A batch's samples to the rows that a network reads. */
#ifndef GUSS_ROWS_H
#define GUSS_ROWS_H

#include <assert.h>

#include "guss/augment.h"
#include "guss/latent.h"
#include "guss/model.h"
#include "guss/vector.h"

/* v / 255 to the last bit without a division: the product with the rounded
 * reciprocal, corrected by its remainder. Checked for all 256 values. */
static inline real guss_pixel_unit(real v)
{
    real q = v * (real)(1 / 255.0);
    return q + (v - q * 255) * (real)(1 / 255.0);
}

static inline real guss_pixel_signed(real v)
{
    return v / (real)127.5 - 1;
}

static inline void guss_row_u8(int width, const uint8_t *restrict from,
                               enum guss_pixels pixels, real *restrict to)
{
    switch (pixels) {
    case GUSS_PIXELS_UNIT:
        for (int i = 0; i < width; i++)
            to[i] = guss_pixel_unit((real)from[i]);
        break;
    case GUSS_PIXELS_SIGNED:
        for (int i = 0; i < width; i++)
            to[i] = guss_pixel_signed((real)from[i]);
        break;
    case GUSS_PIXELS_BINARY:
        for (int i = 0; i < width; i++)
            to[i] = from[i] == 255 ? 0 : 1;
        break;
    case GUSS_PIXELS_RAW:
        for (int i = 0; i < width; i++)
            to[i] = (real)from[i];
        break;
    }
}

static inline void guss_row_f32(int width, const float *restrict from,
                                real *restrict to)
{
    for (int i = 0; i < width; i++)
        to[i] = (real)from[i];
}

/* Samples lie anywhere in a set that no cache holds: the rows that are read
 * soon are asked for before they are needed, into the second cache, since the
 * first is full of the tile that is written. */
enum { GUSS_ROWS_AHEAD = 8, GUSS_CACHE_LINE = 64 };

static inline void guss_prefetch_row(const struct guss_batch *batch, int width,
                                     int row)
{
    const struct guss_samples *samples = batch->samples;
    size_t size = samples->element == GUSS_U8 ? 1 : sizeof(float);
    size_t bytes = (size_t)width * size;
    const char *from =
        (const char *)samples->values + batch->order[row] * bytes;
    for (size_t i = 0; i < bytes; i += GUSS_CACHE_LINE)
        __builtin_prefetch(from + i, 0, 2);
}

static inline void
guss_normalize_row(int width, const struct guss_normalization *normalization,
                   const real *from, real *to)
{
    int period = normalization->period;
    for (int i = 0; i < width; i += period) {
        int n = width - i < period ? width - i : period;
        for (int k = 0; k < n; k++)
            to[i + k] = (from[i + k] - (real)normalization->mean[k]) /
                        (real)normalization->stddev[k];
    }
}

/* A sample as a row of numbers, normalized where `how` is not NULL. */
static inline void guss_gather_row(const struct guss_batch *batch, int width,
                                   int n, const struct guss_normalization *how,
                                   real *row)
{
    const struct guss_samples *samples = batch->samples;
    size_t at = batch->order[n] * (size_t)width;
    if (batch->augment)
        guss_row_f32(width, guss_augment_sample(batch, n), row);
    else if (samples->element == GUSS_U8)
        guss_row_u8(width, (const uint8_t *)samples->values + at,
                    samples->pixels, row);
    else
        guss_row_f32(width, (const float *)samples->values + at, row);
    if (how)
        guss_normalize_row(width, how, row, row);
}

static inline void guss_gather_rows(const struct guss_batch *batch, int width,
                                    int stride, real *to, int first, int last,
                                    const struct guss_normalization *how)
{
    for (int n = first; n < last; n++) {
        real *row = to + (size_t)(n - first) * (size_t)stride;
        if (n >= batch->count) {
            memset(row, 0, (size_t)width * sizeof(real));
            continue;
        }
        if (n + GUSS_ROWS_AHEAD < batch->count)
            guss_prefetch_row(batch, width, n + GUSS_ROWS_AHEAD);
        guss_gather_row(batch, width, n, how, row);
    }
}

/* Rows first .. last - 1 of the batch, `stride` numbers apart, as a network reads
 * them; rows beyond the batch's samples are 0. */
static inline void guss_gather(const struct guss_batch *batch, int width,
                               int stride, real *to, int first, int last)
{
    guss_gather_rows(batch, width, stride, to, first, last,
                     batch->samples->normalization);
}

/* The same rows before they are normalized: what a network that reads them so
 * gives back. */
static inline void guss_gather_pixels(const struct guss_batch *batch, int width,
                                      int stride, real *to, int first, int last)
{
    guss_gather_rows(batch, width, stride, to, first, last, NULL);
}

/* What guss_gather() gives, made of the rows of guss_gather_pixels(). */
static inline void guss_gather_normalized(const struct guss_batch *batch,
                                          int width, int stride, real *to,
                                          int first, int last,
                                          const real *pixels)
{
    const struct guss_normalization *how = batch->samples->normalization;
    for (int n = first; n < last; n++) {
        size_t at = (size_t)(n - first) * (size_t)stride;
        if (how && n < batch->count)
            guss_normalize_row(width, how, pixels + at, to + at);
        else
            memcpy(to + at, pixels + at, (size_t)width * sizeof(real));
    }
}

/* Targets of a classifier with `classes` outputs: the label's one-hot row, or
 * the label itself where there is one output. Labels are in range: the trainer
 * checked them. */
static inline void guss_gather_labels(const struct guss_batch *batch,
                                      int classes, int stride, real *to,
                                      int first, int last)
{
    for (int n = first; n < last; n++) {
        real *row = to + (size_t)(n - first) * (size_t)stride;
        memset(row, 0, (size_t)classes * sizeof(real));
        if (n >= batch->count)
            continue;
        int32_t label = batch->samples->labels[batch->order[n]];
        if (classes == 1)
            row[0] = (real)label;
        else
            row[label] = 1;
    }
}

/* The target y of a label, as guss_gather_labels() made it, as the loss takes it:
 * y (1 - s) + s / classes (Szegedy et al. 2016, arXiv:1512.00567, section 7). One
 * output tells two classes. */
static inline void guss_smooth_labels(const struct guss_batch *batch,
                                      int outputs, real *target)
{
    real smoothing = (real)batch->label_smoothing;
    if (smoothing == 0)
        return;
    real shared = smoothing / (real)(outputs == 1 ? 2 : outputs);
    for (int i = 0; i < outputs; i++)
        target[i] = target[i] * (1 - smoothing) + shared;
}

/* What the loss of row n counts, for its label. */
static inline real guss_class_weight(const struct guss_batch *batch, int n)
{
    if (!batch->class_weights)
        return 1;
    int32_t label = batch->samples->labels[batch->order[n]];
    return (real)batch->class_weights[label];
}

/* Targets that are pictures of samples that are changed by chance. */
static inline void guss_gather_augmented_targets(const struct guss_batch *batch,
                                                 int width, int stride,
                                                 real *to, int first, int last)
{
    const struct guss_samples *targets = batch->samples->targets;
    for (int n = first; n < last; n++) {
        real *row = to + (size_t)(n - first) * (size_t)stride;
        if (n < batch->count)
            guss_row_f32(width, guss_augment_target(batch, targets, n), row);
        else
            memset(row, 0, (size_t)width * sizeof(real));
    }
}

/* Targets of their own. They have a gather of their own as well: what is done to
 * samples alone is no part of it; what moves the pixels of a sample moves those of
 * its target, by the same draws. */
static inline void guss_gather_targets(const struct guss_batch *batch,
                                       int width, int stride, real *to,
                                       int first, int last)
{
    struct guss_batch targets = *batch;
    targets.samples = batch->samples->targets;
    targets.augment = NULL;
    if (batch->augment && batch->augment->target.height > 0)
        guss_gather_augmented_targets(batch, width, stride, to, first, last);
    else
        guss_gather(&targets, width, stride, to, first, last);
}

/* ---- other rows than the batch's samples -------------------------------- */

/* Latent rows first .. last - 1 of `count`, which begin at number `offset` of the
 * update's `all`. */
static inline void guss_gather_latent(const struct guss_batch *batch, int width,
                                      int stride, real *to, int first, int last,
                                      int offset, int count, int all)
{
    enum { CHUNK = 256 };
    float drawn[CHUNK];
    for (int n = first; n < last; n++) {
        real *row = to + (size_t)(n - first) * (size_t)stride;
        memset(row, 0, (size_t)width * sizeof(real));
        for (int i = 0; n < count && i < width; i += CHUNK) {
            int part = width - i < CHUNK ? width - i : CHUNK;
            guss_latent_part(batch->latent, batch->seed, batch->update, all,
                             offset + n, width, i, part, drawn);
            for (int k = 0; k < part; k++)
                row[i + k] = (real)drawn[k];
        }
    }
}

/* Half a batch of samples, then as many rows of `others`, which have the same
 * stride. */
static inline void guss_gather_joined(const struct guss_batch *batch, int width,
                                      int stride, real *to, int first, int last,
                                      const real *others)
{
    struct guss_batch real_half = *batch;
    real_half.count = batch->count / 2;
    for (int n = first; n < last; n++) {
        real *row = to + (size_t)(n - first) * (size_t)stride;
        if (n < real_half.count)
            guss_gather(&real_half, width, stride, row, n, n + 1);
        else if (n < batch->count)
            memcpy(row, others + (size_t)(n - real_half.count) * (size_t)stride,
                   (size_t)width * sizeof(real));
        else
            memset(row, 0, (size_t)width * sizeof(real));
    }
}

/* Whether a row is one of the data: 1 for the first `n_real`, 0 for the
 * others. */
static inline void guss_gather_truth(const struct guss_batch *batch, int width,
                                     int stride, real *to, int first, int last,
                                     int n_real)
{
    (void)batch;
    for (int n = first; n < last; n++)
        for (int i = 0; i < width; i++)
            to[(size_t)(n - first) * (size_t)stride + (size_t)i] = n < n_real;
}

#endif
