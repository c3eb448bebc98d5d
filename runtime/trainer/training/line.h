/* One line of text, put together from pieces and fitted into a width: what
 * does not fit is shortened or left out piece by piece, in a given order, and
 * never cut. */
#ifndef TRAINER_LINE_H
#define TRAINER_LINE_H

#include <stddef.h>

enum {
    LINE_PIECES = 12, /* of a line, at most */
    LINE_FORMS = 4,   /* of a piece */
    LINE_STEPS = 31   /* numbers of steps end here */
};

/* Forms of a piece from the longest on; NULL ends them. Step number way_to[i]
 * replaces form i by the next, or by nothing where it is the last; 0: it stays. */
struct piece {
    const char *gap; /* what parts it from the piece before it */
    const char *forms[LINE_FORMS];
    int way_to[LINE_FORMS];
};

/* Writes at most `width` columns of ASCII. Steps are taken from 1 on until the
 * line fits; what fits again behind a later step comes back. Empty where
 * nothing fits. `size` is at least the longest line's bytes and one. */
void line_fit(const struct piece *pieces, int count, int width, char *line,
              size_t size);

#endif
