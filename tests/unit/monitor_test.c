/* Patience, plateaus and the best: counted as Keras's callbacks count
 * (tests/keras/callbacks.txt), which measures are better when they are larger, and
 * what goes on counting. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "trainer/training/monitor.h"

enum { MOST = 64 };

/* ---- Keras --------------------------------------------------------------- */

struct series {
    double values[MOST];
    int count;
};

/* Numbers up to the end of the line or a colon, behind which *at is then. */
static struct series read_series(const char **at)
{
    struct series series = {.count = 0};
    char *end;
    for (;;) {
        double value = strtod(*at, &end);
        if (end == *at)
            break;
        assert_in_range(series.count, 0, MOST - 1);
        series.values[series.count++] = value;
        *at = end;
    }
    *at += strspn(*at, " :");
    return series;
}

/* "min 2 0.5", behind which *at is then. */
static struct monitor_settings read_settings(const char **at)
{
    bool is_max = strncmp(*at, "max", 3) == 0;
    char *end;
    *at += 4;
    int64_t patience = strtol(*at, &end, 10);
    double delta = strtod(end, &end);
    *at = end;
    return (struct monitor_settings){.monitor = "loss",
                                     .mode = is_max ? MODE_MAX : MODE_MIN,
                                     .patience = patience,
                                     .min_delta = delta};
}

static void expect_stop(const char *at)
{
    struct monitor_settings settings = read_settings(&at);
    at += strspn(at, " :");
    int stopped = (int)read_series(&at).values[0];
    struct series series = read_series(&at);
    struct monitor monitor = {0};
    int after = 0;
    for (int i = 0; i < series.count && !after; i++) {
        monitor_add(&settings, &monitor, series.values[i]);
        if (monitor_is_spent(&settings, &monitor))
            after = i + 1;
    }
    assert_int_equal(after, stopped);
}

static void expect_rates(const char *at)
{
    struct plateau_settings settings = {.watched = read_settings(&at)};
    struct series others = read_series(&at);
    settings.factor = others.values[0];
    settings.cooldown = (int64_t)others.values[1];
    settings.min_lr = others.values[2];
    struct series rates = read_series(&at), series = read_series(&at);
    struct plateau plateau = {0};
    double rate = 0.5;
    plateau_begin(&plateau, "min loss");
    assert_int_equal(rates.count, series.count);
    for (int i = 0; i < series.count; i++) {
        plateau_add(&settings, &plateau, series.values[i], &rate, 1);
        rate = plateau_rate(&settings, &plateau, 0, 0.5);
        assert_true(fabs(rate - rates.values[i]) <= 1e-7 * rate);
    }
}

static void test_callbacks_of_keras(void **state)
{
    (void)state;
    static const char stop[] = "stop ", plateau[] = "plateau ";
    FILE *file = fopen("tests/keras/callbacks.txt", "r");
    char line[4096];
    int stops = 0, plateaus = 0;
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        if (strncmp(line, stop, strlen(stop)) == 0) {
            expect_stop(line + strlen(stop));
            stops++;
        } else if (strncmp(line, plateau, strlen(plateau)) == 0) {
            expect_rates(line + strlen(plateau));
            plateaus++;
        }
    }
    fclose(file);
    assert_int_equal(stops, 60);
    assert_int_equal(plateaus, 60);
}

/* ---- measures ------------------------------------------------------------ */

static enum monitor_mode mode_of(const char *measure)
{
    return monitor_mode(&(struct monitor_settings){.monitor = measure});
}

static void test_which_way_is_better(void **state)
{
    (void)state;
    static const char *const larger[] = {"accuracy",
                                         "val_accuracy",
                                         "real_accuracy",
                                         "precision",
                                         "recall",
                                         "val_f1",
                                         "F1",
                                         "density",
                                         "coverage",
                                         "precision_circle",
                                         "class_entropy",
                                         "recall_0"};
    static const char *const smaller[] = {
        "loss",   "val_loss",   "generator_loss",
        "spread", "copies",     "frechet_distance",
        "f10",    "inaccuracy", "precisions"};
    for (size_t i = 0; i < sizeof larger / sizeof *larger; i++)
        assert_int_equal(mode_of(larger[i]), MODE_MAX);
    for (size_t i = 0; i < sizeof smaller / sizeof *smaller; i++)
        assert_int_equal(mode_of(smaller[i]), MODE_MIN);
    struct monitor_settings given = {.monitor = "loss", .mode = MODE_MAX};
    assert_int_equal(monitor_mode(&given), MODE_MAX);
}

static void test_rules(void **state)
{
    struct arena *arena = *state;
    struct monitor_settings settings = {.monitor = "val_accuracy"};
    assert_string_equal(monitor_rule(arena, &settings), "max val_accuracy");
    settings.mode = MODE_MIN;
    assert_string_equal(monitor_rule(arena, &settings), "min val_accuracy");
    settings.monitor = NULL;
    assert_string_equal(monitor_rule(arena, &settings), "");
}

/* ---- going on ------------------------------------------------------------ */

static void test_another_rule_counts_anew(void **state)
{
    (void)state;
    struct plateau plateau = {0};
    struct plateau_settings settings = {
        .watched = {.monitor = "loss", .mode = MODE_MIN, .patience = 1},
        .factor = 0.5,
        .cooldown = 3};
    static const double rates[MAX_OPTIMIZERS] = {0.5, 0.25};
    plateau_begin(&plateau, "min loss");
    plateau_add(&settings, &plateau, 1.0, rates, MAX_OPTIMIZERS);
    plateau_add(&settings, &plateau, 1.0, rates, MAX_OPTIMIZERS);
    plateau_begin(&plateau, "min loss");
    assert_true(plateau.factors[1] == 0.5);
    assert_int_equal(plateau.cooldown, 3);
    assert_int_equal(plateau.monitor.evaluations, 2);
    plateau_begin(&plateau, "max loss");
    assert_true(plateau.factors[1] == 1.0);
    assert_int_equal(plateau.cooldown, 0);
    assert_int_equal(plateau.monitor.evaluations, 0);
}

/* The factors multiply what the schedule says, and raise nothing that was not
 * reduced. */
static void test_the_least_rate_bounds_the_product(void **state)
{
    (void)state;
    struct plateau_settings settings = {
        .watched = {.monitor = "loss", .patience = 1},
        .factor = 0.5,
        .min_lr = 0.125};
    struct plateau plateau = {.factors = {1.0, 0.5}};
    assert_true(plateau_rate(&settings, &plateau, 0, 0.0625) == 0.0625);
    assert_true(plateau_rate(&settings, &plateau, 1, 0.5) == 0.25);
    assert_true(plateau_rate(&settings, &plateau, 1, 0.125) == 0.125);
    settings.watched.monitor = NULL;
    assert_true(plateau_rate(&settings, &plateau, 1, 0.5) == 0.5);
}

/* Each of a GAN's rates by itself: one that is at its least stays. */
static void test_rates_are_reduced_each_by_itself(void **state)
{
    (void)state;
    struct plateau_settings settings = {
        .watched = {.monitor = "loss", .patience = 1},
        .factor = 0.5,
        .min_lr = 0.25};
    static const double rates[MAX_OPTIMIZERS] = {0.5, 0.25};
    struct plateau plateau = {0};
    plateau_begin(&plateau, "min loss");
    plateau_add(&settings, &plateau, 1.0, rates, MAX_OPTIMIZERS);
    plateau_add(&settings, &plateau, 2.0, rates, MAX_OPTIMIZERS);
    assert_true(plateau.factors[0] == 0.5);
    assert_true(plateau.factors[1] == 1.0);
}

static void test_the_first_of_equals_is_the_best(void **state)
{
    (void)state;
    struct best best = {0};
    assert_false(best_add(MODE_MAX, &best, 1, (double)NAN));
    assert_true(best_add(MODE_MAX, &best, 2, 0.5));
    assert_false(best_add(MODE_MAX, &best, 3, 0.5));
    assert_true(best_add(MODE_MAX, &best, 4, 0.75));
    assert_false(best_add(MODE_MAX, &best, 5, 0.25));
    assert_int_equal(best.iteration, 4);
    assert_true(best.value == 0.75);
}

static bool add_snapshot(struct monitor *monitor, struct quality *quality,
                         const struct monitor_settings *settings,
                         uint64_t iteration, double distance)
{
    const struct quality_score score = {
        .iteration = iteration, .distance = distance, .one_image = 64};
    return quality_add(settings, monitor, quality, &score);
}

/* Noise that wobbles for longer than patience ends nothing; once the images are
 * nearer than any one of them could be, patience counts. */
static void test_quality_is_armed_by_form(void **state)
{
    (void)state;
    const struct monitor_settings settings = {.monitor = "quality",
                                              .patience = 2};
    struct monitor monitor = {.rule = "min quality"};
    struct quality quality = {0};
    static const double noise[] = {187, 64, 201, 189, 170};
    for (uint64_t i = 0; i < 5; i++) {
        assert_false(
            add_snapshot(&monitor, &quality, &settings, i + 1, noise[i]));
        assert_false(quality_is_spent(&settings, &monitor, &quality, i + 1));
    }
    assert_true(add_snapshot(&monitor, &quality, &settings, 6, 63.9));
    assert_int_equal(quality.armed, 6);
    assert_int_equal(quality.improved, 6);
    assert_true(monitor.best == 63.9 && quality.one_image == 64);
    assert_false(add_snapshot(&monitor, &quality, &settings, 7, 62));
    assert_false(add_snapshot(&monitor, &quality, &settings, 8, 70));
    assert_int_equal(quality.armed, 6);
    assert_int_equal(quality.improved, 7);
}

/* After how many updates a run ends whose first snapshot, after so many, is its
 * best. */
static uint64_t find_end(int64_t patience, uint64_t first, uint64_t every)
{
    const struct monitor_settings settings = {.monitor = "quality",
                                              .patience = patience};
    struct monitor monitor = {0};
    struct quality quality = {0};
    uint64_t iteration = first;
    add_snapshot(&monitor, &quality, &settings, iteration, 10);
    while (!quality_is_spent(&settings, &monitor, &quality, iteration)) {
        iteration += every;
        add_snapshot(&monitor, &quality, &settings, iteration, 10);
    }
    return iteration;
}

/* The same update, however close together snapshots are. */
static void test_quality_waits_for_half_of_the_updates(void **state)
{
    (void)state;
    for (uint64_t every = 500; every <= 2000; every += 500)
        assert_int_equal(find_end(3, 6000, every), 12000);
    assert_int_equal(find_end(3, 6000, 700), 12300);
}

static void test_quality_waits_for_patience_and_a_thousand(void **state)
{
    (void)state;
    assert_int_equal(find_end(3, 6000, 4000), 18000);
    assert_int_equal(find_end(0, 6000, 4000), 14000);
    assert_int_equal(find_end(3, 100, 50), 1100);
    assert_int_equal(find_end(3, 100, 30), 1120);
}

/* An improvement by no more than min_delta is none, but for the best. */
static void test_quality_improves_by_more_than_a_delta(void **state)
{
    (void)state;
    const struct monitor_settings settings = {
        .monitor = "quality", .patience = 1, .min_delta = 1};
    struct monitor monitor = {0};
    struct quality quality = {0};
    add_snapshot(&monitor, &quality, &settings, 100, 10);
    add_snapshot(&monitor, &quality, &settings, 150, 9.5);
    assert_int_equal(quality.improved, 100);
    add_snapshot(&monitor, &quality, &settings, 180, 8.9);
    assert_int_equal(quality.improved, 180);
}

/* ---- running ------------------------------------------------------------- */

static int set_up(void **state)
{
    *state = arena_new();
    return 0;
}

static int tear_down(void **state)
{
    arena_free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_callbacks_of_keras),
        cmocka_unit_test(test_which_way_is_better),
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_another_rule_counts_anew),
        cmocka_unit_test(test_the_least_rate_bounds_the_product),
        cmocka_unit_test(test_rates_are_reduced_each_by_itself),
        cmocka_unit_test(test_the_first_of_equals_is_the_best),
        cmocka_unit_test(test_quality_is_armed_by_form),
        cmocka_unit_test(test_quality_waits_for_half_of_the_updates),
        cmocka_unit_test(test_quality_waits_for_patience_and_a_thousand),
        cmocka_unit_test(test_quality_improves_by_more_than_a_delta)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
