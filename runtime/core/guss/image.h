/* Images with margins. A row of pixels is so many numbers: width x channels,
 * times the samples of a tile where those are the vector. */
#ifndef GUSS_IMAGE_H
#define GUSS_IMAGE_H

#include <stdbool.h>

#include "guss/block.h"

/* to = `rows` rows of `width` numbers with zeros around them: `top` and
 * `bottom` rows, `left` and `right` numbers. */
static inline void guss_pad(int rows, int width, int top, int left, int bottom,
                            int right, const real *restrict from,
                            real *restrict to)
{
    size_t pitch = (size_t)(left + width + right);
    memset(to, 0, (size_t)top * pitch * sizeof(real));
    to += (size_t)top * pitch;
    for (int row = 0; row < rows; row++, to += pitch, from += width) {
        memset(to, 0, (size_t)left * sizeof(real));
        memcpy(to + left, from, (size_t)width * sizeof(real));
        memset(to + left + width, 0, (size_t)right * sizeof(real));
    }
    memset(to, 0, (size_t)bottom * pitch * sizeof(real));
}

/* The same zeros around what lies in `to` between them. */
GUSS_ONCE void guss_zero_margins(int rows, int width, int top, int left,
                                 int bottom, int right, real *to)
{
    size_t pitch = (size_t)(left + width + right);
    memset(to, 0, (size_t)top * pitch * sizeof(real));
    to += (size_t)top * pitch;
    for (int row = 0; row < rows; row++, to += pitch) {
        memset(to, 0, (size_t)left * sizeof(real));
        memset(to + left + width, 0, (size_t)right * sizeof(real));
    }
    memset(to, 0, (size_t)bottom * pitch * sizeof(real));
}

/* to = `rows` rows of `width` numbers out of an image, `left` numbers into
 * its rows of `pitch`. */
static inline void guss_crop(int rows, int width, int left, int pitch,
                             const real *restrict from, real *restrict to)
{
    for (int row = 0; row < rows; row++)
        memcpy(to + (size_t)row * (size_t)width,
               from + (size_t)row * (size_t)pitch + left,
               (size_t)width * sizeof(real));
}

/* [samples][values] to [values][samples], from rows `stride` apart; and back. */
GUSS_ONCE void guss_rows_to_vectors(int samples, int values,
                                    const real *restrict from, size_t stride,
                                    real *restrict to)
{
    guss_transpose(0, samples, values, from, stride, to, (size_t)samples);
}

GUSS_ONCE void guss_vectors_to_rows(int samples, int values,
                                    const real *restrict from,
                                    real *restrict to, size_t stride)
{
    guss_transpose(0, values, samples, from, (size_t)samples, to, stride);
}

/* ---- upsampling taken into a kernel ----------------------------------- */

/* A kernel [size][size][channels][filters] behind nearest upsampling. The
 * folded kernel has size + times - 1 taps an axis, [taps][taps][filters]
 * [channels]; its tap o is the sum of the taps size - 1 - o + r, 0 <= r <
 * times. */
struct guss_fold {
    int size[2], times[2];
    int channels, filters;
};

/* Adds, for every pair of a tap of the kernel and one of the folded kernel that
 * takes it in, one to the other. */
static inline void guss_fold_add(const struct guss_fold *f, const real *from,
                                 real *to, bool back)
{
    int width = f->size[1] + f->times[1] - 1;
    size_t tap = (size_t)f->channels * (size_t)f->filters;
    for (int i = 0; i < f->size[0] * f->times[0]; i++)
        for (int j = 0; j < f->size[1] * f->times[1]; j++) {
            int h = i / f->times[0], v = j / f->times[1];
            int p = f->size[0] - 1 - h + i % f->times[0];
            int q = f->size[1] - 1 - v + j % f->times[1];
            size_t plain = (size_t)(h * f->size[1] + v) * tap;
            size_t folded = (size_t)(p * width + q) * tap;
            for (int c = 0; c < f->channels; c++)
                for (int k = 0; k < f->filters; k++) {
                    size_t a = plain + (size_t)(c * f->filters + k);
                    size_t b = folded + (size_t)(k * f->channels + c);
                    if (back)
                        to[a] += from[b];
                    else
                        to[b] += from[a];
                }
        }
}

static inline void guss_fold(const struct guss_fold *f, const real *kernel,
                             real *folded)
{
    size_t taps = (size_t)(f->size[0] + f->times[0] - 1) *
                  (size_t)(f->size[1] + f->times[1] - 1);
    memset(folded, 0,
           taps * (size_t)f->channels * (size_t)f->filters * sizeof(real));
    guss_fold_add(f, kernel, folded, false);
}

/* The gradient of the kernel from that of the folded one. */
static inline void guss_unfold(const struct guss_fold *f, const real *folded,
                               real *kernel)
{
    size_t taps = (size_t)f->size[0] * (size_t)f->size[1];
    memset(kernel, 0,
           taps * (size_t)f->channels * (size_t)f->filters * sizeof(real));
    guss_fold_add(f, folded, kernel, true);
}

#endif
