/* trainer/progress.h: the parts of the line, and the lines in a pipe. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <math.h>

#include "trainer/training/progress.h"

static void test_bars(void **state)
{
    (void)state;
    char bar[16];
    progress_bar(bar, 10, 0.0);
    assert_string_equal(bar, "[>.........]");
    progress_bar(bar, 10, 0.55);
    assert_string_equal(bar, "[=====>....]");
    progress_bar(bar, 10, 1.0);
    assert_string_equal(bar, "[==========]");
}

static void expect_duration(double seconds, const char *expected)
{
    char text[32];
    progress_duration(text, sizeof text, seconds);
    assert_string_equal(text, expected);
}

static void expect_quantity(double number, const char *expected)
{
    char text[32];
    progress_quantity(text, sizeof text, number);
    assert_string_equal(text, expected);
}

static void test_times_and_quantities(void **state)
{
    (void)state;
    expect_duration(0.4, "0:00");
    expect_duration(59.6, "1:00");
    expect_duration(754, "12:34");
    expect_duration(3723, "1:02:03");
    expect_duration((double)INFINITY, "100000:00:00");
    expect_duration((double)NAN, "100000:00:00");
    expect_quantity(0, "0");
    expect_quantity(999.4, "999");
    expect_quantity(999.6, "1.0k");
    expect_quantity(12345, "12.3k");
    expect_quantity(1.2e6, "1.2M");
}

static void test_a_pipe_gets_one_line_an_epoch(void **state)
{
    (void)state;
    FILE *out = tmpfile();
    assert_non_null(out);
    struct progress progress;
    progress_start(&progress, out, 12, 100, 1200, 0);
    progress_update(&progress, 1, 50, 0.5);
    progress_end_epoch(&progress, 1, 0.0931123, (double)NAN);
    progress_end_epoch(&progress, 2, 0.0912, 0.0925137);
    progress_clear(&progress);
    char text[256] = "";
    rewind(out);
    size_t size = fread(text, 1, sizeof text - 1, out);
    fclose(out);
    assert_true(size > 0);
    assert_string_equal(text,
                        "epoch 1/12  loss 0.093112  0.00 s\n"
                        "epoch 2/12  loss 0.0912  val_loss 0.092514  0.00 s\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bars),
        cmocka_unit_test(test_times_and_quantities),
        cmocka_unit_test(test_a_pipe_gets_one_line_an_epoch)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
