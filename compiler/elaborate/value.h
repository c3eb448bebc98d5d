/* Values of arguments: what an expression comes to. */
#ifndef COMPILER_VALUE_H
#define COMPILER_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/source.h"
#include "compiler/syntax/ast.h"

enum value_kind {
    VALUE_ABSENT, /* no value: a required argument that was not given */
    VALUE_ERROR,  /* of an expression whose mistake is already reported */
    VALUE_INTEGER,
    VALUE_REAL,
    VALUE_WORD,  /* same, relu; "same" */
    VALUE_TUPLE, /* (3, 3) */
    VALUE_CALL,  /* random_normal(stddev=0.02) */
    /* after an argument was bound to its parameter: */
    VALUE_BOOLEAN,
    VALUE_ACTIVATION, /* integer: enum activation */
    VALUE_INITIALIZER
};

enum activation {
    ACTIVATION_LINEAR,
    ACTIVATION_RELU,
    ACTIVATION_SIGMOID,
    ACTIVATION_TANH,
    ACTIVATION_SOFTMAX,
    ACTIVATION_ELU,
    ACTIVATION_SELU,
    ACTIVATION_SOFTPLUS,
    ACTIVATION_SWISH,
    ACTIVATION_GELU,
    ACTIVATION_LEAKY_RELU, /* only as a layer */
    N_ACTIVATIONS
};

enum initializer_kind {
    INITIALIZER_GLOROT_UNIFORM,
    INITIALIZER_GLOROT_NORMAL,
    INITIALIZER_HE_UNIFORM,
    INITIALIZER_HE_NORMAL,
    INITIALIZER_RANDOM_NORMAL,  /* a mean, b stddev */
    INITIALIZER_RANDOM_UNIFORM, /* a minval, b maxval */
    INITIALIZER_ZEROS,
    INITIALIZER_ONES,
    INITIALIZER_CONSTANT /* a value */
};
struct initializer {
    enum initializer_kind kind;
    double a, b;
};

struct value {
    enum value_kind kind;
    struct span where;  /* where it is used */
    struct span origin; /* where it is written: of a constant, elsewhere */
    int64_t integer;    /* also a boolean, an activation */
    double real;
    const char *word;          /* also the name of a call */
    const struct value *items; /* of a tuple: n; arguments of a call: n */
    /* of a call's arguments; NULL: positional */
    const struct ast_name *const *names;
    int n;
    struct initializer initializer;
};

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
