#include "trainer/data/read_progress.h"

#include <stdio.h>
#include <string.h>

void read_progress_start(struct read_progress *progress, const char *path,
                         int64_t total)
{
    *progress = (struct read_progress){.path = path, .total = total};
    waiting_line_start(&progress->line);
}

void read_progress_at(struct read_progress *progress, int64_t done)
{
    if (progress->total <= 0 || !waiting_line_is_due(&progress->line))
        return;
    char text[512];
    snprintf(text, sizeof text, "reading %2d%%  %s",
             (int)(100.0 * (double)done / (double)progress->total),
             progress->path);
    waiting_line_draw(&progress->line, text, (int)strlen("reading 00%"));
}

void read_progress_end(struct read_progress *progress)
{
    waiting_line_end(&progress->line);
}
