/* trainer/progress.h: the parts of the line, on a terminal, and the lines in a
 * pipe. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <math.h>
#include <sys/ioctl.h>
#include <unistd.h>

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
    const struct progress_plan plan = {12, 10, 100, 1200, 0};
    const struct result one[] = {{"loss", 0.0931123}};
    const struct result two[] = {{"loss", 0.0912}, {"val_loss", 0.0925137}};
    progress_start(&progress, out, &plan);
    progress_update(&progress, (struct moment){.epoch = 1, .done = 50});
    progress_end_epoch(&progress, 1, one, 1);
    progress_end_epoch(&progress, 2, two, 2);
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

/* Of thousands of epochs a thousand are told, and the last. */
static void test_many_epochs_are_not_all_told(void **state)
{
    (void)state;
    FILE *out = tmpfile();
    assert_non_null(out);
    struct progress progress;
    const struct progress_plan plan = {2501, 1, 100, 250100, 0};
    progress_start(&progress, out, &plan);
    for (uint64_t epoch = 1; epoch <= 2501; epoch++)
        progress_end_epoch(&progress, epoch, NULL, 0);
    char text[64] = "";
    int lines = 0;
    rewind(out);
    while (fgets(text, sizeof text, out))
        if (lines++ == 0)
            assert_string_equal(text, "epoch 3/2501  0.00 s\n");
    fclose(out);
    assert_int_equal(lines, 834);
    assert_string_equal(text, "epoch 2501/2501  0.00 s\n");
}

static void expect_line(int width, const struct progress_plan *plan,
                        const struct moment *moment, const char *expected)
{
    struct progress progress = {.width = width, .plan = *plan};
    char line[128];
    progress_line(&progress, moment, line, sizeof line);
    assert_string_equal(line, expected);
}

static void test_what_does_not_fit_is_left_out(void **state)
{
    (void)state;
    const struct progress_plan plan = {100, 235, 60000, 6000000, 0};
    const struct moment moment = {.epoch = 3,
                                  .done = 147000,
                                  .elapsed = 0.1225,
                                  .losses = {0.0931123},
                                  .n_losses = 1};
    expect_line(90, &plan, &moment,
                "epoch   3/100 [=========>..........]  45%  loss 0.09311  1.2M "
                "samples/s  0:05 left");
    expect_line(80, &plan, &moment,
                "epoch   3/100 [=========>..........]  45%  loss 0.09311  0:05 "
                "left");
    expect_line(60, &plan, &moment,
                "epoch   3/100 [====>.....]  45%  loss 0.09311  0:05 left");
    expect_line(50, &plan, &moment,
                "epoch   3/100  45%  loss 0.09311  0:05 left");
}

static void test_short_epochs_share_one_bar(void **state)
{
    (void)state;
    const struct progress_plan plan = {20000, 8, 400, 8000000, 4000000};
    const struct moment moment = {.epoch = 15000,
                                  .done = 6000000,
                                  .elapsed = 10,
                                  .losses = {0.61234, 0.98765},
                                  .n_losses = 2};
    expect_line(120, &plan, &moment,
                "epoch 15000/20000 [===============>....]  75%  loss D 0.6123 "
                "G 0.9877  200.0k samples/s  0:10 left");
    expect_line(80, &plan, &moment,
                "epoch 15000/20000 [=======>..]  75%  loss D 0.6123 G 0.9877  "
                "0:10 left");
}

/* What the terminal shows of a line drawn at this width. */
static void expect_drawn(int terminal, struct progress *progress, int width,
                         const char *expected)
{
    const struct winsize size = {.ws_row = 24, .ws_col = (unsigned short)width};
    assert_int_equal(ioctl(terminal, TIOCSWINSZ, &size), 0);
    progress->drawn = 0.0;
    progress_update(progress, (struct moment){.epoch = 3,
                                              .done = 147000,
                                              .losses = {0.0931123},
                                              .n_losses = 1});
    char text[256] = "";
    assert_true(read(terminal, text, sizeof text - 1) > 0);
    text[strlen(text) - strlen("\033[K")] = '\0';
    char *left = strstr(text, "  0:"); /* a time that nobody knows */
    if (left)
        *left = '\0';
    assert_string_equal(text, expected);
}

static void test_a_terminal_may_become_narrower(void **state)
{
    (void)state;
    const struct progress_plan plan = {100, 235, 60000, 6000000, 0};
    struct progress progress;
    int terminal = posix_openpt(O_RDWR | O_NOCTTY);
    if (terminal < 0 || grantpt(terminal) != 0 || unlockpt(terminal) != 0)
        skip();
    FILE *out = fopen(ptsname(terminal), "w");
    assert_non_null(out);
    setenv("TERM", "xterm", 1);
    progress_start(&progress, out, &plan);
    assert_true(progress.is_live);
    expect_drawn(terminal, &progress, 75,
                 "\repoch   3/100 [=========>..........]  45%  loss 0.09311");
    expect_drawn(terminal, &progress, 60,
                 "\repoch   3/100 [====>.....]  45%  loss 0.09311");
    expect_drawn(terminal, &progress, 20, "\repoch   3/100  45% ");
    fclose(out);
    close(terminal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bars),
        cmocka_unit_test(test_times_and_quantities),
        cmocka_unit_test(test_a_pipe_gets_one_line_an_epoch),
        cmocka_unit_test(test_many_epochs_are_not_all_told),
        cmocka_unit_test(test_what_does_not_fit_is_left_out),
        cmocka_unit_test(test_short_epochs_share_one_bar),
        cmocka_unit_test(test_a_terminal_may_become_narrower)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
