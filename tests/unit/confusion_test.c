/* trainer/inference/confusion.h: counts and measures by class, held against
 * numbers worked out by hand, which are scikit-learn's; mistakes; both texts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <math.h>

#include "trainer/inference/confusion.h"

enum { SAMPLES = 8, CLASSES = 4 };

/* "owl" is taken for others always, "elk" has no sample but is taken, "\"q\""
 * neither. Sample 6 has equal values, sample 7 none. */
static const char *const names[CLASSES] = {"ant", "owl", "\"q\"", "elk"};
static float values[SAMPLES * CLASSES] = {
    0.9f, 0.1f, 0.0f, 0.0f, /* ant: ant */
    0.8f, 0.1f, 0.1f, 0.0f, /* ant: ant */
    0.3f, 0.1f, 0.2f, 0.4f, /* ant: elk */
    0.7f, 0.2f, 0.0f, 0.1f, /* owl: ant */
    0.1f, 0.3f, 0.1f, 0.5f, /* owl: elk */
    0.6f, 0.2f, 0.1f, 0.1f, /* ant: ant */
    0.5f, 0.5f, 0.0f, 0.0f, /* owl: ant, the first of equals */
    NAN,  NAN,  NAN,  NAN,  /* owl: ant */
};
static const int32_t labels[SAMPLES] = {0, 0, 0, 1, 1, 0, 1, 1};
static struct answered samples[SAMPLES] = {
    {"a.png", -1}, {"b.png", -1}, {"c\n.png", -1}, {"d.png", -1},
    {"x.npy", 4},  {"x.npy", 5},  {"x.npy", 6},    {"x.npy", 7}};
static const struct answers answers = {
    {names, CLASSES}, samples, values, SAMPLES, SAMPLES};

static void expect_near(double got, double wanted)
{
    if (!(isnan(wanted) ? isnan(got) : fabs(got - wanted) < 1e-12))
        fail_msg("%.17g, not %.17g", got, wanted);
}

static void test_measures(void **state)
{
    const struct class_measures wanted[CLASSES] = {
        {3.0 / 6.0, 3.0 / 4.0, 6.0 / 10.0},
        {NAN, 0.0, 0.0},
        {NAN, NAN, NAN},
        {NAN, NAN, NAN}};
    const int64_t counts[CLASSES * CLASSES] = {3, 0, 0, 1, 3, 0, 0, 1,
                                               0, 0, 0, 0, 0, 0, 0, 0};
    struct confusion confusion = confusion_of(*state, &answers, labels);
    assert_memory_equal(confusion.counts, counts, sizeof counts);
    expect_near(confusion_accuracy(&confusion), 3.0 / 8.0);
    for (int i = 0; i < CLASSES; i++) {
        struct class_measures got = confusion_class(&confusion, i);
        expect_near(got.precision, wanted[i].precision);
        expect_near(got.recall, wanted[i].recall);
        expect_near(got.f1, wanted[i].f1);
    }
}

/* precision_recall_fscore_support() of scikit-learn for the matrix
 * [[5, 2, 0], [1, 7, 1], [0, 3, 6]]. */
static void test_measures_of_scikit_learn(void **state)
{
    static const int counts[3][3] = {{5, 2, 0}, {1, 7, 1}, {0, 3, 6}};
    static const double wanted[3][3] = {
        {0.8333333333333334, 0.7142857142857143, 0.7692307692307693},
        {0.5833333333333334, 0.7777777777777778, 0.6666666666666666},
        {0.8571428571428571, 0.6666666666666666, 0.75}};
    static struct answered all[25];
    static float scores[25 * 3];
    int32_t are[25];
    int count = 0;
    for (int is = 0; is < 3; is++)
        for (int said = 0; said < 3; said++)
            for (int k = 0; k < counts[is][said]; k++) {
                scores[3 * count + said] = 1.0f;
                are[count++] = is;
            }
    const struct answers given = {{names, 3}, all, scores, count, count};
    struct confusion confusion = confusion_of(*state, &given, are);
    assert_int_equal(count, 25);
    expect_near(confusion_accuracy(&confusion), 0.72);
    for (int i = 0; i < 3; i++) {
        struct class_measures got = confusion_class(&confusion, i);
        expect_near(got.precision, wanted[i][0]);
        expect_near(got.recall, wanted[i][1]);
        expect_near(got.f1, wanted[i][2]);
    }
}

static void test_mistakes_worst_first(void **state)
{
    static const int64_t wanted[] = {7, 3, 2, 4, 6};
    int64_t *found;
    assert_int_equal(confusion_mistakes(*state, &answers, labels, 25, &found),
                     5);
    assert_memory_equal(found, wanted, sizeof wanted);
    assert_int_equal(confusion_mistakes(*state, &answers, labels, 2, &found),
                     2);
    assert_memory_equal(found, wanted, 2 * sizeof *wanted);
}

static void write_both(struct arena *arena, struct text *text,
                       struct text *json)
{
    static const int64_t mistakes[] = {2, 4};
    struct confusion confusion = confusion_of(arena, &answers, labels);
    const struct evaluation evaluation = {{0.5, 1.0 / 3.0, 1e-7, 0.0},
                                          &confusion,
                                          &answers,
                                          labels,
                                          mistakes,
                                          2,
                                          true};
    *text = text_new(arena);
    *json = text_new(arena);
    evaluation_write(text, &evaluation);
    evaluation_write_json(json, &evaluation);
}

static void test_texts(void **state)
{
    struct text text, json;
    write_both(*state, &text, &json);
    assert_string_equal(text_string(&text),
                        "loss 0.5\n"
                        "mean_squared_error 0.333333\n"
                        "mean_absolute_error 1e-07\n"
                        "accuracy 0.375\n"
                        "precision ant 0.5\n"
                        "precision owl -\n"
                        "precision \"q\" -\n"
                        "precision elk -\n"
                        "recall ant 0.75\n"
                        "recall owl 0\n"
                        "recall \"q\" -\n"
                        "recall elk -\n"
                        "f1 ant 0.6\n"
                        "f1 owl 0\n"
                        "f1 \"q\" -\n"
                        "f1 elk -\n"
                        "confusion ant 3 0 0 1\n"
                        "confusion owl 3 0 0 1\n"
                        "confusion \"q\" 0 0 0 0\n"
                        "confusion elk 0 0 0 0\n"
                        "mistake c?.png true ant 0.300 predicted elk 0.400\n"
                        "mistake 4 true owl 0.300 predicted elk 0.500\n");
    assert_string_equal(
        text_string(&json),
        "{\n"
        "  \"loss\": 0.5,\n"
        "  \"mean_squared_error\": 0.333333,\n"
        "  \"mean_absolute_error\": 1e-07,\n"
        "  \"accuracy\": 0.375,\n"
        "  \"precision\": {\"ant\": 0.5, \"owl\": null, \"\\\"q\\\"\": null, "
        "\"elk\": null},\n"
        "  \"recall\": {\"ant\": 0.75, \"owl\": 0, \"\\\"q\\\"\": null, "
        "\"elk\": null},\n"
        "  \"f1\": {\"ant\": 0.6, \"owl\": 0, \"\\\"q\\\"\": null, \"elk\": "
        "null},\n"
        "  \"classes\": [\"ant\", \"owl\", \"\\\"q\\\"\", \"elk\"],\n"
        "  \"confusion\": [\n"
        "    [3, 0, 0, 1],\n"
        "    [3, 0, 0, 1],\n"
        "    [0, 0, 0, 0],\n"
        "    [0, 0, 0, 0]\n"
        "  ],\n"
        "  \"mistakes\": [\n"
        "    {\"file\": \"c\\u000a.png\", \"true\": \"ant\", \"true_value\": "
        "0.3, \"predicted\": \"elk\", \"predicted_value\": 0.4},\n"
        "    {\"file\": \"x.npy\", \"sample\": 4, \"true\": \"owl\", "
        "\"true_value\": 0.3, \"predicted\": \"elk\", \"predicted_value\": "
        "0.5}\n"
        "  ]\n"
        "}\n");
}

/* So many classes that a matrix would be larger than all else. */
static void test_many_classes(void **state)
{
    enum { MANY = CONFUSION_MOST_CLASSES + 1 };
    struct arena *arena = *state;
    struct class_names many = class_names_numbered(arena, MANY);
    float *scores = arena_alloc(arena, MANY, sizeof *scores);
    const int32_t is = MANY - 1;
    struct text json = text_new(arena);
    scores[MANY - 1] = 1.0f;
    const struct answers one = {many, samples, scores, 1, 1};
    struct confusion confusion = confusion_of(arena, &one, &is);
    assert_null(confusion.counts);
    expect_near(confusion_class(&confusion, MANY - 1).f1, 1.0);
    const struct evaluation evaluation = {{0},  &confusion, &one, &is,
                                          NULL, 0,          true};
    evaluation_write_json(&json, &evaluation);
    assert_null(strstr(text_string(&json), "confusion"));
    assert_non_null(strstr(text_string(&json), "\"mistakes\": []"));
    evaluation_write(&json, &evaluation);
    assert_null(strstr(text_string(&json), "confusion"));
}

static int make_arena(void **state)
{
    *state = arena_new();
    return 0;
}

static int free_arena(void **state)
{
    arena_free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_measures),
        cmocka_unit_test(test_measures_of_scikit_learn),
        cmocka_unit_test(test_mistakes_worst_first),
        cmocka_unit_test(test_texts), cmocka_unit_test(test_many_classes)};
    return cmocka_run_group_tests(tests, make_arena, free_arena);
}
