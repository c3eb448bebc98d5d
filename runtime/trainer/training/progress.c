/* Progress lines. Nothing here changes what is computed: the clock is read,
 * and a line is composed ten times a second. */
#include "trainer/training/progress.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <time.h>

#include "base/terminal.h"

enum { LINE_BYTES = 512, BAR_WIDTH = 20, EPOCHS_TOLD = 1000 };

static const double redraw_seconds = 0.1;

double progress_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void progress_start(struct progress *progress, FILE *out,
                    const struct progress_plan *plan)
{
    double now = progress_now();
    *progress = (struct progress){.out = out,
                                  .is_live = terminal_is_smart(fileno(out)),
                                  .plan = *plan,
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

static double bar_part(const struct progress_plan *plan,
                       const struct moment *moment)
{
    if (plan->updates < BAR_WIDTH)
        return (double)moment->done / (double)plan->total;
    uint64_t before = (moment->epoch - 1) * plan->samples;
    return (double)(moment->done - before) / (double)plan->samples;
}

static void put_losses(char *text, size_t size, const struct moment *moment)
{
    const double *losses = moment->losses;
    if (moment->n_losses == 2)
        snprintf(text, size, "loss D %.4g G %.4g", losses[0], losses[1]);
    else
        snprintf(text, size, "loss %.4g", losses[0]);
}

void progress_line(const struct progress *progress, const struct moment *moment,
                   char *line, size_t size)
{
    static const struct {
        int bar;
        bool has_speed;
    } forms[] = {{BAR_WIDTH, true},
                 {BAR_WIDTH, false},
                 {BAR_WIDTH / 2, false},
                 {0, false}};
    const struct progress_plan *plan = &progress->plan;
    double rate = (double)(moment->done - plan->begun) / moment->elapsed;
    double part = bar_part(plan, moment);
    char bar[BAR_WIDTH + 3], left[32], speed[32], losses[64];
    progress_duration(left, sizeof left,
                      (double)(plan->total - moment->done) / rate);
    progress_quantity(speed, sizeof speed, rate);
    put_losses(losses, sizeof losses, moment);
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        progress_bar(bar, forms[i].bar, part);
        int length = snprintf(
            line, size,
            "epoch %*" PRIu64 "/%" PRIu64 " %s%s%3.0f%%  %s  %s%s%s left",
            digits(plan->epochs), moment->epoch, plan->epochs,
            forms[i].bar ? bar : "", forms[i].bar ? " " : "", 100.0 * part,
            losses, forms[i].has_speed ? speed : "",
            forms[i].has_speed ? " samples/s  " : "", left);
        if (length < progress->width)
            return;
    }
}

static void draw(struct progress *progress, const char *line)
{
    fprintf(progress->out, "\r%.*s\033[K", progress->width - 1, line);
    fflush(progress->out);
    progress->has_line = true;
}

void progress_update(struct progress *progress, struct moment moment)
{
    double now = progress_now();
    if (!progress->is_live || now - progress->drawn < redraw_seconds)
        return;
    moment.elapsed = now - progress->started;
    if (moment.elapsed <= 0.0 || moment.done <= progress->plan.begun)
        return;
    char line[LINE_BYTES];
    progress->width = terminal_width(fileno(progress->out));
    progress_line(progress, &moment, line, sizeof line);
    draw(progress, line);
    progress->drawn = now;
}

/* So many lines are enough for whoever reads them. */
static bool is_told(const struct progress_plan *plan, uint64_t epoch)
{
    uint64_t step = (plan->epochs + EPOCHS_TOLD - 1) / EPOCHS_TOLD;
    return epoch == plan->epochs || epoch % step == 0;
}

void progress_end_epoch(struct progress *progress, uint64_t epoch,
                        const struct result *measures, int count)
{
    double now = progress_now();
    if (!progress->is_live && is_told(&progress->plan, epoch)) {
        fprintf(progress->out, "epoch %" PRIu64 "/%" PRIu64, epoch,
                progress->plan.epochs);
        for (int i = 0; i < count; i++)
            fprintf(progress->out, "  %s %.5g", measures[i].name,
                    measures[i].value);
        fprintf(progress->out, "  %.2f s\n", now - progress->epoch_started);
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
