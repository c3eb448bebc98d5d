/* Numbers of a model table as text; they live in `arena`. */
#ifndef COMPILER_NUMBER_H
#define COMPILER_NUMBER_H

#include <stdint.h>

#include "base/arena.h"

/* 1164289 */
const char *number_text(struct arena *arena, int64_t number);
/* 1,164,289; of a number that is not negative. */
const char *number_grouped(struct arena *arena, int64_t number);
/* 640, 12.8 k, 3.21 M, 1.10 G: three digits. */
const char *number_short(struct arena *arena, double number);
/* 640 B, 12.8 KiB, 3.21 MiB, 1.10 GiB. */
const char *bytes_short(struct arena *arena, int64_t bytes);

#endif
