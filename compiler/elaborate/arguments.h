/* The arguments of a layer, bound to its kind's parameters. */
#ifndef COMPILER_ARGUMENTS_H
#define COMPILER_ARGUMENTS_H

#include "base/hint.h"
#include "compiler/elaborate/evaluate.h"
#include "compiler/layers/layer.h"

/* Binds the arguments of a statement to the kind's parameters, checks types
 * and ranges, fills in defaults, and takes out `name` and `trainable`, which
 * every layer has. Mistakes are reported; false where the layer's shape
 * cannot be inferred because of one. */
bool bind_arguments(const struct scope *scope,
                    const struct ast_statement *statement, struct layer *layer,
                    const char **name);

/* True for a word that some argument takes ("same", "relu", "true"): no
 * constant, parameter or counter may have its name. */
bool is_argument_word(const char *word);

/* ---- what arguments.c, initializer.c and regularizer.c share ---------- */

/* A layer's arguments while they are bound. */
struct binder {
    const struct scope *scope;
    struct arena *arena;
    struct diags *diags;
    struct layer *layer;
    const struct value *value; /* as it was given, while it is bound */
    bool failed;               /* a mistake was reported */
    struct span trainable;     /* its value, once it was given */
};

/* Reports a mistake; the layer's shape cannot be inferred then. */
__attribute__((format(printf, 3, 4))) void
binder_error(struct binder *binder, struct span where, const char *format, ...);

/* Reports a value that is not what the parameter wants: "'units' of Dense must be
 * a whole number, not 'x'", with advice or "". */
void report_value(struct binder *binder, const struct parameter *parameter,
                  const struct value *value, const char *wanted,
                  const char *advice);

/* Of an argument that was given before. */
void report_twice(struct binder *binder, const char *name, struct span where,
                  struct span first);

/* Whether float32 can hold what `value` came to, the argument `name` of a layer,
 * initializer or regularizer; reports one that would be infinite or 0 in silence.
 * An infinite default is one. */
bool check_real(struct binder *binder, const char *name, const char *owner,
                const struct value *value, double real);

/* "'units' of Dense". */
const char *parameter_text(struct binder *binder,
                           const struct parameter *parameter);

/* Makes a VALUE_INITIALIZER of zeros or random_normal(stddev=0.02). */
void bind_initializer(struct binder *binder, const struct parameter *parameter,
                      struct value *value);

/* Makes a VALUE_REGULARIZER of l2 or l1_l2(l1=0.001, l2=0.01). */
void bind_regularizer(struct binder *binder, const struct parameter *parameter,
                      struct value *value);

/* "; did you mean 'same'?" where a value is a word near to one of `words`, or
 * to the name of a constant, parameter or counter; else "". */
const char *nearest_word(struct binder *binder, const struct value *value,
                         const char *const *words, size_t n);

/* "; did you mean 'same'?" where a name is near, else ": there are a, b and
 * c". */
const char *suggest(struct arena *arena, const char *word,
                    const char *const *names, size_t n);

/* True for the name of an initializer, and for what its arguments take. */
bool is_initializer_word(const char *word);

/* Reports a word that is none of `words`: "unknown activation 'softmx'", with
 * what to write, or that guss does not have it. */
void report_word(struct binder *binder, const struct value *value,
                 struct hints hints, const char *const *words, size_t n);

#endif
