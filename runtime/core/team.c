/* Threads that run one function together.
 *
 * A run's sections of units are numbered on and on, and each worker goes
 * through them in order. A worker's range is one word, the section and what is
 * left of the units that are its own: it takes them from the front, others,
 * when they have done their own, from the back. A word of an earlier section
 * stands for all units of the worker's part, so that nobody has to deal them
 * out. A barrier waits for the number of units done, never for workers: one
 * that is late finds every section over that was done without it.
 *
 * Everybody waits on counters that only grow. A waiter spins for some 30 us,
 * then sleeps until it is woken; with more workers than processors it never
 * spins, for it would keep the one it waits for from running. */
#include "guss/team.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#if defined(__SSE__)
#include <xmmintrin.h>
#endif

enum {
    LINE = 64,      /* bytes that processors exchange */
    SPINS = 1000,   /* pauses, 30 to 140 ns each */
    UNIT_BITS = 12, /* of a range: its first unit, and behind its last */
    MOST_UNITS = (1 << UNIT_BITS) - 1
};

/* A run: how many were begun, whether it is open, and who is in it. */
enum { RUN_INSIDE = 1, RUN_OPEN = 1 << 16, RUN_NUMBER = 1 << 17 };

struct progress {
    _Alignas(LINE) atomic_ullong range; /* section, first, last */
    _Alignas(LINE) uint64_t section;    /* the worker's own, nobody else's: */
    uint64_t units;                     /* of all sections up to that one */
};

struct guss_team {
    _Alignas(LINE) atomic_ullong run;
    _Alignas(LINE) atomic_ullong done;    /* units */
    _Alignas(LINE) atomic_ullong awaited; /* units, by those who sleep */
    atomic_int sleepers;                  /* workers that need to be woken */
    pthread_mutex_t mutex;  /* taken to fall asleep, and to wake */
    pthread_cond_t changed; /* a counter grew */
    guss_work *work;        /* NULL: the threads end */
    void *argument;
    uint64_t section, units; /* where the run begins */
    int count, spins;
    pthread_t *threads; /* [1 .. count - 1] */
    struct guss_worker *workers;
    struct progress *progress; /* [count] */
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

/* What somebody waits for, of a counter and a number. */
typedef bool is_reached(uint64_t counter, uint64_t number);

static bool is_at_least(uint64_t counter, uint64_t number)
{
    return counter >= number;
}

/* Another run than that number, and open. */
static bool is_open(uint64_t run, uint64_t number)
{
    return run & RUN_OPEN && run / RUN_NUMBER != number;
}

static bool is_left(uint64_t run, uint64_t unused)
{
    (void)unused;
    return run % RUN_OPEN == 0;
}

/* `sleepers` is raised before the counter is looked at again, and the waker
 * looks at `sleepers` after it moved the counter: one of the two sees the
 * other (both are sequentially consistent). */
static void sleep_until(struct guss_team *team, atomic_ullong *counter,
                        is_reached *reached, uint64_t number)
{
    pthread_mutex_lock(&team->mutex);
    if (counter == &team->done)
        atomic_store(&team->awaited, number);
    atomic_fetch_add(&team->sleepers, 1);
    while (!reached(atomic_load(counter), number))
        pthread_cond_wait(&team->changed, &team->mutex);
    atomic_fetch_sub(&team->sleepers, 1);
    pthread_mutex_unlock(&team->mutex);
}

static void wait_until(struct guss_team *team, atomic_ullong *counter,
                       is_reached *reached, uint64_t number)
{
    for (int i = 0; i <= team->spins; i++) {
        if (reached(atomic_load_explicit(counter, memory_order_acquire),
                    number))
            return;
        pause_briefly();
    }
    sleep_until(team, counter, reached, number);
}

static void wake(struct guss_team *team)
{
    if (atomic_load(&team->sleepers) == 0)
        return;
    pthread_mutex_lock(&team->mutex);
    pthread_cond_broadcast(&team->changed);
    pthread_mutex_unlock(&team->mutex);
}

void guss_barrier(const struct guss_worker *worker)
{
    struct guss_team *team = worker->team;
    wait_until(team, &team->done, is_at_least,
               team->progress[worker->index].units);
}

/* ---- units --------------------------------------------------------------- */

static struct guss_units begin(const struct guss_worker *worker, int total,
                               int step, int most)
{
    struct progress *own = &worker->team->progress[worker->index];
    int count = total / step + (total % step > 0);
    if (count > MOST_UNITS) {
        int more = count / MOST_UNITS + 1;
        step *= more;
        count = count / more + (count % more > 0);
    }
    own->section++;
    own->units += (uint64_t)count;
    return (struct guss_units){.worker = worker,
                               .section = own->section,
                               .total = total,
                               .step = step,
                               .count = count,
                               .sharers =
                                   worker->count < most ? worker->count : most};
}

struct guss_units guss_units(const struct guss_worker *worker, int total,
                             int step)
{
    return begin(worker, total, step, worker->count);
}

struct guss_units guss_units_among(const struct guss_worker *worker, int total,
                                   int most)
{
    struct guss_units units = begin(worker, total, 1, most);
    if (worker->index >= most)
        guss_barrier(worker);
    return units;
}

static inline uint64_t make_range(uint64_t section, int first, int last)
{
    return (section << UNIT_BITS | (unsigned)first) << UNIT_BITS |
           (unsigned)last;
}

/* What is left of a worker's units. False where that is nothing. */
static bool read_range(const struct guss_units *units, int of, uint64_t range,
                       int *first, int *last)
{
    uint64_t section = range >> 2 * UNIT_BITS;
    *first = (int)(range >> UNIT_BITS) & MOST_UNITS;
    *last = (int)range & MOST_UNITS;
    if (section < units->section) {
        *first = units->count * of / units->sharers;
        *last = units->count * (of + 1) / units->sharers;
    }
    return section <= units->section && *first < *last;
}

/* A unit of those that are another's, or the worker's own. */
static bool take_of(struct guss_units *units, int of)
{
    atomic_ullong *range = &units->worker->team->progress[of].range;
    unsigned long long old = atomic_load(range);
    uint64_t now;
    int first, last, unit;
    do {
        if (!read_range(units, of, old, &first, &last))
            return false;
        bool is_own = of == units->worker->index;
        unit = is_own ? first : last - 1;
        now = make_range(units->section, first + is_own, last - !is_own);
    } while (!atomic_compare_exchange_weak(range, &old, now));
    units->first = unit * units->step;
    units->last =
        unit + 1 < units->count ? units->first + units->step : units->total;
    return true;
}

/* The units that a worker has done are counted when it finds no more. */
static void count_done(struct guss_units *units)
{
    struct guss_team *team = units->worker->team;
    uint64_t n_done = (uint64_t)units->n_done;
    units->n_done = 0;
    if (n_done > 0 && atomic_fetch_add(&team->done, n_done) + n_done >=
                          atomic_load(&team->awaited))
        wake(team);
}

bool guss_take(struct guss_units *units)
{
    units->n_done += units->last > 0;
    units->last = 0;
    for (int i = 0; i < units->sharers; i++)
        if (take_of(units, (units->worker->index + i) % units->sharers))
            return true;
    count_done(units);
    return false;
}

/* ---- runs ---------------------------------------------------------------- */

/* In a run a worker begins where the caller began. */
static bool enter(struct guss_team *team, struct progress *own, uint64_t number)
{
    unsigned long long run = atomic_load(&team->run);
    do {
        if (!is_open(run, number))
            return false;
    } while (!atomic_compare_exchange_weak(&team->run, &run, run + RUN_INSIDE));
    own->section = team->section;
    own->units = team->units;
    return true;
}

static void leave(struct guss_team *team)
{
    atomic_fetch_sub(&team->run, RUN_INSIDE);
    wake(team);
}

static void *live(void *argument)
{
    const struct guss_worker *worker = argument;
    struct guss_team *team = worker->team;
    struct progress *own = &team->progress[worker->index];
    flush_denormals();
    for (uint64_t number = 0;;) {
        wait_until(team, &team->run, is_open, number);
        if (!enter(team, own, number))
            continue;
        number = atomic_load(&team->run) / RUN_NUMBER;
        guss_work *work = team->work;
        if (work)
            work(team->argument, worker);
        leave(team);
        if (!work)
            return NULL;
    }
}

static void open_run(struct guss_team *team, guss_work *work, void *argument)
{
    team->work = work;
    team->argument = argument;
    team->section = team->progress[0].section;
    team->units = team->progress[0].units;
    atomic_fetch_add(&team->run, RUN_NUMBER | RUN_OPEN);
    wake(team);
}

static void close_run(struct guss_team *team)
{
    atomic_fetch_sub(&team->run, RUN_OPEN);
    wait_until(team, &team->run, is_left, 0);
}

void guss_team_run(struct guss_team *team, guss_work *work, void *argument)
{
    open_run(team, work, argument);
    work(argument, &team->workers[0]);
    guss_barrier(&team->workers[0]);
    close_run(team);
}

/* ---- the team ------------------------------------------------------------ */

static void free_parts(struct guss_team *team)
{
    pthread_cond_destroy(&team->changed);
    pthread_mutex_destroy(&team->mutex);
    free(team->threads);
    free(team->workers);
    free(team->progress);
    free(team);
}

/* The run without work stays open until each has seen it. */
static void end_threads(struct guss_team *team, int started)
{
    open_run(team, NULL, NULL);
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

static void *allocate_lines(size_t bytes)
{
    void *memory = aligned_alloc(LINE, (bytes + LINE - 1) / LINE * LINE);
    if (memory)
        memset(memory, 0, bytes);
    return memory;
}

struct guss_team *guss_team_new(int count)
{
    struct guss_team *team = allocate_lines(sizeof *team);
    if (!team)
        return NULL;
    team->count = count;
    pthread_mutex_init(&team->mutex, NULL);
    pthread_cond_init(&team->changed, NULL);
    team->spins = count <= guss_processors() ? SPINS : 0;
    team->threads = calloc((size_t)count, sizeof *team->threads);
    team->workers = calloc((size_t)count, sizeof *team->workers);
    team->progress = allocate_lines((size_t)count * sizeof *team->progress);
    if (!team->threads || !team->workers || !team->progress) {
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
