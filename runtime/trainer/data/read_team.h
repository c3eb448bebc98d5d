/* Many files, read by several threads. */
#ifndef TRAINER_READ_TEAM_H
#define TRAINER_READ_TEAM_H

#include <stdint.h>

#include "base/status.h"
#include "trainer/data/read_progress.h"

/* Reads file i. Called in any thread: what it writes is of i alone. */
typedef enum status read_one(void *context, int64_t i, struct error *error);

/* Calls read(context, i, ...) for i = 0 .. count - 1 on the processors that this
 * process may use, for few files in this thread alone. Afterwards all are read, or
 * the error is that of the first that cannot be, whatever the number of threads;
 * of what comes behind it some is read and some is not. */
enum status read_all(int64_t count, read_one *read, void *context,
                     struct read_progress *progress, struct error *error);

#endif
