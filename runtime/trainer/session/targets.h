/* The targets of a regression: what its network is to make of each sample. */
#ifndef TRAINER_TARGETS_H
#define TRAINER_TARGETS_H

#include "trainer/session/session.h"

/* Samples, and what is to be made of them. */
struct pair_reference {
    const char *samples, *targets; /* targets: NULL where there are none */
};

/* Reads the targets of a set that was read from `reference.samples`, one a sample:
 * the set owns them. Does nothing where there are none. STATUS_INPUT where they
 * are not as many, or do not fit the network's output. */
enum status targets_take(struct session *session,
                         struct pair_reference reference, struct data_set *set);

/* STATUS_USAGE where --target is given for a network that no regression trains. */
enum status targets_check_option(struct session *session,
                                 const struct guss_network *network);

/* session_check_range() of what the network is held to: targets, where a set has
 * them, else the samples themselves. */
void targets_check_range(struct session *session,
                         struct pair_reference reference,
                         const struct data_set *set);

#endif
