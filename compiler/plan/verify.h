/* Whether a plan keeps what its passes promise each other. A broken promise is a
 * fault of guss itself, which would emit what computes something else, and say
 * nothing. Costs as much as walking over the nodes. */
#ifndef COMPILER_VERIFY_H
#define COMPILER_VERIFY_H

#include "compiler/plan/plan.h"

/* What has been done with a program. */
enum stage {
    STAGE_DIFFERENTIATED, /* each value has memory of its own */
    STAGE_LAID_OUT,       /* and a layout, and a type */
    STAGE_PLACED /* and shares memory with others; after name_values() */
};

/* Notes which tensors are one value: views, so far. To be called once, before
 * values share memory. */
void name_values(struct program *program);

/* The first promise that a program breaks, as a text in the arena, or NULL:
 *   shapes agree, and layouts; every value has a type, what is copied keeps it
 *   every value is written before it is read, every channel of an image that is
 *   written in parts
 *   memory holds, whenever it is read, the value that is meant
 *   what is read over the batch or across a cut outlives its tile, and is written
 *   over behind a cut at the earliest. */
const char *verify_program(struct arena *arena, const struct program *program,
                           enum stage stage);

/* The same of a whole plan: every trained weight is stepped exactly once in an
 * update of its network, and no other is. */
const char *verify_updates(struct arena *arena, const struct plan *plan);

/* Ends guss with a message where there is such a text; `pass` is the pass that
 * came before. */
void expect_none(const char *broken, const char *pass);

#endif
