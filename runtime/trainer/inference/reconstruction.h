/* Sheets of samples above what a network makes of them, and above what it is to
 * make of them, where that is known: an autoencoder's reconstructions, a
 * regression's results and targets. */
#ifndef TRAINER_RECONSTRUCTION_H
#define TRAINER_RECONSTRUCTION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "guss/model.h"
#include "trainer/data/data.h"
#include "trainer/inference/route.h"
#include "trainer/session/session.h"

struct reconstruction {
    const char *reference;      /* of the set */
    const struct data_set *set; /* its targets are drawn, where it has them */
    const struct route *route;  /* through a whole network */
    const uint32_t *numbers; /* [count]: which samples; NULL: the first ones */
    int64_t count;           /* all, where there are fewer */
    int64_t columns;
};

/* Whether the samples, and what the network makes of them, can be drawn: grey or
 * RGB images, of an autoencoder of one size. Of a regression plain rows are none.
 * STATUS_INPUT where not. */
enum status reconstruction_check(struct session *session,
                                 const struct reconstruction *drawn);

/* Whether a sheet of them fits; reconstruction_check() was passed. */
bool reconstruction_fits(const struct session *session,
                         const struct reconstruction *drawn);

/* Takes the samples through the network and writes a PNG: rows of `columns`
 * samples, each above the row of results, and that of targets. Images of other
 * sizes are drawn as large as the largest. reconstruction_check() was passed. */
enum status reconstruction_write(struct session *session,
                                 const struct reconstruction *drawn,
                                 const char *path);

#endif
