/* A line that tells how far something is that somebody waits for: on standard
 * error, where that is a terminal, from the second second on, drawn over itself
 * at most ten times a second. */
#ifndef BASE_WAITING_LINE_H
#define BASE_WAITING_LINE_H

#include <stdbool.h>

struct waiting_line {
    double next; /* clock_seconds(): when it is drawn again */
    bool is_shown;
    bool is_hidden; /* nobody looks */
};

void waiting_line_start(struct waiting_line *line);

/* Whether waiting_line_draw() is wanted now. */
bool waiting_line_is_due(struct waiting_line *line);

/* Shows the text, what a terminal would obey in it masked; where that is wider
 * than the terminal, its first `brief` bytes. */
void waiting_line_draw(struct waiting_line *line, const char *text, int brief);

/* Wipes it. */
void waiting_line_end(struct waiting_line *line);

#endif
