/* Characters that look like others, or like nothing, and come into a text from
 * web pages and word processors. */
#ifndef BASE_ODD_CHARACTER_H
#define BASE_ODD_CHARACTER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

/* Bytes of the odd character that `text` (UTF-8) starts with; 0: it is none. */
size_t odd_character(const char *text);

/* True where it cannot be seen, or is seen as a blank. */
bool odd_character_is_hidden(const char *text);

/* "no-break space (U+00A0)", and what belongs there: "a plain blank"; *instead is
 * NULL where nothing does. */
const char *odd_character_name(struct arena *arena, const char *text,
                               const char **instead);

#endif
