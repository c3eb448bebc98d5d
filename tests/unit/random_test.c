/* guss/random.h: the published numbers of Philox 4x32-10, and what is made of
 * them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <math.h>

#include "guss/random.h"

/* Random123 1.14, tests/kat_vectors, "philox4x32 10". */
static void test_the_published_vectors(void **state)
{
    (void)state;
    static const struct {
        struct guss_words counter;
        uint32_t key[2];
        struct guss_words expected;
    } vectors[] = {{{{0, 0, 0, 0}},
                    {0, 0},
                    {{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}}},
                   {{{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}},
                    {0xffffffff, 0xffffffff},
                    {{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}}},
                   {{{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}},
                    {0xa4093822, 0x299f31d0},
                    {{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}}}};
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        struct guss_words words = guss_philox(
            vectors[i].counter, vectors[i].key[0], vectors[i].key[1]);
        assert_memory_equal(&words, &vectors[i].expected, sizeof words);
    }
}

static void test_streams_differ_in_every_index(void **state)
{
    (void)state;
    struct guss_stream streams[] = {
        guss_stream(1, GUSS_RANDOM_SHUFFLE, 0, 0),
        guss_stream(2, GUSS_RANDOM_SHUFFLE, 0, 0),
        guss_stream(UINT64_C(1) << 32 | 1, GUSS_RANDOM_SHUFFLE, 0, 0),
        guss_stream(1, GUSS_RANDOM_DROPOUT, 0, 0),
        guss_stream(1, GUSS_RANDOM_SHUFFLE, 1, 0),
        guss_stream(1, GUSS_RANDOM_SHUFFLE, 0, 1),
        guss_stream(1, GUSS_RANDOM_SHUFFLE, 0, UINT64_C(1) << 32)};
    size_t count = sizeof streams / sizeof *streams;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            assert_memory_not_equal(&streams[i], &streams[j], sizeof *streams);
}

static void test_units_lie_between_0_and_1(void **state)
{
    (void)state;
    assert_true(guss_unit(0, 0) == 0.0);
    assert_true(guss_unit(UINT32_MAX, UINT32_MAX) == 1.0 - ldexp(1.0, -53));
    assert_true(guss_unit(UINT32_C(1) << 31, 0) == 0.5);
}

static void test_normal_numbers_are_normal(void **state)
{
    (void)state;
    enum { COUNT = 200000 };
    struct guss_stream stream = guss_stream(3, GUSS_RANDOM_NOISE, 0, 0);
    double sum = 0.0, squares = 0.0, fourth = 0.0;
    for (uint32_t i = 0; i < COUNT; i++) {
        struct guss_words words = guss_draw(&stream, i, 0);
        double z = guss_normal(&words);
        assert_true(isfinite(z));
        sum += z;
        squares += z * z;
        fourth += z * z * z * z;
    }
    /* Within 4 standard errors of 0, 1 and 3. */
    assert_true(fabs(sum / COUNT) < 4.0 / sqrt(COUNT));
    assert_true(fabs(squares / COUNT - 1.0) < 4.0 * sqrt(2.0 / COUNT));
    assert_true(fabs(fourth / COUNT - 3.0) < 4.0 * sqrt(96.0 / COUNT));
    struct guss_words extreme = {{UINT32_MAX, UINT32_MAX, 0, 0}};
    assert_true(isfinite(guss_normal(&extreme)));
}

/* The definition, one element at a time. */
static float mask_element(int element, double rate, uint64_t seed,
                          uint64_t update, uint32_t layer, uint32_t sample)
{
    struct guss_stream stream =
        guss_stream(seed, GUSS_RANDOM_DROPOUT, layer, update);
    struct guss_words words = guss_draw(&stream, (uint32_t)element / 4, sample);
    double threshold = floor(rate * 4294967296.0);
    return words.word[element % 4] < threshold ? 0.0f
                                               : (float)(1.0 / (1.0 - rate));
}

static void test_a_dropout_mask_is_its_definition(void **state)
{
    (void)state;
    static const int counts[] = {1, 3, 4, 5, 63, 64, 65, 200};
    for (size_t k = 0; k < sizeof counts / sizeof *counts; k++) {
        float mask[201];
        mask[counts[k]] = -1.0f;
        guss_dropout_mask(mask, counts[k], 0.4, 9, 1000, 2, 31);
        for (int i = 0; i < counts[k]; i++)
            assert_true(mask[i] == mask_element(i, 0.4, 9, 1000, 2, 31));
        assert_true(mask[counts[k]] == -1.0f);
    }
}

/* The definition, one word at a time. */
static uint32_t stream_word(const struct guss_stream *stream, int at,
                            uint32_t second)
{
    struct guss_words words =
        guss_draw(stream, (uint32_t)(at / 128 * 32 + at % 32), second);
    return words.word[at % 128 / 32];
}

static void test_words_are_their_definition(void **state)
{
    (void)state;
    static const int counts[] = {1, 31, 32, 33, 127, 128, 129, 300};
    struct guss_stream stream = guss_stream(7, GUSS_RANDOM_LATENT, 1, 12);
    for (size_t k = 0; k < sizeof counts / sizeof *counts; k++) {
        uint32_t words[301];
        float numbers[301];
        words[counts[k]] = 99;
        numbers[counts[k]] = 99.0f;
        guss_words(words, 256, counts[k], 5, &stream);
        guss_uniform(numbers, 256, counts[k], 5, &stream, -1.0f, 2.0f);
        for (int i = 0; i < counts[k]; i++) {
            uint32_t word = stream_word(&stream, 256 + i, 5);
            assert_int_equal(words[i], word);
            assert_true(numbers[i] ==
                        -1.0f + 2.0f * ((float)(word >> 8) * 0x1p-24f));
        }
        assert_int_equal(words[counts[k]], 99);
        assert_true(numbers[counts[k]] == 99.0f);
    }
}

/* The formula in double; `sine` of the pair's second number. */
static double normal_of(uint32_t word, uint32_t turn, bool sine)
{
    double radius = sqrt(-2 * log(((double)word + 1) * 0x1p-32));
    double angle = 6.283185307179586476925287 * (double)turn * 0x1p-32;
    return radius * (sine ? sin(angle) : cos(angle));
}

static void assert_near(float found, double wanted)
{
    /* double has no angle whose cosine is 0 */
    assert_true(fabs((double)found - wanted) <= 5e-7 * fabs(wanted) + 1e-14);
}

/* Words of every size, near both ends and every quarter of a turn. */
static uint32_t odd_word(uint32_t word, uint32_t round)
{
    uint32_t size = word >> round % 32;
    return (round & 32 ? ~size : size) + (round & 64 ? word << 30 : 0);
}

static void test_pairs_of_normal_numbers_are_their_formula(void **state)
{
    (void)state;
    enum { COUNT = 1024 };
    static const uint32_t ends[] = {
        0,          1,          0x3fffffff, 0x40000000, 0x7fffffff,
        0x80000000, 0xb504f333, 0xb504f334, 0xfffffffe, 0xffffffff};
    enum { ENDS = sizeof ends / sizeof *ends };
    struct guss_stream stream = guss_stream(5, GUSS_RANDOM_LATENT, 0, 0);
    for (uint32_t round = 0; round < 128; round++) {
        uint32_t words[COUNT];
        float numbers[COUNT];
        guss_words(words, 0, COUNT, round, &stream);
        for (uint32_t i = 0; i < COUNT; i++)
            words[i] = odd_word(words[i], round);
        for (uint32_t i = 0; i < 2 * ENDS; i++)
            words[i] = ends[i % 2 ? (i / 2 + round) % ENDS : i / 2];
        guss_normal_pairs(numbers, words, COUNT);
        for (int i = 0; i < COUNT; i++)
            assert_near(numbers[i],
                        normal_of(words[i & ~1], words[i | 1], i % 2));
    }
}

/* What this test was written with, whatever the processor and compiler. */
static void test_normal_numbers_have_the_same_bits_everywhere(void **state)
{
    (void)state;
    enum { COUNT = 4096 };
    static uint32_t words[COUNT];
    static float numbers[COUNT];
    struct guss_stream stream = guss_stream(6, GUSS_RANDOM_LATENT, 0, 0);
    guss_words(words, 0, COUNT, 0, &stream);
    guss_normal_pairs(numbers, words, COUNT);
    uint32_t hash = 0;
    for (int i = 0; i < COUNT; i++) {
        uint32_t bits;
        memcpy(&bits, &numbers[i], sizeof bits);
        hash = hash * 31 + bits;
    }
    assert_int_equal(hash, 0x30524400);
}

static void test_noise_is_its_definition(void **state)
{
    (void)state;
    static const int counts[] = {1, 31, 32, 33, 100};
    struct guss_stream stream = guss_stream(8, GUSS_RANDOM_NOISE, 3, 4);
    for (size_t k = 0; k < sizeof counts / sizeof *counts; k++) {
        float noise[101];
        noise[counts[k]] = 99.0f;
        guss_noise(noise, 64, counts[k], 5, &stream);
        for (int i = 0; i < counts[k]; i++) {
            struct guss_words words = guss_draw(&stream, (uint32_t)(64 + i), 5);
            double whole = guss_normal(&words);
            assert_near(noise[i],
                        normal_of(~words.word[0], words.word[2], false));
            assert_true(fabs((double)noise[i] - whole) < 1e-6);
        }
        assert_true(noise[counts[k]] == 99.0f);
    }
}

static void test_dropout_drops_its_rate(void **state)
{
    (void)state;
    enum { COUNT = 100000 };
    static float mask[COUNT];
    guss_dropout_mask(mask, COUNT, 0.25, 1, 0, 0, 0);
    int dropped = 0;
    for (int i = 0; i < COUNT; i++)
        dropped += mask[i] == 0.0f;
    assert_in_range(dropped, 24450, 25550); /* 4 deviations of 137 */
    guss_dropout_mask(mask, COUNT, 0.0, 1, 0, 0, 0);
    for (int i = 0; i < COUNT; i++)
        assert_true(mask[i] == 1.0f);
    /* A rate that float would make 1. */
    guss_dropout_mask(mask, COUNT, 0.99999999, 1, 0, 0, 0);
    for (int i = 0; i < COUNT; i++)
        assert_true(mask[i] == 0.0f || mask[i] == 1e8f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_published_vectors),
        cmocka_unit_test(test_streams_differ_in_every_index),
        cmocka_unit_test(test_units_lie_between_0_and_1),
        cmocka_unit_test(test_normal_numbers_are_normal),
        cmocka_unit_test(test_a_dropout_mask_is_its_definition),
        cmocka_unit_test(test_words_are_their_definition),
        cmocka_unit_test(test_pairs_of_normal_numbers_are_their_formula),
        cmocka_unit_test(test_normal_numbers_have_the_same_bits_everywhere),
        cmocka_unit_test(test_noise_is_its_definition),
        cmocka_unit_test(test_dropout_drops_its_rate)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
