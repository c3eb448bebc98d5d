/* The faces that guss draws itself: the same bytes everywhere, as many of
 * each class as promised, and strokes that can be told from the paper. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

#include "trainer/data/data.h"

enum { FACE = 28 * 28 };

static struct data_set load(const char *reference)
{
    struct data_set set;
    struct error error = {.text = ""};
    data_load(reference, &(struct data_options){0}, &set, &error);
    assert_string_equal(error.text, "");
    assert_int_equal(set.samples.element, GUSS_U8);
    assert_int_equal(set.samples.width, FACE);
    assert_int_equal(set.rank, 2);
    assert_int_equal(set.shape[0], 28);
    assert_int_equal(set.shape[1], 28);
    return set;
}

/* CRC-32 of the pixels, then of the labels, a byte each. */
static unsigned long checksum(const struct data_set *set)
{
    unsigned long crc =
        crc32(0, set->samples.values, (unsigned)set->samples.count * FACE);
    for (int64_t i = 0; i < set->samples.count; i++)
        crc = crc32(crc, &(unsigned char){(unsigned char)set->labels[i]}, 1);
    return crc;
}

static void check_counts(const struct data_set *set, const int expected[3])
{
    int counts[3] = {0};
    for (int64_t i = 0; i < set->samples.count; i++) {
        assert_in_range(set->labels[i], 0, 2);
        counts[set->labels[i]]++;
    }
    assert_memory_equal(counts, expected, sizeof counts);
}

static void test_sets_are_as_promised(void **state)
{
    (void)state;
    struct data_set train = load("smileys/train"), test = load("smileys/test");
    assert_int_equal(train.samples.count, 400);
    assert_int_equal(test.samples.count, 17);
    check_counts(&train, (int[]){135, 142, 123});
    check_counts(&test, (int[]){6, 6, 5});
    assert_int_equal(checksum(&train), 0x3538e016);
    assert_int_equal(checksum(&test), 0x4cd188f5);
    data_free(&train);
    data_free(&test);
}

/* Binarised, 255 is paper and all else ink: nothing may be nearly white. */
static void test_strokes_and_paper_differ(void **state)
{
    (void)state;
    struct data_set set = load("smileys/train");
    const uint8_t *pixels = set.values;
    for (int64_t face = 0; face < 400; face++) {
        int ink = 0, darkest = 255;
        for (int i = 0; i < FACE; i++) {
            int grey = pixels[face * FACE + i];
            assert_true(grey <= 200 || grey == 255);
            ink += grey != 255;
            darkest = grey < darkest ? grey : darkest;
        }
        assert_in_range(ink, 10, FACE / 3);
        assert_in_range(darkest, 0, 140);
    }
    data_free(&set);
}

static void test_no_two_faces_are_the_same(void **state)
{
    (void)state;
    struct data_set train = load("smileys/train"), test = load("smileys/test");
    const uint8_t *faces = train.values, *others = test.values;
    for (int64_t i = 0; i < 400; i++) {
        for (int64_t j = 0; j < i; j++)
            assert_true(memcmp(faces + i * FACE, faces + j * FACE, FACE) != 0);
        for (int64_t j = 0; j < 17; j++)
            assert_true(memcmp(faces + i * FACE, others + j * FACE, FACE) != 0);
    }
    data_free(&train);
    data_free(&test);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sets_are_as_promised),
        cmocka_unit_test(test_strokes_and_paper_differ),
        cmocka_unit_test(test_no_two_faces_are_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
