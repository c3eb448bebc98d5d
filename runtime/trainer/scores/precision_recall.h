/* Precision and recall of generated samples by neighbourhoods. A set's manifold
 * is what lies within a ball around any of its points, which reaches to the
 * point's third nearest neighbour in the set:
 *
 *   precision   the part of generated samples within the real ones' manifold
 *   recall      the part of real samples within the generated ones'
 *
 * Kynkäänniemi et al. 2019, arXiv:1904.06991, equations 1 and 2; balls are
 * closed, as there. One real sample that lies far from all others has a ball
 * that holds much: precision is easily too high. */
#ifndef TRAINER_PRECISION_RECALL_H
#define TRAINER_PRECISION_RECALL_H

#include <stdatomic.h>
#include <stdbool.h>

#include "trainer/scores/nearest.h"

enum { PRECISION_NEIGHBOUR = 3 };

/* Rows are real samples, columns generated ones; `real` and `generated` are each
 * set's neighbours within itself. */
struct precision_recall {
    const struct nearest *real, *generated;
    int64_t n_real, n_generated;
    /* Which lie within the others' manifold. Owned: precision_recall_free() */
    bool *is_real_within;             /* [n_real] */
    atomic_bool *is_generated_within; /* [n_generated]: set by any thread */
};

/* False without memory. */
bool precision_recall_begin(struct precision_recall *state,
                            const struct nearest *real, int64_t n_real,
                            const struct nearest *generated,
                            int64_t n_generated);
struct pair_visitor precision_recall_visitor(struct precision_recall *state);
void precision_recall_free(struct precision_recall *state);

/* Behind the visit. */
double precision_of(const struct precision_recall *state);
double recall_of(const struct precision_recall *state);

#endif
