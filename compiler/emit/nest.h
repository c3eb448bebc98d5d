/* A nest of loops in emitted code: heads one in another, braces only where a
 * body of several statements wants them. */
#ifndef COMPILER_EMIT_NEST_H
#define COMPILER_EMIT_NEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "compiler/emit/ctext.h"

struct nest {
    struct arena *arena;
    struct ctext *c;
    const char *head; /* the innermost, not written yet */
    int depth;
    bool has_brace;
};

__attribute__((format(printf, 2, 3))) void nest_loop(struct nest *nest,
                                                     const char *format, ...);
/* A loop over blocks of `step`; where the step does not divide the extent the
 * last block begins earlier (block_next). */
void nest_blocks(struct nest *nest, const char *name, int64_t extent,
                 int64_t step);
/* A stretch of rows or columns in steps of one size; an extent as the stretch of
 * all whole steps and that of what is left over, a step of its own: how many
 * there are. */
struct stretch {
    int64_t first, end, step;
};
int stretches(int64_t extent, int64_t step, struct stretch two[2]);
void nest_stretch(struct nest *nest, const char *name,
                  const struct stretch *stretch);
/* Writes the innermost head: in front of one statement, or with a brace. */
void nest_statement(struct nest *nest);
void nest_body(struct nest *nest);
/* Leaves all loops. */
void nest_end(struct nest *nest);

#endif
