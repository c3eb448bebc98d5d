/* Heads of loops in emitted code (ctext_head()): what stands in a nest of them
 * is one statement, or a body that begins with ctext_body(). */
#ifndef COMPILER_EMIT_LOOPS_H
#define COMPILER_EMIT_LOOPS_H

#include <stdint.h>

#include "compiler/emit/ctext.h"

/* "for (int k = 0; k < 784; k++)" */
void head_count(struct ctext *c, const char *name, int64_t extent);
/* A loop over blocks of `step`; where the step does not divide the extent the
 * last block begins earlier (block_next). */
void head_blocks(struct ctext *c, const char *name, int64_t extent,
                 int64_t step);

/* A stretch of rows or columns in steps of one size; an extent as the stretch of
 * all whole steps and that of what is left over, a step of its own: how many
 * there are. */
struct stretch {
    int64_t first, end, step;
};
int stretches(int64_t extent, int64_t step, struct stretch two[2]);
/* The same in as few steps of at most `most`, of sizes that differ by one: 14 in
 * steps of 6 or less are 5, 5 and 4. */
int even_stretches(int64_t extent, int64_t most, struct stretch two[2]);
void head_stretch(struct ctext *c, const char *name,
                  const struct stretch *stretch);

#endif
