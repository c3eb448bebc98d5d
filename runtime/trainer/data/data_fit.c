/* Ratios of sides are compared by products, which 64 bits hold. */
#include "trainer/data/data_fit.h"

/* a * b / c, at least 1 and at most `most`. */
static int64_t share(int64_t a, int64_t b, int64_t c, int64_t most)
{
    int64_t result = a * b / c;
    return result < 1 ? 1 : result > most ? most : result;
}

struct data_fitting data_fitting(enum fit_choice fit, int64_t height,
                                 int64_t width, int64_t wanted_height,
                                 int64_t wanted_width)
{
    int64_t h = height, w = width;
    struct data_fitting fitting = {.to = {0, 0, wanted_height, wanted_width}};
    if (fit == FIT_CROP) {
        h = share(width, wanted_height, wanted_width, height);
        w = share(height, wanted_width, wanted_height, width);
    }
    if (fit == FIT_PAD) {
        fitting.to.height = share(wanted_width, height, width, wanted_height);
        fitting.to.width = share(wanted_height, width, height, wanted_width);
        fitting.to.top = (wanted_height - fitting.to.height) / 2;
        fitting.to.left = (wanted_width - fitting.to.width) / 2;
    }
    fitting.from =
        (struct resample_box){(double)((height - h) / 2),
                              (double)((width - w) / 2), (double)h, (double)w};
    return fitting;
}
