/* Windows without weights over images: poolings, upsampling, and what joins
 * or splits images. A pixel is a run of numbers: its channels, times the
 * samples of a tile where those are the vector. */
#ifndef GUSS_POOL_H
#define GUSS_POOL_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#include "guss/block.h"

/* Height and width of the image, of what comes out, of the window, its
 * strides, and the pixels before the image. */
struct guss_pool {
    int image[2], out[2], window[2], stride[2], before[2];
    int run; /* numbers of a pixel */
};

/* The part of a window that lies in the image. */
struct guss_window {
    int top, bottom, left, right;
};

static inline struct guss_window guss_window(const struct guss_pool *p, int h,
                                             int v)
{
    int top = h * p->stride[0] - p->before[0];
    int left = v * p->stride[1] - p->before[1];
    int bottom = top + p->window[0], right = left + p->window[1];
    return (struct guss_window){
        top > 0 ? top : 0, bottom < p->image[0] ? bottom : p->image[0],
        left > 0 ? left : 0, right < p->image[1] ? right : p->image[1]};
}

static inline size_t guss_pixel(int row, int width, int column, int run)
{
    return ((size_t)row * (size_t)width + (size_t)column) * (size_t)run;
}

/* The larger; a NaN stays one, whichever it is. */
static inline real guss_larger(real a, real b)
{
    return a >= b || a != a ? a : b;
}

/* y = the largest of each window. */
static inline void guss_max_pool(const struct guss_pool *p,
                                 const real *restrict x, real *restrict y)
{
    for (int h = 0; h < p->out[0]; h++)
        for (int v = 0; v < p->out[1]; v++) {
            struct guss_window w = guss_window(p, h, v);
            real *to = y + guss_pixel(h, p->out[1], v, p->run);
            const real *first =
                x + guss_pixel(w.top, p->image[1], w.left, p->run);
            memcpy(to, first, (size_t)p->run * sizeof(real));
            for (int i = w.top; i < w.bottom; i++)
                for (int j = w.left; j < w.right; j++) {
                    const real *from =
                        x + guss_pixel(i, p->image[1], j, p->run);
                    for (int c = 0; c < p->run; c++)
                        to[c] = guss_larger(to[c], from[c]);
                }
        }
}

/* True where the windows cover every pixel once. */
static inline bool guss_pool_tiles(const struct guss_pool *p)
{
    return p->window[0] == p->stride[0] && p->window[1] == p->stride[1] &&
           p->out[0] * p->stride[0] == p->image[0] &&
           p->out[1] * p->stride[1] == p->image[1];
}

enum { GUSS_POOL_STRIP = 64 };

/* What the places of one window get of its dy, for `count` <= GUSS_POOL_STRIP
 * numbers: each goes to the first place of its largest value, and nothing is
 * left of it behind that place. `rectified`: x is behind a ReLU, and what is
 * wanted is the gradient before it. */
static inline void guss_max_window_backward(const struct guss_pool *p,
                                            struct guss_window w, int begin,
                                            int count, const real *restrict x,
                                            const real *restrict y,
                                            const real *restrict dy,
                                            real *restrict dx, bool rectified)
{
    real left[GUSS_POOL_STRIP];
    bool tiles = guss_pool_tiles(p);
    for (int c = 0; c < count; c++)
        left[c] = rectified && !(y[c] > 0) ? 0 : dy[c];
    for (int i = w.top; i < w.bottom; i++)
        for (int j = w.left; j < w.right; j++) {
            size_t at = guss_pixel(i, p->image[1], j, p->run) + (size_t)begin;
            for (int c = 0; c < count; c++) {
                real taken = x[at + (size_t)c] == y[c] ? left[c] : 0;
                dx[at + (size_t)c] = tiles ? taken : dx[at + (size_t)c] + taken;
                left[c] -= taken;
            }
        }
}

/* dx: each window's dy at the first place of its largest value. */
static inline void
guss_max_pool_backward(const struct guss_pool *p, bool rectified,
                       const real *restrict x, const real *restrict y,
                       const real *restrict dy, real *restrict dx)
{
    if (!guss_pool_tiles(p))
        memset(dx, 0,
               guss_pixel(p->image[0], p->image[1], 0, p->run) * sizeof(real));
    for (int h = 0; h < p->out[0]; h++)
        for (int v = 0; v < p->out[1]; v++) {
            struct guss_window w = guss_window(p, h, v);
            size_t at = guss_pixel(h, p->out[1], v, p->run);
            int begin = 0;
            for (; begin + GUSS_POOL_STRIP <= p->run; begin += GUSS_POOL_STRIP)
                guss_max_window_backward(
                    p, w, begin, GUSS_POOL_STRIP, x, y + at + (size_t)begin,
                    dy + at + (size_t)begin, dx, rectified);
            if (begin < p->run)
                guss_max_window_backward(
                    p, w, begin, p->run - begin, x, y + at + (size_t)begin,
                    dy + at + (size_t)begin, dx, rectified);
        }
}

/* y = the mean of each window's pixels in the image. */
static inline void guss_average_pool(const struct guss_pool *p,
                                     const real *restrict x, real *restrict y)
{
    for (int h = 0; h < p->out[0]; h++)
        for (int v = 0; v < p->out[1]; v++) {
            struct guss_window w = guss_window(p, h, v);
            real *to = y + guss_pixel(h, p->out[1], v, p->run);
            real part = 1 / (real)((w.bottom - w.top) * (w.right - w.left));
            memset(to, 0, (size_t)p->run * sizeof(real));
            for (int i = w.top; i < w.bottom; i++)
                for (int j = w.left; j < w.right; j++) {
                    const real *from =
                        x + guss_pixel(i, p->image[1], j, p->run);
                    for (int c = 0; c < p->run; c++)
                        to[c] += from[c];
                }
            for (int c = 0; c < p->run; c++)
                to[c] *= part;
        }
}

static inline void guss_average_pool_backward(const struct guss_pool *p,
                                              const real *restrict dy,
                                              real *restrict dx)
{
    memset(dx, 0,
           guss_pixel(p->image[0], p->image[1], 0, p->run) * sizeof(real));
    for (int h = 0; h < p->out[0]; h++)
        for (int v = 0; v < p->out[1]; v++) {
            struct guss_window w = guss_window(p, h, v);
            const real *from = dy + guss_pixel(h, p->out[1], v, p->run);
            real part = 1 / (real)((w.bottom - w.top) * (w.right - w.left));
            for (int i = w.top; i < w.bottom; i++)
                for (int j = w.left; j < w.right; j++) {
                    real *to = dx + guss_pixel(i, p->image[1], j, p->run);
                    for (int c = 0; c < p->run; c++)
                        to[c] += from[c] * part;
                }
        }
}

/* ---- upsampling ------------------------------------------------------- */

/* Each pixel as height x width copies of it. */
static inline void guss_upsample(int rows, int columns, int height, int width,
                                 int run, const real *restrict x,
                                 real *restrict y)
{
    for (int h = 0; h < rows * height; h++)
        for (int v = 0; v < columns * width; v++)
            memcpy(y + guss_pixel(h, columns * width, v, run),
                   x + guss_pixel(h / height, columns, v / width, run),
                   (size_t)run * sizeof(real));
}

static inline void guss_upsample_backward(int rows, int columns, int height,
                                          int width, int run,
                                          const real *restrict dy,
                                          real *restrict dx)
{
    memset(dx, 0, guss_pixel(rows, columns, 0, run) * sizeof(real));
    for (int h = 0; h < rows * height; h++)
        for (int v = 0; v < columns * width; v++) {
            const real *from = dy + guss_pixel(h, columns * width, v, run);
            real *to = dx + guss_pixel(h / height, columns, v / width, run);
            for (int c = 0; c < run; c++)
                to[c] += from[c];
        }
}

/* Where pixel `at` of an axis enlarged `size` times lies between the centres
 * of two of the `extent` original pixels (half-pixel centres). */
struct guss_between {
    int low, high;
    real part; /* of the higher one */
};

static inline struct guss_between guss_between(int at, int size, int extent)
{
    real place = ((real)at + (real)0.5) / (real)size - (real)0.5;
    int low = (int)floor((double)place);
    int high = low + 1 < extent ? low + 1 : extent - 1;
    return (struct guss_between){low > 0 ? low : 0, high, place - (real)low};
}

/* Bilinear: between the four nearest pixels' centres. */
static inline void guss_bilinear(int rows, int columns, int height, int width,
                                 int run, const real *restrict x,
                                 real *restrict y)
{
    for (int h = 0; h < rows * height; h++)
        for (int v = 0; v < columns * width; v++) {
            struct guss_between i = guss_between(h, height, rows);
            struct guss_between j = guss_between(v, width, columns);
            const real *a = x + guss_pixel(i.low, columns, j.low, run);
            const real *b = x + guss_pixel(i.low, columns, j.high, run);
            const real *c = x + guss_pixel(i.high, columns, j.low, run);
            const real *d = x + guss_pixel(i.high, columns, j.high, run);
            real *to = y + guss_pixel(h, columns * width, v, run);
            for (int k = 0; k < run; k++) {
                real above = a[k] + (b[k] - a[k]) * j.part;
                real below = c[k] + (d[k] - c[k]) * j.part;
                to[k] = above + (below - above) * i.part;
            }
        }
}

static inline void guss_add_scaled(int count, const real *from, real scale,
                                   real *to)
{
    for (int i = 0; i < count; i++)
        to[i] += from[i] * scale;
}

static inline void guss_bilinear_backward(int rows, int columns, int height,
                                          int width, int run,
                                          const real *restrict dy,
                                          real *restrict dx)
{
    memset(dx, 0, guss_pixel(rows, columns, 0, run) * sizeof(real));
    for (int h = 0; h < rows * height; h++)
        for (int v = 0; v < columns * width; v++) {
            struct guss_between i = guss_between(h, height, rows);
            struct guss_between j = guss_between(v, width, columns);
            const real *from = dy + guss_pixel(h, columns * width, v, run);
            guss_add_scaled(run, from, (1 - i.part) * (1 - j.part),
                            dx + guss_pixel(i.low, columns, j.low, run));
            guss_add_scaled(run, from, (1 - i.part) * j.part,
                            dx + guss_pixel(i.low, columns, j.high, run));
            guss_add_scaled(run, from, i.part * (1 - j.part),
                            dx + guss_pixel(i.high, columns, j.low, run));
            guss_add_scaled(run, from, i.part * j.part,
                            dx + guss_pixel(i.high, columns, j.high, run));
        }
}

/* ---- over the whole image --------------------------------------------- */

static inline void guss_global_average(int pixels, int run,
                                       const real *restrict x, real *restrict y)
{
    memset(y, 0, (size_t)run * sizeof(real));
    for (int p = 0; p < pixels; p++)
        for (int c = 0; c < run; c++)
            y[c] += x[(size_t)p * (size_t)run + (size_t)c];
    for (int c = 0; c < run; c++)
        y[c] /= (real)pixels;
}

static inline void guss_global_average_backward(int pixels, int run,
                                                const real *restrict dy,
                                                real *restrict dx)
{
    for (int p = 0; p < pixels; p++)
        for (int c = 0; c < run; c++)
            dx[(size_t)p * (size_t)run + (size_t)c] = dy[c] / (real)pixels;
}

/* ---- joining ---------------------------------------------------------- */

/* `count` blocks of `size` numbers, from every `from_step` to every
 * `to_step` numbers. */
GUSS_ONCE void guss_copy_blocks(int count, int size, int from_step,
                                const real *restrict from, int to_step,
                                real *restrict to)
{
    for (int i = 0; i < count; i++)
        memcpy(to + (size_t)i * (size_t)to_step,
               from + (size_t)i * (size_t)from_step,
               (size_t)size * sizeof(real));
}

#endif
