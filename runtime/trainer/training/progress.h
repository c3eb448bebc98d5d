/* What a training run says while it goes on, on standard error: on a terminal
 * one line that is drawn anew, elsewhere one plain line an epoch. */
#ifndef TRAINER_PROGRESS_H
#define TRAINER_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "trainer/session/results.h"

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
    double losses[2];
    int n_losses; /* 2: a GAN's discriminator's and generator's */
};

struct progress {
    FILE *out;
    bool is_live; /* a terminal: one line, redrawn */
    int width;    /* of the terminal when the line was drawn last */
    struct progress_plan plan;

    double started, epoch_started; /* seconds; progress_now() */
    double drawn;                  /* when the line was drawn last */
    bool has_line;                 /* something is on the line */
};

/* Seconds of a clock that only goes forward. */
double progress_now(void);

void progress_start(struct progress *progress, FILE *out,
                    const struct progress_plan *plan);

/* After an update; `elapsed` is filled in. Draws at most ten times a second. */
void progress_update(struct progress *progress, struct moment moment);

/* After an epoch: its number and what it is measured by. Of more than 1000
 * epochs not all are told. */
void progress_end_epoch(struct progress *progress, uint64_t epoch,
                        const struct result *measures, int count);

/* The line, at most `width` - 1 columns: what does not fit is left out, first
 * the speed, then the bar. The bar is that of the epoch, or, where an epoch has
 * too few updates to fill it, of the run. */
void progress_line(const struct progress *progress, const struct moment *moment,
                   char *line, size_t size);

/* Empties the line, for what is to be printed next. */
void progress_clear(struct progress *progress);

/* "[====>.....]" of `width` signs between the brackets; `size` >= width + 3. */
void progress_bar(char *text, int width, double part);

/* "0:12", "1:02:03": whole seconds, rounded. `size` bytes of room. */
void progress_duration(char *text, size_t size, double seconds);

/* "950", "12.3k", "1.2M" */
void progress_quantity(char *text, size_t size, double number);

#endif
