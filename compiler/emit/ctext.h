/* C text, laid out: the only place that knows indentation, the width of a
 * line, and how comments, calls and numbers are written. What it writes is a
 * fixed point of the project's clang-format. */
#ifndef COMPILER_CTEXT_H
#define COMPILER_CTEXT_H

#include <stdbool.h>

#include "base/text.h"

enum {
    CTEXT_WIDTH = 80, /* columns of a line, */
    CTEXT_STEP = 4,   /* of a brace; */
    CTEXT_DEPTH = 32  /* braces and heads in each other, at most */
};

struct ctext {
    struct text *out;
    int depth;                 /* of what is open: */
    bool is_head[CTEXT_DEPTH]; /* heads without a brace, and braces */
    const char *head;          /* the innermost, which is not written yet */
    bool wants_blank;          /* a blank line before what comes next */
};

/* A statement or several, a line each; a line goes as deep as its own blanks say
 * and, where it is too long, is broken as clang-format would. It ends the heads
 * before it. */
__attribute__((format(printf, 2, 3))) void ctext_line(struct ctext *c,
                                                      const char *format, ...);
/* "for (...)", "if (...)": a line whose one statement follows, a step deeper. */
__attribute__((format(printf, 2, 3))) void ctext_head(struct ctext *c,
                                                      const char *format, ...);
/* Gives the head before it a brace: a body follows, up to ctext_close(). */
void ctext_body(struct ctext *c);
/* A blank line, if anything follows. */
void ctext_blank(struct ctext *c);
/* A line that ends in " {", and what stands behind it a step deeper; the
 * brace that closes it, with what follows on its line (";" or ""), and a blank
 * line where nothing is open any more. */
__attribute__((format(printf, 2, 3))) void ctext_open(struct ctext *c,
                                                      const char *format, ...);
void ctext_close(struct ctext *c, const char *after);
/* A comment of one or more lines; words are wrapped, "\n" starts a line. */
__attribute__((format(printf, 2, 3))) void
ctext_comment(struct ctext *c, const char *format, ...);

/* The head of a function, "static void name(a, b)", its parameters wrapped, and
 * its opening brace; ctext_close() ends it. It is never inlined (GUSS_APART). */
__attribute__((format(printf, 2, 3))) void
ctext_function(struct ctext *c, const char *format, ...);
/* "left {1, 2, 3};": a list of numbers, in columns where it does not fit a
 * line. */
void ctext_list(struct ctext *c, const char *left, const char *list);

/* A number as C writes it: "0.3f"'s digits without a suffix, always with a
 * point or an exponent. */
const char *ctext_real(struct arena *arena, double value);
/* A string literal with its quotes, a line of it for each line of the text, to
 * stand a step deeper than the code; quotes and backslashes have one before
 * them, and what is not plain ASCII is an octal escape, so that no text of a
 * user can end it. */
const char *ctext_string(const struct ctext *c, const char *string);

#endif
