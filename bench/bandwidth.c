/* bandwidth [THREADS]: GB/s with which so many threads read, and add to, floats
 * that lie in their first-level cache, in the second, in the third, and in memory.
 * Each thread has memory of its own.
 *
 * cc -O3 -march=native -pthread bench/bandwidth.c -o build/bench/bandwidth */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { SUMS = 8, MOST_THREADS = 64 };
static const double seconds_each = 0.2;

struct work {
    size_t floats; /* a multiple of 128 */
    int adds;      /* writes too */
    double bytes, seconds, sum;
};

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* Sums in registers, as many as hide what an addition takes. */
static float read_all(const float *values, size_t n)
{
    typedef float vector __attribute__((vector_size(64)));
    const vector *vectors = (const vector *)values;
    vector sums[SUMS] = {{0}};
    for (size_t i = 0; i < n / 16; i += SUMS)
#pragma GCC unroll 8
        for (size_t each = 0; each < SUMS; each++)
            sums[each] += vectors[i + each];
    float sum = 0;
    for (size_t each = 0; each < SUMS; each++)
        sum += sums[each][0];
    return sum;
}

static void add_all(float *values, size_t n)
{
    for (size_t i = 0; i < n; i++)
        values[i] += 1.0f;
}

static void *run(void *argument)
{
    struct work *work = argument;
    float *values = aligned_alloc(64, work->floats * sizeof *values);
    if (!values)
        exit(3);
    for (size_t i = 0; i < work->floats; i++)
        values[i] = 1.0f;
    double begun = now(), passes = 0;
    while (now() - begun < seconds_each) {
        if (work->adds)
            add_all(values, work->floats);
        else
            work->sum += read_all(values, work->floats);
        passes++;
    }
    work->seconds = now() - begun;
    work->bytes = passes * (double)(work->floats * sizeof *values);
    work->sum += values[0];
    free(values);
    return NULL;
}

static double measure(int threads, size_t kilobytes, int adds)
{
    pthread_t ids[MOST_THREADS];
    struct work works[MOST_THREADS];
    double rate = 0, sum = 0;
    for (int i = 0; i < threads; i++) {
        works[i] = (struct work){.floats = kilobytes * 256, .adds = adds};
        if (pthread_create(&ids[i], NULL, run, &works[i]))
            exit(3);
    }
    for (int i = 0; i < threads; i++) {
        pthread_join(ids[i], NULL);
        rate += works[i].bytes / works[i].seconds;
        sum += works[i].sum; /* so that nothing is left out */
    }
    return sum > 0 ? 1e-9 * rate : 0;
}

int main(int count, char **arguments)
{
    static const size_t kilobytes[] = {16, 512, 8192, 262144};
    int threads = count > 1 ? atoi(arguments[1]) : 1;
    if (threads < 1 || threads > MOST_THREADS)
        return 2;
    printf("kilobytes a thread, GB/s read, GB/s added to (read and written)\n");
    for (size_t i = 0; i < sizeof kilobytes / sizeof *kilobytes; i++)
        printf("%zu %.0f %.0f\n", kilobytes[i],
               measure(threads, kilobytes[i], 0),
               measure(threads, kilobytes[i], 1));
    return 0;
}
