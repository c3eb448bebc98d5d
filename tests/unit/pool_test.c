/* guss/pool.h: what Keras's figures do not show. */
#define GUSS_VECTOR 4
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <math.h>

#include "guss/pool.h"

/* Wherever in its window it is, and in its own channel only. */
static void test_the_largest_of_a_window_with_nan_is_nan(void **state)
{
    (void)state;
    enum { PIXELS = 4, CHANNELS = 5 };
    const struct guss_pool pool = {.image = {2, 2},
                                   .out = {1, 1},
                                   .window = {2, 2},
                                   .stride = {2, 2},
                                   .run = CHANNELS};
    for (int at = 0; at < PIXELS; at++) {
        real x[PIXELS][CHANNELS], y[CHANNELS];
        for (int i = 0; i < PIXELS; i++)
            for (int c = 0; c < CHANNELS; c++)
                x[i][c] = (real)(i == 2 ? c : -i);
        x[at][1] = NAN;
        guss_max_pool(&pool, x[0], y);
        for (int c = 0; c < CHANNELS; c++)
            assert_true(c == 1 ? isnan(y[c]) : y[c] == (real)c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_largest_of_a_window_with_nan_is_nan)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
