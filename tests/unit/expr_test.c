/* compiler/emit/expr.h: what folds, what stays, and where parentheses stand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "compiler/emit/expr.h"

static struct arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static const struct expr *name(const char *text)
{
    return expr_name(arena, text);
}

static const struct expr *number(int64_t value)
{
    return expr_constant(arena, value);
}

static void assert_reads(const struct expr *expr, const char *text)
{
    assert_string_equal(expr_text(expr), text);
}

static void test_neutral_operands_fold(void **state)
{
    (void)state;
    const struct expr *x = name("x"), *zero = number(0), *one = number(1);
    assert_ptr_equal(expr_add(x, zero), x);
    assert_ptr_equal(expr_add(zero, x), x);
    assert_ptr_equal(expr_subtract(x, zero), x);
    assert_ptr_equal(expr_multiply(x, one), x);
    assert_ptr_equal(expr_multiply(one, x), x);
    assert_ptr_equal(expr_divide(x, one), x);
    assert_reads(expr_multiply(x, zero), "0");
    assert_reads(expr_multiply(zero, x), "0");
    assert_reads(expr_remainder(x, one), "0");
    assert_reads(expr_subtract(zero, x), "0 - x");
    assert_reads(expr_divide(one, x), "1 / x");
}

static void test_constants_are_computed(void **state)
{
    (void)state;
    const struct expr *seven = number(7), *minus_two = number(-2);
    assert_reads(expr_add(seven, minus_two), "5");
    assert_reads(expr_subtract(seven, minus_two), "9");
    assert_reads(expr_multiply(seven, minus_two), "-14");
    assert_reads(expr_divide(seven, minus_two), "-3");
    assert_reads(expr_remainder(seven, minus_two), "1");
}

static void test_constants_gather(void **state)
{
    (void)state;
    const struct expr *x = name("x");
    assert_reads(expr_plus(expr_plus(x, 1), 2), "x + 3");
    assert_reads(expr_plus(expr_plus(x, 1), -3), "x - 2");
    assert_ptr_equal(expr_plus(expr_plus(x, 1), -1), x);
    assert_reads(expr_subtract(expr_plus(x, 1), number(3)), "x - 2");
    assert_reads(expr_times(expr_times(x, 2), 30), "x * 60");
    assert_reads(expr_times(expr_plus(x, 2), 3), "(x + 2) * 3");
    assert_reads(expr_plus(expr_times(x, 2), 3), "x * 2 + 3");
}

/* What is no int64_t is left for the C compiler to see. */
static void test_nothing_overflows(void **state)
{
    (void)state;
    const struct expr *most = number(INT64_MAX), *least = number(INT64_MIN);
    assert_reads(expr_plus(most, 1), "9223372036854775807 + 1");
    assert_reads(expr_times(most, 2), "9223372036854775807 * 2");
    assert_reads(expr_plus(expr_plus(name("x"), INT64_MAX), 1),
                 "x + 9223372036854775807 + 1");
    assert_reads(expr_divide(least, number(-1)), "-9223372036854775808 / -1");
    assert_reads(expr_remainder(least, number(-1)),
                 "-9223372036854775808 % -1");
    assert_reads(expr_subtract(name("x"), least), "x - -9223372036854775808");
    assert_reads(expr_plus(name("x"), INT64_MIN), "x + -9223372036854775808");
    assert_reads(expr_divide(number(1), number(0)), "1 / 0");
    assert_reads(expr_remainder(number(1), number(0)), "1 % 0");
}

static void test_sums_and_products(void **state)
{
    (void)state;
    const struct expr *x = name("x"), *y = name("y"), *z = name("z");
    assert_reads(expr_add(expr_multiply(x, y), z), "x * y + z");
    assert_reads(expr_multiply(x, expr_add(y, z)), "x * (y + z)");
    assert_reads(expr_add(x, expr_add(y, z)), "x + y + z");
    assert_reads(expr_add(x, expr_subtract(y, z)), "x + y - z");
    assert_reads(expr_subtract(expr_subtract(x, y), z), "x - y - z");
    assert_reads(expr_subtract(x, expr_add(y, z)), "x - (y + z)");
    assert_reads(expr_multiply(x, expr_multiply(y, z)), "x * y * z");
    assert_reads(expr_multiply(x, expr_divide(y, z)), "x * (y / z)");
    assert_reads(expr_multiply(expr_divide(x, y), z), "x / y * z");
    assert_reads(expr_divide(x, expr_multiply(y, z)), "x / (y * z)");
    assert_reads(expr_remainder(expr_plus(x, 1), y), "(x + 1) % y");
    assert_reads(expr_times(x, -3), "x * -3");
    assert_reads(expr_subtract(number(28), x), "28 - x");
}

static void test_places(void **state)
{
    (void)state;
    const struct expr *h = name("h"), *x = name("x");
    const struct expr *pixel = expr_index(x, expr_plus(h, 1));
    assert_reads(expr_address(expr_index(pixel, h)), "&x[h + 1][h]");
    assert_reads(expr_index(expr_address(x), h), "(&x)[h]");
    assert_reads(expr_add(expr_address(x), h), "&x + h");
    assert_reads(expr_index(expr_add(x, h), number(0)), "(x + h)[0]");
    assert_reads(expr_member(expr_member(x, "train"), "rows"),
                 "x->train->rows");
    assert_reads(expr_address(expr_index(expr_member(x, "y"), h)), "&x->y[h]");
}

static void test_replacement_folds_again(void **state)
{
    (void)state;
    const struct expr *j = name("j"), *k = name("k");
    const struct expr *place = expr_address(
        expr_index(expr_index(name("w"), k), expr_plus(expr_times(j, 16), 3)));
    assert_reads(place, "&w[k][j * 16 + 3]");
    assert_reads(expr_replace(place, "j", number(48)), "&w[k][771]");
    assert_reads(expr_replace(place, "j", number(0)), "&w[k][3]");
    assert_reads(expr_replace(place, "k", j), "&w[j][j * 16 + 3]");
    assert_reads(place, "&w[k][j * 16 + 3]");
    assert_reads(expr_replace(expr_member(j, "j"), "j", k), "k->j");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_neutral_operands_fold),
        cmocka_unit_test(test_constants_are_computed),
        cmocka_unit_test(test_constants_gather),
        cmocka_unit_test(test_nothing_overflows),
        cmocka_unit_test(test_sums_and_products),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_replacement_folds_again),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
