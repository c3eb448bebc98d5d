/* What guss build -v says of a plan, and the memory that --budget allows. */
#ifndef COMPILER_EMIT_REPORT_H
#define COMPILER_EMIT_REPORT_H

#include "base/status.h"
#include "base/text.h"
#include "compiler/plan/plan.h"

/* What a network takes that is compiled in beside the model, for prediction alone:
 * its memory and its weights' file. */
struct companion_memory {
    const char *name; /* "judge" */
    int64_t bytes;
};

/* A line for each layer and direction of an update or, without a schedule, of
 * a prediction; then what the memory is taken by, and by n networks beside. */
void report_plan(const struct plan *plan,
                 const struct companion_memory *companions, int n,
                 struct arena *arena, struct text *out);

/* STATUS_INPUT where training (prediction, where nothing trains) takes more than
 * `budget` bytes of memory, networks beside it included, unless that is 0, or the executable takes more than
 * machines have, 1 TiB; the message names the largest parts and what makes them
 * smaller. */
enum status check_memory(const struct plan *plan,
                         const struct companion_memory *companions, int n,
                         struct arena *arena, int64_t budget,
                         struct error *error);

#endif
