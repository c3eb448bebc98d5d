/* guss/activation.h and guss/loss.h: the errors that their comments promise,
 * against the C library's functions of doubles. */
#define GUSS_VECTOR 4
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <math.h>

#include "guss/activation.h"
#include "guss/loss.h"

/* The distance between two floats where `value` lies. */
static double ulp(double value)
{
    float at = (float)fabs(value);
    return (double)nextafterf(at, INFINITY) - (double)at;
}

/* The greatest error of f, in ulps of what it should be, at numbers between
 * `first` and `last`, each about 1e-5 further than the one before. */
static double greatest_error(float (*f)(float), double (*exact)(double),
                             double first, double last)
{
    double greatest = 0;
    for (double at = first; at <= last; at += 1e-5 * (1 + fabs(at))) {
        float x = (float)at;
        double should = exact((double)x);
        double error = fabs((double)f(x) - should) / ulp(should);
        greatest = error > greatest ? error : greatest;
    }
    return greatest;
}

static double exp_minus(double size)
{
    return exp(-size);
}

static double reciprocal(double d)
{
    return 1 / d;
}

static double mish(double z)
{
    return z * tanh((z > 0 ? z : 0) + log1p(exp(-fabs(z))));
}

static double hard_sigmoid(double z)
{
    return fmin(fmax(z + 3, 0), 6) / 6;
}

static double softsign(double z)
{
    return z / (1 + fabs(z));
}

/* The bounds are those without fused multiply-adds. */

static void test_exponentials(void **state)
{
    (void)state;
    assert_true(greatest_error(guss_exp, exp, -87, 88) < 1.2);
    assert_true(greatest_error(guss_exp_negative, exp, -87, 0) < 1.2);
    assert_true(greatest_error(guss_exp_minus, exp_minus, 0, 87) < 1.2);
}

static void test_exp_is_clamped(void **state)
{
    (void)state;
    assert_true(guss_exp(-1e30f) == guss_exp(-87));
    assert_true(guss_exp(1e30f) == guss_exp(88));
    assert_true(guss_exp_minus(1e30f) == guss_exp_minus(87));
    assert_true(guss_exp_minus(INFINITY) == guss_exp_minus(87));
    assert_true(guss_exp_minus(NAN) == guss_exp_minus(87));
}

static void test_logarithms_and_quotients(void **state)
{
    (void)state;
    assert_true(greatest_error(guss_log, log, 1e-3, 1e6) <= 2);
    assert_true(greatest_error(guss_reciprocal, reciprocal, 1, 2) < 2.2);
    for (double d = 1e-30; d < 1e30; d *= 1.0137) {
        double should = (double)0.3f / (double)(float)d;
        double got = (double)guss_quotient(0.3f, (float)d);
        assert_true(fabs(got - should) < 1.3 * ulp(should));
    }
}

static void test_activations(void **state)
{
    (void)state;
    assert_true(greatest_error(guss_mish, mish, -80, 1e4) < 4.2);
    assert_true(greatest_error(guss_softsign, softsign, -1e4, 1e4) < 1.5);
    assert_true(greatest_error(guss_exponential, exp, -87.3, 88.72) < 1.2);
    for (double z = -8; z < 8; z += 1e-4)
        assert_true(fabs((double)guss_hard_sigmoid((float)z) -
                         hard_sigmoid((double)(float)z)) < 1.1 * ulp(1) / 2);
}

static void test_exponential_says_that_it_overflows(void **state)
{
    (void)state;
    assert_true(isinf(guss_exponential(88.73f)));
    assert_true(isinf(guss_exponential(INFINITY)));
    assert_true(guss_exponential(-87.34f) == 0);
    assert_true(guss_exponential(-INFINITY) == 0);
    assert_true(isnan(guss_exponential(NAN)));
}

static void test_bounds_keep_nan(void **state)
{
    (void)state;
    assert_true(isnan(guss_relu6(NAN)));
    assert_true(isnan(guss_hard_sigmoid(NAN)));
    assert_true(isnan(guss_bounded_relu(NAN, 2, 0, 1)));
    assert_true(isnan(guss_mish(NAN)));
}

/* ---- binary cross-entropy from logits ------------------------------------ */

enum { MOST = 1100 };

static double exact_loss(int n, const real *z, const real *t)
{
    double loss = 0;
    for (int i = 0; i < n; i++) {
        double x = (double)z[i];
        loss += (x > 0 ? x : 0) - x * (double)t[i] + log1p(exp(-fabs(x)));
    }
    return loss;
}

static void fill(int n, real *z, real *t)
{
    for (int i = 0; i < n; i++) {
        z[i] = (real)((i * 37 % 101 - 50) * 0.4);
        t[i] = (real)(i % 7) / 6;
    }
}

static void test_cross_entropy_of_rows_of_any_length(void **state)
{
    (void)state;
    static const int lengths[] = {1, 3, 4, 17, 64, 255, 256, 257, 784, MOST};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        int n = lengths[i];
        real z[MOST], t[MOST], dz[MOST];
        fill(n, z, t);
        double should = exact_loss(n, z, t);
        double got = guss_binary_crossentropy_logits(n, z, t, 0.5f, dz);
        assert_true(fabs(got - should) <= 1e-6 * should);
        for (int k = 0; k < n; k++) {
            double sigmoid = 1 / (1 + exp(-(double)z[k]));
            double slope = 0.5 * (sigmoid - (double)t[k]);
            assert_true(fabs((double)dz[k] - slope) <= 1e-7);
        }
    }
}

/* A classifier that is sure, and right: nothing of its loss is rounded away. */
static void test_cross_entropy_that_is_almost_nothing(void **state)
{
    (void)state;
    real z[MOST], t[MOST] = {0}, dz[MOST];
    for (int i = 0; i < MOST; i++)
        z[i] = (real)(-20 - i % 30);
    double should = exact_loss(MOST, z, t);
    double got = guss_binary_crossentropy_logits(MOST, z, t, 1, dz);
    assert_true(fabs(got - should) <= 1e-6 * should);
}

static void test_cross_entropy_may_write_over_its_logits(void **state)
{
    (void)state;
    real z[MOST], t[MOST], apart[MOST];
    fill(MOST, z, t);
    double loss = guss_binary_crossentropy_logits(MOST, z, t, 1, apart);
    assert_true(guss_binary_crossentropy_logits(MOST, z, t, 1, z) == loss);
    assert_memory_equal(z, apart, sizeof z);
}

static void test_cross_entropy_is_nan_where_a_logit_is(void **state)
{
    (void)state;
    real z[MOST], t[MOST], dz[MOST];
    for (int at = 0; at < MOST; at += 333) {
        fill(MOST, z, t);
        t[at] = 0;
        z[at] = NAN;
        assert_true(isnan(guss_binary_crossentropy_logits(MOST, z, t, 1, dz)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exponentials),
        cmocka_unit_test(test_exp_is_clamped),
        cmocka_unit_test(test_logarithms_and_quotients),
        cmocka_unit_test(test_activations),
        cmocka_unit_test(test_exponential_says_that_it_overflows),
        cmocka_unit_test(test_bounds_keep_nan),
        cmocka_unit_test(test_cross_entropy_of_rows_of_any_length),
        cmocka_unit_test(test_cross_entropy_that_is_almost_nothing),
        cmocka_unit_test(test_cross_entropy_may_write_over_its_logits),
        cmocka_unit_test(test_cross_entropy_is_nan_where_a_logit_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
