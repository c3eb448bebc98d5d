/* An axis of a plot: its range and its ticks at round numbers. */
#ifndef TRAINER_PLOT_AXIS_H
#define TRAINER_PLOT_AXIS_H

#include <stdbool.h>

enum { AXIS_MAX_TICKS = 24, AXIS_LABEL = 24 };

/* What an axis has to show. Starts as extent_empty; values that are not finite
 * do not count. */
struct extent {
    double least, most; /* least > most: nothing yet */
    bool whole;         /* all are whole numbers */
};
extern const struct extent extent_empty;
void extent_add(struct extent *extent, double value);

struct tick {
    double value;
    char label[AXIS_LABEL];
};

struct axis {
    bool logarithmic;
    double low, high; /* ends of the range; of its log10 where logarithmic */
    struct tick ticks[AXIS_MAX_TICKS];
    int n_ticks;
};

/* From the least to the most value. */
void axis_fit(struct axis *axis, struct extent extent);

/* Widened to ticks at both ends; logarithmic where all values are positive and
 * the most is over 20 times the least. */
void axis_fit_round(struct axis *axis, struct extent extent);

/* Of values from 0 to 1: linear, widened to ticks, but not beyond 0 and 1. */
void axis_fit_share(struct axis *axis, struct extent extent);

/* Where a finite value lies: 0 at the low end and below, 1 at the high end. */
double axis_place(const struct axis *axis, double value);

#endif
