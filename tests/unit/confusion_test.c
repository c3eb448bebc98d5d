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

#include "base/file.h"
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

enum { MOST_CLASSES = 8, MOST_SAMPLES = 64 };

/* Numbers of a line of confusion_cases.txt. */
static void read_numbers(char **at, int n, double *numbers)
{
    for (int i = 0; i < n; i++) {
        char *end;
        numbers[i] = strtod(*at, &end);
        assert_ptr_not_equal(end, *at);
        *at = end;
    }
}

/* The counts of answers that make up the matrix. */
static struct confusion confusion_of_matrix(struct arena *arena, int n,
                                            const double *matrix)
{
    static const char *const letters[MOST_CLASSES] = {"a", "b", "c", "d",
                                                      "e", "f", "g", "h"};
    static struct answered all[MOST_SAMPLES];
    float scores[MOST_SAMPLES * MOST_CLASSES] = {0};
    int32_t are[MOST_SAMPLES];
    int count = 0;
    for (int is = 0; is < n; is++)
        for (int said = 0; said < n; said++)
            for (int k = 0; k < (int)matrix[is * n + said]; k++) {
                assert_in_range(count, 0, MOST_SAMPLES - 1);
                scores[n * count + said] = 1.0f;
                are[count++] = is;
            }
    const struct answers given = {{letters, n}, all, scores, count, count};
    return confusion_of(arena, &given, are);
}

static void expect_case(struct arena *arena, char *line)
{
    double classes, matrix[MOST_CLASSES * MOST_CLASSES], accuracy;
    double wanted[3 * MOST_CLASSES];
    read_numbers(&line, 1, &classes);
    int n = (int)classes;
    assert_in_range(n, 2, MOST_CLASSES);
    read_numbers(&line, n * n, matrix);
    read_numbers(&line, 1, &accuracy);
    read_numbers(&line, 3 * n, wanted);
    struct confusion confusion = confusion_of_matrix(arena, n, matrix);
    for (int i = 0; i < n * n; i++)
        assert_int_equal(confusion.counts[i], (int)matrix[i]);
    expect_near(confusion_accuracy(&confusion), accuracy);
    for (int i = 0; i < n; i++) {
        struct class_measures got = confusion_class(&confusion, i);
        expect_near(got.precision, wanted[i]);
        expect_near(got.recall, wanted[n + i]);
        expect_near(got.f1, wanted[2 * n + i]);
    }
}

/* Classes without samples and classes that nothing is taken for among them. */
static void test_measures_of_scikit_learn(void **state)
{
    char *text, *save = NULL;
    size_t size;
    struct error error = {0};
    int lines = 0;
    assert_int_equal(file_read("tests/unit/confusion_cases.txt", 1 << 20, &text,
                               &size, &error),
                     STATUS_OK);
    for (char *line = strtok_r(text, "\n", &save); line;
         line = strtok_r(NULL, "\n", &save)) {
        if (line[0] == '#')
            continue;
        expect_case(*state, line);
        lines++;
    }
    assert_int_equal(lines, 20);
    free(text);
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
