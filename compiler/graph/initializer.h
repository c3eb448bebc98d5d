/* Initializers: what a weight's first values are drawn from. initializer.c is
 * the only place that knows them one by one. */
#ifndef COMPILER_GRAPH_INITIALIZER_H
#define COMPILER_GRAPH_INITIALIZER_H

#include <stdbool.h>
#include <stdint.h>

enum draw_kind {
    DRAW_CONSTANT,  /* a */
    DRAW_NORMAL,    /* mean a, deviation b */
    DRAW_UNIFORM,   /* from a to b */
    DRAW_TRUNCATED, /* normal of mean a, deviation b, none beyond 2 b */
    DRAW_ORTHOGONAL /* rows or columns of length a, at right angles */
};

/* What a variance is divided by: a weight's inputs, outputs or their mean. */
enum fan { FAN_NONE, FAN_IN, FAN_OUT, FAN_AVERAGE };

/* With a fan, a is the scale: the variance times the fan. */
struct initializer {
    enum draw_kind kind;
    enum fan fan;
    double a, b;
};

enum { MAX_INITIALIZER_ARGUMENTS = 3 };

/* What an argument of an initializer sets. */
enum initializer_field {
    INITIALIZER_A,
    INITIALIZER_B,
    INITIALIZER_FAN,
    INITIALIZER_KIND
};

struct initializer_argument {
    const char *name; /* NULL: there are no more */
    enum initializer_field field;
    /* For fan and kind: the words, NULL-terminated, and what each means. */
    const char *const *words;
    const int *meanings;
};

/* A word of the language, with or without arguments: "he_normal",
 * "random_normal(stddev=0.02)". */
struct initializer_info {
    const char *name;
    struct initializer plain; /* what the word alone means */
    struct initializer_argument arguments[MAX_INITIALIZER_ARGUMENTS];
};

extern const struct initializer_info initializer_table[];
extern const int n_initializers;

/* The initializer of that name, or NULL. */
const struct initializer_info *initializer_find(const char *name);

/* What it comes to for a weight of these fans: without a fan. */
struct initializer initializer_for(const struct initializer *initializer,
                                   int64_t fan_in, int64_t fan_out);

#endif
