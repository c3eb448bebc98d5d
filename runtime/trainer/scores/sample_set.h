/* What of a set of samples does not depend on what it is compared with. */
#ifndef TRAINER_SAMPLE_SET_H
#define TRAINER_SAMPLE_SET_H

#include <stdbool.h>

#include "guss/team.h"
#include "trainer/scores/frechet_distance.h"
#include "trainer/scores/nearest.h"

struct sample_set {
    struct points points;   /* its own or a part of others */
    struct nearest nearest; /* each point's within the set, up to the fifth */
    double kernel;          /* mean over its pairs */
    struct moments moments;
};

/* Of at least two finite points; the root of the covariance is for the first of
 * two sets that are compared. Takes the points over, whatever comes of it. False
 * without memory, or without the covariance's eigenvalues. */
bool sample_set_prepare(struct sample_set *set, struct guss_team *team,
                        struct points points, bool is_with_root);
void sample_set_free(struct sample_set *set);

struct comparison {
    double frechet_distance, kernel_distance;
    double precision, recall, density, coverage;
};

/* Compares samples with real ones, which have their root. False as above. */
bool sample_set_compare(struct guss_team *team, const struct sample_set *real,
                        const struct sample_set *samples,
                        struct comparison *comparison);

#endif
