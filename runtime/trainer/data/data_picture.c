/* Which decoder a picture's first bytes ask for. */
#include "trainer/data/data_picture.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "trainer/data/data_exif.h"

enum { MAX_FILE = 1 << 27 };

/* ---- names --------------------------------------------------------------- */

static bool has_ending(const char *name, const char *const *endings)
{
    for (; *endings; endings++)
        if (path_has_ending(name, *endings))
            return true;
    return false;
}

bool data_picture_is_named(const char *name)
{
    static const char *const endings[] = {".png",   ".jpg",  ".jpeg",
                                          ".jpe",   ".jfif", ".jif",
                                          ".pjpeg", ".pjp",  NULL};
    return has_ending(name, endings);
}

/* To leave them out without a word would be to train on a part of the data. */
bool data_picture_is_foreign(const char *name)
{
    static const char *const endings[] = {
        ".jp2",  ".j2k",  ".jpf",  ".jpx", ".jpm",  ".jxl",  ".jxr",
        ".gif",  ".bmp",  ".dib",  ".tif", ".tiff", ".webp", ".avif",
        ".heic", ".heif", ".pbm",  ".pgm", ".ppm",  ".pnm",  ".pam",
        ".pfm",  ".svg",  ".svgz", ".ico", ".cur",  ".tga",  ".exr",
        ".hdr",  ".pcx",  ".psd",  ".xcf", ".xpm",  ".xbm",  ".qoi",
        ".dds",  ".apng", ".mng",  ".wmf", ".emf",  ".dng",  ".cr2",
        ".cr3",  ".nef",  ".arw",  ".dcm", ".jng",  ".wbmp", NULL};
    return has_ending(name, endings);
}

/* ---- decoding ------------------------------------------------------------ */

enum status data_picture_check_extents(const char *path, int64_t height,
                                       int64_t width, struct error *error)
{
    if (height < DATA_PICTURE_SIDE && width < DATA_PICTURE_SIDE &&
        height < DATA_PICTURE_PIXELS / width)
        return STATUS_OK;
    return error_set(error, STATUS_INPUT,
                     "%s: %" PRId64 " x %" PRId64
                     " pixels; fewer than 2^28 can be read, and "
                     "fewer than 2^24 on a side",
                     path, width, height);
}

static bool starts_with(const struct data_picture *picture, const char *bytes)
{
    size_t size = strlen(bytes);
    return picture->size >= size && memcmp(picture->bytes, bytes, size) == 0;
}

static enum status open_png(struct data_picture *picture, struct error *error)
{
    struct data_png *png = &picture->as.png;
    *png = (struct data_png){
        .path = picture->path, .bytes = picture->bytes, .size = picture->size};
    picture->kind = PICTURE_PNG;
    enum status status = data_png_open(png, error);
    picture->height = png->height;
    picture->width = png->width;
    picture->is_coloured = png->is_coloured;
    return status;
}

static enum status open_jpeg(struct data_picture *picture, struct error *error)
{
    struct data_jpeg *jpeg = &picture->as.jpeg;
    *jpeg = (struct data_jpeg){.path = picture->path,
                               .bytes = (const unsigned char *)picture->bytes,
                               .size = picture->size};
    picture->kind = PICTURE_JPEG;
    enum status status = data_jpeg_open(jpeg, error);
    picture->height = jpeg->height;
    picture->width = jpeg->width;
    picture->is_coloured = jpeg->is_coloured;
    picture->is_turned = data_exif_orientation(jpeg->bytes, jpeg->size) != 1;
    return status;
}

static enum status open_read(struct data_picture *picture, struct error *error)
{
    if (starts_with(picture, "\x89PNG\r\n\x1a\n"))
        return open_png(picture, error);
    if (starts_with(picture, "\xff\xd8\xff"))
        return open_jpeg(picture, error);
    return error_set(error, STATUS_INPUT, "%s: neither a PNG nor a JPEG file",
                     picture->path);
}

enum status data_picture_open(struct data_picture *picture, const char *path,
                              struct error *error)
{
    *picture = (struct data_picture){.path = path};
    enum status status =
        file_read(path, MAX_FILE, &picture->bytes, &picture->size, error);
    if (status == STATUS_OK)
        status = open_read(picture, error);
    if (status != STATUS_OK)
        data_picture_close(picture);
    return status;
}

enum status data_picture_decode(struct data_picture *picture, int channels,
                                unsigned char *pixels, struct error *error)
{
    return picture->kind == PICTURE_PNG
               ? data_png_decode(&picture->as.png, channels, pixels, error)
               : data_jpeg_decode(&picture->as.jpeg, channels, pixels, error);
}

/* ---- another size -------------------------------------------------------- */

/* Of the fitting's part of a picture, as many parts of each side become one. */
static int shrinking(const struct data_picture *picture,
                     const struct data_fitting *fitting)
{
    enum { LEAST_SIDE = 16, TIMES = 3 };
    int parts = 8;
    while (
        parts > 1 &&
        (picture->height < LEAST_SIDE * parts ||
         picture->width < LEAST_SIDE * parts ||
         fitting->from.height < (double)(TIMES * parts * fitting->to.height) ||
         fitting->from.width < (double)(TIMES * parts * fitting->to.width)))
        parts /= 2;
    return picture->kind == PICTURE_JPEG ? parts : 1;
}

static void shrink(struct data_picture *picture, struct data_fitting *fitting)
{
    int parts = shrinking(picture, fitting);
    if (parts == 1)
        return;
    data_jpeg_shrink(&picture->as.jpeg, parts);
    picture->height = picture->as.jpeg.height;
    picture->width = picture->as.jpeg.width;
    fitting->from.top /= parts;
    fitting->from.left /= parts;
    fitting->from.height /= parts;
    fitting->from.width /= parts;
}

enum status data_picture_decode_to(struct data_picture *picture,
                                   enum fit_choice fit, int64_t height,
                                   int64_t width, int channels,
                                   unsigned char *pixels, struct error *error)
{
    if (picture->height == height && picture->width == width)
        return data_picture_decode(picture, channels, pixels, error);
    struct data_fitting fitting =
        data_fitting(fit, picture->height, picture->width, height, width);
    shrink(picture, &fitting);
    struct resample_source source = {picture->height, picture->width, channels,
                                     NULL};
    unsigned char *decoded =
        malloc((size_t)(picture->height * picture->width * channels));
    source.pixels = decoded;
    enum status status =
        decoded ? data_picture_decode(picture, channels, decoded, error)
                : error_set(error, STATUS_MACHINE, "%s: no memory to decode it",
                            picture->path);
    if (fit == FIT_PAD)
        memset(pixels, 0, (size_t)(height * width * channels));
    if (status == STATUS_OK)
        status = resample(
            &source, &fitting.from, fitting.to.height, fitting.to.width,
            pixels + (fitting.to.top * width + fitting.to.left) * channels,
            width * channels, error);
    free(decoded);
    return status;
}

void data_picture_close(struct data_picture *picture)
{
    if (picture->kind == PICTURE_PNG)
        data_png_close(&picture->as.png);
    else
        data_jpeg_close(&picture->as.jpeg);
    free(picture->bytes);
    *picture = (struct data_picture){0};
}
