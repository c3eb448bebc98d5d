/* guss/team.h: every worker runs, barriers hold, sleepers wake, denormals are
 * zero everywhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <time.h>

#include "guss/peak.h"
#include "guss/team.h"

enum { MOST = 7 };
static const int counts[] = {1, 2, 3, MOST};
enum { N_COUNTS = sizeof counts / sizeof *counts };

enum { UNITS = 40, SECTIONS = 3 };

/* Sections of units: how often each was done, and what was seen too early. */
struct rounds {
    int done[SECTIONS][UNITS];
    int wrong;
    int total, step; /* of each section */
};

static void meet(void *argument, const struct guss_worker *worker)
{
    struct rounds *rounds = argument;
    for (int section = 0; section < SECTIONS; section++) {
        struct guss_units units =
            guss_units(worker, rounds->total, rounds->step);
        while (guss_take(&units))
            for (int i = units.first; i < units.last; i++) {
                rounds->done[section][i]++;
                for (int k = 0; section > 0 && k < rounds->total; k++)
                    if (rounds->done[section - 1][k] < rounds->done[section][i])
                        __atomic_fetch_add(&rounds->wrong, 1, __ATOMIC_RELAXED);
            }
        guss_barrier(worker);
    }
}

static void meet_often(struct guss_team *team, int total, int step)
{
    enum { RUNS = 200 };
    struct rounds rounds = {.total = total, .step = step};
    for (int run = 0; run < RUNS; run++)
        guss_team_run(team, meet, &rounds);
    for (int section = 0; section < SECTIONS; section++)
        for (int i = 0; i < UNITS; i++)
            assert_int_equal(rounds.done[section][i], i < total ? RUNS : 0);
    assert_int_equal(rounds.wrong, 0);
}

static void test_workers_meet(void **state)
{
    (void)state;
    for (int k = 0; k < N_COUNTS; k++) {
        struct guss_team *team = guss_team_new(counts[k]);
        assert_non_null(team);
        assert_int_equal(guss_team_count(team), counts[k]);
        for (int total = 0; total <= UNITS; total += 8)
            for (int step = 1; step < 10; step += 4)
                meet_often(team, total, step);
        guss_team_free(team);
    }
}

static void test_sleepers_wake(void **state)
{
    (void)state;
    struct guss_team *team = guss_team_new(3);
    struct rounds rounds = {.total = 5, .step = 1};
    for (int run = 0; run < 20; run++) {
        struct timespec while_away = {0, 3000000};
        nanosleep(&while_away, NULL);
        guss_team_run(team, meet, &rounds);
    }
    assert_int_equal(rounds.done[2][4], 20);
    assert_int_equal(rounds.wrong, 0);
    guss_team_free(team);
}

struct denormal {
    volatile float tiny;
    float halves[MOST];
};

static void halve(void *argument, const struct guss_worker *worker)
{
    struct denormal *denormal = argument;
    struct guss_units units = guss_units(worker, worker->count, 1);
    while (guss_take(&units))
        denormal->halves[units.first] = denormal->tiny * 0.5f;
}

static void test_denormals_are_flushed(void **state)
{
    (void)state;
#if defined(__x86_64__) || defined(__aarch64__)
    struct guss_team *team = guss_team_new(3);
    struct denormal denormal = {.tiny = 1.2e-38f};
    for (int i = 0; i < 3; i++)
        denormal.halves[i] = 1.0f;
    guss_team_run(team, halve, &denormal);
    for (int i = 0; i < 3; i++)
        assert_true(denormal.halves[i] == 0.0f);
    guss_team_free(team);
#else
    skip();
#endif
}

static void test_there_is_a_processor_and_a_peak(void **state)
{
    (void)state;
    assert_true(guss_processors() >= 1);
    struct guss_team *team = guss_team_new(1);
    assert_true(guss_peak_gflops(team) > 0.1);
    guss_team_free(team);
    guss_team_free(NULL);
}

static void test_quotas_are_rounded_up(void **state)
{
    (void)state;
    static const struct {
        const char *quota;
        int processors;
    } quotas[] = {{"max 100000", 0},
                  {"100000 100000", 1},
                  {"150000 100000", 2},
                  {"400000 100000", 4},
                  {"1000 100000", 1},
                  {"6400001 100000", 65},
                  {"", 0},
                  {"100000", 0},
                  {"0 100000", 0},
                  {"-1 100000", 0},
                  {"100000 0", 0},
                  {"999999999999999999 1", 0}};
    for (size_t i = 0; i < sizeof quotas / sizeof *quotas; i++)
        assert_int_equal(guss_quota_processors(quotas[i].quota),
                         quotas[i].processors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_workers_meet),
        cmocka_unit_test(test_sleepers_wake),
        cmocka_unit_test(test_denormals_are_flushed),
        cmocka_unit_test(test_quotas_are_rounded_up),
        cmocka_unit_test(test_there_is_a_processor_and_a_peak)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
