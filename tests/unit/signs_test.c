/* When a GAN's scores show that it collapses, diverges or copies. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "trainer/training/signs.h"

enum {
    COLLAPSE = 1 << SIGN_COLLAPSE,
    DIVERGENCE = 1 << SIGN_DIVERGENCE,
    COPYING = 1 << SIGN_COPYING
};

/* Snapshots in their order, and what begins with each. */
struct step {
    double distance, coverage, copies;
    uint64_t begins;
};

static struct signs check(const struct step *steps, size_t n)
{
    struct signs signs = {0};
    for (size_t i = 0; i < n; i++) {
        const struct signs_score score = {steps[i].distance, steps[i].coverage,
                                          steps[i].copies, 50};
        uint64_t begins = signs_add(&signs, &score);
        if (begins != steps[i].begins)
            fail_msg("step %zu: %d begins, not %d", i, (int)begins,
                     (int)steps[i].begins);
    }
    return signs;
}
#define CHECK(steps) check(steps, sizeof(steps) / sizeof *(steps))

static void test_nothing_before_form(void **state)
{
    (void)state;
    const struct step steps[] = {{60, 0.30, 0.01, 0},
                                 {190, 0.00, 0, 0},
                                 {55, 0.2, 0, 0},
                                 {200, 0, 0, 0}};
    CHECK(steps);
}

static void test_collapse(void **state)
{
    (void)state;
    const struct step steps[] = {
        {40, 0.30, 0, 0}, {42, 0.11, 0, 0}, {45, 0.09, 0, COLLAPSE},
        {45, 0.09, 0, 0}, {45, 0.12, 0, 0}, /* not enough to end it */
        {45, 0.09, 0, 0}, {45, 0.15, 0, 0}, {45, 0.05, 0, COLLAPSE}};
    struct signs signs = CHECK(steps);
    assert_true(signs_hold(&signs, SIGN_COLLAPSE));
    assert_false(signs_hold(&signs, SIGN_DIVERGENCE));
}

static void test_little_coverage_is_none_to_lose(void **state)
{
    (void)state;
    const struct step steps[] = {{40, 0.09, 0, 0}, {41, 0.0, 0, 0}};
    CHECK(steps);
}

static void test_divergence(void **state)
{
    (void)state;
    const struct step steps[] = {
        {10, 0.05, 0, 0},          {29, 0.05, 0, 0}, {31, 0.05, 0, DIVERGENCE},
        {25, 0.05, 0, 0},          {35, 0.05, 0, 0}, {20, 0.05, 0, 0},
        {31, 0.05, 0, DIVERGENCE}, {9, 0.05, 0, 0},  {28, 0.05, 0, DIVERGENCE}};
    CHECK(steps);
}

static void test_copying(void **state)
{
    (void)state;
    const struct step steps[] = {{90, 0, 0.03, 0},  {80, 0, 0.7, COPYING},
                                 {40, 0, 0.07, 0},  {40, 0, 0.9, 0},
                                 {40, 0, 0.049, 0}, {40, 0, 0.1, COPYING}};
    CHECK(steps);
}

static void test_no_number_shows_nothing(void **state)
{
    (void)state;
    const struct step steps[] = {{40, 0.3, NAN, 0},
                                 {NAN, NAN, NAN, 0},
                                 {41, 0.05, 0.5, COLLAPSE | COPYING},
                                 {NAN, NAN, NAN, 0},
                                 {41, 0.05, 0.5, 0}};
    CHECK(steps);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_before_form),
        cmocka_unit_test(test_collapse),
        cmocka_unit_test(test_little_coverage_is_none_to_lose),
        cmocka_unit_test(test_divergence),
        cmocka_unit_test(test_copying),
        cmocka_unit_test(test_no_number_shows_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
