/* trainer/picture: charts and matrices are drawn whatever the values are, with
 * axes that suit them. */
#include <math.h>

#include "tests/unit/picture_file.h"
#include "trainer/picture/plot_axis.h"
#include "trainer/picture/plot_font.h"

/* ---- axes ---------------------------------------------------------------- */

static void fit(struct axis *axis, bool round, const double *values, int count)
{
    struct extent extent = extent_empty;
    for (int i = 0; i < count; i++)
        extent_add(&extent, values[i]);
    if (round)
        axis_fit_round(axis, extent);
    else
        axis_fit(axis, extent);
}

static void expect_labels(struct fixture *fixture, bool round, double least,
                          double most, const char *expected)
{
    struct axis axis;
    fit(&axis, round, (double[]){least, most}, 2);
    const char *labels = "";
    for (int i = 0; i < axis.n_ticks; i++)
        labels = arena_printf(fixture->arena, "%s%s%s", labels, i ? " " : "",
                              axis.ticks[i].label);
    assert_string_equal(labels, expected);
}

static void test_labels(void **state)
{
    expect_labels(*state, true, 0.0915, 0.29, "0.05 0.10 0.15 0.20 0.25 0.30");
    expect_labels(*state, true, 0.0, 1.0, "0 0.2 0.4 0.6 0.8 1.0 1.2");
    expect_labels(*state, true, 0.3, 0.3,
                  "0.26 0.27 0.28 0.29 0.30 0.31 0.32 0.33 0.34");
    expect_labels(*state, true, -2.0, 2.0, "-3 -2 -1 0 1 2 3");
    expect_labels(*state, true, 0.004, 0.2,
                  "0.002 0.005 0.01 0.02 0.05 0.1 0.2");
    expect_labels(*state, true, 1e-7, 300.0, "1e-6 0.0001 0.01 1 100");
    expect_labels(*state, true, 1e-5, 2e-5,
                  "8.0e-6 1.0e-5 1.2e-5 1.4e-5 1.6e-5 1.8e-5 2.0e-5 2.2e-5");
    expect_labels(*state, false, 1.0, 100.0, "20 40 60 80 100");
    expect_labels(*state, false, 1.0, 3.0, "1 2 3");
    expect_labels(*state, false, 1.0, 1.0, "0 1 2");
    expect_labels(*state, false, 0.0, 2e6, "0 5.0e5 1.0e6 1.5e6 2.0e6");
}

/* Whatever the values are, there is a range, and ticks within it. */
static void test_ranges(void **state)
{
    (void)state;
    static const double values[] = {
        0.0,       -0.0,   1.0,      -1.0,        5e-324,      -5e-324,
        1e-310,    1e-290, 1e-150,   1.0 + 1e-15, 1e15,        1e15 + 1.0,
        1e300,     -1e300, 1.79e308, -1.79e308,   (double)NAN, HUGE_VAL,
        -HUGE_VAL, 0.1,    19.0,     21.0};
    enum { COUNT = sizeof values / sizeof *values };
    for (int i = 0; i < 2 * COUNT * COUNT; i++) {
        double pair[] = {values[i / 2 % COUNT], values[i / 2 / COUNT]};
        struct axis axis;
        fit(&axis, i % 2 == 0, pair, 2);
        assert_true(isfinite(axis.low) && isfinite(axis.high));
        assert_true(axis.low < axis.high);
        assert_true(axis.n_ticks >= 2 && axis.n_ticks < AXIS_MAX_TICKS);
        for (int k = 0; k < axis.n_ticks; k++) {
            double at = axis_place(&axis, axis.ticks[k].value);
            assert_true(at >= 0.0 && at <= 1.0);
            assert_true(k == 0 ||
                        at > axis_place(&axis, axis.ticks[k - 1].value));
            assert_true(strlen(axis.ticks[k].label) > 0);
        }
        for (int k = 0; k < 2; k++)
            if (isfinite(pair[k])) {
                double at = axis_place(&axis, pair[k]);
                assert_true(at >= 0.0 && at <= 1.0);
            }
    }
}

/* ---- plots --------------------------------------------------------------- */

static const unsigned char first_colour[] = {0x00, 0x72, 0xB2};
static const unsigned char second_colour[] = {0xD5, 0x5E, 0x00};

static struct picture draw_plot(struct fixture *fixture, const char *title,
                                int count, const double *first,
                                const double *second)
{
    struct error error = {0};
    struct series series[] = {{"loss", first}, {"val_loss", second}};
    double *x = arena_alloc(fixture->arena, (size_t)count, sizeof *x);
    for (int i = 0; i < count; i++)
        x[i] = i + 1;
    struct panel panel = {.series = series, .n_series = second ? 2 : 1};
    struct plot plot = {.title = title,
                        .x_name = "epoch",
                        .x = x,
                        .count = count,
                        .panels = &panel,
                        .n_panels = 1,
                        .best = -1};
    if (plot_write(&plot, fixture->path, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    struct picture picture = read_png(fixture->path);
    assert_int_equal(picture.width, 900);
    assert_int_equal(picture.height, 560);
    assert_int_equal(picture.channels, 3);
    return picture;
}

/* Pixels of that colour below the title and the legend. */
static int count_colour(const struct picture *picture,
                        const unsigned char *colour)
{
    int count = 0;
    for (int y = 64; y < picture->height; y++)
        for (int x = 0; x < picture->width; x++)
            count += memcmp(pixel_at(picture, x, y), colour, 3) == 0;
    return count;
}

static void test_curves_are_drawn(void **state)
{
    double first[100], second[100];
    for (int i = 0; i < 100; i++) {
        first[i] = 1.0 / (i + 3);
        second[i] = first[i] + 0.05;
    }
    struct picture picture = draw_plot(*state, "two", 100, first, second);
    assert_true(count_colour(&picture, first_colour) > 400);
    assert_true(count_colour(&picture, second_colour) > 400);
    picture_free(&picture);
    picture = draw_plot(*state, "one", 100, first, NULL);
    assert_true(count_colour(&picture, first_colour) > 400);
    assert_int_equal(count_colour(&picture, second_colour), 0);
    picture_free(&picture);
}

/* A constant is a level line over the whole width, two pixels thick. */
static void test_a_constant(void **state)
{
    double values[50];
    for (int i = 0; i < 50; i++)
        values[i] = 0.25;
    struct picture picture = draw_plot(*state, "constant", 50, values, NULL);
    int drawn = count_colour(&picture, first_colour);
    assert_true(drawn > 700 && drawn < 3 * 800);
    picture_free(&picture);
}

static void test_gaps(void **state)
{
    double values[101], gap[101];
    for (int i = 0; i < 101; i++) {
        values[i] = 0.25;
        gap[i] = i >= 25 && i < 75 ? (double)NAN : 0.25;
    }
    struct picture whole = draw_plot(*state, "whole", 101, values, NULL);
    struct picture broken = draw_plot(*state, "broken", 101, gap, NULL);
    int all = count_colour(&whole, first_colour);
    int some = count_colour(&broken, first_colour);
    assert_true(some > all * 4 / 10 && some < all * 6 / 10);
    picture_free(&whole);
    picture_free(&broken);
}

static void test_single_points(void **state)
{
    double value = 0.3, alone[] = {(double)NAN, 2.0, HUGE_VAL};
    struct picture picture = draw_plot(*state, "one point", 1, &value, NULL);
    assert_true(count_colour(&picture, first_colour) > 20);
    picture_free(&picture);
    picture = draw_plot(*state, "between gaps", 3, alone, NULL);
    assert_true(count_colour(&picture, first_colour) > 20);
    picture_free(&picture);
}

static void test_nothing_to_draw(void **state)
{
    double none[] = {(double)NAN, -HUGE_VAL, (double)NAN};
    struct picture picture = draw_plot(*state, "none", 3, none, none);
    assert_int_equal(count_colour(&picture, first_colour), 0);
    assert_int_equal(count_colour(&picture, second_colour), 0);
    picture_free(&picture);
    picture = draw_plot(*state, "empty", 0, none, NULL);
    assert_int_equal(count_colour(&picture, first_colour), 0);
    picture_free(&picture);
}

static void test_extreme_values(void **state)
{
    static const double pairs[][2] = {{1e-320, 1e308},  {-1.79e308, 1.79e308},
                                      {0.0, 5e-324},    {-5e-324, 5e-324},
                                      {1e300, 1e301},   {-1e-300, 1e-300},
                                      {1e15, 1e15 + 1}, {0.0, 1e308}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct picture picture = draw_plot(*state, "", 2, pairs[i], NULL);
        assert_true(count_colour(&picture, first_colour) > 100);
        picture_free(&picture);
    }
}

static void test_many_points(void **state)
{
    enum { COUNT = 300000 };
    struct fixture *fixture = *state;
    double *values = arena_alloc(fixture->arena, COUNT, sizeof *values);
    for (int i = 0; i < COUNT; i++)
        values[i] = (i % 1000 * 619 % 1000) * 0.001;
    struct picture picture = draw_plot(fixture, "noise", COUNT, values, NULL);
    assert_true(count_colour(&picture, first_colour) > 200000);
    picture_free(&picture);
}

/* Every character, one that the font lacks, what is no UTF-8; too long. */
static void test_titles(void **state)
{
    double value = 1.0;
    char title[1000] = "";
    for (int i = 0; i < 95; i++)
        title[i] = (char)(' ' + i);
    strcat(title, "\xC3\xA4\xFF\xE2\x82");
    struct picture picture = draw_plot(*state, title, 1, &value, NULL);
    picture_free(&picture);
    for (int i = 0; i < 333; i++)
        memcpy(title + 3 * i, "\xE2\x82\xAC", 3);
    title[999] = '\0';
    picture = draw_plot(*state, title, 1, &value, NULL);
    picture_free(&picture);
}

/* Shares end at 0 and 1, whatever they are. */
static void test_shares(void **state)
{
    (void)state;
    static const double pairs[][2] = {{0.0, 1.0}, {0.93, 0.97}, {1.0, 1.0},
                                      {0.0, 0.0}, {0.001, 0.9}, {0.3, 0.3}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct axis axis;
        struct extent extent = extent_empty;
        extent_add(&extent, pairs[i][0]);
        extent_add(&extent, pairs[i][1]);
        axis_fit_share(&axis, extent);
        assert_false(axis.logarithmic);
        assert_true(axis.low >= 0.0 && axis.low <= pairs[i][0]);
        assert_true(axis.high <= 1.0 && axis.high >= pairs[i][1]);
        assert_true(axis.low < axis.high && axis.n_ticks >= 2);
    }
}

/* Pixels of a colour in some rows. */
static int count_in_rows(const struct picture *picture, int top, int bottom,
                         const unsigned char *colour)
{
    int count = 0;
    for (int y = top; y < bottom; y++)
        for (int x = 0; x < picture->width; x++)
            count += memcmp(pixel_at(picture, x, y), colour, 3) == 0;
    return count;
}

static struct picture draw_panels(struct fixture *fixture, int best)
{
    static const double x[] = {1, 2, 3, 4}, loss[] = {0.9, 0.5, 0.4, 0.3},
                        val_loss[] = {0.8, 0.6, 0.5, 0.7},
                        accuracy[] = {0.5, 0.7, 0.9, 1.0};
    struct error error = {0};
    struct series losses[] = {{"loss", loss}, {"val_loss", val_loss}};
    struct series accuracies[] = {{"accuracy", accuracy}};
    struct panel panels[] = {{losses, 2, false}, {accuracies, 1, true}};
    struct plot plot = {"title", "epoch", x,    4,
                        panels,  2,       best, "best val_loss"};
    if (plot_write(&plot, fixture->path, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    return read_png(fixture->path);
}

/* Curves stay in the panel that they are of. */
static void test_panels_and_the_best(void **state)
{
    enum { FIRST = 66, FIRST_END = 406, NEXT = 458, NEXT_END = 658 };
    static const unsigned char mark[] = {0x5A, 0x62, 0x6E};
    struct picture plain = draw_panels(*state, -1);
    struct picture marked = draw_panels(*state, 2);
    assert_int_equal(plain.width, 900);
    assert_int_equal(plain.height, NEXT_END + 68);
    assert_true(count_in_rows(&plain, FIRST, FIRST_END, first_colour) > 400);
    assert_true(count_in_rows(&plain, FIRST, FIRST_END, second_colour) > 400);
    assert_true(count_in_rows(&plain, NEXT, NEXT_END, first_colour) > 400);
    assert_int_equal(count_in_rows(&plain, NEXT, NEXT_END, second_colour), 0);
    assert_int_equal(
        count_in_rows(&plain, FIRST_END + 6, NEXT - 30, first_colour), 0);
    for (int y = FIRST; y < NEXT; y += NEXT - FIRST)
        assert_true(count_in_rows(&marked, y, y + 200, mark) >
                    50 + count_in_rows(&plain, y, y + 200, mark));
    picture_free(&plain);
    picture_free(&marked);
}

static void test_a_plot_that_cannot_be_written(void **state)
{
    (void)state;
    double value = 1.0;
    struct error error = {0};
    struct series series = {"loss", &value};
    struct panel panel = {.series = &series, .n_series = 1};
    struct plot plot = {.title = "title",
                        .x_name = "epoch",
                        .x = &value,
                        .count = 1,
                        .panels = &panel,
                        .n_panels = 1,
                        .best = -1};
    assert_int_equal(plot_write(&plot, "/dev/full", &error), STATUS_MACHINE);
    assert_string_equal(error.text, "cannot write '/dev/full': No space left "
                                    "on device");
}

/* ---- matrices ------------------------------------------------------------ */

static const unsigned char full_colour[] = {0x6B, 0xAE, 0xE0};

static struct picture draw_matrix(struct fixture *fixture,
                                  const char *const *names, int count,
                                  const int64_t *counts)
{
    struct error error = {0};
    const struct matrix_plot plot = {"title", "true", "predicted",
                                     names,   count,  counts};
    assert_int_equal(matrix_plot_write(&plot, fixture->path, &error),
                     STATUS_OK);
    return read_png(fixture->path);
}

static void test_a_matrix_is_dark_where_rows_are(void **state)
{
    static const char *const names[] = {"ant", "bee", "cat"};
    const int64_t right[] = {5, 0, 0, 0, 7, 0, 0, 0, 0};
    const int64_t even[] = {5, 5, 0, 0, 7, 7, 1, 1, 1};
    struct picture picture = draw_matrix(*state, names, 3, right);
    int cell = 33 * 27; /* without its rules; the count is written in it */
    int found = count_colour(&picture, full_colour);
    assert_in_range(found, 2 * cell * 8 / 10, 2 * cell);
    picture_free(&picture);
    picture = draw_matrix(*state, names, 3, even);
    assert_int_equal(count_colour(&picture, full_colour), 0);
    picture_free(&picture);
}

/* Long names do not make it wider than its squares: they are written upwards,
 * and cut. */
static void test_a_matrix_of_many(void **state)
{
    struct fixture *fixture = *state;
    enum { MANY = MATRIX_PLOT_MOST };
    const char **names = arena_alloc(fixture->arena, MANY, sizeof *names);
    int64_t *counts = arena_alloc(fixture->arena, MANY * MANY, sizeof *counts);
    for (int i = 0; i < MANY; i++)
        names[i] = i ? "a name of some length"
                     : "\xC3\xA4 very long name indeed that cannot be written "
                       "whole beside a matrix of counts \xFF";
    struct picture picture = draw_matrix(fixture, names, MANY, counts);
    assert_in_range(picture.width, MANY * 34, MANY * 34 + 320);
    assert_in_range(picture.height, MANY * 28, MANY * 28 + 320);
    picture_free(&picture);
}

static void test_upwards_is_turned(void **state)
{
    (void)state;
    enum { SIDE = 40 };
    const struct colour black = {0, 0, 0};
    struct error error = {0};
    struct canvas level, turned;
    assert_int_equal(canvas_new(SIDE, SIDE, &level, &error), STATUS_OK);
    assert_int_equal(canvas_new(SIDE, SIDE, &turned, &error), STATUS_OK);
    text_draw(&level, "Fg", (struct point){6, 20}, 9.5, black);
    text_draw_up(&turned, "Fg", (struct point){20, SIDE - 6}, 9.5, black);
    int inked = 0;
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            int one = *pixel_at(&level.picture, x, y);
            int other = *pixel_at(&turned.picture, y, SIDE - 1 - x);
            assert_in_range(one - other + 1, 0, 2);
            inked += one < 128;
        }
    assert_true(inked > 20);
    canvas_free(&level);
    canvas_free(&turned);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_labels),
        IN_FOLDER(test_ranges),
        IN_FOLDER(test_curves_are_drawn),
        IN_FOLDER(test_a_constant),
        IN_FOLDER(test_gaps),
        IN_FOLDER(test_single_points),
        IN_FOLDER(test_nothing_to_draw),
        IN_FOLDER(test_extreme_values),
        IN_FOLDER(test_many_points),
        IN_FOLDER(test_titles),
        IN_FOLDER(test_shares),
        IN_FOLDER(test_panels_and_the_best),
        IN_FOLDER(test_a_plot_that_cannot_be_written),
        IN_FOLDER(test_a_matrix_is_dark_where_rows_are),
        IN_FOLDER(test_a_matrix_of_many),
        cmocka_unit_test(test_upwards_is_turned),
    };
    return cmocka_run_group_tests_name("plot", tests, NULL, NULL);
}
