/* log.csv: a header, then a row of numbers for every epoch.
 *
 * Rows are appended as they come; log_sync() makes them last. A row holds no
 * time of day and no duration: equal runs have equal logs. */
#ifndef TRAINER_LOG_H
#define TRAINER_LOG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

/* What log.csv holds and how; a checkpoint says it of the log beside it, whose
 * first line is its header. Version 1 includes logs without later columns. */
enum { LOG_VERSION = 1 };

struct log;

struct log_column {
    const char *name; /* outlives the log */
    bool is_later;    /* a log of an earlier guss may be without it */
    bool is_left_out; /* of a new log; NAN in memory */
    bool is_added;    /* to a log that is without it, NAN in its rows */
};

/* A new file with the header; it must not exist. The first two columns are
 * whole numbers. */
enum status log_create(struct log **log, const char *path,
                       const struct log_column *columns, int n_columns,
                       struct error *error);

/* Opens a log and cuts it back to its first `rows` rows. Fewer rows than that,
 * or another header, are STATUS_INPUT. A later column that its header lacks is
 * NAN in its rows, and is not written unless it is to be added. */
enum status log_reopen(struct log **log, const char *path,
                       const struct log_column *columns, int n_columns,
                       int rows, struct error *error);

/* Whether the file has this column. */
bool log_has(const struct log *log, int column);

/* One value a column, written with the nine digits that bring a float back; NAN
 * as "nan". */
enum status log_append(struct log *log, const double *values,
                       struct error *error);

/* Makes the rows so far last. A file that was removed, replaced or changed by
 * somebody else is written anew: *restored says so. */
enum status log_sync(struct log *log, bool *restored, struct error *error);

/* All rows so far: values[row * n_columns + column]. */
int log_rows(const struct log *log);
size_t log_width(const struct log *log); /* n_columns */
const double *log_values(const struct log *log);

/* NULL is allowed. */
void log_close(struct log *log);

#endif
