/* When runs that were made would have ended by quality: tests/scores/runs has their
 * snapshots, runs.txt there what each is and what came of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "trainer/training/monitor.h"

enum { MOST_SNAPSHOTS = 500, LEAST_SNAPSHOTS = 8, WIDEST = 16 };

static const struct monitor_settings settings = {.monitor = MONITOR_QUALITY,
                                                 .patience = QUALITY_PATIENCE};

struct series {
    struct quality_score snapshots[MOST_SNAPSHOTS];
    int count;
};

/* What came of a run: iterations, of which 0 is never. */
struct outcome {
    uint64_t armed, end, best;
    double distance; /* of the best */
};

static struct series read_run(const char *name, double one_image)
{
    char path[128], line[256];
    snprintf(path, sizeof path, "tests/scores/runs/%s.csv", name);
    FILE *file = fopen(path, "r");
    if (!file)
        fail_msg("there is no %s", path);
    struct series series = {.count = 0};
    assert_non_null(fgets(line, sizeof line, file));
    assert_int_equal(strncmp(line, "iteration,frechet_distance,", 27), 0);
    while (fgets(line, sizeof line, file)) {
        assert_in_range(series.count, 0, MOST_SNAPSHOTS - 1);
        struct quality_score *score = &series.snapshots[series.count++];
        unsigned long long iteration;
        assert_int_equal(sscanf(line, "%llu,%lf", &iteration, &score->distance),
                         2);
        score->iteration = iteration;
        score->one_image = one_image;
    }
    fclose(file);
    return series;
}

/* Every so many snapshots of a run, from one of the first on. */
static struct series thin_out(const struct series *all, int step, int from)
{
    struct series some = {.count = 0};
    for (int i = from; i < all->count; i += step)
        some.snapshots[some.count++] = all->snapshots[i];
    return some;
}

static struct outcome replay(const struct series *series)
{
    struct monitor monitor = {0};
    struct quality quality = {0};
    struct best best = {0};
    struct outcome outcome = {0};
    for (int i = 0; i < series->count && !outcome.end; i++) {
        const struct quality_score *score = &series->snapshots[i];
        if (quality_add(&settings, &monitor, &quality, score))
            best = (struct best){0};
        best_add(MODE_MIN, &best, score->iteration, score->distance);
        if (quality_is_spent(&settings, &monitor, &quality, score->iteration))
            outcome.end = score->iteration;
    }
    outcome.armed = quality.armed;
    outcome.best = best.iteration;
    outcome.distance = best.value;
    return outcome;
}

static double least_distance(const struct series *series)
{
    double least = series->snapshots[0].distance;
    for (int i = 1; i < series->count; i++)
        if (series->snapshots[i].distance < least)
            least = series->snapshots[i].distance;
    return least;
}

/* However far apart snapshots lie, what comes after the end is better by at most so
 * much. */
static void expect_lost(const char *name, const struct series *all,
                        double percent)
{
    for (int step = 1; step <= WIDEST; step++)
        for (int from = 0; from < step; from++) {
            struct series some = thin_out(all, step, from);
            if (some.count < LEAST_SNAPSHOTS)
                continue;
            double least = least_distance(&some);
            struct outcome outcome = replay(&some);
            if (outcome.distance > (1 + percent / 100) * least)
                fail_msg("%s, every %d from %d on: ends at %llu with %g, "
                         "there are %g",
                         name, step, from, (unsigned long long)outcome.end,
                         outcome.distance, least);
        }
}

static void test_runs(void **state)
{
    (void)state;
    FILE *file = fopen("tests/scores/runs/runs.txt", "r");
    assert_non_null(file);
    char line[256], name[64];
    double one_image, percent;
    unsigned long long armed, best, end;
    int runs = 0;
    while (fgets(line, sizeof line, file)) {
        if (line[0] == '#')
            continue;
        assert_int_equal(sscanf(line, "%63s %lf %llu %llu %llu %lf", name,
                                &one_image, &armed, &best, &end, &percent),
                         6);
        struct series series = read_run(name, one_image);
        struct outcome outcome = replay(&series);
        if (outcome.armed != armed || outcome.best != best ||
            outcome.end != end)
            fail_msg("%s: armed at %llu, best at %llu, ends at %llu", name,
                     (unsigned long long)outcome.armed,
                     (unsigned long long)outcome.best,
                     (unsigned long long)outcome.end);
        expect_lost(name, &series, percent);
        runs++;
    }
    fclose(file);
    assert_in_range(runs, 8, 64);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_runs)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
