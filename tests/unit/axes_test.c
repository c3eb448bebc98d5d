/* Whose axes agree, and what is advised where they do not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "trainer/data/axes.h"

struct shape {
    int rank;
    int64_t sizes[6];
};

static struct axes axes_of(const struct shape *shape)
{
    return (struct axes){shape->rank, shape->sizes};
}

static void test_axes_that_agree(void **state)
{
    (void)state;
    static const struct shape pairs[][2] = {
        {{2, {28, 28}}, {2, {28, 28}}},
        {{2, {28, 28}}, {3, {28, 28, 1}}},
        {{3, {1, 28, 14}}, {3, {28, 14, 1}}},
        {{4, {1, 5, 1, 7}}, {2, {5, 7}}},
        /* a plain row, on either side */
        {{1, {784}}, {3, {28, 28, 1}}},
        {{3, {3, 32, 32}}, {1, {3072}}},
        {{2, {1, 784}}, {2, {28, 28}}},
        {{6, {2, 2, 2, 2, 2, 2}}, {1, {64}}},
        {{1, {1}}, {3, {1, 1, 1}}},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        int order[AXES_MAX];
        struct axes a = axes_of(&pairs[i][0]), b = axes_of(&pairs[i][1]);
        assert_int_equal(axes_compare(a, b, order), AXES_AGREE);
        assert_int_equal(axes_compare(b, a, order), AXES_AGREE);
    }
}

static void test_axes_that_do_not(void **state)
{
    (void)state;
    static const struct {
        struct shape given, wanted;
        enum axes_fit fit;
        const char *advice;
    } cases[] = {
        {{3, {3, 32, 32}},
         {3, {32, 32, 3}},
         AXES_TURNED,
         "channels come first in it, but last in a network; save "
         "numpy.transpose(x, (0, 2, 3, 1))"},
        {{3, {3, 20, 30}},
         {3, {20, 30, 3}},
         AXES_TURNED,
         "channels come first in it, but last in a network; save "
         "numpy.transpose(x, (0, 2, 3, 1))"},
        {{2, {14, 28}},
         {3, {28, 14, 1}},
         AXES_TURNED,
         "height and width are swapped; save numpy.transpose(x, (0, 2, 1))"},
        {{3, {14, 28, 3}},
         {3, {28, 14, 3}},
         AXES_TURNED,
         "height and width are swapped; save numpy.transpose(x, (0, 2, 1, "
         "3))"},
        {{3, {1, 14, 28}},
         {2, {28, 14}},
         AXES_TURNED,
         "height and width are swapped; save numpy.transpose(x, (0, 3, 2, "
         "1))"},
        {{3, {3, 30, 20}},
         {3, {20, 30, 3}},
         AXES_TURNED,
         "these are the axes in another order; save numpy.transpose(x, (0, 3, "
         "2, 1))"},
        {{2, {14, 56}},
         {2, {28, 28}},
         AXES_DIFFER,
         "as many values, but on other axes; if their order is right, save "
         "x.reshape(len(x), 28, 28)"},
        {{3, {2, 14, 28}},
         {2, {28, 28}},
         AXES_DIFFER,
         "as many values, but on other axes; if their order is right, save "
         "x.reshape(len(x), 28, 28)"},
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int order[AXES_MAX];
        struct axes given = axes_of(&cases[i].given);
        struct axes wanted = axes_of(&cases[i].wanted);
        assert_int_equal(axes_compare(given, wanted, order), cases[i].fit);
        assert_string_equal(axes_advice(arena, given, wanted, true),
                            cases[i].advice);
    }
    struct axes given = axes_of(&cases[0].given);
    assert_string_equal(
        axes_advice(arena, given, axes_of(&cases[0].wanted), false),
        "channels come first in it, but last in a network");
    int order[AXES_MAX];
    assert_int_equal(axes_compare(given, axes_of(&cases[2].given), order),
                     AXES_OTHER_COUNT);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_axes_that_agree),
        cmocka_unit_test(test_axes_that_do_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
