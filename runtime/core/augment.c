/* Pictures changed by chance. Loops are over whole rows of a picture, so that
 * they become vectors. */
#include "guss/augment.h"

#include <math.h>
#include <string.h>

#include "best_clone.h"
#include "guss/random.h"

/* What is drawn for a sample. */
struct change {
    bool across, down; /* flipped */
    int dx, dy;        /* pixels of the sample */
    double angle, zoom, brightness;
};

/* A picture and what is made of it. */
struct task {
    const struct guss_samples *samples;
    size_t at; /* the picture's first value */
    struct guss_picture picture;
    enum guss_fill fill;
    bool across, down;
    float *padded; /* scratch: the picture within a margin of zeros */
    float *to;
};

/* ---- draws --------------------------------------------------------------- */

static double centred(uint32_t word)
{
    return 2.0 * ((double)word + 0.5) / 4294967296.0 - 1.0;
}

static int draw_shift(uint32_t word, int most)
{
    uint64_t choices = 2 * (uint64_t)most + 1;
    return (int)(word * choices >> 32) - most;
}

static struct change draw_change(const struct guss_batch *batch, int n)
{
    const struct guss_augment *augment = batch->augment;
    uint32_t sample = batch->order[n];
    struct guss_stream stream =
        guss_stream(batch->seed, GUSS_RANDOM_AUGMENT, 0, batch->update);
    struct guss_words first = guss_draw(&stream, 0, sample);
    struct guss_words second = guss_draw(&stream, 1, sample);
    return (struct change){
        .across = augment->flips_across && first.word[0] >> 31,
        .down = augment->flips_down && (first.word[0] >> 30 & 1),
        .dx = draw_shift(first.word[1], augment->shift),
        .dy = draw_shift(first.word[2], augment->shift),
        .angle = augment->rotate * centred(first.word[3]),
        .zoom = 1.0 + augment->zoom * centred(second.word[0]),
        .brightness = augment->brightness * centred(second.word[1])};
}

/* ---- whole pixels -------------------------------------------------------- */

static inline void convert_bytes(const uint8_t *restrict from,
                                 enum guss_pixels pixels, int width,
                                 float *restrict to)
{
    switch (pixels) {
    case GUSS_PIXELS_UNIT:
        for (int i = 0; i < width; i++)
            to[i] = (float)from[i] / 255.0f;
        break;
    case GUSS_PIXELS_SIGNED:
        for (int i = 0; i < width; i++)
            to[i] = (float)from[i] / 127.5f - 1.0f;
        break;
    case GUSS_PIXELS_BINARY:
        for (int i = 0; i < width; i++)
            to[i] = from[i] == 255 ? 0.0f : 1.0f;
        break;
    case GUSS_PIXELS_RAW:
        for (int i = 0; i < width; i++)
            to[i] = (float)from[i];
        break;
    }
}

/* `width` values from number `at` on, behind `pixels`: the bits of guss_row_u8(),
 * which is for emitted code alone. */
static inline void convert(const struct guss_samples *samples, size_t at,
                           int width, float *to)
{
    if (samples->element == GUSS_U8)
        convert_bytes((const uint8_t *)samples->values + at, samples->pixels,
                      width, to);
    else
        memcpy(to, (const float *)samples->values + at,
               (size_t)width * sizeof *to);
}

/* Which of `size` pixels continues the row at place i, which lies less than
 * `size` beyond it. */
static int continued(int i, int size, enum guss_fill fill)
{
    if (i >= 0 && i < size)
        return i;
    if (fill == GUSS_FILL_REFLECT)
        return i < 0 ? -1 - i : 2 * size - 1 - i;
    return i < 0 ? 0 : size - 1;
}

static void reverse_pixels(float *row, int width, int channels)
{
    for (int i = 0, j = width - 1; i < j; i++, j--)
        for (int c = 0; c < channels; c++) {
            float value = row[i * channels + c];
            row[i * channels + c] = row[j * channels + c];
            row[j * channels + c] = value;
        }
}

/* Pixels x .. end - 1 of a row, which lie beyond the picture's edge; its row
 * begins at value `at`. */
static void fill_edge(const struct task *task, size_t at, int dx, int x,
                      int end, float *row)
{
    int width = task->picture.width, channels = task->picture.channels;
    if (task->fill == GUSS_FILL_ZEROS) {
        memset(row + x * channels, 0,
               (size_t)(end - x) * (size_t)channels * sizeof *row);
        return;
    }
    for (; x < end; x++) {
        int i = continued(x - dx, width, task->fill);
        int column = task->across ? width - 1 - i : i;
        convert(task->samples, at + (size_t)column * (size_t)channels, channels,
                row + x * channels);
    }
}

/* Row number `from` of the picture, flipped and shifted. */
BEST_CLONE
static void shift_row(const struct task *task, int from, int dx, float *row)
{
    int width = task->picture.width, channels = task->picture.channels;
    size_t at = task->at + (size_t)from * (size_t)width * (size_t)channels;
    int first = dx > 0 ? dx : 0, last = dx < 0 ? width + dx : width;
    int source = task->across ? width - last + dx : first - dx;
    float *inner = row + first * channels;
    convert(task->samples, at + (size_t)source * (size_t)channels,
            (last - first) * channels, inner);
    if (task->across)
        reverse_pixels(inner, last - first, channels);
    fill_edge(task, at, dx, 0, first, row);
    fill_edge(task, at, dx, last, width, row);
}

static void shift_picture(const struct task *task, int dx, int dy)
{
    int height = task->picture.height;
    int width = task->picture.width * task->picture.channels;
    for (int y = 0; y < height; y++) {
        float *row = task->to + (size_t)y * (size_t)width;
        int i = y - dy;
        bool is_beyond = i < 0 || i >= height;
        if (is_beyond && task->fill == GUSS_FILL_ZEROS) {
            memset(row, 0, (size_t)width * sizeof *row);
            continue;
        }
        i = continued(i, height, task->fill);
        shift_row(task, task->down ? height - 1 - i : i, dx, row);
    }
}

/* ---- between pixels ------------------------------------------------------ */

enum { MARGIN = 1, CHUNK = 128 };

/* The picture with a margin, which keeps reads in bounds where a neighbour has no
 * weight, and is what lies beyond where that is zeros. */
static void pad_picture(const struct task *task)
{
    struct guss_picture picture = task->picture;
    size_t channels = (size_t)picture.channels;
    size_t width = (size_t)picture.width * channels;
    size_t stride = width + 2 * MARGIN * channels;
    float *row = task->padded;
    memset(row, 0, stride * sizeof *row);
    for (int y = 0; y < picture.height; y++) {
        row += stride;
        memset(row, 0, channels * sizeof *row);
        convert(task->samples, task->at + (size_t)y * width, (int)width,
                row + channels);
        memset(row + channels + width, 0, channels * sizeof *row);
    }
    memset(row + stride, 0, stride * sizeof *row);
}

/* Where the pixels of a row come from: in the picture, from (x, y) on in steps of
 * (dx, dy). */
struct line {
    double x, y, dx, dy;
};

/* Places on one axis of the padded picture: the pixel in front of each, or on it,
 * and how far it is from there to the next. */
struct places {
    int at[CHUNK];
    float part[CHUNK];
};

/* A place in the row of pixels that reflection makes endless, back in 0 .. size -
 * 1 or half a pixel beside. GUSS_MOST_ZOOM keeps places less than `offset` times
 * 2 size away, whatever the sides of a picture. */
static inline double reflected(double place, double size)
{
    const double offset = 1 << 20; /* what is positive is rounded down */
    double period = 2.0 * size, from = place + 0.5;
    from -= period * ((double)(int)(from / period + offset) - offset);
    return (from > size ? period - from : from) - 0.5;
}

/* The n places from number `first` on of those that begin at `start` and are a
 * `step` apart, none outside of low .. high of the padded picture. */
static inline void hold_places(double start, double step, int first, int n,
                               double low, double high, double reflects_in,
                               struct places *restrict places)
{
    int last = (int)high - 1; /* there is a next one */
    for (int i = 0; i < n; i++) {
        double place = start + (double)(first + i) * step;
        if (reflects_in > 0.0)
            place = reflected(place, reflects_in);
        place += MARGIN;
        place = place < low ? low : place;
        place = place > high ? high : place;
        int at = (int)place;
        at = at > last ? last : at;
        places->at[i] = at;
        places->part[i] = (float)(place - (double)at);
    }
}

BEST_CLONE
static void find_places(double start, double step, int first, int n, int size,
                        enum guss_fill fill, struct places *restrict places)
{
    double last = size - 1 + MARGIN; /* pixel */
    switch (fill) {
    case GUSS_FILL_NEAREST:
        hold_places(start, step, first, n, MARGIN, last, 0.0, places);
        break;
    case GUSS_FILL_REFLECT:
        hold_places(start, step, first, n, MARGIN, last, size, places);
        break;
    case GUSS_FILL_ZEROS:
        hold_places(start, step, first, n, 0.0, last + MARGIN, 0.0, places);
        break;
    }
}

/* Between four pixels. */
static inline float blend(float a, float b, float c, float d, float across,
                          float down)
{
    float above = a + across * (b - a);
    float below = c + across * (d - c);
    return above + down * (below - above);
}

/* Written so that GCC 12 makes a vector of it. */
BEST_CLONE
static void blend_pixels(const float *restrict padded, int stride,
                         const struct places *restrict x,
                         const struct places *restrict y, int n,
                         float *restrict to)
{
    const int *left = x->at, *top = y->at;
    for (int i = 0; i < n; i++) {
        long at = top[i] * stride + left[i];
        to[i] = blend(padded[at], padded[at + 1], padded[at + stride],
                      padded[at + stride + 1], x->part[i], y->part[i]);
    }
}

/* The same of several channels. */
static void blend_colours(const float *padded, int stride, int channels,
                          const struct places *x, const struct places *y, int n,
                          float *to)
{
    for (int i = 0; i < n; i++) {
        const float *upper = padded + y->at[i] * stride + x->at[i] * channels;
        const float *lower = upper + stride;
        for (int c = 0; c < channels; c++)
            *to++ = blend(upper[c], upper[c + channels], lower[c],
                          lower[c + channels], x->part[i], y->part[i]);
    }
}

static void blend_row(const struct task *task, const struct line *line,
                      float *row)
{
    int width = task->picture.width, channels = task->picture.channels;
    int stride = (width + 2 * MARGIN) * channels;
    struct places x, y;
    for (int first = 0; first < width; first += CHUNK) {
        int n = width - first < CHUNK ? width - first : CHUNK;
        find_places(line->x, line->dx, first, n, width, task->fill, &x);
        find_places(line->y, line->dy, first, n, task->picture.height,
                    task->fill, &y);
        if (channels == 1)
            blend_pixels(task->padded, stride, &x, &y, n, row + first);
        else
            blend_colours(task->padded, stride, channels, &x, &y, n,
                          row + first * channels);
    }
}

/* Distances are those of a sample, also in a target of another size, whose pixels
 * are `across` and `down` times as many. */
static void turn_picture(const struct task *task, const struct change *change,
                         double across, double down)
{
    struct guss_picture picture = task->picture;
    double middle_x = (picture.width - 1) / 2.0;
    double middle_y = (picture.height - 1) / 2.0;
    double cosine = cos(change->angle) / change->zoom;
    double sine = sin(change->angle) / change->zoom;
    double flip_x = task->across ? -1.0 : 1.0, flip_y = task->down ? -1.0 : 1.0;
    struct line line = {.dx = flip_x * cosine,
                        .dy = flip_y * sine * down / across};
    double u = -middle_x - change->dx * across;
    pad_picture(task);
    for (int y = 0; y < picture.height; y++) {
        double v = y - middle_y - change->dy * down;
        line.x = middle_x + flip_x * (cosine * u - sine * v * across / down);
        line.y = middle_y + flip_y * (sine * u * down / across + cosine * v);
        blend_row(task, &line,
                  task->to + (size_t)y * (size_t)picture.width *
                                 (size_t)picture.channels);
    }
}

/* ---- both ---------------------------------------------------------------- */

BEST_CLONE
static void brighten(float *values, int n, float by, float low, float high)
{
    for (int i = 0; i < n; i++) {
        float value = values[i] + by;
        value = value < low ? low : value;
        values[i] = value > high ? high : value;
    }
}

/* Pixels are copied where each comes from one. */
static void change_picture(const struct guss_augment *augment,
                           const struct task *task, const struct change *change)
{
    double across = task->picture.width / (double)augment->sample.width;
    double down = task->picture.height / (double)augment->sample.height;
    double dx = change->dx * across, dy = change->dy * down;
    bool is_whole = dx == (int)dx && dy == (int)dy;
    if (augment->rotate == 0.0 && augment->zoom == 0.0 && is_whole)
        shift_picture(task, (int)dx, (int)dy);
    else
        turn_picture(task, change, across, down);
}

static size_t picture_values(const struct guss_picture *picture)
{
    return (size_t)picture->height * (size_t)picture->width *
           (size_t)picture->channels;
}

static size_t padded_values(const struct guss_picture *picture)
{
    return ((size_t)picture->height + 2 * MARGIN) *
           ((size_t)picture->width + 2 * MARGIN) * (size_t)picture->channels;
}

static size_t scratch_of(const struct guss_picture *picture)
{
    return picture_values(picture) + padded_values(picture);
}

size_t guss_augment_numbers(const struct guss_augment *augment)
{
    size_t sample = scratch_of(&augment->sample);
    size_t target = augment->target.height ? scratch_of(&augment->target) : 0;
    return sample > target ? sample : target;
}

/* What is made of it lies in front in the scratch memory. */
static struct task begin_task(const struct guss_batch *batch, int n,
                              const struct guss_samples *samples,
                              const struct guss_picture *picture,
                              const struct change *change)
{
    size_t values = picture_values(picture);
    return (struct task){.samples = samples,
                         .at = batch->order[n] * values,
                         .picture = *picture,
                         .fill = batch->augment->fill,
                         .across = change->across,
                         .down = change->down,
                         .padded = batch->scratch + values,
                         .to = batch->scratch};
}

const float *guss_augment_sample(const struct guss_batch *batch, int n)
{
    const struct guss_augment *augment = batch->augment;
    struct change change = draw_change(batch, n);
    struct task task =
        begin_task(batch, n, batch->samples, &augment->sample, &change);
    change_picture(augment, &task, &change);
    if (augment->brightness > 0.0)
        brighten(task.to, (int)picture_values(&augment->sample),
                 (float)change.brightness, (float)augment->low,
                 (float)augment->high);
    return task.to;
}

const float *guss_augment_target(const struct guss_batch *batch,
                                 const struct guss_samples *targets, int n)
{
    const struct guss_augment *augment = batch->augment;
    struct change change = draw_change(batch, n);
    struct task task = begin_task(batch, n, targets, &augment->target, &change);
    change_picture(augment, &task, &change);
    return task.to;
}
