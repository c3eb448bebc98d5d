/* trainer/shuffle.h: permutations, another for each seed and pass, and none
 * likelier than another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <stdbool.h>

#include "trainer/data/shuffle.h"

enum { MOST = 1000 };

static void expect_permutation(const uint32_t *order, int count)
{
    bool seen[MOST] = {false};
    for (int i = 0; i < count; i++) {
        assert_true(order[i] < (uint32_t)count);
        assert_false(seen[order[i]]);
        seen[order[i]] = true;
    }
}

static void test_every_pass_is_a_permutation(void **state)
{
    (void)state;
    uint32_t order[MOST];
    for (int count = 0; count <= 20; count++) {
        shuffle_pass(order, count, 5, 0);
        expect_permutation(order, count);
    }
    shuffle_pass(order, MOST, UINT64_MAX, UINT64_MAX);
    expect_permutation(order, MOST);
}

static void test_order_depends_on_seed_and_pass_alone(void **state)
{
    (void)state;
    uint32_t a[MOST], b[MOST];
    shuffle_pass(a, MOST, 1, 7);
    shuffle_pass(b, MOST, 1, 7);
    assert_memory_equal(a, b, sizeof a);
    shuffle_pass(b, MOST, 1, 8);
    assert_memory_not_equal(a, b, sizeof a);
    shuffle_pass(b, MOST, 2, 7);
    assert_memory_not_equal(a, b, sizeof a);
    shuffle_none(b, MOST);
    for (uint32_t i = 0; i < MOST; i++)
        assert_int_equal(b[i], i);
}

/* All 24 orders of four: 24000 passes, 1000 expected of each; chi squared of
 * 23 degrees of freedom stays below 49.7 with probability 0.999. */
static void test_orders_are_equally_likely(void **state)
{
    (void)state;
    int found[256] = {0};
    for (uint64_t pass = 0; pass < 24000; pass++) {
        uint32_t order[4];
        shuffle_pass(order, 4, 1, pass);
        found[order[0] << 6 | order[1] << 4 | order[2] << 2 | order[3]]++;
    }
    double chi_squared = 0.0;
    int kinds = 0;
    for (int i = 0; i < 256; i++) {
        kinds += found[i] > 0;
        if (found[i])
            chi_squared += (found[i] - 1000.0) * (found[i] - 1000.0) / 1000.0;
    }
    assert_int_equal(kinds, 24);
    assert_true(chi_squared < 49.7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_pass_is_a_permutation),
        cmocka_unit_test(test_order_depends_on_seed_and_pass_alone),
        cmocka_unit_test(test_orders_are_equally_likely)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
