/* One PNG file in, 8-bit grey or RGB pixels out.
 *
 * Every kind of PNG is decoded to RGBA, and from there by one rule to what is
 * wanted. libpng reports errors by longjmp(): what must survive one lives in
 * struct data_png, outside of the functions that call setjmp(). The text,
 * profiles and other chunks that only describe a picture are skipped unread,
 * so that none of them can inflate. */
#include "trainer/data/data_png.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trainer/data/data_picture.h"

enum {
    RGBA = 4,
    WHITE = 255,
    DEFLATE_MOST = 1032 /* bytes out of one byte of deflate, at most */
};

/* ---- what libpng calls --------------------------------------------------- */

static void fail_decoding(png_structp png, png_const_charp message)
{
    struct data_png *self = png_get_error_ptr(png);
    snprintf(self->problem, sizeof self->problem, "%s", message);
    png_longjmp(png, 1);
}

static void ignore_warning(png_structp png, png_const_charp message)
{
    (void)png;
    (void)message;
}

static void give_bytes(png_structp png, png_bytep bytes, png_size_t size)
{
    struct data_png *self = png_get_io_ptr(png);
    if (size > self->size - self->used)
        png_error(png, "the file ends too early");
    memcpy(bytes, self->bytes + self->used, size);
    self->used += size;
}

/* All that libpng and its zlib take passes here: their messages do not tell a
 * damaged file from a lack of memory. */
static png_voidp take_memory(png_structp png, png_alloc_size_t size)
{
    struct data_png *self = png_get_mem_ptr(png);
    void *memory = malloc(size);
    self->lacks_memory = self->lacks_memory || !memory;
    return memory;
}

static void give_memory(png_structp png, png_voidp memory)
{
    (void)png;
    free(memory);
}

/* ---- the header ---------------------------------------------------------- */

static bool palette_is_coloured(struct data_png *self)
{
    png_colorp palette = NULL;
    int count = 0;
    png_get_PLTE(self->png, self->info, &palette, &count);
    for (int i = 0; i < count; i++)
        if (palette[i].red != palette[i].green ||
            palette[i].red != palette[i].blue)
            return true;
    return false;
}

/* Nothing is read after setjmp() returns for the second time. */
static bool read_header(struct data_png *self)
{
    png_structp png = self->png;
    if (setjmp(png_jmpbuf(png)))
        return false;
    png_set_read_fn(png, self, give_bytes);
    png_set_user_limits(png, DATA_PICTURE_SIDE, DATA_PICTURE_SIDE);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    png_read_info(png, self->info);
    self->width = png_get_image_width(png, self->info);
    self->height = png_get_image_height(png, self->info);
    int type = png_get_color_type(png, self->info);
    self->is_coloured = type == PNG_COLOR_TYPE_PALETTE
                            ? palette_is_coloured(self)
                            : (type & PNG_COLOR_MASK_COLOR) != 0;
    return true;
}

static bool start_decoder(struct data_png *self)
{
    snprintf(self->problem, sizeof self->problem, "no memory");
    self->png = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, self,
                                         fail_decoding, ignore_warning, self,
                                         take_memory, give_memory);
    if (!self->png)
        return false;
    self->info = png_create_info_struct(self->png);
    return self->info;
}

static enum status fail_memory(const struct data_png *self, struct error *error)
{
    return error_set(error, STATUS_MACHINE, "%s: no memory to decode it",
                     self->path);
}

static enum status fail_png(const struct data_png *self, struct error *error)
{
    if (self->lacks_memory)
        return fail_memory(self, error);
    return error_set(error, STATUS_INPUT, "%s: damaged PNG file (%s)",
                     self->path, self->problem);
}

/* Before memory is taken for its pixels. */
static enum status check_promise(const struct data_png *self,
                                 struct error *error)
{
    int64_t bytes =
        self->height * (int64_t)png_get_rowbytes(self->png, self->info);
    if (bytes / DEFLATE_MOST > (int64_t)self->size)
        return error_set(error, STATUS_INPUT,
                         "%s: the header promises %" PRId64 " x %" PRId64
                         " pixels, but %zu bytes of PNG data cannot hold that",
                         self->path, self->width, self->height, self->size);
    return STATUS_OK;
}

enum status data_png_open(struct data_png *png, struct error *error)
{
    if (!start_decoder(png))
        return fail_memory(png, error);
    if (!read_header(png))
        return fail_png(png, error);
    enum status status =
        data_picture_check_extents(png->path, png->height, png->width, error);
    return status == STATUS_OK ? check_promise(png, error) : status;
}

void data_png_close(struct data_png *png)
{
    png_destroy_read_struct(&png->png, &png->info, NULL);
}

/* ---- the pixels ---------------------------------------------------------- */

/* Nothing is read after setjmp() returns for the second time. */
static bool read_pixels(struct data_png *self)
{
    png_structp png = self->png;
    if (setjmp(png_jmpbuf(png)))
        return false;
    png_set_expand(png);
    png_set_scale_16(png);
    png_set_gray_to_rgb(png);
    png_set_add_alpha(png, WHITE, PNG_FILLER_AFTER);
    png_set_interlace_handling(png);
    png_read_update_info(png, self->info);
    if (png_get_rowbytes(png, self->info) != (size_t)self->width * RGBA)
        png_error(png, "rows of an unexpected length");
    png_read_image(png, self->rows);
    png_read_end(png, NULL);
    return true;
}

static int over_white(int value, int alpha)
{
    return (value * alpha + WHITE * (WHITE - alpha) + WHITE / 2) / WHITE;
}

static void convert(const struct data_png *self, int channels,
                    unsigned char *pixels)
{
    const unsigned char *from = self->image;
    for (int64_t i = 0; i < self->width * self->height; i++, from += RGBA) {
        int red = over_white(from[0], from[3]);
        int green = over_white(from[1], from[3]);
        int blue = over_white(from[2], from[3]);
        if (channels == 1) {
            *pixels++ =
                (unsigned char)((299 * red + 587 * green + 114 * blue + 500) /
                                1000);
            continue;
        }
        *pixels++ = (unsigned char)red;
        *pixels++ = (unsigned char)green;
        *pixels++ = (unsigned char)blue;
    }
}

enum status data_png_decode(struct data_png *png, int channels,
                            unsigned char *pixels, struct error *error)
{
    size_t width = (size_t)png->width, height = (size_t)png->height;
    enum status status = STATUS_OK;
    png->image = malloc(width * height * RGBA);
    png->rows = malloc(height * sizeof *png->rows);
    for (size_t y = 0; png->image && png->rows && y < height; y++)
        png->rows[y] = png->image + y * width * RGBA;
    if (!png->image || !png->rows)
        status = fail_memory(png, error);
    else if (!read_pixels(png))
        status = fail_png(png, error);
    else
        convert(png, channels, pixels);
    free(png->image);
    free(png->rows);
    png->image = NULL;
    png->rows = NULL;
    return status;
}
