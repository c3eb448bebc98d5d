/* Strokes on paper: a line or a curve comes in, pixels get darker.
 *
 * A pixel's ink falls with the distance of its centre from the stroke, over
 * one pixel at the edge; the distance is a rounded-down integer square root. */
#include "trainer/data/data_pen.h"

#include <stdbool.h>

enum {
    CURVE_PIECES = 12,
    FAINTEST = 56 /* less ink than this is no ink */
};

void pen_place(struct pen *pen, int32_t x, int32_t y, int32_t half_width,
               int32_t half_height, int32_t tilt)
{
    /* sin and cos from the tangent of half the angle: no tables, no floats. */
    int64_t one = TURN_ONE, square = (int64_t)tilt * tilt / one;
    int32_t cosine = (int32_t)((one - square) * one / (one + square));
    int32_t sine = (int32_t)(2 * (int64_t)tilt * one / (one + square));
    pen->xx = half_width * cosine / TURN_ONE;
    pen->xy = -half_height * sine / TURN_ONE;
    pen->yx = half_width * sine / TURN_ONE;
    pen->yy = half_height * cosine / TURN_ONE;
    pen->x = x;
    pen->y = y;
}

static struct point on_paper(const struct pen *pen, struct point point)
{
    return (struct point){
        pen->x + (pen->xx * point.x + pen->xy * point.y) / DRAWING,
        pen->y + (pen->yx * point.x + pen->yy * point.y) / DRAWING};
}

static int32_t square_root(int64_t square)
{
    int64_t root = 0;
    for (int64_t bit = INT64_C(1) << 15; bit > 0; bit /= 2)
        if ((root + bit) * (root + bit) <= square)
            root += bit;
    return (int32_t)root;
}

/* From `point` to the nearest point between `from` and `to`, in 1/256 pixel;
 * anything above 2^16 counts as 2^16 - 1. */
static int32_t distance(struct point point, struct point from, struct point to)
{
    int64_t dx = to.x - from.x, dy = to.y - from.y;
    int64_t x = point.x - from.x, y = point.y - from.y;
    int64_t length = dx * dx + dy * dy, along = x * dx + y * dy;
    if (length > 0 && along > 0) {
        if (along > length)
            along = length;
        x -= dx * along / length;
        y -= dy * along / length;
    }
    return square_root(x * x + y * y);
}

static void darken(const struct pen *pen, int row, int column,
                   struct point from, struct point to)
{
    struct point centre = {column * PIXEL + PIXEL / 2, row * PIXEL + PIXEL / 2};
    int32_t cover = pen->radius + PIXEL / 2 - distance(centre, from, to);
    if (cover <= 0)
        return;
    if (cover > PIXEL)
        cover = PIXEL;
    int32_t ink = cover * pen->ink / PIXEL;
    uint8_t *pixel = &pen->paper[row * PAPER_SIZE + column];
    if (ink >= FAINTEST && PAPER_WHITE - ink < *pixel)
        *pixel = (uint8_t)(PAPER_WHITE - ink);
}

/* The pixels that a stroke from `low` to `high` can touch, [*first, *last). */
static void reach(int32_t low, int32_t high, int32_t radius, int *first,
                  int *last)
{
    if (low > high) {
        int32_t swap = low;
        low = high;
        high = swap;
    }
    *first = (low - radius) / PIXEL - 1;
    *last = (high + radius) / PIXEL + 2;
    if (*first < 0)
        *first = 0;
    if (*last > PAPER_SIZE)
        *last = PAPER_SIZE;
}

static void stroke(const struct pen *pen, struct point from, struct point to)
{
    int top, bottom, left, right;
    reach(from.y, to.y, pen->radius, &top, &bottom);
    reach(from.x, to.x, pen->radius, &left, &right);
    for (int row = top; row < bottom; row++)
        for (int column = left; column < right; column++)
            darken(pen, row, column, from, to);
}

void pen_line(struct pen *pen, struct point from, struct point to)
{
    stroke(pen, on_paper(pen, from), on_paper(pen, to));
}

/* a (1-t)^3 + 3 b t (1-t)^2 + 3 c t^2 (1-t) + d t^3, t = step / pieces. */
static int32_t bezier(int64_t a, int64_t b, int64_t c, int64_t d, int64_t step)
{
    int64_t rest = CURVE_PIECES - step;
    int64_t sum = a * rest * rest * rest + 3 * b * step * rest * rest +
                  3 * c * step * step * rest + d * step * step * step;
    return (int32_t)(sum / (CURVE_PIECES * CURVE_PIECES * CURVE_PIECES));
}

void pen_curve(struct pen *pen, struct point from, struct point pull_from,
               struct point pull_to, struct point to)
{
    struct point a = on_paper(pen, from), b = on_paper(pen, pull_from);
    struct point c = on_paper(pen, pull_to), d = on_paper(pen, to);
    struct point last = a;
    for (int step = 1; step <= CURVE_PIECES; step++) {
        struct point next = {bezier(a.x, b.x, c.x, d.x, step),
                             bezier(a.y, b.y, c.y, d.y, step)};
        stroke(pen, last, next);
        last = next;
    }
}
