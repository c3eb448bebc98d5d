/* Values of arguments: what an expression came to, and what a layer holds. */
#ifndef COMPILER_VALUE_H
#define COMPILER_VALUE_H

#include <stdint.h>

#include "base/source.h"
#include "compiler/graph/initializer.h"
#include "compiler/graph/regularizer.h"

struct ast_name;

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
    VALUE_INITIALIZER,
    VALUE_REGULARIZER
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
    struct regularizer regularizer;
};

#endif
