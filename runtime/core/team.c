/* Threads that run one function together.
 *
 * Everybody waits on counters that only grow: `runs` starts a run, `phase`
 * opens a barrier (a run ends with one). A waiter spins for some 30 us, then
 * sleeps until it is woken; with more workers than processors it never spins,
 * for it would keep the one it waits for from running. It does not yield: on a
 * machine with other load that would hand its processor to others for a time
 * slice, whereas a sleeper runs soon after it is woken. */
#include "guss/team.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#if defined(__SSE__)
#include <xmmintrin.h>
#endif

enum {
    LINE = 64,   /* bytes that processors exchange */
    SPINS = 1000 /* pauses, 30 to 140 ns each */
};

struct guss_team {
    _Alignas(LINE) atomic_uint runs;    /* runs begun */
    _Alignas(LINE) atomic_uint phase;   /* barriers opened */
    _Alignas(LINE) atomic_int arrived;  /* workers at the next barrier */
    _Alignas(LINE) atomic_int sleepers; /* workers that need to be woken */
    pthread_mutex_t mutex;              /* taken to fall asleep, and to wake */
    pthread_cond_t changed;             /* `runs` or `phase` grew */
    guss_work *work;                    /* NULL: the threads end */
    void *argument;
    int count, spins;
    pthread_t *threads; /* [1 .. count - 1] */
    struct guss_worker *workers;
};

/* Numbers below 1.2e-38 become 0, read or written: computing with them takes
 * a hundred times as long. */
static void flush_denormals(void)
{
#if defined(__SSE__)
    _mm_setcsr(_mm_getcsr() | 0x8040); /* FTZ, DAZ */
#elif defined(__aarch64__)
    unsigned long control;
    __asm__ volatile("mrs %0, fpcr" : "=r"(control));
    __asm__ volatile("msr fpcr, %0" : : "r"(control | 1ul << 24)); /* FZ */
#endif
}

static inline void pause_briefly(void)
{
#if defined(__SSE__)
    _mm_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/* ---- waiting ------------------------------------------------------------- */

/* `sleepers` is raised before the counter is looked at again, and the waker
 * looks at `sleepers` after it moved the counter: one of the two sees the
 * other (both are sequentially consistent). */
static void sleep_until_moved(struct guss_team *team, atomic_uint *counter,
                              unsigned old)
{
    pthread_mutex_lock(&team->mutex);
    atomic_fetch_add(&team->sleepers, 1);
    while (atomic_load(counter) == old)
        pthread_cond_wait(&team->changed, &team->mutex);
    atomic_fetch_sub(&team->sleepers, 1);
    pthread_mutex_unlock(&team->mutex);
}

static void wait_until_moved(struct guss_team *team, atomic_uint *counter,
                             unsigned old)
{
    for (int i = 0; i < team->spins; i++) {
        if (atomic_load_explicit(counter, memory_order_acquire) != old)
            return;
        pause_briefly();
    }
    sleep_until_moved(team, counter, old);
}

static void move(struct guss_team *team, atomic_uint *counter)
{
    atomic_fetch_add(counter, 1);
    if (atomic_load(&team->sleepers) == 0)
        return;
    pthread_mutex_lock(&team->mutex);
    pthread_cond_broadcast(&team->changed);
    pthread_mutex_unlock(&team->mutex);
}

void guss_barrier(const struct guss_worker *worker)
{
    struct guss_team *team = worker->team;
    if (team->count == 1)
        return;
    unsigned phase = atomic_load_explicit(&team->phase, memory_order_relaxed);
    if (atomic_fetch_add(&team->arrived, 1) == team->count - 1) {
        atomic_store_explicit(&team->arrived, 0, memory_order_relaxed);
        move(team, &team->phase);
    } else {
        wait_until_moved(team, &team->phase, phase);
    }
}

/* ---- the team ------------------------------------------------------------ */

static void *live(void *argument)
{
    const struct guss_worker *worker = argument;
    struct guss_team *team = worker->team;
    flush_denormals();
    for (unsigned run = 0;; run++) {
        wait_until_moved(team, &team->runs, run);
        if (!team->work)
            return NULL;
        team->work(team->argument, worker);
        guss_barrier(worker);
    }
}

void guss_team_run(struct guss_team *team, guss_work *work, void *argument)
{
    team->work = work;
    team->argument = argument;
    if (team->count > 1)
        move(team, &team->runs);
    work(argument, &team->workers[0]);
    guss_barrier(&team->workers[0]);
}

static void free_parts(struct guss_team *team)
{
    pthread_cond_destroy(&team->changed);
    pthread_mutex_destroy(&team->mutex);
    free(team->threads);
    free(team->workers);
    free(team);
}

static void end_threads(struct guss_team *team, int started)
{
    team->work = NULL;
    move(team, &team->runs);
    for (int i = 1; i < started; i++)
        pthread_join(team->threads[i], NULL);
}

/* Signals are for the caller: the threads are made with all of them blocked. */
static int start_threads(struct guss_team *team)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int started = 1;
    while (started < team->count &&
           pthread_create(&team->threads[started], NULL, live,
                          &team->workers[started]) == 0)
        started++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}

struct guss_team *guss_team_new(int count)
{
    size_t bytes = (sizeof(struct guss_team) + LINE - 1) / LINE * LINE;
    struct guss_team *team = aligned_alloc(LINE, bytes);
    if (!team)
        return NULL;
    *team = (struct guss_team){.count = count};
    pthread_mutex_init(&team->mutex, NULL);
    pthread_cond_init(&team->changed, NULL);
    team->spins = count <= guss_processors() ? SPINS : 0;
    team->threads = calloc((size_t)count, sizeof *team->threads);
    team->workers = calloc((size_t)count, sizeof *team->workers);
    if (!team->threads || !team->workers) {
        free_parts(team);
        return NULL;
    }
    for (int i = 0; i < count; i++)
        team->workers[i] = (struct guss_worker){i, count, team};
    flush_denormals();
    int started = start_threads(team);
    if (started < count) {
        end_threads(team, started);
        free_parts(team);
        return NULL;
    }
    return team;
}

void guss_team_free(struct guss_team *team)
{
    if (!team)
        return;
    end_threads(team, team->count);
    free_parts(team);
}

int guss_team_count(const struct guss_team *team)
{
    return team->count;
}
