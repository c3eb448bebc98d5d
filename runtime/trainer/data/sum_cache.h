/* The SHA-256 of large files, remembered from one command to the next in the
 * user's cache folder. A file is known again by device, inode, size, and the times
 * of its last changes, to the nanosecond. Best effort: nothing of it fails. */
#ifndef TRAINER_SUM_CACHE_H
#define TRAINER_SUM_CACHE_H

#include <stdbool.h>
#include <sys/stat.h>

#include "base/checksum.h"

/* Smaller ones are as quickly summed as remembered. */
enum { SUM_CACHE_LEAST_BYTES = 64 << 20 };

/* True where the sum of what `about` describes is known. */
bool sum_cache_find(const struct stat *about, char sum[CHECKSUM_TEXT]);
/* Remembers it, unless the file changed a moment ago: it might change again
 * without being told apart. */
void sum_cache_keep(const struct stat *about, const char *sum);

/* True where nothing has changed from one look at a file to the next. */
bool sum_cache_is_same(const struct stat *a, const struct stat *b);

#endif
