/* trainer/training/progress.h: the parts of a line, the lines on a terminal,
 * and those in a pipe. */
#include <fcntl.h>
#include <poll.h>
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

enum { WIDE = 1000 };

#define MEASURE(NAME, BRIEF, LEAVES, VALUE)                                    \
    {                                                                          \
        .name = NAME, .brief = BRIEF, .leaves = LEAVES, .value = VALUE         \
    }
#define LOSS MEASURE("loss", "loss", LEAVES_BEFORE_LAST, 0.0931123)

static const struct measure classifier[] = {
    LOSS, MEASURE("accuracy", "accuracy", LEAVES_SECOND, 0.97125),
    MEASURE("val_loss", "val_loss", LEAVES_LAST, 0.0925137),
    MEASURE("val_accuracy", "val_accuracy", LEAVES_THIRD, 1.0)};
static const struct measure gan[] = {
    MEASURE("discriminator_loss", "D loss", LEAVES_BEFORE_LAST, 0.61234),
    MEASURE("generator_loss", "G loss", LEAVES_LAST, 0.98765),
    MEASURE("real_accuracy", "real", LEAVES_THIRD, 0.93),
    MEASURE("generated_accuracy", "generated", LEAVES_SECOND, 0.98125),
    MEASURE("spread", "spread", LEAVES_FIRST, (double)NAN)};

/* "0.03 s" at the end of a line becomes "T s": nobody knows how long an epoch
 * takes. */
static void hide_seconds(char *text)
{
    for (char *end; (end = strstr(text, " s\n")); text = end + 3) {
        char *start = end;
        while (start > text && start[-1] != ' ')
            start--;
        *start = 'T';
        memmove(start + 1, end, strlen(end) + 1);
        end = start + 1;
    }
}

static void test_a_pipe_gets_one_line_an_epoch(void **state)
{
    (void)state;
    FILE *out = tmpfile();
    assert_non_null(out);
    struct progress progress;
    const struct progress_plan plan = {12, 10, 100, 1200, 0};
    progress_start(&progress, out, &plan);
    progress_update(&progress, (struct moment){.epoch = 1, .done = 50});
    progress_end_epoch(&progress, 1, false, classifier, 1);
    progress_end_epoch(&progress, 2, false, gan, 5);
    progress_clear(&progress);
    char text[256] = "";
    rewind(out);
    size_t size = fread(text, 1, sizeof text - 1, out);
    fclose(out);
    assert_true(size > 0);
    hide_seconds(text);
    assert_string_equal(text, "epoch 1/12  loss 0.093112  T s\n"
                              "epoch 2/12  discriminator_loss 0.61234  "
                              "generator_loss 0.98765  real_accuracy 0.93  "
                              "generated_accuracy 0.98125  T s\n");
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
        progress_end_epoch(&progress, epoch, false, NULL, 0);
    char text[64] = "";
    int lines = 0;
    rewind(out);
    while (fgets(text, sizeof text, out)) {
        hide_seconds(text);
        if (lines++ == 0)
            assert_string_equal(text, "epoch 3/2501  T s\n");
    }
    fclose(out);
    assert_int_equal(lines, 834);
    assert_string_equal(text, "epoch 2501/2501  T s\n");
}

/* ---- what fits ------------------------------------------------------------ */

static void expect_epoch(int width, uint64_t epochs,
                         const struct measure *measures, int count,
                         const char *expected)
{
    const struct progress progress = {
        .width = width, .is_terminal = true, .plan = {.epochs = epochs}};
    char line[1024];
    progress_epoch_line(&progress, 7, measures, count, 12.0, line, sizeof line);
    assert_string_equal(line, expected);
    assert_true((int)strlen(line) < width);
}

static void test_an_epoch_has_all_measures_where_they_fit(void **state)
{
    (void)state;
    expect_epoch(WIDE, 100, classifier, 4,
                 "epoch   7/100  loss 0.09311  accuracy 0.97125  val_loss "
                 "0.09251  val_accuracy 1.00000  12.00 s");
    expect_epoch(80, 100, classifier, 4,
                 "epoch   7/100  loss 0.0931  accuracy 0.971  val_loss 0.0925  "
                 "val_accuracy 1.000");
    expect_epoch(80, 30, classifier, 4,
                 "epoch  7/30  loss 0.0931  accuracy 0.9712  val_loss 0.0925  "
                 "val_accuracy 1.0000");
    expect_epoch(80, 12, gan, 5,
                 "epoch  7/12  D loss 0.6123  G loss 0.9877  real 0.9300  "
                 "generated 0.9812");
    struct measure measured[5];
    memcpy(measured, gan, sizeof gan);
    measured[4].value = 0.81234;
    expect_epoch(80, 20000, measured, 5,
                 "    7  D loss 0.6123  G loss 0.9877  real 0.930  generated "
                 "0.981  spread 0.812");
}

/* A line is as long whatever its values are, so that they stand below those of
 * the line before it. */
static void test_values_stay_in_their_columns(void **state)
{
    (void)state;
    static const double values[] = {0.0,     0.01,    0.0931123, 0.99997, 1.0,
                                    1.12144, 9.99999, 12.5,      999.99,  1234};
    static const int widths[] = {WIDE, 80, 72, 60};
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        const struct progress progress = {
            .width = widths[i], .is_terminal = true, .plan = {.epochs = 30}};
        size_t length = 0;
        for (size_t k = 0; k < sizeof values / sizeof *values; k++) {
            struct measure measures[4];
            char line[1024];
            memcpy(measures, classifier, sizeof classifier);
            measures[0].value = measures[2].value = values[k];
            measures[1].value = values[k] < 1.0 ? values[k] : 1.0;
            progress_epoch_line(&progress, 7, measures, 4, 12.0, line,
                                sizeof line);
            length = length ? length : strlen(line);
            assert_int_equal(strlen(line), length);
        }
    }
}

/* Where columns cannot be kept, digits are. */
static void test_small_and_large_values_keep_digits(void **state)
{
    (void)state;
    struct measure measures[] = {LOSS};
    measures[0].value = 0.000931123;
    expect_epoch(25, 30, measures, 1, " 7/30  loss 0.0009311");
    measures[0].value = 9.31123e-6;
    expect_epoch(25, 30, measures, 1, " 7/30  loss 9.311e-06");
    measures[0].value = 123456789.0;
    expect_epoch(25, 30, measures, 1, " 7/30  loss 1.235e+08");
}

static void test_accuracies_leave_an_epoch_before_losses(void **state)
{
    (void)state;
    expect_epoch(60, 100, classifier, 4,
                 "  7/100  loss 0.0931  val_loss 0.0925  val_accuracy 1.0000");
    expect_epoch(40, 100, classifier, 4,
                 "  7/100  loss 0.09311  val_loss 0.09251");
    expect_epoch(30, 100, classifier, 4, "  7/100  val_loss 0.09251");
    expect_epoch(20, 100, classifier, 4, "  7  val_loss 0.093");
    expect_epoch(15, 100, classifier, 4, "epoch   7/100");
    expect_epoch(10, 100, classifier, 4, "  7/100");
    expect_epoch(2, 9, classifier, 4, "7");
    expect_epoch(2, 100, classifier, 4, "");
    expect_epoch(1, 9, classifier, 4, "");
    expect_epoch(40, 12, gan, 5, " 7/12  D loss 0.6123  G loss 0.9877");
}

static void expect_line(int width, const struct progress_plan *plan,
                        const struct moment *moment, const char *expected)
{
    struct progress progress = {.width = width, .plan = *plan};
    char line[1024];
    progress_line(&progress, moment, line, sizeof line);
    assert_string_equal(line, expected);
    assert_true((int)strlen(line) < width);
}

static void test_what_does_not_fit_is_left_out(void **state)
{
    (void)state;
    const struct progress_plan plan = {100, 235, 60000, 6000000, 0};
    const struct moment moment = {.epoch = 3,
                                  .done = 147000,
                                  .elapsed = 0.1225,
                                  .measures = {LOSS},
                                  .n_measures = 1};
    expect_line(90, &plan, &moment,
                "epoch   3/100 [=========>..........]  45%  loss 0.0931  1.2M "
                "samples/s  0:05 left");
    expect_line(80, &plan, &moment,
                "epoch   3/100 [=========>..........]  45%  loss 0.0931  0:05 "
                "left");
    expect_line(60, &plan, &moment,
                "epoch   3/100 [====>.....]  45%  loss 0.0931  0:05 left");
    expect_line(50, &plan, &moment,
                "epoch   3/100  45%  loss 0.0931  0:05 left");
    expect_line(40, &plan, &moment, "  3/100  45%  loss 0.0931  0:05 left");
    expect_line(20, &plan, &moment, "  3  45%  0:05 left");
    expect_line(5, &plan, &moment, "");
}

static void test_short_epochs_share_one_bar(void **state)
{
    (void)state;
    const struct progress_plan plan = {20000, 8, 400, 8000000, 4000000};
    struct moment moment = {
        .epoch = 15000, .done = 6000000, .elapsed = 10, .n_measures = 4};
    memcpy(moment.measures, gan, sizeof gan);
    expect_line(140, &plan, &moment,
                "epoch 15000/20000 [===============>....]  75%  D loss 0.6123  "
                "G loss 0.9877  real 0.9300  generated 0.9812  200.0k "
                "samples/s  0:10 left");
    expect_line(80, &plan, &moment,
                "epoch 15000/20000 [=======>..]  75%  D loss 0.6123  G loss "
                "0.9877  0:10 left");
}

/* ---- on a terminal -------------------------------------------------------- */

struct terminal {
    int master;
    FILE *out;
};

static struct terminal open_terminal(void)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0)
        skip();
    FILE *out = fopen(ptsname(master), "w");
    assert_non_null(out);
    return (struct terminal){master, out};
}

static void close_terminal(struct terminal *terminal)
{
    fclose(terminal->out);
    close(terminal->master);
}

static void set_width(const struct terminal *terminal, int width)
{
    const struct winsize size = {.ws_row = 24, .ws_col = (unsigned short)width};
    assert_int_equal(ioctl(terminal->master, TIOCSWINSZ, &size), 0);
}

static void expect_written(const struct terminal *terminal,
                           const char *expected)
{
    char text[256] = "";
    size_t length = 0;
    struct pollfd shown = {.fd = terminal->master, .events = POLLIN};
    while (length < strlen(expected) && poll(&shown, 1, 5000) > 0) {
        ssize_t more =
            read(terminal->master, text + length, sizeof text - 1 - length);
        assert_true(more > 0);
        length += (size_t)more;
    }
    assert_string_equal(text, expected);
}

/* A line drawn at this width; it ends in a time that nobody knows. */
static void expect_drawn(const struct terminal *terminal,
                         struct progress *progress, int width,
                         const char *expected)
{
    set_width(terminal, width);
    progress->drawn = 0.0;
    assert_true(progress_is_due(progress));
    progress_update(progress, (struct moment){.epoch = 3,
                                              .done = 147000,
                                              .measures = {LOSS},
                                              .n_measures = 1});
    assert_false(progress_is_due(progress));
    char text[256] = "";
    assert_true(read(terminal->master, text, sizeof text - 1) > 0);
    char *left = strstr(text, "  0:");
    if (left)
        strcpy(left, "\033[K");
    assert_string_equal(text, expected);
}

static const struct progress_plan long_plan = {100, 235, 60000, 6000000, 0};

static void test_a_terminal_may_become_narrower(void **state)
{
    (void)state;
    struct progress progress;
    struct terminal terminal = open_terminal();
    setenv("TERM", "xterm", 1);
    progress_start(&progress, terminal.out, &long_plan);
    expect_drawn(&terminal, &progress, 75,
                 "\repoch   3/100 [=========>..........]  45%  loss "
                 "0.0931\033[K");
    expect_drawn(&terminal, &progress, 60,
                 "\repoch   3/100 [====>.....]  45%  loss 0.0931\033[K");
    expect_drawn(&terminal, &progress, 20, "\r  3  45%\033[K");
    expect_drawn(&terminal, &progress, 0,
                 "\repoch   3/100 [=========>..........]  45%  loss "
                 "0.0931\033[K");
    close_terminal(&terminal);
}

/* The line of an epoch takes the place of the one that was drawn. */
static void test_an_epoch_stays_on_a_terminal(void **state)
{
    (void)state;
    struct progress progress;
    struct terminal terminal = open_terminal();
    setenv("TERM", "xterm", 1);
    progress_start(&progress, terminal.out, &long_plan);
    expect_drawn(&terminal, &progress, 40, "\r  3/100  45%  loss 0.0931\033[K");
    progress_end_epoch(&progress, 3, false, classifier, 4);
    expect_written(&terminal, "\r\033[K  3/100  loss 0.09311  val_loss "
                              "0.09251\r\n");
    set_width(&terminal, 25);
    progress_end_epoch(&progress, 4, false, classifier, 4);
    expect_written(&terminal, "  4/100  val_loss 0.0925\r\n");
    close_terminal(&terminal);
}

static void test_a_plain_terminal_gets_lines_that_fit(void **state)
{
    (void)state;
    static const char *const kinds[] = {"dumb", "", NULL};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct progress progress;
        struct terminal terminal = open_terminal();
        if (kinds[i])
            setenv("TERM", kinds[i], 1);
        else
            unsetenv("TERM");
        set_width(&terminal, 40);
        progress_start(&progress, terminal.out, &long_plan);
        assert_false(progress_is_due(&progress));
        progress_update(&progress, (struct moment){.epoch = 3, .done = 1});
        progress_end_epoch(&progress, 3, false, classifier, 4);
        expect_written(&terminal,
                       "  3/100  loss 0.09311  val_loss 0.09251\r\n");
        close_terminal(&terminal);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bars),
        cmocka_unit_test(test_times_and_quantities),
        cmocka_unit_test(test_a_pipe_gets_one_line_an_epoch),
        cmocka_unit_test(test_many_epochs_are_not_all_told),
        cmocka_unit_test(test_an_epoch_has_all_measures_where_they_fit),
        cmocka_unit_test(test_values_stay_in_their_columns),
        cmocka_unit_test(test_small_and_large_values_keep_digits),
        cmocka_unit_test(test_accuracies_leave_an_epoch_before_losses),
        cmocka_unit_test(test_what_does_not_fit_is_left_out),
        cmocka_unit_test(test_short_epochs_share_one_bar),
        cmocka_unit_test(test_a_terminal_may_become_narrower),
        cmocka_unit_test(test_an_epoch_stays_on_a_terminal),
        cmocka_unit_test(test_a_plain_terminal_gets_lines_that_fit)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
