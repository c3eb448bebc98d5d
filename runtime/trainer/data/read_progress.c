/* One line on standard error, drawn over itself. */
#include "trainer/data/read_progress.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/terminal.h"
#include "base/text.h"

static const double patience = 1.0, interval = 0.1; /* seconds */

void read_progress_start(struct read_progress *progress, const char *path,
                         int64_t total)
{
    *progress = (struct read_progress){
        .path = path, .total = total, .next = clock_seconds() + patience};
}

static void draw(const struct read_progress *progress, int64_t done)
{
    char line[512];
    int columns = terminal_width(STDERR_FILENO);
    int length = snprintf(line, sizeof line, "reading %2d%%  %s",
                          (int)(100.0 * (double)done / (double)progress->total),
                          progress->path);
    text_mask(line);
    if (length >= columns || (size_t)length >= sizeof line)
        length = (int)strlen("reading 00%");
    fprintf(stderr, "\r%.*s\033[K", length, line);
}

void read_progress_at(struct read_progress *progress, int64_t done)
{
    double time = clock_seconds();
    if (time < progress->next || progress->total <= 0)
        return;
    progress->next = time + interval;
    if (!progress->is_shown && !terminal_is_smart(STDERR_FILENO)) {
        progress->total = 0; /* nobody looks */
        return;
    }
    progress->is_shown = true;
    draw(progress, done);
}

void read_progress_end(struct read_progress *progress)
{
    if (progress->is_shown)
        fputs("\r\033[K", stderr);
    progress->is_shown = false;
}
