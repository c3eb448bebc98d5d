/* What the other end of a file descriptor can show. */
#ifndef BASE_TERMINAL_H
#define BASE_TERMINAL_H

#include <stdbool.h>

enum colour_choice { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };

/* A terminal that understands more than plain lines; TERM says which kind it
 * is, and nothing is known of one that it does not name. */
bool terminal_is_smart(int fd);

/* Whether to write colours: as chosen, and automatically on a smart terminal
 * unless NO_COLOR is set to something (https://no-color.org). */
bool terminal_wants_colour(enum colour_choice choice, int fd);

/* Columns: the terminal's, else 80. */
int terminal_width(int fd);

#endif
