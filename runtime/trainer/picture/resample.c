/* Two passes, over columns and over rows, with weights in fixed point, as in
 * Pillow's src/libImaging/Resample.c; where a side stays as it is there is no pass
 * over it. */
#include "trainer/picture/resample.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* 8 bits of a pixel and 2 for what sums of rounded weights go beyond 1. */
enum { WEIGHT_BITS = 32 - 8 - 2 };

/* What each pixel of one axis is made of. */
struct axis_weights {
    int64_t count;      /* pixels that are made */
    int64_t most;       /* pixels of the source that one is made of, at most */
    int64_t *first, *n; /* owned: [count] of the source */
    int32_t *weights;   /* owned: [count][most] */
};

static void free_weights(struct axis_weights *axis)
{
    free(axis->first);
    free(axis->n);
    free(axis->weights);
}

static double triangle(double distance)
{
    distance = fabs(distance);
    return distance < 1.0 ? 1.0 - distance : 0.0;
}

/* Weights of the source's pixels around `centre`, rounded from `exact` that sum
 * to 1. */
static void weigh(double centre, double scale, int64_t n, int64_t first,
                  double *exact, int32_t *weights)
{
    double sum = 0.0;
    for (int64_t i = 0; i < n; i++) {
        exact[i] =
            triangle(((double)(i + first) - centre + 0.5) * (1.0 / scale));
        sum += exact[i];
    }
    for (int64_t i = 0; i < n; i++) {
        double weight = sum != 0.0 ? exact[i] / sum : exact[i];
        weights[i] = (int32_t)(0.5 + weight * (double)(1 << WEIGHT_BITS));
    }
}

/* The source's pixels from `start` on, `length` long, become `count`. */
static bool make_weights(struct axis_weights *axis, double start, double length,
                         int64_t count)
{
    double from = floor(start); /* all else is counted from there */
    int64_t size = (int64_t)ceil(start + length - from);
    double step = length / (double)count;
    double support = step < 1.0 ? 1.0 : step; /* half of the triangle's width */
    int64_t most = (int64_t)ceil(support) * 2 + 1;
    double *exact = malloc((size_t)most * sizeof *exact);
    *axis = (struct axis_weights){
        .count = count,
        .most = most,
        .first = malloc((size_t)count * sizeof *axis->first),
        .n = malloc((size_t)count * sizeof *axis->n),
        .weights = malloc((size_t)count * (size_t)most * sizeof(int32_t))};
    bool is_made = exact && axis->first && axis->n && axis->weights;
    for (int64_t i = 0; is_made && i < count; i++) {
        double centre = start - from + ((double)i + 0.5) * step;
        int64_t first = (int64_t)(centre - support + 0.5);
        int64_t last = (int64_t)(centre + support + 0.5);
        first = first < 0 ? 0 : first;
        last = last > size ? size : last;
        axis->first[i] = (int64_t)from + first;
        axis->n[i] = last - first;
        weigh(centre, support, last - first, first, exact,
              axis->weights + i * most);
    }
    free(exact);
    return is_made;
}

static unsigned char to_byte(int32_t sum)
{
    sum >>= WEIGHT_BITS;
    return (unsigned char)(sum < 0 ? 0 : sum > 255 ? 255 : sum);
}

/* ---- passes -------------------------------------------------------------- */

/* One row: each pixel of `to` from its neighbours in `from`. */
static void resample_row(const struct axis_weights *axis, int channels,
                         const unsigned char *restrict from,
                         unsigned char *restrict to)
{
    for (int64_t x = 0; x < axis->count; x++) {
        const int32_t *weights = axis->weights + x * axis->most;
        const unsigned char *pixel = from + axis->first[x] * channels;
        for (int c = 0; c < channels; c++) {
            int32_t sum = 1 << (WEIGHT_BITS - 1);
            for (int64_t i = 0; i < axis->n[x]; i++)
                sum += weights[i] * pixel[i * channels + c];
            *to++ = to_byte(sum);
        }
    }
}

/* Row y of the result, from rows `stride` bytes apart of which the first is row
 * `top` of the source. */
static void resample_column(const struct axis_weights *axis, int64_t y,
                            int64_t top, const unsigned char *restrict from,
                            int64_t stride, int64_t bytes,
                            unsigned char *restrict to)
{
    const int32_t *weights = axis->weights + y * axis->most;
    from += (axis->first[y] - top) * stride;
    for (int64_t x = 0; x < bytes; x++) {
        int32_t sum = 1 << (WEIGHT_BITS - 1);
        for (int64_t i = 0; i < axis->n[y]; i++)
            sum += weights[i] * from[i * stride + x];
        to[x] = to_byte(sum);
    }
}

/* A side that begins and ends with the source's, in as many pixels, stays. */
static bool is_whole(double start, double length, int64_t size, int64_t count)
{
    return start == 0.0 && length == (double)size && count == size;
}

struct passes {
    const struct resample_source *source;
    struct axis_weights rows, columns;
    bool keeps_width, keeps_height;
    int64_t top, bottom;     /* rows of the source that are of use */
    unsigned char *narrowed; /* owned: those, as wide as the result */
};

static bool start_passes(struct passes *passes, const struct resample_box *box,
                         int64_t height, int64_t width)
{
    const struct resample_source *source = passes->source;
    if (!make_weights(&passes->columns, box->left, box->width, width) ||
        !make_weights(&passes->rows, box->top, box->height, height))
        return false;
    passes->keeps_width = is_whole(box->left, box->width, source->width, width);
    passes->keeps_height =
        is_whole(box->top, box->height, source->height, height);
    passes->top = passes->keeps_height ? 0 : passes->rows.first[0];
    passes->bottom = passes->keeps_height ? height
                                          : passes->rows.first[height - 1] +
                                                passes->rows.n[height - 1];
    size_t bytes = (size_t)(passes->bottom - passes->top) * (size_t)width *
                   (size_t)source->channels;
    passes->narrowed = malloc(bytes);
    return passes->narrowed;
}

static void narrow(struct passes *passes)
{
    const struct resample_source *source = passes->source;
    int64_t from_stride = source->width * source->channels;
    int64_t to_stride = passes->columns.count * source->channels;
    for (int64_t y = passes->top; y < passes->bottom; y++) {
        const unsigned char *from = source->pixels + y * from_stride;
        unsigned char *to = passes->narrowed + (y - passes->top) * to_stride;
        if (passes->keeps_width)
            memcpy(to, from, (size_t)to_stride);
        else
            resample_row(&passes->columns, source->channels, from, to);
    }
}

static void shorten(struct passes *passes, unsigned char *pixels,
                    int64_t stride)
{
    int64_t bytes = passes->columns.count * passes->source->channels;
    for (int64_t y = 0; y < passes->rows.count; y++) {
        unsigned char *to = pixels + y * stride;
        if (passes->keeps_height)
            memcpy(to, passes->narrowed + y * bytes, (size_t)bytes);
        else
            resample_column(&passes->rows, y, passes->top, passes->narrowed,
                            bytes, bytes, to);
    }
}

enum status resample(const struct resample_source *source,
                     const struct resample_box *box, int64_t height,
                     int64_t width, unsigned char *pixels, int64_t stride,
                     struct error *error)
{
    struct passes passes = {.source = source};
    assert(box->height > 0.0 && box->width > 0.0 && height > 0 && width > 0);
    assert(source->height <= RESAMPLE_MOST && source->width <= RESAMPLE_MOST);
    bool is_started = start_passes(&passes, box, height, width);
    if (is_started) {
        narrow(&passes);
        shorten(&passes, pixels, stride);
    }
    free_weights(&passes.rows);
    free_weights(&passes.columns);
    free(passes.narrowed);
    return is_started
               ? STATUS_OK
               : error_set(error, STATUS_MACHINE,
                           "no memory to bring a picture of %lld x %lld "
                           "pixels to %lld x %lld",
                           (long long)source->width, (long long)source->height,
                           (long long)width, (long long)height);
}
