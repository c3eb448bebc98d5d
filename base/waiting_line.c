#include "base/waiting_line.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/terminal.h"
#include "base/text.h"

static const double patience = 1.0, interval = 0.1; /* seconds */

void waiting_line_start(struct waiting_line *line)
{
    *line = (struct waiting_line){.next = clock_seconds() + patience};
}

bool waiting_line_is_due(struct waiting_line *line)
{
    if (line->is_hidden)
        return false;
    double time = clock_seconds();
    if (time < line->next)
        return false;
    line->next = time + interval;
    line->is_hidden = !line->is_shown && !terminal_is_smart(STDERR_FILENO);
    return !line->is_hidden;
}

void waiting_line_draw(struct waiting_line *line, const char *text, int brief)
{
    char shown[512];
    int length = snprintf(shown, sizeof shown, "%s", text);
    text_mask(shown);
    if (length >= terminal_width(STDERR_FILENO) ||
        (size_t)length >= sizeof shown)
        length = brief;
    line->is_shown = true;
    fprintf(stderr, "\r%.*s\033[K", length, shown);
}

void waiting_line_end(struct waiting_line *line)
{
    if (line->is_shown)
        fputs("\r\033[K", stderr);
    line->is_shown = false;
}
