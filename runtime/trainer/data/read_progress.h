/* How far the reading of data is, where somebody waits for it: on a terminal, from
 * the second second on. */
#ifndef TRAINER_READ_PROGRESS_H
#define TRAINER_READ_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct read_progress {
    const char *path; /* borrowed */
    int64_t total;    /* bytes, or files */
    double next;      /* clock_seconds(): when it is drawn again */
    bool is_shown;
};

void read_progress_start(struct read_progress *progress, const char *path,
                         int64_t total);
/* So much of the total is done. */
void read_progress_at(struct read_progress *progress, int64_t done);
/* Wipes the line. */
void read_progress_end(struct read_progress *progress);

#endif
