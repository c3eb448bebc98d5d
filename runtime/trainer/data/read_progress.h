/* How far the reading of data is, where somebody waits for it. */
#ifndef TRAINER_READ_PROGRESS_H
#define TRAINER_READ_PROGRESS_H

#include <stdint.h>

#include "base/waiting_line.h"

struct read_progress {
    const char *path; /* borrowed */
    int64_t total;    /* bytes, or files */
    struct waiting_line line;
};

void read_progress_start(struct read_progress *progress, const char *path,
                         int64_t total);
/* So much of the total is done. */
void read_progress_at(struct read_progress *progress, int64_t done);
/* Wipes the line. */
void read_progress_end(struct read_progress *progress);

#endif
