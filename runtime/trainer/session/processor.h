/* The processor: what it is called, and what it can run. */
#ifndef TRAINER_PROCESSOR_H
#define TRAINER_PROCESSOR_H

#include <stdbool.h>

#include "base/arena.h"

/* Whether code compiled for `target` runs here: "generic" or one of
 * x86-64-v2, x86-64-v3, x86-64-v4 (x86-64 psABI, section 3.1.1). */
bool processor_runs(const char *target);

/* "Intel(R) Xeon(R) Processor", or "unknown". */
const char *processor_name(struct arena *arena);

#endif
