/* The ticks of an axis: multiples of 1, 2 or 5 times a power of ten. Ranges
 * may be as wide or as narrow as doubles go, so they are bounded first: at
 * 1e300 (on a logarithmic axis 1e-300, too), and below at a millionth of their
 * values. */
#include "trainer/picture/plot_axis.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double most_of_axis = 1e300;
static const double least_logarithmic = 1e-300;
static const double least_span = 1e-290;
static const double least_relative_span = 1e-6;
static const double tick_room =
    0.1; /* least, from a value to the end, in steps */
static const double logarithmic_from = 20.0; /* most / least */

enum {
    WANTED_STEPS = 5,
    WANTED_DECADES = 7, /* more are labelled in steps */
    FINE_DECADES = 3    /* up to here, with ticks at 2 and 5 too */
};

const struct extent extent_empty = {HUGE_VAL, -HUGE_VAL, true};

static double bound(double value)
{
    return fmax(-most_of_axis, fmin(most_of_axis, value));
}

void extent_add(struct extent *extent, double value)
{
    if (!isfinite(value))
        return;
    extent->least = fmin(extent->least, bound(value));
    extent->most = fmax(extent->most, bound(value));
    extent->whole = extent->whole && floor(value) == value;
}

/* Something to show, not too narrow to be shown. */
static struct extent widen(struct extent extent)
{
    if (extent.least > extent.most)
        return (struct extent){0.0, 1.0, false};
    double size = fmax(fabs(extent.least), fabs(extent.most));
    double span = extent.most - extent.least;
    if (span >= least_span && span >= size * least_relative_span)
        return extent;
    double room = size < least_span ? 1.0 : 0.1 * size;
    if (extent.whole)
        room = fmax(1.0, floor(room));
    extent.least -= room;
    extent.most += room;
    return extent;
}

/* The step of 1, 2 or 5 times a power of ten that is nearest to `rough`. */
static double round_step(double rough)
{
    double power = pow(10.0, floor(log10(rough)));
    double digit = rough / power;
    if (digit < 1.41) /* geometric means of neighbours */
        return power;
    if (digit < 3.16)
        return 2.0 * power;
    return digit < 7.07 ? 5.0 * power : 10.0 * power;
}

/* ---- labels -------------------------------------------------------------- */

/* "2.5e+07" becomes "2.5e7", "1e-05" becomes "1e-5". */
static void shorten_exponent(char *label)
{
    char *exponent = strchr(label, 'e');
    if (!exponent)
        return;
    char *to = exponent + 1, *from = to;
    if (*from == '-')
        to++;
    from++;
    while (*from == '0' && from[1])
        from++;
    memmove(to, from, strlen(from) + 1);
}

/* With the digits that tell it from its neighbours, `step` away; `size` is the
 * largest value of the axis. */
static void label_linear(struct tick *tick, double step, double size)
{
    double digits = floor(log10(step) + 1e-9);
    if (tick->value == 0.0)
        snprintf(tick->label, sizeof tick->label, "0");
    else if (size >= 1e6 || size < 1e-3)
        snprintf(tick->label, sizeof tick->label, "%.*e",
                 (int)fmax(0.0, floor(log10(size)) - digits), tick->value);
    else
        snprintf(tick->label, sizeof tick->label, "%.*f",
                 (int)fmax(0.0, -digits), tick->value);
    shorten_exponent(tick->label);
}

static void label_logarithmic(struct tick *tick, int digit, int exponent)
{
    if (exponent >= -4 && exponent <= 5)
        snprintf(tick->label, sizeof tick->label, "%.*f",
                 exponent < 0 ? -exponent : 0, tick->value);
    else
        snprintf(tick->label, sizeof tick->label, "%de%d", digit, exponent);
}

/* ---- ticks --------------------------------------------------------------- */

static double choose_step(struct extent extent)
{
    double step = round_step((extent.most - extent.least) / WANTED_STEPS);
    return extent.whole && step < 1.0 ? 1.0 : step;
}

static void add_ticks(struct axis *axis, double step)
{
    double size = fmax(fabs(axis->low), fabs(axis->high));
    double first = ceil(axis->low / step - 1e-6);
    double last = floor(axis->high / step + 1e-6);
    for (double i = first; i <= last && axis->n_ticks < AXIS_MAX_TICKS; i++) {
        struct tick *tick = &axis->ticks[axis->n_ticks++];
        tick->value = i * step;
        label_linear(tick, step, size);
    }
}

/* A tick at `digit` times ten to the `exponent`. */
static void add_decade_tick(struct axis *axis, int digit, int exponent)
{
    if (axis->n_ticks == AXIS_MAX_TICKS)
        return;
    struct tick *tick = &axis->ticks[axis->n_ticks++];
    tick->value = digit * pow(10.0, exponent);
    label_logarithmic(tick, digit, exponent);
}

static const int fine_digits[] = {1, 2, 5};
enum { N_FINE = sizeof fine_digits / sizeof *fine_digits };

/* The ends at ticks of 1, 2 and 5. */
static void narrow_to_fine(struct axis *axis, double least, double most)
{
    int first = (int)axis->low, last = (int)axis->high;
    for (int exponent = first; exponent < last; exponent++)
        for (int i = 0; i < N_FINE; i++) {
            double at = exponent + log10(fine_digits[i]);
            if (at <= log10(least) + 1e-9)
                axis->low = at;
            if (at >= log10(most) - 1e-9 && at < axis->high)
                axis->high = at;
        }
}

static void fit_logarithmic(struct axis *axis, struct extent extent)
{
    double least = fmax(extent.least, least_logarithmic);
    int first = (int)floor(log10(least) + 1e-9);
    int last = (int)ceil(log10(extent.most) - 1e-9);
    bool fine = last - first <= FINE_DECADES;
    int step = (int)ceil(round_step((double)(last - first) / WANTED_DECADES));
    axis->logarithmic = true;
    axis->low = first;
    axis->high = last;
    if (fine)
        narrow_to_fine(axis, least, extent.most);
    for (int exponent = first; exponent <= last; exponent++)
        for (int i = 0; i < (fine ? N_FINE : 1); i++) {
            double at = exponent + log10(fine_digits[i]);
            if (exponent % step == 0 && at >= axis->low - 1e-9 &&
                at <= axis->high + 1e-9)
                add_decade_tick(axis, fine_digits[i], exponent);
        }
}

void axis_fit(struct axis *axis, struct extent extent)
{
    extent = widen(extent);
    *axis = (struct axis){.low = extent.least, .high = extent.most};
    add_ticks(axis, choose_step(extent));
}

/* Not beyond `lowest` and `highest`. */
static void fit_linear(struct axis *axis, struct extent extent, double lowest,
                       double highest)
{
    if (extent.least >= 0.0)
        lowest = fmax(lowest, 0.0);
    extent = widen(extent);
    extent.whole = false;
    double step = choose_step(extent);
    axis->low = fmax(lowest, floor(extent.least / step - tick_room) * step);
    axis->high = fmin(highest, ceil(extent.most / step + tick_room) * step);
    add_ticks(axis, step);
}

void axis_fit_round(struct axis *axis, struct extent extent)
{
    *axis = (struct axis){0};
    if (extent.least > 0.0 && extent.most >= least_span &&
        extent.most / extent.least > logarithmic_from)
        fit_logarithmic(axis, extent);
    else
        fit_linear(axis, extent, -HUGE_VAL, HUGE_VAL);
}

void axis_fit_share(struct axis *axis, struct extent extent)
{
    *axis = (struct axis){0};
    if (extent.least > extent.most)
        extent = (struct extent){0.0, 1.0, false};
    fit_linear(axis, extent, 0.0, 1.0);
}

double axis_place(const struct axis *axis, double value)
{
    double at = value;
    if (axis->logarithmic)
        at = log10(fmax(value, least_logarithmic));
    at = fmax(axis->low, fmin(axis->high, at));
    return (at - axis->low) / (axis->high - axis->low);
}
