/* What the samples of a session are normalized by: `data.normalize` of a run that
 * begins, what the weights say of one that was trained. */
#ifndef TRAINER_NORMALIZE_H
#define TRAINER_NORMALIZE_H

#include <stdint.h>

#include "trainer/session/session.h"

/* Fixes what the schedule of a training run says for the set that it is trained
 * on, as loaded, whose samples `picks` (or all, where it is NULL) are trained on:
 * the numbers stand in session->schedule from then on, sets that are read later
 * are normalized, and so is this one. STATUS_INPUT where the numbers are not as
 * many as channels. */
enum status normalize_begin(struct session *session, struct data_set *set,
                            const uint32_t *picks, int64_t n_picks);

/* What weights say, or, where they say nothing, the schedule: sets that are read
 * later are normalized so. STATUS_INPUT where the schedule leaves it to training
 * and the weights do not tell. `path` is where they were read. */
enum status normalize_take(struct session *session, const char *path,
                           const struct normalization *of_weights);

/* Warns of first weights, of the file at `path`, that were trained on samples
 * otherwise normalized than those of the run that begins with them. */
void normalize_compare(const struct session *session, const char *path,
                       const struct normalization *of_weights);

/* Has the samples of a set normalized where it fills such an input of a network
 * that reads what the trained one reads. */
void normalize_set(struct session *session, const struct guss_network *network,
                   const struct guss_output *input, struct data_set *set);

#endif
