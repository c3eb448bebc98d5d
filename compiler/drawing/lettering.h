/* Text in a drawing: how wide it is, and how it is cut to fit. No font is
 * known when a drawing is made; widths are those of Helvetica and its like. */
#ifndef COMPILER_LETTERING_H
#define COMPILER_LETTERING_H

#include <stdbool.h>

#include "base/arena.h"

enum { SIZE_TITLE = 16, SIZE_NAME = 13, SIZE_TEXT = 12 };

/* Pixels, rather too many than too few. */
int lettering_width(const char *text, int size, bool bold);

/* The text, or its beginning and "…" where it is wider than `width`. */
const char *lettering_fit(struct arena *arena, const char *text, int size,
                          bool bold, int width);

#endif
