/* Samples as points: what a judge's layer makes of each, in double, since the
 * distance of near points is a small difference of large products. */
#ifndef TRAINER_POINTS_H
#define TRAINER_POINTS_H

#include <stdbool.h>
#include <stdint.h>

enum { POINTS_MOST_WIDTH = 2048 };

struct points {
    const double *values;  /* [count][width] */
    const double *squares; /* [count]: of each point's distance from 0 */
    int64_t count;
    int width;
    double *owned; /* points_free(); NULL: part of others */
};

/* Takes `count` rows of `width` numbers, at most POINTS_MOST_WIDTH; false
 * without memory. */
bool points_take(struct points *points, const float *values, int64_t count,
                 int width);
void points_free(struct points *points);

/* Some of them, which live as long as those. */
struct points points_part(const struct points *points, int64_t first,
                          int64_t count);

/* Whether there is no NaN and no infinity. */
bool points_are_finite(const struct points *points);

/* The square of the distance of a's point i and b's point j, by differences: 0
 * for equal ones, and the same whichever way around. */
double points_square_distance(const struct points *a, int64_t i,
                              const struct points *b, int64_t j);

#endif
