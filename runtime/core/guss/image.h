/* Images with margins. A row of pixels is so many numbers: width x channels,
 * times the samples of a tile where those are the vector. */
#ifndef GUSS_IMAGE_H
#define GUSS_IMAGE_H

#include "guss/vector.h"

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

/* [samples][values] to [values][samples], from rows `stride` apart. */
static inline void guss_rows_to_vectors(int samples, int values,
                                        const real *restrict from,
                                        size_t stride, real *restrict to)
{
    for (int i = 0; i < values; i++)
        for (int n = 0; n < samples; n++)
            to[(size_t)i * (size_t)samples + (size_t)n] =
                from[(size_t)n * stride + (size_t)i];
}

/* [values][samples] to [samples][values]. */
static inline void guss_vectors_to_rows(int samples, int values,
                                        const real *restrict from,
                                        real *restrict to, size_t stride)
{
    for (int i = 0; i < values; i++)
        for (int n = 0; n < samples; n++)
            to[(size_t)n * stride + (size_t)i] =
                from[(size_t)i * (size_t)samples + (size_t)n];
}

#endif
