/* How many columns of a terminal a character takes. */
#ifndef BASE_CHARACTER_WIDTH_H
#define BASE_CHARACTER_WIDTH_H

#include <stdbool.h>
#include <stdint.h>

/* 0 of a mark that combines with the character before it or is invisible, 2 of
 * a wide one (East Asian, emoji), else 1; the same in every locale. */
int character_width(uint32_t code);

#endif
