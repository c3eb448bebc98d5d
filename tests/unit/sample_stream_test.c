/* The real samples of a GAN, and its latent vectors: which are taken when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <math.h>

#include "guss/random.h"
#include "trainer/data/shuffle.h"
#include "trainer/inference/latent.h"
#include "trainer/training/sample_stream.h"

enum { SAMPLES = 7, PASSES = 5 };

static void test_passes_follow_each_other(void **state)
{
    (void)state;
    uint32_t whole[PASSES * SAMPLES], order[SAMPLES], pass[SAMPLES];
    struct sample_stream stream = {
        .count = SAMPLES, .shuffle = true, .seed = 3, .order = order};
    sample_stream_take(&stream, 0, PASSES * SAMPLES, whole);
    for (uint64_t i = 0; i < PASSES; i++) {
        shuffle_pass(pass, SAMPLES, 3, i);
        assert_memory_equal(whole + i * SAMPLES, pass, sizeof pass);
    }
    /* in parts that no pass begins with, and from anywhere anew */
    for (int size = 1; size < 2 * SAMPLES; size++) {
        uint32_t part[2 * SAMPLES];
        for (int first = 0; first + size <= PASSES * SAMPLES; first += size) {
            sample_stream_take(&stream, (uint64_t)first, size, part);
            assert_memory_equal(part, whole + first,
                                (size_t)size * sizeof *part);
        }
    }
    struct sample_stream other = stream;
    other.is_ordered = false;
    uint32_t last[3];
    sample_stream_take(&other, PASSES * SAMPLES - 3, 3, last);
    assert_memory_equal(last, whole + PASSES * SAMPLES - 3, sizeof last);
}

static void test_without_shuffling_samples_come_in_order(void **state)
{
    (void)state;
    uint32_t order[SAMPLES], taken[12];
    struct sample_stream stream = {
        .count = SAMPLES, .shuffle = false, .order = order};
    sample_stream_take(&stream, 5, 12, taken);
    for (uint32_t i = 0; i < 12; i++)
        assert_int_equal(taken[i], (5 + i) % SAMPLES);
}

/* ---- latent vectors ------------------------------------------------------ */

static void expect_near(const float *values, const float *expected, int count)
{
    for (int i = 0; i < count; i++)
        assert_true(fabsf(values[i] - expected[i]) < 1e-6f);
}

/* The draws themselves are pinned: sheets and runs of other days must come out
 * the same. */
static void test_first_draws(void **state)
{
    (void)state;
    const struct guss_latent normal = {GUSS_LATENT_NORMAL, 0.0, 1.0, NULL, 0};
    const struct guss_latent uniform = {GUSS_LATENT_UNIFORM, 0.0, 1.0, NULL, 0};
    static const float normals[] = {1.32482386f,   -0.0576087162f,
                                    -0.454179823f, -0.312841862f,
                                    0.334905773f,  -0.730452001f};
    static const float uniforms[] = {0.415098846f, 0.993083596f, 0.536879063f,
                                     0.900310099f, 0.369580865f, 0.726505101f};
    static const float trained[] = {0.0650462955f, -0.973652005f, 1.15551269f};
    float rows[6];
    latent_rows(&normal, 7, 0, 2, 3, rows);
    expect_near(rows, normals, 6);
    latent_rows(&uniform, 7, 0, 2, 3, rows);
    expect_near(rows, uniforms, 6);
    guss_latent_row(&normal, 1, 0, 6, 0, 3, rows);
    expect_near(rows, trained, 3);
}

static void test_more_vectors_begin_with_the_same(void **state)
{
    (void)state;
    const struct guss_latent normal = {GUSS_LATENT_NORMAL, 2.0, 0.5, NULL, 0};
    float few[3][5], many[9][5];
    latent_rows(&normal, 99, 0, 3, 5, few[0]);
    latent_rows(&normal, 99, 0, 9, 5, many[0]);
    assert_memory_equal(few, many, sizeof few);
    latent_rows(&normal, 98, 0, 3, 5, many[0]);
    assert_true(memcmp(few, many, sizeof few) != 0);
}

static void test_distributions(void **state)
{
    (void)state;
    enum { COUNT = 1000, WIDE = 100 };
    const struct guss_latent normal = {GUSS_LATENT_NORMAL, 3.0, 0.5, NULL, 0};
    const struct guss_latent uniform = {GUSS_LATENT_UNIFORM, -2.0, 4.0, NULL,
                                        0};
    float *rows = calloc(COUNT * WIDE, sizeof *rows);
    assert_non_null(rows);
    double sum = 0.0, squares = 0.0;
    latent_rows(&normal, 1, 0, COUNT, WIDE, rows);
    for (int i = 0; i < COUNT * WIDE; i++) {
        sum += (double)rows[i];
        squares += ((double)rows[i] - 3.0) * ((double)rows[i] - 3.0);
    }
    /* five standard errors of 100,000 draws */
    assert_true(fabs(sum / (COUNT * WIDE) - 3.0) < 5 * 0.5 / 316);
    assert_true(fabs(squares / (COUNT * WIDE) - 0.25) < 5 * 0.354 / 316);
    latent_rows(&uniform, 1, 0, COUNT, WIDE, rows);
    sum = 0.0;
    for (int i = 0; i < COUNT * WIDE; i++) {
        assert_true(rows[i] >= -2.0f && rows[i] < 4.0f);
        sum += (double)rows[i];
    }
    assert_true(fabs(sum / (COUNT * WIDE) - 1.0) < 5 * 1.732 / 316);
    free(rows);
}

static void test_rows_of_a_file_wrap_round(void **state)
{
    (void)state;
    const float values[3][2] = {{1, 2}, {3, 4}, {5, 6}};
    const struct guss_latent file = {GUSS_LATENT_FILE, 0.0, 0.0, values[0], 3};
    float rows[5][2];
    latent_rows(&file, 7, 0, 5, 2, rows[0]);
    assert_memory_equal(rows, values, sizeof values);
    assert_memory_equal(rows[3], values, 2 * sizeof values[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_passes_follow_each_other),
        cmocka_unit_test(test_without_shuffling_samples_come_in_order),
        cmocka_unit_test(test_first_draws),
        cmocka_unit_test(test_more_vectors_begin_with_the_same),
        cmocka_unit_test(test_distributions),
        cmocka_unit_test(test_rows_of_a_file_wrap_round)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
