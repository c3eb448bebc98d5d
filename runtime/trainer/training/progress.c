/* Progress lines. Nothing here changes what is computed: the clock is read,
 * and a line is composed ten times a second. */
#include "trainer/training/progress.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <time.h>

#include "trainer/command/terminal.h"

enum { LINE_BYTES = 512, BAR_WIDTH = 20 };

static const double redraw_seconds = 0.1;

double progress_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void progress_start(struct progress *progress, FILE *out, uint64_t epochs,
                    uint64_t per_epoch, uint64_t total, uint64_t done)
{
    int fd = fileno(out);
    double now = progress_now();
    *progress = (struct progress){.out = out,
                                  .is_live = terminal_is_smart(fd),
                                  .width = terminal_width(fd),
                                  .epochs = epochs,
                                  .per_epoch = per_epoch,
                                  .total = total,
                                  .begun = done,
                                  .started = now,
                                  .epoch_started = now};
}

/* ---- parts of a line ----------------------------------------------------- */

void progress_bar(char *text, int width, double part)
{
    int full = (int)(part * width);
    text[0] = '[';
    for (int i = 0; i < width; i++)
        text[1 + i] = i < full ? '=' : i == full ? '>' : '.';
    memcpy(text + 1 + width, "]", 2);
}

void progress_duration(char *text, size_t size, double seconds)
{
    if (!(seconds < 360000000.0))
        seconds = 360000000.0;
    long whole = lround(seconds);
    if (whole >= 3600)
        snprintf(text, size, "%ld:%02ld:%02ld", whole / 3600, whole / 60 % 60,
                 whole % 60);
    else
        snprintf(text, size, "%ld:%02ld", whole / 60, whole % 60);
}

void progress_quantity(char *text, size_t size, double number)
{
    if (number >= 999950.0)
        snprintf(text, size, "%.1fM", number / 1e6);
    else if (number >= 999.5)
        snprintf(text, size, "%.1fk", number / 1e3);
    else
        snprintf(text, size, "%.0f", number);
}

static int digits(uint64_t number)
{
    int count = 1;
    for (; number >= 10; number /= 10)
        count++;
    return count;
}

/* ---- the line ------------------------------------------------------------ */

static void draw(struct progress *progress, const char *line)
{
    fprintf(progress->out, "\r%.*s\033[K", progress->width - 1, line);
    fflush(progress->out);
    progress->has_line = true;
}

void progress_update(struct progress *progress, uint64_t epoch, uint64_t done,
                     double loss)
{
    double now = progress_now();
    if (!progress->is_live || now - progress->drawn < redraw_seconds)
        return;
    double elapsed = now - progress->started;
    if (elapsed <= 0.0 || done <= progress->begun)
        return;
    double rate = (double)(done - progress->begun) / elapsed;
    uint64_t before = (epoch - 1) * progress->per_epoch;
    double part = (double)(done - before) / (double)progress->per_epoch;
    char bar[BAR_WIDTH + 3], left[32], speed[32], line[LINE_BYTES];
    progress_bar(bar, BAR_WIDTH, part);
    progress_duration(left, sizeof left,
                      (double)(progress->total - done) / rate);
    progress_quantity(speed, sizeof speed, rate);
    snprintf(line, sizeof line,
             "epoch %*" PRIu64 "/%" PRIu64
             " %s %3.0f%%  loss %.4g  %s samples/s  %s left",
             digits(progress->epochs), epoch, progress->epochs, bar,
             100.0 * part, loss, speed, left);
    draw(progress, line);
    progress->drawn = now;
}

void progress_end_epoch(struct progress *progress, uint64_t epoch, double loss,
                        double val_loss)
{
    double now = progress_now();
    if (!progress->is_live) {
        char validation[64] = "";
        if (!isnan(val_loss))
            snprintf(validation, sizeof validation, "  val_loss %.5g",
                     val_loss);
        fprintf(progress->out,
                "epoch %" PRIu64 "/%" PRIu64 "  loss %.5g%s  %.2f s\n", epoch,
                progress->epochs, loss, validation,
                now - progress->epoch_started);
        fflush(progress->out);
    }
    progress->epoch_started = now;
}

void progress_clear(struct progress *progress)
{
    if (!progress->has_line)
        return;
    fputs("\r\033[K", progress->out);
    fflush(progress->out);
    progress->has_line = false;
}
