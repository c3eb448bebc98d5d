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

struct rounds {
    int seen[MOST];  /* runs of each worker */
    int wrong;       /* what a worker saw too early or too late */
    int value[MOST]; /* written before a barrier, read behind it */
};

static void meet(void *argument, const struct guss_worker *worker)
{
    struct rounds *rounds = argument;
    rounds->seen[worker->index]++;
    for (int round = 0; round < 3; round++) {
        rounds->value[worker->index] = rounds->seen[worker->index] + round;
        guss_barrier(worker);
        int next = (worker->index + 1) % worker->count;
        if (rounds->value[next] != rounds->seen[worker->index] + round)
            __atomic_fetch_add(&rounds->wrong, 1, __ATOMIC_RELAXED);
        guss_barrier(worker);
    }
}

static void test_workers_meet(void **state)
{
    (void)state;
    for (int k = 0; k < N_COUNTS; k++) {
        struct guss_team *team = guss_team_new(counts[k]);
        assert_non_null(team);
        assert_int_equal(guss_team_count(team), counts[k]);
        struct rounds rounds = {0};
        for (int run = 0; run < 2000; run++)
            guss_team_run(team, meet, &rounds);
        for (int i = 0; i < MOST; i++)
            assert_int_equal(rounds.seen[i], i < counts[k] ? 2000 : 0);
        assert_int_equal(rounds.wrong, 0);
        guss_team_free(team);
    }
}

static void test_sleepers_wake(void **state)
{
    (void)state;
    struct guss_team *team = guss_team_new(3);
    struct rounds rounds = {0};
    for (int run = 0; run < 20; run++) {
        struct timespec while_away = {0, 3000000};
        nanosleep(&while_away, NULL);
        guss_team_run(team, meet, &rounds);
    }
    assert_int_equal(rounds.seen[2], 20);
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
    denormal->halves[worker->index] = denormal->tiny * 0.5f;
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

static void test_shares_cover_everything_once(void **state)
{
    (void)state;
    for (int count = 1; count <= MOST; count++)
        for (int total = 0; total < 40; total++) {
            int next = 0;
            for (int i = 0; i < count; i++) {
                struct guss_worker worker = {i, count, NULL};
                int first, last;
                guss_share(total, &worker, &first, &last);
                assert_int_equal(first, next);
                assert_true(last >= first);
                next = last;
            }
            assert_int_equal(next, total);
        }
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
        cmocka_unit_test(test_shares_cover_everything_once),
        cmocka_unit_test(test_quotas_are_rounded_up),
        cmocka_unit_test(test_there_is_a_processor_and_a_peak)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
