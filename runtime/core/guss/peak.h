/* What the processor could do: the yardstick of `bench`. */
#ifndef GUSS_PEAK_H
#define GUSS_PEAK_H

#include "guss/team.h"

/* The float32 multiply-adds that the team's workers do together, all at once
 * from registers, in 1e9 operations a second (a multiply-add counts as two);
 * the best of several runs, some 100 ms in all. Uses the widest vectors that
 * the processor has. */
double guss_peak_gflops(struct guss_team *team);

#endif
