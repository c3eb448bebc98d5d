/* Images in emitted code, as arrays of their extents.
 *
 * A function gets an image as rows of numbers, or as vectors of samples; inside
 * of it `x_image` is the same memory with its shape, margins included:
 *
 *   rows        x_image[h][w][c], of sample n: declared where n is known, as
 *               rows are padded to cache lines
 *   by sample   x_image[h][w][c][n]
 *
 * What goes from pixel to pixel without a gap is a run: a place in it may lie
 * beyond the pixel's channels, and is counted from the pixel as a pointer; an
 * index that is larger than its extent would tell the C compiler that a loop
 * ends sooner than it does. */
#ifndef COMPILER_EMIT_VIEW_H
#define COMPILER_EMIT_VIEW_H

#include "compiler/emit/emit.h"

struct view {
    struct emission *emission;
    const char *name; /* of the parameter */
    enum dtype dtype;
    bool batch_innermost;
    int64_t top, left;               /* margins, in pixels */
    int64_t height, width, channels; /* margins included */
};

/* A tensor as the parameter `name`. */
struct view view_of(struct emission *emission, const char *name,
                    const struct tensor *tensor);

/* True where a tile has several vectors of samples: n counts them. */
bool has_sample_loop(const struct emission *emission);

/* Declares the array; `is_const`: of what is only read. */
void view_declare(const struct view *view, bool is_const);

/* x_image[row][column][channel]: a value; by sample, those of a tile. */
const struct expr *view_value(const struct view *view, const struct expr *row,
                              const struct expr *column,
                              const struct expr *channel);
/* &x_image[row][column][channel]: where the value of sample n lies, or the vector
 * of samples from n on. */
const struct expr *view_place(const struct view *view, const struct expr *row,
                              const struct expr *column,
                              const struct expr *channel);
/* x_image[row][column] + offset: so many values of a sample behind a pixel's
 * first. */
const struct expr *view_run(const struct view *view, const struct expr *row,
                            const struct expr *column,
                            const struct expr *offset);

/* So many values of a sample, in numbers: "16" or "16 * TILE". */
const char *view_distance(const struct view *view, int64_t values);

/* ---- what all loops are written with -------------------------------------- */

/* "28". */
const char *integer_text(const struct emission *emission, int64_t value);
/* A variable of the emitted code; a constant. */
const struct expr *variable(const struct emission *emission, const char *name);
const struct expr *constant(const struct emission *emission, int64_t value);
/* &matrix[row][column] */
const struct expr *matrix_place(const struct expr *matrix,
                                const struct expr *row,
                                const struct expr *column);
/* "for (int k = 0; k < 784; k++)" */
const char *loop_text(const struct emission *emission, const char *name,
                      const char *end);

#endif
