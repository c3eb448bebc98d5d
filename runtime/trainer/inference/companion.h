/* A network that is compiled in beside a model, with its weights: a judge, or its
 * autoencoder. It is run as a session of its own, with the same threads. */
#ifndef TRAINER_COMPANION_H
#define TRAINER_COMPANION_H

#include "base/checksum.h"
#include "trainer/session/session.h"

struct companion {
    const struct guss_model *model; /* of one network, without a schedule */
    const void *weights;            /* the file of its weights, byte by byte */
    size_t weights_bytes;
    const char *name; /* that it has in messages, in place of a path */
};

/* The sums of what is compiled in, by which what it says can be told apart. */
struct companion_sums {
    char model_sha256[CHECKSUM_TEXT], weights_sha256[CHECKSUM_TEXT];
};
struct companion_sums companion_sums(const struct companion *companion);

/* Fills the session, whose threads and arena are the caller's, a started one. What
 * fails is in the caller's error: STATUS_INPUT where the weights are not right,
 * STATUS_MACHINE without memory; nothing is open then. */
enum status companion_open(struct session *caller,
                           const struct companion *companion,
                           struct session *session);

/* Of zeroed memory, or of one that is closed, nothing happens. */
void companion_close(struct session *session);

#endif
