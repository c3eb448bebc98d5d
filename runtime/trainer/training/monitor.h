/* Measures that are watched: whether a run still improves, when its learning rate
 * is reduced, which evaluation was the best. Counted as Keras's EarlyStopping and
 * ReduceLROnPlateau count. Nothing here knows where a value comes from. */
#ifndef TRAINER_MONITOR_H
#define TRAINER_MONITOR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "trainer/schedule/schedule.h"

/* What the evaluations so far came to. All zero: there was none. */
struct monitor {
    const char *rule; /* monitor_rule() of what it counts; NULL: of nothing */
    uint64_t evaluations;
    double best;   /* that others have to be better than by min_delta */
    uint64_t wait; /* evaluations since it was improved */
};

struct plateau {
    struct monitor monitor;
    uint64_t cooldown;              /* evaluations to come that do not count */
    double factors[MAX_OPTIMIZERS]; /* of their learning rates */
};

/* What stops by quality: patience counts once there is form. All zero: there was no
 * evaluation. */
struct quality {
    double one_image;  /* the least distance of one image, again and again */
    uint64_t armed;    /* updates done when it was; 0: not yet */
    uint64_t improved; /* updates done when it improved last; 0: not armed */
};

/* The first of the best evaluations, whatever they are better by. */
struct best {
    const char *rule;
    uint64_t iteration; /* updates done then; 0: there is none */
    double value;
};

/* MODE_MIN or MODE_MAX. */
enum monitor_mode monitor_mode(const struct monitor_settings *settings);

/* "min val_loss": what cannot change without counting anew; "" where nothing is
 * watched. */
const char *monitor_rule(struct arena *arena,
                         const struct monitor_settings *settings);

/* Begins anew, unless it counts that already. */
void monitor_begin(struct monitor *monitor, const char *rule);
void plateau_begin(struct plateau *plateau, const char *rule);

/* Whether the value is better than `best`, by more than `by`. */
bool monitor_is_better(enum monitor_mode mode, double value, double best,
                       double by);

/* Counts one evaluation. */
void monitor_add(const struct monitor_settings *settings,
                 struct monitor *monitor, double value);

/* Whether patience has run out. */
bool monitor_is_spent(const struct monitor_settings *settings,
                      const struct monitor *monitor);

bool monitor_is_quality(const struct monitor_settings *settings);

/* A snapshot's distance after so many updates, and the least one of one image. */
struct quality_score {
    uint64_t iteration;
    double distance, one_image;
};

/* Counts one evaluation by quality. True where this one armed it: all that was
 * counted before is forgotten. */
bool quality_add(const struct monitor_settings *settings,
                 struct monitor *monitor, struct quality *quality,
                 const struct quality_score *score);

/* Updates without an improvement that end no run yet. */
enum { QUALITY_LEAST_UPDATES = 1000 };

/* Whether a run that made its last evaluation after so many updates is to end:
 * patience has run out, the first half of them had the last improvement, and that
 * was long ago. */
bool quality_is_spent(const struct monitor_settings *settings,
                      const struct monitor *monitor,
                      const struct quality *quality, uint64_t iteration);

/* Counts one evaluation; where patience has run out, reduces each of `count`
 * rates, those in force, that is not at its least yet. */
void plateau_add(const struct plateau_settings *settings,
                 struct plateau *plateau, double value, const double *rates,
                 int count);

/* The rate in force of one that a schedule gives. */
double plateau_rate(const struct plateau_settings *settings,
                    const struct plateau *plateau, int optimizer,
                    double scheduled);

/* Takes an evaluation after so many updates; true where it is the best. */
bool best_add(enum monitor_mode mode, struct best *best, uint64_t iteration,
              double value);

#endif
