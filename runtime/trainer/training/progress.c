/* Progress lines. Nothing here changes what is computed: the clock is read,
 * and a line is put together ten times a second. */
#include "trainer/training/progress.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/terminal.h"
#include "trainer/training/line.h"

enum { LINE_BYTES = 1024, BAR_WIDTH = 20, EPOCHS_TOLD = 1000 };

static const double redraw_seconds = 0.1;
static const char erase[] = "\r\033[K";

void progress_start(struct progress *progress, FILE *out,
                    const struct progress_plan *plan)
{
    double now = clock_seconds();
    *progress = (struct progress){.out = out,
                                  .is_terminal = isatty(fileno(out)),
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

/* ---- lines --------------------------------------------------------------- */

enum { TEXT_BYTES = 64, MEASURE_FORMS = 3 };

/* The texts that the pieces of a line point to. */
struct line_texts {
    char epoch[3][TEXT_BYTES], bars[2][BAR_WIDTH + 3], percent[TEXT_BYTES];
    char measures[MAX_MEASURES][MEASURE_FORMS][TEXT_BYTES];
    char speed[TEXT_BYTES], time[TEXT_BYTES];
};

/* What is shortened and left out of the line of an epoch, in this order; the
 * measures from EPOCH_MEASURES on. */
enum {
    EPOCH_TIME = 1,
    EPOCH_NAMES,
    EPOCH_ACCURACIES,
    EPOCH_WORD,
    EPOCH_DIGITS,
    EPOCH_TOTAL,
    EPOCH_MEASURES
};

/* And out of the one that is drawn: the last measures from DRAWN_LOSSES on. */
enum {
    DRAWN_SPEED = 1,
    DRAWN_HALF_BAR,
    DRAWN_ACCURACIES,
    DRAWN_BAR = DRAWN_ACCURACIES + LEAVES_BEFORE_LAST - LEAVES_FIRST,
    DRAWN_DIGITS,
    DRAWN_WORD,
    DRAWN_TOTAL,
    DRAWN_TIME,
    DRAWN_LOSSES
};

static struct piece epoch_piece(const struct progress_plan *plan,
                                uint64_t epoch, int width, int word, int total,
                                struct line_texts *texts)
{
    snprintf(texts->epoch[0], TEXT_BYTES, "epoch %*" PRIu64 "/%" PRIu64, width,
             epoch, plan->epochs);
    snprintf(texts->epoch[1], TEXT_BYTES, "%*" PRIu64 "/%" PRIu64, width, epoch,
             plan->epochs);
    snprintf(texts->epoch[2], TEXT_BYTES, "%*" PRIu64, width, epoch);
    return (struct piece){
        "", {texts->epoch[0], texts->epoch[1], texts->epoch[2]}, {word, total}};
}

/* Values from 0.01 on, and 0, have two columns more than `digits`, so that they
 * stand below each other however they change: 0.0931, 0.9832, 1.0831, 12.500.
 * Smaller ones keep what digits they have: 0.00931. */
static void put_value(char *text, size_t size, int digits, double value)
{
    double magnitude = fabs(value);
    int decimals = digits, columns;
    if (magnitude >= 1e6 || (magnitude < 0.01 && magnitude > 0.0)) {
        snprintf(text, size, "%#.*g", digits - 1, value);
        return;
    }
    do {
        columns = snprintf(text, size, "%.*f", decimals, value);
    } while (columns > digits + 2 && --decimals > 0);
}

static void put_measure(char *text, const char *name, int digits, double value)
{
    int length = snprintf(text, TEXT_BYTES, "%s ", name);
    put_value(text + length, (size_t)(TEXT_BYTES - length), digits, value);
}

/* A file that the lines go to has no columns to keep. */
static struct piece measure_piece(const struct measure *measure,
                                  bool is_terminal, int leaves,
                                  char texts[MEASURE_FORMS][TEXT_BYTES])
{
    bool is_loss = measure->leaves >= LEAVES_BEFORE_LAST;
    if (is_terminal)
        put_measure(texts[0], measure->name, 5, measure->value);
    else
        snprintf(texts[0], TEXT_BYTES, "%s %.5g", measure->name,
                 measure->value);
    put_measure(texts[1], measure->brief, 4, measure->value);
    put_measure(texts[2], measure->brief, 3, measure->value);
    return (struct piece){
        "  ",
        {texts[0], texts[1], texts[2]},
        {EPOCH_NAMES, is_loss ? EPOCH_DIGITS : EPOCH_ACCURACIES, leaves}};
}

void progress_epoch_line(const struct progress *progress, uint64_t epoch,
                         const struct measure *measures, int count,
                         double seconds, char *line, size_t size)
{
    const struct progress_plan *plan = &progress->plan;
    struct line_texts texts;
    struct piece pieces[LINE_PIECES];
    int width = progress->is_terminal ? digits(plan->epochs) : 0, n = 0;
    pieces[n++] =
        epoch_piece(plan, epoch, width, EPOCH_WORD, EPOCH_TOTAL, &texts);
    for (int i = 0; i < count; i++)
        if (isfinite(measures[i].value))
            pieces[n++] = measure_piece(
                &measures[i], progress->is_terminal,
                EPOCH_MEASURES + (int)measures[i].leaves - LEAVES_FIRST,
                texts.measures[i]);
    snprintf(texts.time, sizeof texts.time, "%.2f s", seconds);
    pieces[n++] = (struct piece){"  ", {texts.time}, {EPOCH_TIME}};
    line_fit(pieces, n, progress->width - 1, line, size);
}

static double bar_part(const struct progress_plan *plan,
                       const struct moment *moment)
{
    if (plan->updates < BAR_WIDTH)
        return (double)moment->done / (double)plan->total;
    uint64_t before = (moment->epoch - 1) * plan->samples;
    return (double)(moment->done - before) / (double)plan->samples;
}

static struct piece drawn_measure(const struct measure *measure,
                                  char texts[MEASURE_FORMS][TEXT_BYTES])
{
    int leaves = (int)measure->leaves;
    put_measure(texts[0], measure->brief, 4, measure->value);
    put_measure(texts[1], measure->brief, 3, measure->value);
    if (leaves < LEAVES_BEFORE_LAST)
        return (struct piece){
            "  ", {texts[0]}, {DRAWN_ACCURACIES + leaves - LEAVES_FIRST}};
    return (struct piece){
        "  ",
        {texts[0], texts[1]},
        {DRAWN_DIGITS, DRAWN_LOSSES + leaves - LEAVES_BEFORE_LAST}};
}

/* How far it is: the bar and the part in percent. */
static int put_part(double part, struct line_texts *texts, struct piece *pieces)
{
    progress_bar(texts->bars[0], BAR_WIDTH, part);
    progress_bar(texts->bars[1], BAR_WIDTH / 2, part);
    snprintf(texts->percent, sizeof texts->percent, "%3.0f%%", 100.0 * part);
    pieces[0] = (struct piece){
        " ", {texts->bars[0], texts->bars[1]}, {DRAWN_HALF_BAR, DRAWN_BAR}};
    pieces[1] = (struct piece){" ", {texts->percent}, {0}};
    return 2;
}

/* How fast it goes: samples a second and what that leaves of the run. */
static int put_speed(const struct progress_plan *plan,
                     const struct moment *moment, struct line_texts *texts,
                     struct piece *pieces)
{
    double rate = (double)(moment->done - plan->begun) / moment->elapsed;
    char speed[32], left[32];
    progress_quantity(speed, sizeof speed, rate);
    progress_duration(left, sizeof left,
                      (double)(plan->total - moment->done) / rate);
    snprintf(texts->speed, sizeof texts->speed, "%s samples/s", speed);
    snprintf(texts->time, sizeof texts->time, "%s left", left);
    pieces[0] = (struct piece){"  ", {texts->speed}, {DRAWN_SPEED}};
    pieces[1] = (struct piece){"  ", {texts->time}, {DRAWN_TIME}};
    return 2;
}

void progress_line(const struct progress *progress, const struct moment *moment,
                   char *line, size_t size)
{
    const struct progress_plan *plan = &progress->plan;
    struct line_texts texts;
    struct piece pieces[LINE_PIECES];
    int n = 0;
    pieces[n++] = epoch_piece(plan, moment->epoch, digits(plan->epochs),
                              DRAWN_WORD, DRAWN_TOTAL, &texts);
    n += put_part(bar_part(plan, moment), &texts, pieces + n);
    for (int i = 0; i < moment->n_measures; i++)
        if (isfinite(moment->measures[i].value))
            pieces[n++] =
                drawn_measure(&moment->measures[i], texts.measures[i]);
    n += put_speed(plan, moment, &texts, pieces + n);
    line_fit(pieces, n, progress->width - 1, line, size);
}

/* ---- printing ------------------------------------------------------------ */

int progress_columns(FILE *out)
{
    return isatty(fileno(out)) ? terminal_width(fileno(out)) - 1 : INT_MAX - 1;
}

static void draw(struct progress *progress, const char *line)
{
    fprintf(progress->out, "\r%s\033[K", line);
    fflush(progress->out);
    progress->has_line = true;
}

bool progress_is_due(const struct progress *progress)
{
    return progress->is_live &&
           clock_seconds() - progress->drawn >= redraw_seconds;
}

void progress_update(struct progress *progress, struct moment moment)
{
    double now = clock_seconds();
    moment.elapsed = now - progress->started;
    if (!progress->is_live || moment.elapsed <= 0.0 ||
        moment.done <= progress->plan.begun)
        return;
    char line[LINE_BYTES];
    progress->width = progress_columns(progress->out) + 1;
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

void progress_end_epoch(struct progress *progress, uint64_t epoch, bool is_last,
                        const struct measure *measures, int count)
{
    double now = clock_seconds();
    if (is_last || is_told(&progress->plan, epoch)) {
        char line[LINE_BYTES];
        progress->width = progress_columns(progress->out) + 1;
        progress_epoch_line(progress, epoch, measures, count,
                            now - progress->epoch_started, line, sizeof line);
        fprintf(progress->out, "%s%s%s", progress->has_line ? erase : "", line,
                line[0] ? "\n" : "");
        fflush(progress->out);
        progress->has_line = false;
    }
    progress->epoch_started = now;
}

void progress_clear(struct progress *progress)
{
    if (!progress->has_line)
        return;
    fputs(erase, progress->out);
    fflush(progress->out);
    progress->has_line = false;
}
