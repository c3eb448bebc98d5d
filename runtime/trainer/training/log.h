/* log.csv: a header, then a row of numbers for every epoch.
 *
 * Rows are appended as they come; log_sync() makes them last. A row holds no
 * time of day and no duration: equal runs have equal logs. */
#ifndef TRAINER_LOG_H
#define TRAINER_LOG_H

#include "base/status.h"

struct log;

/* A new file with the header; it must not exist. `columns` outlive the log;
 * the first two are whole numbers. */
enum status log_create(struct log **log, const char *path,
                       const char *const *columns, int n_columns,
                       struct error *error);

/* Opens a log and cuts it back to its first `rows` rows. Fewer rows than that,
 * or another header, are STATUS_INPUT. */
enum status log_reopen(struct log **log, const char *path,
                       const char *const *columns, int n_columns, int rows,
                       struct error *error);

/* One value a column, written with the nine digits that bring a float back. */
enum status log_append(struct log *log, const double *values,
                       struct error *error);

enum status log_sync(struct log *log, struct error *error);

/* All rows so far: values[row * n_columns + column]. */
int log_rows(const struct log *log);
const double *log_values(const struct log *log);

/* NULL is allowed. */
void log_close(struct log *log);

#endif
