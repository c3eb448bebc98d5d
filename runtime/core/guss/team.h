/* A team of threads that run one function together.
 *
 * The threads live as long as the team and wait between two runs; the caller
 * of guss_team_run() is worker 0. Which worker does what never changes the
 * result: emitted code divides work by index and adds up in a fixed order. */
#ifndef GUSS_TEAM_H
#define GUSS_TEAM_H

struct guss_team;

/* One thread's view of a run. */
struct guss_worker {
    int index; /* 0 .. count - 1 */
    int count;
    struct guss_team *team;
};

typedef void guss_work(void *argument, const struct guss_worker *worker);

/* Processors that this process may use, at least 1: of those that it may run
 * on as many as its control groups' quotas are worth, rounded up. */
int guss_processors(void);

/* What a line of a control group's cpu.max is worth in processors, rounded up:
 * "150000 100000" is 2; 0 where there is no limit ("max 100000"). */
int guss_quota_processors(const char *quota);

/* A team of `count` >= 1 workers with denormals flushed in every one, the
 * caller included; NULL where threads or memory cannot be had. */
struct guss_team *guss_team_new(int count);
void guss_team_free(struct guss_team *team);
int guss_team_count(const struct guss_team *team);

/* Runs work(argument, worker) on every worker; returns when all are done. */
void guss_team_run(struct guss_team *team, guss_work *work, void *argument);

/* Waits, inside a run, until every worker has come here. */
void guss_barrier(const struct guss_worker *worker);

/* The part [*first, *last) of `total` things that this worker does: contiguous
 * runs in the order of the workers. */
static inline void guss_share(int total, const struct guss_worker *worker,
                              int *first, int *last)
{
    *first = (int)((long)total * worker->index / worker->count);
    *last = (int)((long)total * (worker->index + 1) / worker->count);
}

/* The same where at most `most` workers take part; the others get nothing. */
static inline void guss_share_among(int total, int most,
                                    const struct guss_worker *worker,
                                    int *first, int *last)
{
    long count = worker->count < most ? worker->count : most;
    long index = worker->index < count ? worker->index : count;
    long next = index < count ? index + 1 : count;
    *first = (int)(total * index / count);
    *last = (int)(total * next / count);
}

/* The same in steps: *first and *last are multiples of `step`, but for the
 * last worker's *last, which is `total`. */
static inline void guss_share_steps(int total, int step,
                                    const struct guss_worker *worker,
                                    int *first, int *last)
{
    guss_share((total + step - 1) / step, worker, first, last);
    *first = *first * step < total ? *first * step : total;
    *last = *last * step < total ? *last * step : total;
}

#endif
