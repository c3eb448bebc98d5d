/* What a command writes is not what it reads, and no file is written twice. */
#ifndef TRAINER_WRITTEN_FILES_H
#define TRAINER_WRITTEN_FILES_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/status.h"
#include "trainer/session/session.h"

/* Whether two paths, however they are written, are one file that is there or
 * would be made. Devices are not: they take one thing after the other. */
bool written_is_same(struct arena *arena, const char *a, const char *b);

/* STATUS_USAGE where `path` (NULL: none), the word of --`option`, is the file
 * of --weights or --schedule, or one of `inputs`. */
enum status written_check(struct session *session, const char *option,
                          const char *path, const char *const *inputs,
                          size_t n_inputs);

/* The same for every option that names a file to write, as it was typed, and
 * STATUS_USAGE where two of them are one file. */
enum status written_check_options(struct session *session);

/* STATUS_USAGE where one of these options names a file that the set was read
 * from. */
enum status written_check_set(struct session *session,
                              const struct data_set *set);

#endif
