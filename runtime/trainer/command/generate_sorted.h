/* generate where a judge sorts. */
#ifndef TRAINER_GENERATE_SORTED_H
#define TRAINER_GENERATE_SORTED_H

#include "guss/latent.h"
#include "trainer/session/session.h"

/* Whether --output is a folder; whether any option asks for a judge. */
bool generate_writes_folder(const struct options *options);
bool generate_is_sorted(const struct options *options);

/* STATUS_USAGE where there is no judge, the network is none that it judges, the
 * options contradict each other, or the folder is not empty. */
enum status generate_sorted_check(struct session *session,
                                  const struct guss_network *network);

/* Draws `count` images, or as many as --per-class takes, writes what is kept and
 * prints how much that is. Nothing is written where it fails. */
enum status generate_sorted(struct session *session,
                            const struct guss_network *network,
                            const struct guss_latent *source, int64_t count);

#endif
