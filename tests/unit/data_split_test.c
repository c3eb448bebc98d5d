/* trainer/data/data_split.h: how many samples of each class are set aside, and
 * which ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "trainer/data/data_split.h"

enum { MOST = 4000, MOST_CLASSES = 10 };

struct case_data {
    struct guss_samples samples;
    int32_t labels[MOST];
};

/* Samples of classes of these sizes in turn: 0, 1, 2, 0, 1, 2, 1, ... */
static void make_samples(struct case_data *data, const int *sizes, int n)
{
    int left[MOST_CLASSES], count = 0, total = 0;
    for (int i = 0; i < n; i++)
        total += left[i] = sizes[i];
    assert_true(total <= MOST);
    for (int class = 0; count < total; class = (class + 1) % n)
        if (left[class]-- > 0)
            data->labels[count++] = class;
    data->samples =
        (struct guss_samples){.count = count, .labels = data->labels};
}

static struct data_split draw(const struct guss_samples *samples, double share,
                              uint64_t seed)
{
    struct data_split split;
    struct error error = {0};
    assert_int_equal(data_split_draw(samples, share, seed, &split, &error),
                     STATUS_OK);
    return split;
}

/* Both shares rise, and are all of the set together. */
static void expect_whole(const struct data_split *split, int64_t count)
{
    const uint32_t *a = split->training, *b = split->validation;
    int64_t n = 0, m = 0;
    assert_int_equal(split->n_training + split->n_validation, count);
    for (int64_t i = 0; i < count; i++)
        if (n < split->n_training && a[n] == i)
            n++;
        else
            assert_int_equal(b[m++], i);
    assert_int_equal(n, split->n_training);
}

static void count_classes(const struct data_split *split, const int32_t *labels,
                          int counts[MOST_CLASSES])
{
    memset(counts, 0, MOST_CLASSES * sizeof *counts);
    for (int64_t i = 0; i < split->n_validation; i++)
        counts[labels[split->validation[i]]]++;
}

static void expect_counts(double share, const int *sizes, int n,
                          const int *wanted)
{
    static struct case_data data;
    int counts[MOST_CLASSES];
    make_samples(&data, sizes, n);
    struct data_split split = draw(&data.samples, share, 3);
    expect_whole(&split, data.samples.count);
    count_classes(&split, data.labels, counts);
    for (int i = 0; i < n; i++)
        assert_int_equal(counts[i], wanted[i]);
    data_split_free(&split);
}

/* ---- how many ------------------------------------------------------------ */

static int read_numbers(char **at, int numbers[MOST_CLASSES])
{
    int n = 0;
    for (char *end; n < MOST_CLASSES; *at = end) {
        long number = strtol(*at, &end, 10);
        if (end == *at)
            break;
        numbers[n++] = (int)number;
    }
    return n;
}

static void test_classes_give_what_scikit_learn_takes(void **state)
{
    (void)state;
    char *text, *save = NULL;
    size_t size;
    struct error error = {0};
    assert_int_equal(
        file_read("tests/unit/split_counts.txt", 1 << 20, &text, &size, &error),
        STATUS_OK);
    int lines = 0;
    for (char *line = strtok_r(text, "\n", &save); line;
         line = strtok_r(NULL, "\n", &save)) {
        int sizes[MOST_CLASSES], wanted[MOST_CLASSES];
        char *at = line;
        if (line[0] == '#')
            continue;
        double share = strtod(line, &at);
        int n = read_numbers(&at, sizes);
        at = strstr(at, "->");
        assert_non_null(at);
        at += strlen("->");
        assert_int_equal(read_numbers(&at, wanted), n);
        expect_counts(share, sizes, n, wanted);
        lines++;
    }
    assert_int_equal(lines, 60);
    free(text);
}

static void test_equal_remainders_go_to_larger_classes(void **state)
{
    (void)state;
    expect_counts(0.1, (int[]){15, 25, 5, 35}, 4, (int[]){1, 3, 0, 4});
    expect_counts(0.1, (int[]){5, 5, 5}, 3, (int[]){1, 1, 0});
    /* 0.29 * 100 is below 29 in floating point */
    expect_counts(0.29, (int[]){100, 100}, 2, (int[]){29, 29});
}

static void test_a_class_keeps_one_to_train_on(void **state)
{
    (void)state;
    expect_counts(0.5, (int[]){1, 1, 6}, 3, (int[]){0, 0, 4});
    expect_counts(0.9, (int[]){1, 2, 17}, 3, (int[]){0, 1, 16});
    expect_counts(0.5, (int[]){1, 1, 1}, 3, (int[]){0, 0, 0});
}

static void test_the_nearest_number_is_set_aside(void **state)
{
    (void)state;
    static const struct {
        int64_t count;
        double share;
        int64_t wanted;
    } cases[] = {{10, 0.1, 1},      {14, 0.1, 1}, {15, 0.1, 2},
                 {4, 0.1, 0},       {5, 0.1, 1},  {1, 0.4, 0},
                 {1, 0.6, 1},       {3, 0.99, 3}, {100, 0.145, 15},
                 {1000, 0.999, 999}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct guss_samples samples = {.count = cases[i].count};
        struct data_split split = draw(&samples, cases[i].share, 1);
        expect_whole(&split, samples.count);
        assert_int_equal(split.n_validation, cases[i].wanted);
        data_split_free(&split);
    }
}

/* ---- which ones ---------------------------------------------------------- */

static bool are_same(const struct data_split *a, const struct data_split *b)
{
    return a->n_validation == b->n_validation &&
           memcmp(a->validation, b->validation,
                  (size_t)a->n_validation * sizeof *a->validation) == 0;
}

static void test_the_seed_alone_decides(void **state)
{
    (void)state;
    static struct case_data data;
    make_samples(&data, (int[]){40, 60}, 2);
    struct data_split a = draw(&data.samples, 0.2, 5);
    struct data_split b = draw(&data.samples, 0.2, 5);
    struct data_split c = draw(&data.samples, 0.2, 6);
    assert_true(are_same(&a, &b));
    assert_false(are_same(&a, &c));
    data_split_free(&a);
    data_split_free(&b);
    data_split_free(&c);
}

/* What labels are called changes nothing, only how they are ordered. */
static void test_labels_may_be_any_numbers(void **state)
{
    (void)state;
    static struct case_data data, other;
    make_samples(&data, (int[]){30, 20, 10}, 3);
    make_samples(&other, (int[]){30, 20, 10}, 3);
    static const int32_t names[] = {INT32_MIN, -1, INT32_MAX};
    for (int i = 0; i < 60; i++)
        other.labels[i] = names[other.labels[i]];
    struct data_split a = draw(&data.samples, 0.25, 1);
    struct data_split b = draw(&other.samples, 0.25, 1);
    assert_true(are_same(&a, &b));
    data_split_free(&a);
    data_split_free(&b);
}

/* 20 samples of which 5 are set aside, 8000 times: each 2000 times, with a
 * deviation of 39. */
static void test_samples_are_equally_likely(void **state)
{
    (void)state;
    int taken[20] = {0};
    struct guss_samples samples = {.count = 20};
    for (uint64_t seed = 0; seed < 8000; seed++) {
        struct data_split split = draw(&samples, 0.25, seed);
        for (int64_t i = 0; i < split.n_validation; i++)
            taken[split.validation[i]]++;
        data_split_free(&split);
    }
    for (int i = 0; i < 20; i++)
        assert_in_range(taken[i], 1830, 2170);
}

static void test_samples_are_copied(void **state)
{
    (void)state;
    static const float values[] = {0, 1, 10, 11, 20, 21};
    static const uint8_t bytes[] = {0, 1, 10, 11, 20, 21};
    static const uint32_t numbers[] = {2, 0};
    struct guss_samples samples = {
        .values = values, .element = GUSS_F32, .count = 3, .width = 2};
    float *copied = data_copy_samples(&samples, numbers, 2);
    assert_memory_equal(copied, ((float[]){20, 21, 0, 1}), 4 * sizeof(float));
    free(copied);
    samples.values = bytes;
    samples.element = GUSS_U8;
    uint8_t *copied_bytes = data_copy_samples(&samples, numbers, 2);
    assert_memory_equal(copied_bytes, ((uint8_t[]){20, 21, 0, 1}), 4);
    free(copied_bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_classes_give_what_scikit_learn_takes),
        cmocka_unit_test(test_equal_remainders_go_to_larger_classes),
        cmocka_unit_test(test_a_class_keeps_one_to_train_on),
        cmocka_unit_test(test_the_nearest_number_is_set_aside),
        cmocka_unit_test(test_the_seed_alone_decides),
        cmocka_unit_test(test_labels_may_be_any_numbers),
        cmocka_unit_test(test_samples_are_equally_likely),
        cmocka_unit_test(test_samples_are_copied)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
