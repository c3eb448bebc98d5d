/* Mean and deviation of channels: of bytes as `pixels` says, of floats, of some of
 * the samples. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <math.h>

#include <cmocka.h>

#include "trainer/data/data_moments.h"

enum { MOST = 4 };

struct moments {
    double mean[MOST], stddev[MOST];
};

static struct moments measure(const struct data_set *set, const uint32_t *picks,
                              int64_t n_picks, int64_t channels)
{
    struct moments moments;
    struct error error = {0};
    assert_int_equal(data_moments(set, picks, n_picks, channels, moments.mean,
                                  moments.stddev, &error),
                     STATUS_OK);
    return moments;
}

static void expect(double found, double wanted)
{
    if (fabs(found - wanted) > 1e-15 * fabs(wanted))
        fail_msg("%.17g, not %.17g", found, wanted);
}

static struct data_set bytes_of(const uint8_t *values, int64_t count,
                                int64_t width, enum guss_pixels pixels)
{
    return (struct data_set){.samples = {.values = values,
                                         .element = GUSS_U8,
                                         .pixels = pixels,
                                         .count = count,
                                         .width = width}};
}

static void bytes_are_what_pixels_says(void **state)
{
    (void)state;
    static const uint8_t values[] = {0, 51, 102, 255};
    struct data_set set = bytes_of(values, 2, 2, GUSS_PIXELS_UNIT);
    struct moments unit = measure(&set, NULL, 0, 1);
    expect(unit.mean[0], 408 / 4.0 / 255);
    expect(unit.stddev[0], sqrt((102.0 * 102 + 51 * 51 + 153 * 153) / 4) / 255);
    set.samples.pixels = GUSS_PIXELS_SIGNED;
    struct moments is_signed = measure(&set, NULL, 0, 1);
    expect(is_signed.mean[0], 408 / 4.0 / 127.5 - 1);
    set.samples.pixels = GUSS_PIXELS_RAW;
    expect(measure(&set, NULL, 0, 1).mean[0], 102.0);
    set.samples.pixels = GUSS_PIXELS_BINARY;
    struct moments binary = measure(&set, NULL, 0, 1);
    expect(binary.mean[0], 0.75);
    expect(binary.stddev[0], sqrt(0.1875));
}

static void channels_are_apart(void **state)
{
    (void)state;
    static const uint8_t values[] = {1, 10, 100, 3, 10, 200,
                                     5, 10, 0,   7, 10, 40};
    struct data_set set = bytes_of(values, 2, 6, GUSS_PIXELS_RAW);
    struct moments moments = measure(&set, NULL, 0, 3);
    expect(moments.mean[0], 4.0);
    expect(moments.stddev[0], sqrt(5.0));
    expect(moments.mean[1], 10.0);
    expect(moments.stddev[1], 1.0); /* the same everywhere */
    expect(moments.mean[2], 85.0);
}

static void some_samples_are_picked(void **state)
{
    (void)state;
    static const float values[] = {1.0f, -1.0f, 1e30f, 0.0f, 3.0f, -5.0f};
    static const uint32_t picks[] = {2, 0};
    const struct data_set set = {.samples = {.values = values,
                                             .element = GUSS_F32,
                                             .pixels = GUSS_PIXELS_RAW,
                                             .count = 3,
                                             .width = 2}};
    struct moments moments = measure(&set, picks, 2, 2);
    expect(moments.mean[0], 2.0);
    expect(moments.stddev[0], 1.0);
    expect(moments.mean[1], -3.0);
    expect(moments.stddev[1], 2.0);
}

static void what_is_the_same_everywhere_is_divided_by_one(void **state)
{
    (void)state;
    float values[3000];
    for (int i = 0; i < 3000; i++)
        values[i] = 0.1f;
    struct data_set set = {.samples = {.values = values,
                                       .element = GUSS_F32,
                                       .pixels = GUSS_PIXELS_RAW,
                                       .count = 1000,
                                       .width = 3}};
    struct moments moments = measure(&set, NULL, 0, 1);
    expect(moments.mean[0], (double)0.1f);
    expect(moments.stddev[0], 1.0);
    for (int i = 0; i < 3000; i++)
        values[i] = i % 2 ? 1e-40f : 2e-40f; /* float32 holds less of them */
    moments = measure(&set, NULL, 0, 1);
    expect(moments.mean[0], 0.0);
    expect(moments.stddev[0], 1.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_are_what_pixels_says),
        cmocka_unit_test(channels_are_apart),
        cmocka_unit_test(some_samples_are_picked),
        cmocka_unit_test(what_is_the_same_everywhere_is_divided_by_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
