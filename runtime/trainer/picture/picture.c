/* Pixels in, a PNG file out. The PNG is made in memory and then written whole;
 * libpng reports errors by longjmp(), so all that must survive one lives in a
 * struct outside of the function that calls setjmp(). */
#include "trainer/picture/picture.h"

#include <assert.h>
#include <png.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

enum { WHITE = 255 };

static size_t row_bytes(const struct picture *picture)
{
    return (size_t)picture->width * (size_t)picture->channels;
}

enum status picture_new(int width, int height, int channels,
                        struct picture *picture, struct error *error)
{
    assert(width > 0 && height > 0 && (channels == 1 || channels == 3));
    *picture = (struct picture){width, height, channels, NULL};
    size_t size = row_bytes(picture) * (size_t)height;
    picture->pixels = malloc(size);
    if (!picture->pixels)
        return error_set(error, STATUS_MACHINE,
                         "no memory for a picture of %d x %d pixels", width,
                         height);
    memset(picture->pixels, WHITE, size);
    return STATUS_OK;
}

void picture_free(struct picture *picture)
{
    free(picture->pixels);
    *picture = (struct picture){0};
}

/* ---- PNG ----------------------------------------------------------------- */

struct encoder {
    png_structp png;
    png_infop info;
    char *bytes; /* owned: the file so far */
    size_t size, capacity;
    char problem[128]; /* why it failed */
};

static void fail_encoding(png_structp png, png_const_charp message)
{
    struct encoder *encoder = png_get_error_ptr(png);
    snprintf(encoder->problem, sizeof encoder->problem, "%s", message);
    png_longjmp(png, 1);
}

static void ignore_warning(png_structp png, png_const_charp message)
{
    (void)png;
    (void)message;
}

static void take_bytes(png_structp png, png_bytep bytes, png_size_t size)
{
    struct encoder *encoder = png_get_io_ptr(png);
    if (size > encoder->capacity - encoder->size) {
        size_t capacity = 2 * encoder->capacity + size;
        char *grown = realloc(encoder->bytes, capacity);
        if (!grown)
            png_error(png, "no memory for the compressed pixels");
        encoder->bytes = grown;
        encoder->capacity = capacity;
    }
    memcpy(encoder->bytes + encoder->size, bytes, size);
    encoder->size += size;
}

static void keep_bytes(png_structp png)
{
    (void)png;
}

/* Nothing is read after setjmp() returns for the second time. */
static bool encode(struct encoder *encoder, const struct picture *picture)
{
    png_structp png = encoder->png;
    if (setjmp(png_jmpbuf(png)))
        return false;
    png_set_write_fn(png, encoder, take_bytes, keep_bytes);
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    png_set_IHDR(png, encoder->info, (png_uint_32)picture->width,
                 (png_uint_32)picture->height, 8,
                 picture->channels == 1 ? PNG_COLOR_TYPE_GRAY
                                        : PNG_COLOR_TYPE_RGB,
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png, encoder->info);
    for (int y = 0; y < picture->height; y++)
        png_write_row(png, picture->pixels + (size_t)y * row_bytes(picture));
    png_write_end(png, NULL);
    return true;
}

static bool start_encoder(struct encoder *encoder)
{
    snprintf(encoder->problem, sizeof encoder->problem, "no memory");
    encoder->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, encoder,
                                           fail_encoding, ignore_warning);
    if (!encoder->png)
        return false;
    encoder->info = png_create_info_struct(encoder->png);
    return encoder->info;
}

enum status picture_write(const struct picture *picture, const char *path,
                          struct error *error)
{
    struct encoder encoder = {0};
    bool done = start_encoder(&encoder) && encode(&encoder, picture);
    enum status status =
        done ? file_write(path, encoder.bytes, encoder.size, error)
             : error_set(error, STATUS_MACHINE, "cannot write '%s': %s", path,
                         encoder.problem);
    png_destroy_write_struct(&encoder.png, &encoder.info);
    free(encoder.bytes);
    return status;
}
