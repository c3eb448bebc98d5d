/* What an expression comes to. */
#ifndef COMPILER_EVALUATE_H
#define COMPILER_EVALUATE_H

#include "base/diag.h"
#include "compiler/graph/value.h"
#include "compiler/syntax/ast.h"

/* The names that an expression may use: constants, parameters, counters. A
 * scope answers for one name and asks the one outside it. */
struct value_names {
    /* The value of a name, or NULL where it stands for itself. */
    const struct value *(*find)(void *context, const char *name);
    /* Names that find() knows, at most `most` of them; how many. */
    size_t (*list)(void *context, const char **names, size_t most);
    /* Called for each value and name that is worked out; false, after an error,
     * where a file asks for too many of them. */
    bool (*spend)(void *context, struct span where);
    void *context;
    bool has_gaps; /* a name that find() does not know may have been lost */
};

/* What an expression comes to, as Python computes it in 64-bit integers and
 * doubles; a mistake is reported once and gives VALUE_ERROR. */
struct value evaluate(struct arena *arena, struct diags *diags,
                      const struct value_names *names,
                      const struct ast_expression *expression);

/* evaluate(), where only a whole number will do; false after an error. `what`
 * names it in the message: "a number of repeats". */
bool evaluate_integer(struct arena *arena, struct diags *diags,
                      const struct value_names *names,
                      const struct ast_expression *expression, const char *what,
                      int64_t *result);

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
const char *value_advice(struct arena *arena, const struct value_names *names,
                         const struct value *value);

#endif
