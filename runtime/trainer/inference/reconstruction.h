/* Sheets of originals above their reconstructions. */
#ifndef TRAINER_RECONSTRUCTION_H
#define TRAINER_RECONSTRUCTION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "guss/model.h"
#include "trainer/data/data.h"
#include "trainer/inference/route.h"
#include "trainer/session/session.h"

/* Whether samples of this set, and what the network makes of them, can be
 * drawn: grey or RGB images of one size. STATUS_INPUT where not. */
enum status reconstruction_check(struct arena *arena, const char *reference,
                                 const struct data_set *set,
                                 const struct guss_network *network,
                                 struct error *error);

/* Whether a sheet of them fits; reconstruction_check() was passed. */
bool reconstruction_fits(const struct data_set *set, int64_t count,
                         int64_t columns);

/* Takes the first `count` samples (all, where there are fewer) through a whole
 * network and writes a PNG: rows of `columns` originals, each above the row of their
 * reconstructions. reconstruction_check() was passed. */
enum status reconstruction_write(struct session *session,
                                 const struct route *route,
                                 const struct data_set *set, int64_t count,
                                 int64_t columns, const char *path);

#endif
