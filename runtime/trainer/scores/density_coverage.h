/* Density and coverage of generated samples by the balls around real ones, each
 * of which reaches to its point's fifth nearest neighbour among the real ones:
 *
 *   density    in how many balls a generated sample lies, in the mean, over five
 *   coverage   the part of balls in which a generated sample lies
 *
 * Naeem et al. 2020, arXiv:2002.09797, equations 5 and 6; balls are open, as in
 * their program (prdc), so that a set has density 1 and coverage 1 against
 * itself. Density may lie above 1: where samples crowd in the middle of the
 * data. Coverage falls as samples become fewer. */
#ifndef TRAINER_DENSITY_COVERAGE_H
#define TRAINER_DENSITY_COVERAGE_H

#include <stdbool.h>

#include "trainer/scores/nearest.h"

enum { DENSITY_NEIGHBOUR = 5 };

/* Rows are real samples, columns generated ones. */
struct density_coverage {
    const struct nearest *real; /* their neighbours among themselves */
    int64_t n_real;
    int64_t *held; /* [n_real]: generated samples in a ball; owned:
                      density_coverage_free() */
};

/* False without memory. */
bool density_coverage_begin(struct density_coverage *state,
                            const struct nearest *real, int64_t n_real);
struct pair_visitor density_coverage_visitor(struct density_coverage *state);
void density_coverage_free(struct density_coverage *state);

/* Behind the visit of that many columns. */
double density_of(const struct density_coverage *state, int64_t n_generated);
double coverage_of(const struct density_coverage *state);

#endif
