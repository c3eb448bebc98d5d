/* Pictures: sheets of samples, and the curve of the losses (libpng). */
#ifndef TRAINER_PICTURE_H
#define TRAINER_PICTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "guss/model.h"

/* 8-bit grey (channels 1) or RGB (3) pixels, row by row. */
struct picture {
    int width, height, channels;
    unsigned char *pixels; /* owned; picture_free() */
};

/* A white picture. Sizes are positive and their product fits in 1 GiB;
 * STATUS_MACHINE where memory runs out. */
enum status picture_new(int width, int height, int channels,
                        struct picture *picture, struct error *error);
void picture_free(struct picture *picture);

/* Writes a PNG, whole or not at all. */
enum status picture_write(const struct picture *picture, const char *path,
                          struct error *error);

/* One image of a sheet: `values` [height][width][channels] floats as the
 * network sees them; `pixels` says how they become 0..255 again: unit v * 255,
 * signed (v + 1) * 127.5, binary v * 255, raw: v * 255 where none of the sheet's
 * values lies beyond -10 and 10, else v. Rounded to nearest, clamped; NaN
 * becomes 0. */
struct sheet {
    int columns;                 /* >= 1 */
    int count;                   /* images, >= 1 */
    int height, width, channels; /* of one image: channels 1 or 3 */
    enum guss_pixels pixels;
    bool is_inverted;    /* the largest values are black, the least white */
    const float *values; /* [count][height][width][channels] */
    int scale;           /* each pixel is scale x scale; 0: chosen so that a
                          28 x 28 image is drawn 2 times as large, and images
                          of 64 and more as they are */
};

/* What raw numbers that need not be pixels are drawn as: signed where some are
 * negative and all lie from -1 to 1, so that -1 is black; else raw. */
enum guss_pixels sheet_pixels(const float *values, size_t size);

/* Whether the sheet would have 1 GiB at most. Its values need not be known
 * yet. */
bool sheet_fits(const struct sheet *sheet);

/* The images left to right, top to bottom, on mid-grey with a margin between
 * them, the last row perhaps not full. STATUS_INPUT where they do not fit. */
enum status sheet_write(const struct sheet *sheet, const char *path,
                        struct error *error);

/* The first image by itself, without a margin. STATUS_INPUT where it does not
 * fit. */
enum status sheet_write_image(const struct sheet *sheet, const char *path,
                              struct error *error);

/* Line charts over the same x, for loss.png: panels below one another, each
 * with an axis, numbers and a legend, drawn with a small built-in font. A
 * panel's axis is logarithmic where all values are positive and their range is
 * wide (over 20-fold). Values that are not finite break the line. Texts are
 * UTF-8. */
struct series {
    const char *name;
    const double *y; /* [count]; NAN: no point */
};
struct panel {
    const struct series *series;
    int n_series;
    bool is_share; /* values from 0 to 1: the axis is linear and ends there */
};
struct plot {
    const char *title, *x_name;
    const double *x; /* [count], rising */
    int count;
    const struct panel *panels;
    int n_panels;          /* >= 1 */
    int best;              /* the point that is marked, or -1 */
    const char *best_name; /* what the mark means */
};
enum status plot_write(const struct plot *plot, const char *path,
                       struct error *error);

/* A square table of counts with the names of its rows and columns, black on
 * white, for a confusion matrix. Texts are UTF-8. */
enum { MATRIX_PLOT_MOST = 200 }; /* names */
struct matrix_plot {
    const char *title, *row_name, *column_name;
    const char *const *names; /* [count], of rows and columns */
    int count;
    const int64_t *counts; /* [count][count], row by row */
};
enum status matrix_plot_write(const struct matrix_plot *plot, const char *path,
                              struct error *error);

#endif
