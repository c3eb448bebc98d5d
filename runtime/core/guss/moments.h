/* Batch normalization: means and variances of channels, over the pixels and
 * samples of a batch, tile by tile, and the activation behind it.
 *
 *   z = gamma (x - mean) inverse + beta,  inverse = 1 / sqrt(variance + eps)
 *   y = activation(z),  dz = dy activation'(z)
 *   dx = gamma inverse (dz - mean(dz) - xhat mean(dz xhat))
 *
 * Ioffe and Szegedy 2015, arXiv:1502.03167; tiles are joined as Chan, Golub
 * and LeVeque 1983 do. What z is worth is computed again wherever it is asked
 * for: that costs less than to keep it. */
#ifndef GUSS_MOMENTS_H
#define GUSS_MOMENTS_H

#include <math.h>

#include "guss/block.h"
#include "guss/model.h"

/* The images of a tile. A pixel has its channels next to each other; of each
 * there are `lanes` numbers, those of a tile's samples, or 1, where every sample
 * has an image of its own. */
struct guss_channels {
    int samples; /* of the tile, the real ones */
    int tile;    /* samples of a tile */
    int height, width, channels;
    int lanes;
};

/* Where images lie: numbers from one sample, row and pixel to the next. */
struct guss_steps {
    size_t of_sample, of_row, of_pixel;
};

/* What an activation makes of a number below 0. */
enum guss_rectifier { GUSS_LINEAR, GUSS_RELU, GUSS_LEAKY_RELU };

/* All that a pass over a tile's images may read and write; arrays of a number a
 * channel. */
struct guss_images {
    struct guss_channels size;
    const real *x, *dy; /* dy, or what is added to z */
    real *to;           /* y or dx */
    struct guss_steps of_x, of_dy, of_to;
    const real *mean, *inverse;
    const real *gamma, *beta; /* NULL: 1 and 0 */
    enum guss_rectifier rectifier;
    real alpha;                       /* of GUSS_LEAKY_RELU */
    const real *sum_dy, *sum_dy_xhat; /* of the batch */
    real per_count;                   /* 1 / the batch's numbers of a channel */
    real *sum, *product;              /* of the tile */
};

/* The passes. */
enum guss_pass {
    GUSS_PASS_NORMALISE, /* to = y */
    GUSS_PASS_JOIN,      /* to = activation(z + dy) */
    GUSS_PASS_SCALE,     /* to = dx, the statistics given */
    GUSS_PASS_BACKWARD,  /* to = dx, of the batch's statistics */
    GUSS_PASS_ADD,       /* to += the same */
    GUSS_PASS_MOMENTS,   /* sum and product: of x - mean, and of its square */
    GUSS_PASS_SUMS       /* sum and product: of dz, and of dz xhat */
};

/* The samples of a tile that are real. */
static inline int guss_valid(const struct guss_batch *batch, int first,
                             int tile)
{
    int left = batch->count - first;
    return left < tile ? left : tile;
}

/* ---- a number of each channel ------------------------------------------- */

/* What is the same for all pixels: of a vector of channels, or of one. */
struct guss_normal {
    vec mean, inverse, scale, beta, mean_dy, mean_dy_xhat;
};

/* A vector from there, or its first number in all places. */
GUSS_INLINE vec guss_load_channels(const real *from, bool one)
{
    return one ? (vec){0} + *from : vec_load(from);
}

GUSS_INLINE void guss_store_channels(real *to, vec v, bool one)
{
    if (one)
        *to = v[0];
    else
        vec_store(to, v);
}

GUSS_INLINE void guss_normal_of(enum guss_pass pass,
                                const struct guss_images *images, int c,
                                bool one, struct guss_normal *normal)
{
    bool goes_back = pass == GUSS_PASS_BACKWARD || pass == GUSS_PASS_ADD;
    normal->mean = pass == GUSS_PASS_SCALE && !images->mean
                       ? (vec){0}
                       : guss_load_channels(images->mean + c, one);
    if (pass == GUSS_PASS_MOMENTS)
        return;
    normal->inverse = guss_load_channels(images->inverse + c, one);
    normal->scale = images->gamma ? guss_load_channels(images->gamma + c, one) *
                                        normal->inverse
                                  : normal->inverse;
    normal->beta =
        images->beta ? guss_load_channels(images->beta + c, one) : (vec){0};
    if (goes_back) {
        normal->mean_dy =
            guss_load_channels(images->sum_dy + c, one) * images->per_count;
        normal->mean_dy_xhat =
            guss_load_channels(images->sum_dy_xhat + c, one) *
            images->per_count;
    }
}

GUSS_INLINE vec guss_rectify(enum guss_rectifier rectifier, real alpha, vec z)
{
    if (rectifier == GUSS_RELU)
        return vec_select(z < (vec){0}, (vec){0}, z);
    if (rectifier == GUSS_LEAKY_RELU)
        return vec_select(z > (vec){0}, z, z * alpha);
    return z;
}

GUSS_INLINE vec guss_rectify_backward(enum guss_rectifier rectifier, real alpha,
                                      vec z, vec dy)
{
    if (rectifier == GUSS_LINEAR)
        return dy;
    vec below = rectifier == GUSS_RELU ? (vec){0} : dy * alpha;
    return vec_select(z > (vec){0}, dy, below);
}

/* What a pass makes of numbers x and dy: `to`, or what it adds to two sums. */
GUSS_INLINE vec guss_pass_value(enum guss_pass pass,
                                enum guss_rectifier rectifier, real alpha,
                                const struct guss_normal *by, vec x, vec dy,
                                vec *sum, vec *product)
{
    vec from_mean = x - by->mean;
    if (pass == GUSS_PASS_MOMENTS) {
        *sum += from_mean;
        *product += from_mean * from_mean;
        return x;
    }
    vec z = from_mean * by->scale + by->beta;
    if (pass == GUSS_PASS_NORMALISE)
        return guss_rectify(rectifier, alpha, z);
    if (pass == GUSS_PASS_JOIN)
        return guss_rectify(rectifier, alpha, z + dy);
    vec dz = guss_rectify_backward(rectifier, alpha, z, dy);
    if (pass == GUSS_PASS_SCALE)
        return dz * by->scale;
    vec xhat = from_mean * by->inverse;
    if (pass == GUSS_PASS_BACKWARD || pass == GUSS_PASS_ADD)
        return by->scale * (dz - by->mean_dy - xhat * by->mean_dy_xhat);
    *sum += dz;
    *product += dz * xhat;
    return x;
}

GUSS_INLINE bool guss_pass_reads_dy(enum guss_pass pass)
{
    return pass != GUSS_PASS_NORMALISE && pass != GUSS_PASS_MOMENTS;
}

/* True where the samples that are none get zeros. */
GUSS_INLINE bool guss_pass_goes_back(enum guss_pass pass)
{
    return pass == GUSS_PASS_BACKWARD || pass == GUSS_PASS_ADD;
}

GUSS_INLINE bool guss_pass_sums(enum guss_pass pass)
{
    return pass == GUSS_PASS_MOMENTS || pass == GUSS_PASS_SUMS;
}

/* ---- an image a sample ----------------------------------------------------- */

enum { GUSS_RUN = VECTOR == 16 ? 4 : 2 };

/* A row of pixels, of `vectors` vectors of channels from c on, or of one
 * channel. */
GUSS_INLINE void guss_pass_run(enum guss_pass pass,
                               enum guss_rectifier rectifier,
                               const struct guss_images *images, int vectors,
                               bool one, const real *x, const real *dy,
                               real *to, int c)
{
    struct guss_normal by[GUSS_RUN];
    vec sum[GUSS_RUN], product[GUSS_RUN];
    real alpha = images->alpha;
    GUSS_UNROLL
    for (int j = 0; j < vectors; j++) {
        guss_normal_of(pass, images, c + j * VECTOR, one, &by[j]);
        sum[j] = product[j] = (vec){0};
    }
    for (int v = 0; v < images->size.width; v++) {
        GUSS_UNROLL
        for (int j = 0; j < vectors; j++) {
            int at = c + j * VECTOR;
            vec value = guss_pass_value(
                pass, rectifier, alpha, &by[j], guss_load_channels(x + at, one),
                guss_pass_reads_dy(pass) ? guss_load_channels(dy + at, one)
                                         : (vec){0},
                &sum[j], &product[j]);
            if (pass == GUSS_PASS_ADD)
                value += guss_load_channels(to + at, one);
            if (!guss_pass_sums(pass))
                guss_store_channels(to + at, value, one);
        }
        x += images->of_x.of_pixel;
        dy += guss_pass_reads_dy(pass) ? images->of_dy.of_pixel : 0;
        to += guss_pass_sums(pass) ? 0 : images->of_to.of_pixel;
    }
    if (!guss_pass_sums(pass))
        return;
    GUSS_UNROLL
    for (int j = 0; j < vectors; j++) {
        real *sums = images->sum + c + j * VECTOR,
             *products = images->product + c + j * VECTOR;
        guss_store_channels(sums, guss_load_channels(sums, one) + sum[j], one);
        guss_store_channels(
            products, guss_load_channels(products, one) + product[j], one);
    }
}

GUSS_INLINE void guss_pass_row(enum guss_pass pass,
                               enum guss_rectifier rectifier,
                               const struct guss_images *images, const real *x,
                               const real *dy, real *to)
{
    int c = 0, channels = images->size.channels;
    for (; c + GUSS_RUN * VECTOR <= channels; c += GUSS_RUN * VECTOR)
        guss_pass_run(pass, rectifier, images, GUSS_RUN, false, x, dy, to, c);
    for (; c + VECTOR <= channels; c += VECTOR)
        guss_pass_run(pass, rectifier, images, 1, false, x, dy, to, c);
    for (; c < channels; c++)
        guss_pass_run(pass, rectifier, images, 1, true, x, dy, to, c);
}

/* dx of a sample that is none. */
static inline void guss_zero_row(const struct guss_images *images, real *to)
{
    for (int v = 0; v < images->size.width; v++)
        memset(to + (size_t)v * images->of_to.of_pixel, 0,
               (size_t)images->size.channels * sizeof *to);
}

static inline size_t guss_row_at(const struct guss_steps *steps, int n, int h)
{
    return (size_t)n * steps->of_sample + (size_t)h * steps->of_row;
}

GUSS_INLINE void guss_pass_rows(enum guss_pass pass,
                                enum guss_rectifier rectifier,
                                const struct guss_images *images)
{
    bool reads_dy = guss_pass_reads_dy(pass), sums = guss_pass_sums(pass);
    for (int n = 0; n < images->size.tile; n++)
        for (int h = 0; h < images->size.height; h++) {
            real *to =
                sums ? NULL : images->to + guss_row_at(&images->of_to, n, h);
            if (n < images->size.samples)
                guss_pass_row(pass, rectifier, images,
                              images->x + guss_row_at(&images->of_x, n, h),
                              reads_dy ? images->dy +
                                             guss_row_at(&images->of_dy, n, h)
                                       : NULL,
                              to);
            else if (!sums && pass != GUSS_PASS_ADD)
                guss_zero_row(images, to);
        }
}

/* ---- samples as the vector --------------------------------------------------- */

enum { GUSS_STRIP = 64, GUSS_LANES = 16 };

/* Of a strip of channels: what is the same for all pixels, and sums of each
 * sample. */
struct guss_strip {
    real mean[GUSS_STRIP], inverse[GUSS_STRIP], scale[GUSS_STRIP],
        beta[GUSS_STRIP], mean_dy[GUSS_STRIP], mean_dy_xhat[GUSS_STRIP];
    real sum[GUSS_STRIP][GUSS_LANES], product[GUSS_STRIP][GUSS_LANES];
};

GUSS_INLINE void guss_strip_open(enum guss_pass pass,
                                 const struct guss_images *images, int begin,
                                 int count, struct guss_strip *strip)
{
    for (int c = 0; c < count; c++) {
        struct guss_normal by;
        guss_normal_of(pass, images, begin + c, true, &by);
        strip->mean[c] = by.mean[0];
        if (pass == GUSS_PASS_MOMENTS)
            continue;
        strip->inverse[c] = by.inverse[0];
        strip->scale[c] = by.scale[0];
        strip->beta[c] = by.beta[0];
        if (pass == GUSS_PASS_BACKWARD || pass == GUSS_PASS_ADD) {
            strip->mean_dy[c] = by.mean_dy[0];
            strip->mean_dy_xhat[c] = by.mean_dy_xhat[0];
        }
    }
    if (guss_pass_sums(pass)) {
        memset(strip->sum, 0, sizeof strip->sum);
        memset(strip->product, 0, sizeof strip->product);
    }
}

GUSS_INLINE struct guss_normal guss_strip_normal(const struct guss_strip *strip,
                                                 int c)
{
    const vec zero = {0};
    return (struct guss_normal){
        zero + strip->mean[c],    zero + strip->inverse[c],
        zero + strip->scale[c],   zero + strip->beta[c],
        zero + strip->mean_dy[c], zero + strip->mean_dy_xhat[c]};
}

/* All places of a vector of samples from `lane` on that are real. */
static inline vec_mask guss_real_lanes(int samples, int lane)
{
    real place[VECTOR];
    for (int i = 0; i < VECTOR; i++)
        place[i] = (real)(lane + i);
    return vec_load(place) < (vec){0} + (real)samples;
}

/* A pixel's channels of the strip, each `lanes` numbers. */
GUSS_INLINE void guss_pass_pixel(enum guss_pass pass,
                                 enum guss_rectifier rectifier,
                                 const struct guss_images *images,
                                 struct guss_strip *strip, int count,
                                 const real *x, const real *dy, real *to)
{
    int lanes = images->size.lanes, samples = images->size.samples;
    for (int lane = 0; lane < lanes; lane += VECTOR) {
        vec_mask is_real = guss_real_lanes(samples, lane);
        for (int c = 0; c < count; c++) {
            struct guss_normal by = guss_strip_normal(strip, c);
            int at = c * lanes + lane;
            vec sum = {0}, product = {0};
            vec value = guss_pass_value(
                pass, rectifier, images->alpha, &by, vec_load(x + at),
                guss_pass_reads_dy(pass) ? vec_load(dy + at) : (vec){0}, &sum,
                &product);
            if (guss_pass_sums(pass)) {
                real *sums = &strip->sum[c][lane],
                     *products = &strip->product[c][lane];
                vec_store(sums, vec_load(sums) + sum);
                vec_store(products, vec_load(products) + product);
            } else {
                if (guss_pass_goes_back(pass) && samples < lanes)
                    value = vec_select(is_real, value, (vec){0});
                if (pass == GUSS_PASS_ADD)
                    value += vec_load(to + at);
                vec_store(to + at, value);
            }
        }
    }
}

/* The sums of the samples that are real, in their order. */
static inline void guss_strip_close(const struct guss_images *images, int begin,
                                    int count, const struct guss_strip *strip)
{
    for (int c = 0; c < count; c++)
        for (int n = 0; n < images->size.samples; n++) {
            images->sum[begin + c] += strip->sum[c][n];
            images->product[begin + c] += strip->product[c][n];
        }
}

GUSS_INLINE void guss_pass_strip(enum guss_pass pass,
                                 enum guss_rectifier rectifier,
                                 const struct guss_images *images, int begin,
                                 int count)
{
    bool reads_dy = guss_pass_reads_dy(pass), sums = guss_pass_sums(pass);
    size_t first = (size_t)begin * (size_t)images->size.lanes;
    struct guss_strip strip;
    guss_strip_open(pass, images, begin, count, &strip);
    for (int h = 0; h < images->size.height; h++) {
        const real *x = images->x + guss_row_at(&images->of_x, 0, h) + first;
        const real *dy =
            reads_dy ? images->dy + guss_row_at(&images->of_dy, 0, h) + first
                     : NULL;
        real *to = sums
                       ? NULL
                       : images->to + guss_row_at(&images->of_to, 0, h) + first;
        for (int v = 0; v < images->size.width; v++) {
            guss_pass_pixel(pass, rectifier, images, &strip, count, x, dy, to);
            x += images->of_x.of_pixel;
            dy += reads_dy ? images->of_dy.of_pixel : 0;
            to += sums ? 0 : images->of_to.of_pixel;
        }
    }
    if (sums)
        guss_strip_close(images, begin, count, &strip);
}

/* ---- passes --------------------------------------------------------------- */

GUSS_INLINE void guss_pass_both(enum guss_pass pass,
                                enum guss_rectifier rectifier,
                                const struct guss_images *images)
{
    int channels = images->size.channels;
    if (images->size.lanes == 1)
        guss_pass_rows(pass, rectifier, images);
    else
        for (int begin = 0; begin < channels; begin += GUSS_STRIP)
            guss_pass_strip(pass, rectifier, images, begin,
                            channels - begin < GUSS_STRIP ? channels - begin
                                                          : GUSS_STRIP);
}

GUSS_INLINE void guss_pass_over(enum guss_pass pass,
                                const struct guss_images *images)
{
    if (images->rectifier == GUSS_RELU)
        guss_pass_both(pass, GUSS_RELU, images);
    else if (images->rectifier == GUSS_LEAKY_RELU)
        guss_pass_both(pass, GUSS_LEAKY_RELU, images);
    else
        guss_pass_both(pass, GUSS_LINEAR, images);
}

/* One copy of each in a file, for images of all sizes: what limits them is
 * memory. */

/* to = y. */
GUSS_ONCE void guss_normalise(const struct guss_images *images)
{
    guss_pass_over(GUSS_PASS_NORMALISE, images);
}

/* to = activation(z + dy): y of a sum. */
GUSS_ONCE void guss_add_normalised(const struct guss_images *images)
{
    guss_pass_over(GUSS_PASS_JOIN, images);
}

/* to = dx of the real samples from the batch's sums; that of others is 0. */
GUSS_ONCE void guss_normalise_backward(const struct guss_images *images)
{
    guss_pass_over(GUSS_PASS_BACKWARD, images);
}

/* to += the same. */
GUSS_ONCE void guss_add_normalise_backward(const struct guss_images *images)
{
    guss_pass_over(GUSS_PASS_ADD, images);
}

/* to = gamma inverse dz, where the statistics are given. */
GUSS_ONCE void guss_scale_backward(const struct guss_images *images)
{
    guss_pass_over(GUSS_PASS_SCALE, images);
}

static inline void guss_zero_sums(const struct guss_images *images)
{
    size_t bytes = (size_t)images->size.channels * sizeof(real);
    memset(images->sum, 0, bytes);
    memset(images->product, 0, bytes);
}

/* sum, product: the tile's sums of dz and of dz xhat. */
GUSS_ONCE void guss_tile_sums_of_dy(const struct guss_images *images)
{
    guss_zero_sums(images);
    guss_pass_over(GUSS_PASS_SUMS, images);
}

/* mean[c] and the sum of squares of what differs from it, of one tile; sum[c] is
 * scratch. Numbers are taken from about where their mean is, that of a part of
 * them, m of n: then no more than a factor of n / m of the sum of squares is lost
 * to what is taken off at the end. */
GUSS_ONCE void guss_tile_moments(const struct guss_images *all, real *mean,
                                 real *square, real *sum)
{
    struct guss_images images = *all;
    int channels = images.size.channels;
    real pixels = (real)images.size.width * (real)images.size.height;
    real count = pixels * (real)images.size.samples;
    bool is_row = images.size.lanes == 1;
    images.mean = mean;
    images.sum = sum;
    images.product = square;
    images.size.samples = is_row ? 1 : all->size.samples;
    images.size.height = is_row ? all->size.height : 1;
    memset(mean, 0, (size_t)channels * sizeof(real));
    guss_zero_sums(&images);
    guss_pass_both(GUSS_PASS_MOMENTS, GUSS_LINEAR, &images);
    real part = (real)images.size.width * (real)images.size.height *
                (real)images.size.samples;
    for (int c = 0; c < channels; c++)
        mean[c] = sum[c] / part;
    images.size = all->size;
    guss_zero_sums(&images);
    guss_pass_both(GUSS_PASS_MOMENTS, GUSS_LINEAR, &images);
    for (int c = 0; c < channels; c++) {
        real d = sum[c] / count, rest = square[c] - d * sum[c];
        mean[c] += d;
        square[c] = rest > 0 ? rest : 0;
    }
}

/* ---- a number a channel ------------------------------------------------------ */

/* Joins another part's count, means and squares to these. */
GUSS_ONCE void guss_merge_moments(int channels, real count, const real *mean,
                                  const real *square, real *to_count,
                                  real *to_mean, real *to_square)
{
    real total = *to_count + count;
    for (int c = 0; c < channels; c++) {
        real d = mean[c] - to_mean[c];
        to_mean[c] += d * count / total;
        to_square[c] += square[c] + d * d * *to_count * count / total;
    }
    *to_count = total;
}

/* Adds another part's sums of dz and of dz xhat. */
GUSS_ONCE void guss_merge_sums_of_dy(int channels, const real *sum_dy,
                                     const real *sum_dy_xhat, real *to_sum_dy,
                                     real *to_sum_dy_xhat)
{
    for (int c = 0; c < channels; c++) {
        to_sum_dy[c] += sum_dy[c];
        to_sum_dy_xhat[c] += sum_dy_xhat[c];
    }
}

GUSS_ONCE void guss_inverse_deviation(int channels, const real *variance,
                                      real scale, real epsilon, real *inverse)
{
    for (int c = 0; c < channels; c++)
        inverse[c] = 1 / (real)sqrt((double)(variance[c] * scale + epsilon));
}

/* moving = momentum moving + (1 - momentum) now scale */
GUSS_ONCE void guss_update_moving_average(int channels, real momentum,
                                          const real *now, real scale,
                                          real *moving)
{
    for (int c = 0; c < channels; c++)
        moving[c] = moving[c] * momentum + now[c] * scale * (1 - momentum);
}

#endif
