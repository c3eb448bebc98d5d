/* Numbers of a model table as text; they live in `arena`. */
#ifndef COMPILER_NUMBER_H
#define COMPILER_NUMBER_H

#include <stdint.h>

#include "base/arena.h"

/* 1164289 */
const char *number_text(struct arena *arena, int64_t number);
/* 1,164,289; of a number that is not negative. */
const char *number_grouped(struct arena *arena, int64_t number);

#endif
