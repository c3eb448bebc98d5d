/* Bytes are counted first: of 256 values the sums are soon taken. */
#include "trainer/data/data_moments.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BYTES = 256 };

struct walk {
    const struct data_set *set;
    const uint32_t *picks; /* NULL: all of them */
    int64_t count, channels;
};

/* Sample `i` of those that are picked. Those of a file that is mapped need not
 * stay. */
static const void *sample(const struct walk *walk, int64_t i)
{
    enum { PART_VALUES = 1 << 20 };
    const struct guss_samples *samples = &walk->set->samples;
    size_t size = samples->element == GUSS_U8 ? 1 : sizeof(float);
    size_t index = walk->picks ? walk->picks[i] : (size_t)i;
    if (walk->set->mapping &&
        i % (1 + PART_VALUES / samples->width) == PART_VALUES / samples->width)
        sample_mapping_forget(walk->set->mapping);
    return (const char *)samples->values +
           index * (size_t)samples->width * size;
}

/* ---- bytes --------------------------------------------------------------- */

static void count_bytes(const struct walk *walk, int64_t *counts)
{
    int64_t width = walk->set->samples.width, channels = walk->channels;
    for (int64_t n = 0; n < walk->count; n++) {
        const uint8_t *row = sample(walk, n);
        for (int64_t i = 0; i < width; i += channels)
            for (int64_t c = 0; c < channels; c++)
                counts[c * BYTES + row[i + c]]++;
    }
}

/* Of one channel. */
static void sum_counts(const int64_t counts[BYTES], const double of[BYTES],
                       double n, double *mean, double *variance)
{
    double sum = 0.0, squares = 0.0;
    for (int v = 0; v < BYTES; v++)
        sum += (double)counts[v] * of[v];
    *mean = sum / n;
    for (int v = 0; v < BYTES; v++)
        squares += (double)counts[v] * (of[v] - sum / n) * (of[v] - sum / n);
    *variance = squares / n;
}

/* What each byte is to a network. */
static void byte_values(enum guss_pixels pixels, double of[BYTES])
{
    for (int v = 0; v < BYTES; v++)
        of[v] = pixels == GUSS_PIXELS_UNIT     ? v / 255.0
                : pixels == GUSS_PIXELS_SIGNED ? v / 127.5 - 1.0
                : pixels == GUSS_PIXELS_BINARY ? v != 255
                                               : v;
}

static void sum_bytes(const struct walk *walk, int64_t *counts, double n,
                      double *mean, double *variance)
{
    double of[BYTES];
    byte_values(walk->set->samples.pixels, of);
    count_bytes(walk, counts);
    for (int64_t c = 0; c < walk->channels; c++)
        sum_counts(counts + c * BYTES, of, n, &mean[c], &variance[c]);
}

/* ---- floats -------------------------------------------------------------- */

/* Adds up (v - mean), or its square, of each channel. */
static void add_floats(const struct walk *walk, const double *mean,
                       double *sums)
{
    int64_t width = walk->set->samples.width, channels = walk->channels;
    for (int64_t n = 0; n < walk->count; n++) {
        const float *row = sample(walk, n);
        for (int64_t i = 0; i < width; i += channels)
            for (int64_t c = 0; c < channels; c++) {
                double v = (double)row[i + c];
                sums[c] += mean ? (v - mean[c]) * (v - mean[c]) : v;
            }
    }
}

static void sum_floats(const struct walk *walk, double n, double *mean,
                       double *variance)
{
    size_t bytes = (size_t)walk->channels * sizeof *mean;
    memset(mean, 0, bytes);
    memset(variance, 0, bytes);
    add_floats(walk, NULL, mean);
    for (int64_t c = 0; c < walk->channels; c++)
        mean[c] /= n;
    add_floats(walk, mean, variance);
    for (int64_t c = 0; c < walk->channels; c++)
        variance[c] /= n;
}

/* ---- both ---------------------------------------------------------------- */

/* To numbers that float32 holds, and divides by. A deviation of so small a part of
 * the mean is what rounding leaves of none. */
static void finish(double *mean, double *stddev)
{
    double deviation = sqrt(*stddev);
    bool is_constant = deviation <= 1e-12 * fabs(*mean);
    *mean = fabs(*mean) < (double)FLT_MIN ? 0.0 : *mean;
    *stddev = is_constant || deviation < (double)FLT_MIN ? 1.0 : deviation;
}

enum status data_moments(const struct data_set *set, const uint32_t *picks,
                         int64_t n_picks, int64_t channels, double *mean,
                         double *stddev, struct error *error)
{
    const struct walk walk = {set, picks, picks ? n_picks : set->samples.count,
                              channels};
    double n = (double)walk.count * (double)(set->samples.width / channels);
    if (set->samples.element == GUSS_U8) {
        int64_t *counts = calloc((size_t)channels, BYTES * sizeof *counts);
        if (!counts)
            return error_set(error, STATUS_MACHINE,
                             "out of memory: the moments of %lld channels",
                             (long long)channels);
        sum_bytes(&walk, counts, n, mean, stddev);
        free(counts);
    } else {
        sum_floats(&walk, n, mean, stddev);
    }
    for (int64_t c = 0; c < channels; c++)
        finish(&mean[c], &stddev[c]);
    return STATUS_OK;
}
