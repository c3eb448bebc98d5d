/* A team of threads that run one function together.
 *
 * The threads live as long as the team; the caller of guss_team_run() is worker
 * 0. Work is cut into units, which workers take as they come, so that one that
 * does not get its processor holds up the others by the unit it is in, not by
 * its part of the work. Which worker does what never changes the result:
 * emitted code adds up in a fixed order. */
#ifndef GUSS_TEAM_H
#define GUSS_TEAM_H

#include <stdbool.h>
#include <stdint.h>

struct guss_team;

/* One thread's view of a run. */
struct guss_worker {
    int index; /* 0 .. count - 1 */
    int count;
    struct guss_team *team;
};

/* Called by worker 0, and by each other worker that comes before all is done:
 * whatever it does it takes as units, in the same order of calls on all. */
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

/* Runs work(argument, worker) on the workers; returns when all units are done
 * and no worker is in it. */
void guss_team_run(struct guss_team *team, guss_work *work, void *argument);

/* Things that the workers share, and the unit of them that one does now. */
struct guss_units {
    const struct guss_worker *worker;
    uint64_t section;   /* of the run, counted since the team began */
    int total, step;    /* things; of a unit */
    int count, sharers; /* units; workers that take them */
    int n_done;         /* units that this worker has done */
    int first, last;    /* the unit that was taken: things [first, last) */
};

/* `total` >= 0 things in units of `step` >= 1, or of a multiple of it where
 * they would be very many:
 *
 *     struct guss_units units = guss_units(worker, total, step);
 *     while (guss_take(&units))
 *         for (int i = units.first; i < units.last; i++)
 *             ...
 *
 * Each unit is taken by one worker. Work that follows may begin before all are
 * done, but for a barrier. */
struct guss_units guss_units(const struct guss_worker *worker, int total,
                             int step);

/* The same where workers number 0 .. most - 1 take part; the others wait until
 * the units are done. */
struct guss_units guss_units_among(const struct guss_worker *worker, int total,
                                   int most);

/* What was taken before is done; takes another unit, or is false. Loops go on
 * until it is. */
bool guss_take(struct guss_units *units);

/* Waits, inside a run, until all units so far are done. */
void guss_barrier(const struct guss_worker *worker);

#endif
