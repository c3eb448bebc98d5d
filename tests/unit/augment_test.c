/* Pictures changed by chance: what tests/augment/make_augmented.py makes of the same
 * ones by another way; how draws are spread; that they are of the seed, the update
 * and the sample alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <math.h>

#include <cmocka.h>

#include "base/source.h"
#include "trainer/data/data.h"
#include "trainer/data/data_augment.h"

enum { SAMPLES = 4, UPDATES = 2 };
static const uint64_t seed = UINT64_C(12345678901234567);
static const uint64_t updates[UPDATES] = {0, 7};

/* ---- cases --------------------------------------------------------------- */

struct example {
    char name[24], kind[8], flip[12], fill[8];
    struct guss_picture picture, target;
    struct augment_settings settings;
};

static int find(const char *word, const char *const *words)
{
    int i = 0;
    while (strcmp(word, words[i]) != 0)
        i++;
    return i;
}

static void read_example(const char *line, struct example *example)
{
    static const char *const flips[] = {"none", "horizontal", "vertical",
                                        "both"};
    static const char *const fills[] = {"nearest", "reflect", "zeros"};
    int shift;
    struct augment_settings *settings = &example->settings;
    *example = (struct example){.target.channels = 1};
    assert_int_equal(
        sscanf(line, "%23s %d %d %d %7s %11s %d %lf %lf %lf %7s %d %d",
               example->name, &example->picture.height, &example->picture.width,
               &example->picture.channels, example->kind, example->flip, &shift,
               &settings->rotate, &settings->zoom, &settings->brightness,
               example->fill, &example->target.height, &example->target.width),
        13);
    settings->shift = shift;
    settings->flip = (enum flip_choice)find(example->flip, flips);
    settings->fill = (enum fill_choice)find(example->fill, fills);
}

static int64_t count_values(const struct guss_picture *picture)
{
    return (int64_t)picture->height * picture->width * picture->channels;
}

/* Value i is (37 i + 11 i^2) % 256, from i = first on; of floats that / 64 - 1.5.
 * The values are the caller's to free. */
static struct data_set draw_set(const struct example *example,
                                const struct guss_picture *picture, int first)
{
    static const char *const kinds[] = {"raw", "unit", "signed", "binary",
                                        "floats"};
    enum { FLOATS = 4 };
    int kind = find(example->kind, kinds);
    bool is_float = kind == FLOATS;
    int64_t width = count_values(picture), n = SAMPLES * width;
    uint8_t *bytes = malloc((size_t)n * sizeof(float));
    float *floats = (float *)(void *)bytes;
    struct data_set set = {.samples = {.values = bytes,
                                       .element = is_float ? GUSS_F32 : GUSS_U8,
                                       .pixels = is_float
                                                     ? GUSS_PIXELS_RAW
                                                     : (enum guss_pixels)kind,
                                       .count = SAMPLES,
                                       .width = width},
                           .values = bytes,
                           .low = 1e9,
                           .high = -1e9};
    for (int64_t i = 0; i < n; i++) {
        int64_t k = i + first;
        uint8_t byte = (uint8_t)((37 * k + 11 * k * k) % 256);
        double value = is_float ? byte / 64.0 - 1.5 : byte;
        if (is_float)
            floats[i] = (float)value;
        else
            bytes[i] = byte;
        set.low = fmin(set.low, value);
        set.high = fmax(set.high, value);
    }
    return set;
}

/* ---- goldens ------------------------------------------------------------- */

static double worst; /* of all that were interpolated */

static void expect_picture(const char *name, const float *found,
                           const float *wanted, int64_t n, double within)
{
    for (int64_t i = 0; i < n; i++) {
        double off = fabs((double)found[i] - (double)wanted[i]);
        worst = fmax(worst, off);
        if (!(off <= within))
            fail_msg("%s: value %lld is %.9g, not %.9g", name, (long long)i,
                     (double)found[i], (double)wanted[i]);
    }
}

static void load_golden(const char *name, int64_t width,
                        struct data_set *golden)
{
    struct error error = {0};
    char path[64];
    snprintf(path, sizeof path, "tests/augment/%s.npy", name);
    if (data_read_npy(path, golden, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    assert_int_equal(golden->samples.count * golden->samples.width,
                     UPDATES * SAMPLES * width);
}

/* Copied pixels have their bits; 1e-6 of the range of values is left to what is
 * computed in float32. */
static double tolerance(const struct example *example,
                        const struct guss_augment *how, bool is_whole)
{
    bool is_copied = is_whole && how->rotate == 0.0 && how->zoom == 0.0 &&
                     how->brightness == 0.0 &&
                     strcmp(example->kind, "signed") != 0;
    return is_copied ? 0.0 : 1e-6 * (how->high - how->low);
}

static void hold_to_golden(const struct example *example, const char *name,
                           struct guss_batch *batch,
                           const struct guss_samples *targets, double within)
{
    int64_t width = targets ? targets->width : batch->samples->width;
    struct data_set golden;
    load_golden(name, width, &golden);
    const float *wanted = golden.samples.values;
    for (int u = 0; u < UPDATES; u++)
        for (int n = 0; n < SAMPLES; n++) {
            batch->update = updates[u];
            const float *found = targets
                                     ? guss_augment_target(batch, targets, n)
                                     : guss_augment_sample(batch, n);
            /* row n is sample 3 - n */
            expect_picture(example->name, found,
                           wanted + (u * SAMPLES + SAMPLES - 1 - n) * width,
                           width, within);
        }
    data_free(&golden);
}

static void hold_example(const struct example *example)
{
    static const uint32_t order[SAMPLES] = {3, 2, 1, 0};
    struct data_set set = draw_set(example, &example->picture, 0);
    struct guss_augment how;
    bool is_asked =
        data_augment(&example->settings, example->picture, &set, &how);
    assert_int_equal(is_asked, strcmp(example->name, "plain") != 0);
    how.target = example->target;
    float *scratch = malloc(guss_augment_numbers(&how) * sizeof *scratch);
    struct guss_batch batch = {.samples = &set.samples,
                               .order = order,
                               .count = SAMPLES,
                               .seed = seed,
                               .augment = &how,
                               .scratch = scratch};
    hold_to_golden(example, example->name, &batch, NULL,
                   tolerance(example, &how, true));
    if (how.target.height) {
        struct data_set targets = draw_set(example, &how.target, 5);
        char name[64];
        snprintf(name, sizeof name, "%s.target", example->name);
        how.brightness = 0.0;
        bool is_whole = how.target.height % how.sample.height == 0 &&
                        how.target.width % how.sample.width == 0;
        hold_to_golden(example, name, &batch, &targets.samples,
                       tolerance(example, &how, is_whole));
        free(targets.values);
    }
    free(scratch);
    free(set.values);
}

static void pictures_are_as_another_way_makes_them(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct error error = {0};
    const struct source *cases =
        source_read(arena, "tests/augment/cases.txt", 1 << 16, &error);
    assert_non_null(cases);
    int count = 0;
    for (const char *line = cases->text; *line; count++) {
        struct example example;
        read_example(line, &example);
        hold_example(&example);
        line += strcspn(line, "\n") + 1;
    }
    assert_int_equal(count, 19);
    arena_free(arena);
}

/* ---- draws --------------------------------------------------------------- */

/* A picture of one bright pixel in the middle, of 9 x 9, in one sample of many. */
enum { SIDE = 9, MIDDLE = SIDE / 2, MANY = 4000 };

struct dot {
    uint8_t bytes[SIDE * SIDE];
    uint32_t order[MANY];
    struct guss_samples samples;
    struct guss_augment how;
    float scratch[4 * SIDE * SIDE];
    struct guss_batch batch;
};

/* Sample n of the batch is sample n of a set: all have the same values. */
static void make_dot(struct dot *dot)
{
    memset(dot, 0, sizeof *dot);
    dot->how = (struct guss_augment){.sample = {SIDE, SIDE, 1}, .high = 1};
    dot->samples = (struct guss_samples){.values = dot->bytes,
                                         .element = GUSS_U8,
                                         .pixels = GUSS_PIXELS_UNIT,
                                         .count = 1,
                                         .width = 0};
    dot->batch = (struct guss_batch){.samples = &dot->samples,
                                     .order = dot->order,
                                     .count = 1,
                                     .seed = 3,
                                     .augment = &dot->how,
                                     .scratch = dot->scratch};
    assert_true(guss_augment_numbers(&dot->how) <=
                sizeof dot->scratch / sizeof *dot->scratch);
}

static const float *next_picture(struct dot *dot, int update)
{
    dot->batch.update = (uint64_t)update;
    return guss_augment_sample(&dot->batch, 0);
}

static void expect_share(const char *what, int found, double share)
{
    double expected = MANY * share;
    double deviation = sqrt(expected * (1.0 - share));
    if (fabs(found - expected) > 5.0 * deviation)
        fail_msg("%s: %d of %d, not about %.0f", what, found, MANY, expected);
}

static void shifts_are_even_on_both_axes(void **state)
{
    (void)state;
    struct dot dot;
    int found[SIDE][SIDE] = {{0}};
    make_dot(&dot);
    dot.bytes[MIDDLE * SIDE + MIDDLE] = 255;
    dot.how.shift = 2;
    for (int i = 0; i < MANY; i++) {
        const float *picture = next_picture(&dot, i);
        for (int k = 0; k < SIDE * SIDE; k++)
            found[k / SIDE][k % SIDE] += picture[k] > 0.5f;
    }
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            bool reaches = abs(y - MIDDLE) <= 2 && abs(x - MIDDLE) <= 2;
            expect_share("a shift", found[y][x], reaches ? 1.0 / 25 : 0.0);
        }
}

static void flips_are_independent_and_half(void **state)
{
    (void)state;
    struct dot dot;
    int found[2][2] = {{0}};
    make_dot(&dot);
    dot.bytes[0] = 255;
    dot.how.flips_across = dot.how.flips_down = true;
    for (int i = 0; i < MANY; i++) {
        const float *picture = next_picture(&dot, i);
        for (int k = 0; k < 4; k++)
            found[k / 2][k % 2] +=
                picture[(SIDE - 1) * ((k / 2) * SIDE + k % 2)] > 0.5f;
    }
    for (int k = 0; k < 4; k++)
        expect_share("a corner", found[k / 2][k % 2], 0.25);
    dot.how.flips_down = false;
    for (int i = 0; i < 100; i++) {
        const float *picture = next_picture(&dot, i);
        assert_true(picture[0] + picture[SIDE - 1] == 1.0f);
    }
}

/* Brightness is as often in each tenth of its range. */
static void brightness_is_even(void **state)
{
    (void)state;
    enum { PARTS = 10 };
    struct dot dot;
    int found[PARTS] = {0};
    make_dot(&dot);
    memset(dot.bytes, 128, sizeof dot.bytes);
    dot.how.brightness = 0.2;
    for (int i = 0; i < MANY; i++) {
        const float *picture = next_picture(&dot, i);
        double part = ((double)picture[7] - 128.0 / 255.0) / 0.4 + 0.5;
        assert_true(part > -1e-6 && part < 1.0 + 1e-6);
        int at = (int)(part * PARTS);
        found[at < PARTS ? at : PARTS - 1]++;
        for (int k = 1; k < SIDE * SIDE; k++)
            assert_true(picture[k] == picture[0]);
    }
    for (int i = 0; i < PARTS; i++)
        expect_share("a tenth", found[i], 1.0 / PARTS);
}

/* What is drawn for one is not what is drawn for the other. */
static void a_picture_is_of_seed_update_and_sample(void **state)
{
    (void)state;
    struct dot dot;
    float first[SIDE * SIDE];
    make_dot(&dot);
    for (int i = 0; i < SIDE * SIDE; i++)
        dot.bytes[i] = (uint8_t)(3 * i);
    dot.how.rotate = 1.0;
    size_t bytes = sizeof first;
    memcpy(first, next_picture(&dot, 5), bytes);
    assert_memory_equal(first, next_picture(&dot, 5), bytes);
    assert_memory_not_equal(first, next_picture(&dot, 6), bytes);
    dot.batch.seed = 4;
    assert_memory_not_equal(first, next_picture(&dot, 5), bytes);
    dot.batch.seed = 3;
    dot.samples.width = 0;
    dot.order[1] = 0; /* another row of the batch, the same sample */
    dot.batch.count = 2;
    assert_memory_equal(first, guss_augment_sample(&dot.batch, 1), bytes);
}

/* Brightness drawn, as a settings change, moves no pixel. */
static void one_key_leaves_the_draws_of_others(void **state)
{
    (void)state;
    struct dot dot;
    float shifted[SIDE * SIDE];
    make_dot(&dot);
    dot.bytes[MIDDLE * SIDE + MIDDLE] = 255;
    dot.how.shift = 3;
    memcpy(shifted, next_picture(&dot, 11), sizeof shifted);
    dot.how.brightness = 1e-9;
    dot.how.flips_across = dot.how.flips_down = true;
    const float *picture = next_picture(&dot, 11);
    for (int i = 0; i < SIDE * SIDE; i++)
        assert_true(fabs((double)picture[i] - (double)shifted[i]) < 1e-6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pictures_are_as_another_way_makes_them),
        cmocka_unit_test(shifts_are_even_on_both_axes),
        cmocka_unit_test(flips_are_independent_and_half),
        cmocka_unit_test(brightness_is_even),
        cmocka_unit_test(a_picture_is_of_seed_update_and_sample),
        cmocka_unit_test(one_key_leaves_the_draws_of_others),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    printf("# furthest off: %.3g\n", worst);
    return failed;
}
