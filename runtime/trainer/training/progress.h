/* What a training run says while it goes on, on standard error: a line for
 * every epoch, which stays, and on a terminal one line below that is drawn
 * anew.
 *
 * On a terminal no line is wider than it is. Of what does not fit, this goes
 * first: the seconds or the speed; the bar's half; long names and digits; of
 * the measures those that `leaves` says. */
#ifndef TRAINER_PROGRESS_H
#define TRAINER_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* What an epoch is measured by, at most. */
enum { MAX_MEASURES = 5 };

/* The order in which measures leave a narrow line; accuracies before losses. */
enum measure_rank {
    LEAVES_FIRST = 1,
    LEAVES_SECOND,
    LEAVES_THIRD,
    LEAVES_BEFORE_LAST,
    LEAVES_LAST
};

enum measure_kind { MEASURE_LOSS, MEASURE_ACCURACY, MEASURE_OTHER };

struct measure {
    const char *name;  /* as in log.csv */
    const char *brief; /* in a narrow line */
    enum measure_kind kind;
    enum measure_rank leaves;
    double value;  /* NAN: not measured, and not shown */
    bool is_later; /* the log of an earlier guss may be without it */
};

/* What is ahead of a run. */
struct progress_plan {
    uint64_t epochs;  /* in all */
    uint64_t updates; /* of an epoch */
    uint64_t samples; /* of an epoch */
    uint64_t total;   /* samples of the whole run */
    uint64_t begun;   /* samples before this process */
};

/* Where it is. */
struct moment {
    uint64_t epoch; /* from 1 */
    uint64_t done;  /* samples, of plan.total */
    double elapsed; /* seconds since progress_start() */
    struct measure measures[MAX_MEASURES];
    int n_measures;
};

struct progress {
    FILE *out;
    bool is_terminal;
    bool is_live; /* a terminal that can draw a line anew */
    int width;    /* of the terminal when a line was put together last */
    struct progress_plan plan;

    double started, epoch_started; /* seconds; clock_seconds() */
    double drawn;                  /* when the line was drawn last */
    bool has_line;                 /* something is on the line */
};

void progress_start(struct progress *progress, FILE *out,
                    const struct progress_plan *plan);

/* Whether progress_update() would draw now: at most ten times a second. */
bool progress_is_due(const struct progress *progress);

/* After an update, where it is due; `elapsed` is filled in. */
void progress_update(struct progress *progress, struct moment moment);

/* After an epoch: its number and what it is measured by. Of more than 1000
 * epochs every n-th is printed, and the last, which may be an earlier one than was
 * planned. */
void progress_end_epoch(struct progress *progress, uint64_t epoch, bool is_last,
                        const struct measure *measures, int count);

/* The line that is drawn anew, at most progress->width - 1 columns. The bar is
 * that of the epoch, or, where an epoch has too few updates to fill it, of the
 * run. */
void progress_line(const struct progress *progress, const struct moment *moment,
                   char *line, size_t size);

/* The line of an epoch that took so many seconds. */
void progress_epoch_line(const struct progress *progress, uint64_t epoch,
                         const struct measure *measures, int count,
                         double seconds, char *line, size_t size);

/* Empties the line, for what is to be printed next. */
void progress_clear(struct progress *progress);

/* Columns that a line may have: one less than the terminal, which would begin
 * another line behind the last; as many as a line wants where `out` is none. */
int progress_columns(FILE *out);

/* "[====>.....]" of `width` signs between the brackets; `size` >= width + 3. */
void progress_bar(char *text, int width, double part);

/* "0:12", "1:02:03": whole seconds, rounded. `size` bytes of room. */
void progress_duration(char *text, size_t size, double seconds);

/* "950", "12.3k", "1.2M" */
void progress_quantity(char *text, size_t size, double number);

#endif
