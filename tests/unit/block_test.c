/* guss/block.h: what is done to a finished block is what is done to numbers. */
#define GUSS_VECTOR 4
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <math.h>

#include "guss/activation.h"
#include "guss/block.h"

enum { NUMBERS = 2 * VECTOR };
static const real numbers[NUMBERS] = {NAN,  -1.5f,  -0.0f,    0.0f,
                                      2.5f, -3e38f, INFINITY, -INFINITY};

static void assert_same(real got, real expected)
{
    if (isnan(expected))
        assert_true(isnan(got));
    else
        assert_true(got == expected);
}

static void test_activations_of_a_block(void **state)
{
    (void)state;
    vec relu[2], leaky[2];
    block_load(1, 2, relu, numbers, NUMBERS);
    block_load(1, 2, leaky, numbers, NUMBERS);
    block_relu(1, 2, relu);
    block_leaky_relu(1, 2, leaky, 0.25f);
    for (int i = 0; i < NUMBERS; i++) {
        assert_same(relu[i / VECTOR][i % VECTOR], guss_relu(numbers[i]));
        assert_same(leaky[i / VECTOR][i % VECTOR],
                    guss_leaky_relu(numbers[i], 0.25f));
    }
}

static void test_blocks_end_where_the_extent_does(void **state)
{
    (void)state;
    assert_int_equal(block_next(0, 4, 10), 4);
    assert_int_equal(block_next(4, 4, 10), 6); /* covers two of them again */
    assert_int_equal(block_next(6, 4, 10), 10);
    assert_int_equal(block_next(4, 4, 8), 8);
}

static void test_a_matrix_is_transposed(void **state)
{
    (void)state;
    enum { ROWS = 7, COLUMNS = 6 };
    real from[ROWS][COLUMNS], to[COLUMNS][ROWS];
    for (int i = 0; i < ROWS; i++)
        for (int j = 0; j < COLUMNS; j++)
            from[i][j] = (real)(10 * i + j);
    memset(to, 0, sizeof to);
    guss_transpose(0, ROWS, COLUMNS, from[0], COLUMNS, to[0], ROWS);
    for (int i = 0; i < ROWS; i++)
        for (int j = 0; j < COLUMNS; j++)
            assert_true(to[j][i] == from[i][j]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_activations_of_a_block),
        cmocka_unit_test(test_blocks_end_where_the_extent_does),
        cmocka_unit_test(test_a_matrix_is_transposed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
