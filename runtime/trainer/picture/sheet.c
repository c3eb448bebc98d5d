/* A sheet of samples: floats as a network sees them in, a grid of small images
 * out. An image's cell is the image, enlarged, and the margin above and to the
 * left of it; the sheet ends with one more margin. */
#include "trainer/picture/picture.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum {
    MARGIN = 3,       /* pixels between images */
    GREY = 128,       /* behind them: half of white, rounded as a value is */
    NATURAL_SIZE = 64 /* longer side of an image that needs no enlarging */
};

static const int64_t max_bytes = (int64_t)1 << 30;
static const float beyond_noise = 10.0f;

/* How values become pixels: (value + shift) * factor. */
struct tone {
    double shift, factor;
};

/* Whether raw values are those of bytes. Noise, or a network without a last
 * activation, goes somewhat beyond 0 and 1; bytes go far beyond. */
static bool has_bytes(const struct sheet *sheet)
{
    size_t size = (size_t)sheet->count * (size_t)sheet->height *
                  (size_t)sheet->width * (size_t)sheet->channels;
    for (size_t i = 0; i < size; i++)
        if (fabsf(sheet->values[i]) > beyond_noise)
            return true;
    return false;
}

static struct tone tone_of_pixels(const struct sheet *sheet)
{
    switch (sheet->pixels) {
    case GUSS_PIXELS_SIGNED:
        return (struct tone){1.0, 127.5};
    case GUSS_PIXELS_RAW:
        return (struct tone){0.0, has_bytes(sheet) ? 1.0 : 255.0};
    default:
        return (struct tone){0.0, 255.0};
    }
}

static struct tone choose_tone(const struct sheet *sheet)
{
    struct tone tone = tone_of_pixels(sheet);
    if (!sheet->is_inverted)
        return tone;
    return (struct tone){tone.shift - 255.0 / tone.factor, -tone.factor};
}

static unsigned char tone_value(struct tone tone, float value)
{
    double pixel = ((double)value + tone.shift) * tone.factor;
    if (!(pixel > 0.0)) /* NaN too */
        return 0;
    return pixel >= 255.0 ? 255 : (unsigned char)(pixel + 0.5);
}

static int choose_scale(const struct sheet *sheet)
{
    int side = sheet->height > sheet->width ? sheet->height : sheet->width;
    if (sheet->scale > 0)
        return sheet->scale;
    return side < NATURAL_SIZE ? NATURAL_SIZE / side : 1;
}

/* One row of an image, each value `scale` times, at `pixel`. */
static void draw_row(const struct sheet *sheet, struct tone tone, int scale,
                     const float *values, unsigned char *pixel)
{
    for (int x = 0; x < sheet->width; x++)
        for (int copy = 0; copy < scale; copy++)
            for (int channel = 0; channel < sheet->channels; channel++)
                *pixel++ =
                    tone_value(tone, values[x * sheet->channels + channel]);
}

static void draw_image(const struct sheet *sheet, struct tone tone, int scale,
                       const float *values, struct picture *picture, int left,
                       int top)
{
    size_t pitch = (size_t)picture->width * (size_t)picture->channels;
    size_t row_size = (size_t)sheet->width * (size_t)sheet->channels;
    unsigned char *corner = picture->pixels + (size_t)top * pitch +
                            (size_t)left * (size_t)picture->channels;
    for (int y = 0; y < sheet->height; y++) {
        unsigned char *first = corner + (size_t)(y * scale) * pitch;
        draw_row(sheet, tone, scale, values + (size_t)y * row_size, first);
        for (int copy = 1; copy < scale; copy++)
            memcpy(first + (size_t)copy * pitch, first,
                   row_size * (size_t)scale);
    }
}

static void draw_sheet(const struct sheet *sheet, int columns, int scale,
                       struct picture *picture)
{
    struct tone tone = choose_tone(sheet);
    size_t image_size =
        (size_t)sheet->height * (size_t)sheet->width * (size_t)sheet->channels;
    memset(picture->pixels, GREY,
           (size_t)picture->width * (size_t)picture->height *
               (size_t)picture->channels);
    for (int i = 0; i < sheet->count; i++) {
        int left = MARGIN + i % columns * (sheet->width * scale + MARGIN);
        int top = MARGIN + i / columns * (sheet->height * scale + MARGIN);
        draw_image(sheet, tone, scale, sheet->values + (size_t)i * image_size,
                   picture, left, top);
    }
}

/* Pixels of `count` images side by side; INT64_MAX where they are too many. */
static int64_t extent(int64_t count, int64_t size, int64_t scale)
{
    int64_t result;
    if (__builtin_mul_overflow(size, scale, &result) ||
        __builtin_add_overflow(result, MARGIN, &result) ||
        __builtin_mul_overflow(result, count, &result) ||
        __builtin_add_overflow(result, MARGIN, &result))
        return INT64_MAX;
    return result;
}

enum guss_pixels sheet_pixels(const float *values, size_t size)
{
    float least = 0.0f, most = 0.0f;
    for (size_t i = 0; i < size; i++) {
        least = values[i] < least ? values[i] : least;
        most = values[i] > most ? values[i] : most;
    }
    bool is_signed = least < 0.0f && least >= -1.0f && most <= 1.0f;
    return is_signed ? GUSS_PIXELS_SIGNED : GUSS_PIXELS_RAW;
}

/* The extents of the whole picture. */
static void measure(const struct sheet *sheet, int columns, int64_t *width,
                    int64_t *height)
{
    int scale = choose_scale(sheet);
    *width = extent(columns, sheet->width, scale);
    *height = extent((sheet->count - 1) / columns + 1, sheet->height, scale);
}

static int used_columns(const struct sheet *sheet)
{
    return sheet->columns < sheet->count ? sheet->columns : sheet->count;
}

bool sheet_fits(const struct sheet *sheet)
{
    int64_t width, height;
    measure(sheet, used_columns(sheet), &width, &height);
    return height <= max_bytes / width / sheet->channels;
}

enum status sheet_write(const struct sheet *sheet, const char *path,
                        struct error *error)
{
    assert(sheet->columns > 0 && sheet->count > 0);
    assert(sheet->height > 0 && sheet->width > 0);
    if (!sheet_fits(sheet))
        return error_set(error, STATUS_INPUT,
                         "cannot write '%s': %d images of %d x %d pixels make "
                         "a sheet of more than 1 GiB",
                         path, sheet->count, sheet->width, sheet->height);
    int columns = used_columns(sheet);
    int64_t width, height;
    measure(sheet, columns, &width, &height);
    struct picture picture;
    enum status status =
        picture_new((int)width, (int)height, sheet->channels, &picture, error);
    if (status != STATUS_OK)
        return status;
    draw_sheet(sheet, columns, choose_scale(sheet), &picture);
    status = picture_write(&picture, path, error);
    picture_free(&picture);
    return status;
}

enum status sheet_write_image(const struct sheet *sheet, const char *path,
                              struct error *error)
{
    int scale = choose_scale(sheet);
    struct picture picture;
    if (!sheet_fits(sheet))
        return error_set(error, STATUS_INPUT,
                         "cannot write '%s': %d x %d pixels make a picture of "
                         "more than 1 GiB",
                         path, sheet->width, sheet->height);
    enum status status =
        picture_new(sheet->width * scale, sheet->height * scale,
                    sheet->channels, &picture, error);
    if (status != STATUS_OK)
        return status;
    draw_image(sheet, choose_tone(sheet), scale, sheet->values, &picture, 0, 0);
    status = picture_write(&picture, path, error);
    picture_free(&picture);
    return status;
}
