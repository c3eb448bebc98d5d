/* What guss build -v says of a plan, and the memory that --budget allows. */
#ifndef COMPILER_EMIT_REPORT_H
#define COMPILER_EMIT_REPORT_H

#include "base/status.h"
#include "base/text.h"
#include "compiler/plan/plan.h"

/* A line for each layer and direction of an update or, without a schedule, of
 * a prediction; then what the memory is taken by. */
void report_plan(const struct plan *plan, struct arena *arena,
                 struct text *out);

/* STATUS_INPUT where training (prediction, where nothing trains) takes more than
 * `budget` bytes of memory, unless that is 0, or the executable takes more than
 * machines have, 1 TiB; the message names the largest parts and what makes them
 * smaller. */
enum status check_memory(const struct plan *plan, struct arena *arena,
                         int64_t budget, struct error *error);

#endif
