/* One file from the network, whole and right or not at all. */
#ifndef COMPILER_DOWNLOAD_H
#define COMPILER_DOWNLOAD_H

#include <stdbool.h>

#include "base/status.h"
#include "compiler/fetch/known_set.h"

/* True for the URLs that download_file() takes: https, and http, which is for
 * mirrors of one's own: what comes is held against its checksum anyway. */
bool download_takes(const char *url);

/* Downloads `file` from `url` to `path`, with a line of progress on standard
 * error where that is a terminal. From https it follows redirections to https
 * alone, at most five. A connection is given 30 seconds, a transfer an hour,
 * and 30 seconds below 1 kB/s.
 *
 * STATUS_INPUT: this server did not give the file; another one may.
 * STATUS_MACHINE: `path` cannot be written, or there is no memory.
 * STATUS_INTERRUPTED and its like: stop_requested() said so. */
enum status download_file(const char *url, const struct known_file *file,
                          const char *path, struct error *error);

#endif
