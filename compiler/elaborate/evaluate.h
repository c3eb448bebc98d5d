/* What an expression comes to. */
#ifndef COMPILER_EVALUATE_H
#define COMPILER_EVALUATE_H

#include "compiler/elaborate/scope.h"

/* What an expression comes to, as Python computes it in 64-bit integers and
 * doubles; a mistake is reported once and gives VALUE_ERROR. */
struct value evaluate(const struct scope *scope,
                      const struct ast_expression *expression);

/* evaluate(), where only a whole number will do; false after an error. `what`
 * names it in the message: "a number of repeats". */
bool evaluate_integer(const struct scope *scope,
                      const struct ast_expression *expression, const char *what,
                      int64_t *result);

/* Evaluates ((28, 28, 1)) to a shape; false after an error. */
bool evaluate_shape(const struct scope *scope,
                    const struct ast_expression *tuple, struct shape *shape);

/* "a whole number", "a word": what a value is, for messages. */
const char *value_kind_text(const struct value *value);
/* The value as it would be written. */
const char *value_text(struct arena *arena, const struct value *value);

/* Reports a mistake in a value, at its place or that of one of its items. Where
 * a constant or a parameter brought it there, a note says so, and other uses of
 * the same value are passed over: its mistake is one. */
void value_error(struct diags *diags, const struct value *value,
                 struct span where, const char *text);

/* For a number that is wanted: "; did you mean 'latent'?" where the value is a
 * word near to a name, "; '//' divides whole numbers" where it comes from a
 * '/', else "". */
const char *value_advice(const struct scope *scope, const struct value *value);

#endif
