/* C expressions as small trees: built from the sizes of a plan, unparsed once
 * they are whole.
 *
 * Arithmetic is that of indices, of whole numbers, and folds as it is built:
 * x + 0, 1 * x and 0 * x are not made, and constants that meet are one. Where
 * their sum or product is no int64_t they stay as they are.
 *
 * Nodes are allocated in the arena of their operands and never change, so that
 * one can stand in several expressions. */
#ifndef COMPILER_EMIT_EXPR_H
#define COMPILER_EMIT_EXPR_H

#include <stdint.h>

#include "base/arena.h"

struct expr;

/* 28; the variable or constant `name`, a C identifier. */
const struct expr *expr_constant(struct arena *arena, int64_t value);
const struct expr *expr_name(struct arena *arena, const char *name);

const struct expr *expr_add(const struct expr *a, const struct expr *b);
const struct expr *expr_subtract(const struct expr *a, const struct expr *b);
const struct expr *expr_multiply(const struct expr *a, const struct expr *b);
/* Towards zero, as in C. */
const struct expr *expr_divide(const struct expr *a, const struct expr *b);
const struct expr *expr_remainder(const struct expr *a, const struct expr *b);
/* a + value; a * value. */
const struct expr *expr_plus(const struct expr *a, int64_t value);
const struct expr *expr_times(const struct expr *a, int64_t value);

/* of[at]; &of; of->name. */
const struct expr *expr_index(const struct expr *of, const struct expr *at);
const struct expr *expr_address(const struct expr *of);
const struct expr *expr_member(const struct expr *of, const char *name);

/* The expression with `by` in every place of the variable `name`, folded
 * again. */
const struct expr *expr_replace(const struct expr *expr, const char *name,
                                const struct expr *by);

/* As C text, with no more parentheses than it needs. */
const char *expr_text(const struct expr *expr);

#endif
