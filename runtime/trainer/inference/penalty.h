/* Penalties of weights: what they add to the loss of a phase. */
#ifndef TRAINER_PENALTY_H
#define TRAINER_PENALTY_H

#include "guss/model.h"

/* A run of rows of every weight goes to a sum of its own, whoever adds it up. */
enum { PENALTY_PARTS = 16 };
struct penalty_sums {
    double parts[PENALTY_PARTS];
};

/* Fills this worker's share of the parts of a phase's penalties, as the weights
 * are now. */
void penalty_add_up(const struct guss_model *model, const void *memory,
                    const struct guss_phase *phase,
                    const struct guss_worker *worker,
                    struct penalty_sums *sums);

/* The penalties, when every worker has filled its share. */
double penalty_total(const struct penalty_sums *sums);

#endif
