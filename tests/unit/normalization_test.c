/* By what samples are normalized, as a text in a file of weights, and as a table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "trainer/weights/normalization.h"

static const double means[] = {0.1, -2, 1e-7}, deviations[] = {0.3, 1, 4e10};
static const struct normalization three = {
    .rank = 3, .shape = {2, 2, 3}, .n = 3, .mean = means, .stddev = deviations};

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

static void a_text_brings_it_back(void **state)
{
    struct arena *arena = *state;
    struct normalization back;
    struct error error = {0};
    const char *text = normalization_text(arena, &three);
    assert_string_equal(text, "{\"input\": [2, 2, 3], \"mean\": [0.1, -2, "
                              "1e-07], \"stddev\": [0.3, 1, 4e+10]}");
    assert_int_equal(normalization_read(arena, "w", text, &back, &error),
                     STATUS_OK);
    assert_true(normalization_same(&back, &three));
    assert_int_equal(back.rank, 3);
    assert_memory_equal(back.shape, three.shape, 3 * sizeof *back.shape);
    back = three;
    assert_int_equal(normalization_read(arena, "w", NULL, &back, &error),
                     STATUS_OK);
    assert_int_equal(back.n, 0);
    assert_string_equal(normalization_text(arena, &back), "");
    assert_null(normalization_table(arena, &back));
}

static void what_is_no_such_object_is_refused(void **state)
{
    struct arena *arena = *state;
    static const char *const texts[] = {
        "x",
        "[]",
        "{}",
        "{\"input\": [4], \"mean\": [1]}",
        "{\"input\": [4], \"mean\": [1], \"stddev\": [1, 2]}",
        "{\"input\": [4], \"mean\": [], \"stddev\": []}",
        "{\"input\": [4], \"mean\": [1], \"stddev\": [0]}",
        "{\"input\": [4], \"mean\": [1], \"stddev\": [-1]}",
        "{\"input\": [4], \"mean\": [1e39], \"stddev\": [1]}",
        "{\"input\": [4], \"mean\": [\"1\"], \"stddev\": [1]}",
        "{\"input\": [4], \"mean\": 1, \"stddev\": 1}",
        "{\"mean\": [1], \"stddev\": [1]}",
        "{\"input\": [], \"mean\": [1], \"stddev\": [1]}",
        "{\"input\": [0], \"mean\": [1], \"stddev\": [1]}",
        "{\"input\": [1.5], \"mean\": [1], \"stddev\": [1]}",
        "{\"input\": [1, 1, 1, 1, 1], \"mean\": [1], \"stddev\": [1]}",
        "{\"input\": [2, 2], \"mean\": [1, 2, 3], \"stddev\": [1, 2, 3]}"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct normalization read;
        struct error error = {0};
        if (normalization_read(arena, "w", texts[i], &read, &error) !=
            STATUS_INPUT)
            fail_msg("this is read: %s", texts[i]);
        assert_int_equal(read.n, 0);
        assert_string_equal(error.text,
                            "'w' is damaged: its 'normalization' is not an "
                            "object of 'input', 'mean' and 'stddev'");
    }
}

static void it_is_for_inputs_of_its_shape(void **state)
{
    (void)state;
    const struct guss_output same = {.rank = 3, .shape = {2, 2, 3}};
    const struct guss_output row = {.rank = 1, .shape = {12}};
    const struct guss_output other = {.rank = 3, .shape = {2, 3, 2}};
    const struct normalization none = {0};
    assert_true(normalization_is_for(&three, &same));
    assert_false(normalization_is_for(&three, &row));
    assert_false(normalization_is_for(&three, &other));
    assert_false(normalization_is_for(&none, &same));
}

static void a_table_has_whole_periods(void **state)
{
    const struct guss_normalization *table =
        normalization_table(*state, &three);
    assert_int_equal(table->period % 3, 0);
    for (int i = 0; i < table->period; i++) {
        assert_true(table->mean[i] == (float)means[i % 3]);
        assert_true(table->stddev[i] == (float)deviations[i % 3]);
    }
}

static void a_message_lists_the_first(void **state)
{
    static const double many[] = {1, 2, 3, 4, 5};
    const struct normalization five = {.n = 5, .mean = many, .stddev = many};
    assert_string_equal(normalization_list(*state, &three),
                        "mean [0.1, -2, 1e-07], stddev [0.3, 1, 4e+10]");
    assert_string_equal(normalization_list(*state, &five),
                        "mean [1, 2, 3, ... (5)], stddev [1, 2, 3, ... (5)]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_brings_it_back),
        cmocka_unit_test(what_is_no_such_object_is_refused),
        cmocka_unit_test(it_is_for_inputs_of_its_shape),
        cmocka_unit_test(a_table_has_whole_periods),
        cmocka_unit_test(a_message_lists_the_first),
    };
    return cmocka_run_group_tests(tests, make_arena, free_arena);
}
