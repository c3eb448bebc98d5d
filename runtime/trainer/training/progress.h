/* What a training run says while it goes on, on standard error: on a terminal
 * one line that is drawn anew, elsewhere one plain line an epoch. */
#ifndef TRAINER_PROGRESS_H
#define TRAINER_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct progress {
    FILE *out;
    bool is_live;       /* a terminal: one line, redrawn */
    int width;          /* of the terminal */
    uint64_t epochs;    /* in all */
    uint64_t total;     /* samples of the whole run */
    uint64_t per_epoch; /* samples */

    uint64_t begun;                /* samples before this process */
    double started, epoch_started; /* seconds; progress_now() */
    double drawn;                  /* when the line was drawn last */
    bool has_line;                 /* something is on the line */
};

/* Seconds of a clock that only goes forward. */
double progress_now(void);

/* `done` samples of `total` were visited before. */
void progress_start(struct progress *progress, FILE *out, uint64_t epochs,
                    uint64_t per_epoch, uint64_t total, uint64_t done);

/* After an update: `done` samples in all, the running loss of epoch `epoch`
 * (from 1). Draws at most ten times a second. */
void progress_update(struct progress *progress, uint64_t epoch, uint64_t done,
                     double loss);

/* After an epoch; val_loss is NAN where there is none. */
void progress_end_epoch(struct progress *progress, uint64_t epoch, double loss,
                        double val_loss);

/* Empties the line, for what is to be printed next. */
void progress_clear(struct progress *progress);

/* "[====>.....]" of `width` signs between the brackets; `size` >= width + 3. */
void progress_bar(char *text, int width, double part);

/* "0:12", "1:02:03": whole seconds, rounded. `size` bytes of room. */
void progress_duration(char *text, size_t size, double seconds);

/* "950", "12.3k", "1.2M" */
void progress_quantity(char *text, size_t size, double number);

#endif
