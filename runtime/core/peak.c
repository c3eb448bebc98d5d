/* Peak speed: every worker takes a unit, multiplies and adds in CHAINS independent vector
 * registers, enough to fill two units of a latency of four to five cycles.
 * Intrinsics, not plain C: the instruction set is chosen when it runs, and
 * what is measured has to be the multiply-add itself. A run takes about a
 * millisecond, so that on a busy machine some of them are left alone. */
#include "guss/peak.h"

#include <time.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum { CHAINS = 12, ROUNDS = 400000, REPEATS = 70 };

/* Runs ROUNDS x CHAINS multiply-adds of one vector each; returns a value that
 * depends on all of them. */
typedef float multiply_adds(float start);

struct probe {
    multiply_adds *kernel;
    int width;  /* floats in a vector */
    float seen; /* keeps the results alive */
};

#if defined(__x86_64__)
__attribute__((target("avx512f"))) static float run_avx512(float start)
{
    __m512 sums[CHAINS], factor = _mm512_set1_ps(0.999f);
    for (int i = 0; i < CHAINS; i++)
        sums[i] = _mm512_set1_ps(start + (float)i);
    for (int round = 0; round < ROUNDS; round++)
#pragma GCC unroll 12
        for (int i = 0; i < CHAINS; i++)
            sums[i] = _mm512_fmadd_ps(sums[i], factor, factor);
    for (int i = 1; i < CHAINS; i++)
        sums[0] = _mm512_add_ps(sums[0], sums[i]);
    return _mm512_cvtss_f32(sums[0]);
}

__attribute__((target("avx2,fma"))) static float run_avx2(float start)
{
    __m256 sums[CHAINS], factor = _mm256_set1_ps(0.999f);
    for (int i = 0; i < CHAINS; i++)
        sums[i] = _mm256_set1_ps(start + (float)i);
    for (int round = 0; round < ROUNDS; round++)
#pragma GCC unroll 12
        for (int i = 0; i < CHAINS; i++)
            sums[i] = _mm256_fmadd_ps(sums[i], factor, factor);
    for (int i = 1; i < CHAINS; i++)
        sums[0] = _mm256_add_ps(sums[0], sums[i]);
    return _mm256_cvtss_f32(sums[0]);
}
#endif

typedef float vector __attribute__((vector_size(16)));

static float run_plain(float start)
{
    vector sums[CHAINS], factor = {0.999f, 0.999f, 0.999f, 0.999f};
    for (int i = 0; i < CHAINS; i++)
        sums[i] = factor * (start + (float)i);
    for (int round = 0; round < ROUNDS; round++)
#pragma GCC unroll 12
        for (int i = 0; i < CHAINS; i++)
            sums[i] = sums[i] * factor + factor;
    for (int i = 1; i < CHAINS; i++)
        sums[0] += sums[i];
    return sums[0][0];
}

static struct probe choose_probe(void)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f"))
        return (struct probe){.kernel = run_avx512, .width = 16};
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return (struct probe){.kernel = run_avx2, .width = 8};
#endif
    return (struct probe){.kernel = run_plain, .width = 4};
}

static void run_probe(void *argument, const struct guss_worker *worker)
{
    struct probe *probe = argument;
    struct guss_units units = guss_units(worker, worker->count, 1);
    while (guss_take(&units)) {
        float seen = probe->kernel((float)units.first);
        if (units.first == 0)
            probe->seen += seen;
    }
}

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

double guss_peak_gflops(struct guss_team *team)
{
    struct probe probe = choose_probe();
    double best = 0.0;
    double operations =
        2.0 * CHAINS * ROUNDS * probe.width * (double)guss_team_count(team);
    for (int i = 0; i < REPEATS; i++) {
        double begun = seconds_now();
        guss_team_run(team, run_probe, &probe);
        double speed = operations / (seconds_now() - begun) * 1e-9;
        best = speed > best ? speed : best;
    }
    return best;
}
