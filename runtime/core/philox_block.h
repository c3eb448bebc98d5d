/* Philox on a block of counters at once. */
#ifndef GUSS_PHILOX_BLOCK_H
#define GUSS_PHILOX_BLOCK_H

#include "guss/random.h"

enum { PHILOX_DRAWS = 32 };

/* words[k][i] = word k of guss_draw(stream, first + i, second). */
void philox_block(uint32_t words[4][PHILOX_DRAWS], uint32_t first,
                  uint32_t second, const struct guss_stream *stream);

#endif
