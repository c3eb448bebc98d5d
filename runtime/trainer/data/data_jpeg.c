/* One JPEG file in, 8-bit grey or RGB pixels out, by libturbojpeg: the same
 * decoder, with the same choices (the accurate inverse DCT, smoothed chroma), as
 * Pillow's. */
#include "trainer/data/data_jpeg.h"

#include <assert.h>
#include <string.h>
#include <turbojpeg.h>

#include "trainer/data/data_picture.h"

static bool starts_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* libturbojpeg says only in words what it lacks. */
static bool lacks_memory(const char *problem)
{
    return starts_with(problem, "Insufficient memory") ||
           strstr(problem, "Memory allocation failure");
}

static enum status fail_jpeg(const struct data_jpeg *jpeg, struct error *error)
{
    const char *problem = tjGetErrorStr2(jpeg->decoder);
    if (lacks_memory(problem))
        return error_set(error, STATUS_MACHINE, "%s: no memory to decode it",
                         jpeg->path);
    return error_set(error, STATUS_INPUT, "%s: damaged JPEG file (%s)",
                     jpeg->path, problem);
}

static enum status check_colours(struct data_jpeg *jpeg, int space,
                                 struct error *error)
{
    jpeg->is_coloured = space != TJCS_GRAY;
    if (space != TJCS_CMYK && space != TJCS_YCCK)
        return STATUS_OK;
    return error_set(error, STATUS_INPUT,
                     "%s: a JPEG file of CMYK, four inks; convert it to RGB",
                     jpeg->path);
}

enum status data_jpeg_open(struct data_jpeg *jpeg, struct error *error)
{
    int width = 0, height = 0, sampling = -1, space = -1;
    jpeg->decoder = tjInitDecompress();
    if (!jpeg->decoder)
        return error_set(error, STATUS_MACHINE, "%s: no memory to decode it",
                         jpeg->path);
    /* A sampling of chroma that it has no name for is a failure to it, but the
     * rest is known, and decoding goes well. */
    int failed = tjDecompressHeader3(jpeg->decoder, jpeg->bytes, jpeg->size,
                                     &width, &height, &sampling, &space);
    if (!failed && width < 1)
        return error_set(error, STATUS_INPUT,
                         "%s: damaged JPEG file (it holds no picture)",
                         jpeg->path);
    if ((failed && sampling >= 0) || width < 1 || height < 1 || space < 0)
        return fail_jpeg(jpeg, error);
    jpeg->width = width;
    jpeg->height = height;
    enum status status =
        data_picture_check_extents(jpeg->path, height, width, error);
    return status == STATUS_OK ? check_colours(jpeg, space, error) : status;
}

/* libturbojpeg takes the largest scale that fits the sides; with 16 pixels and
 * more, none between fits as well. */
void data_jpeg_shrink(struct data_jpeg *jpeg, int parts)
{
    jpeg->width = (jpeg->width + parts - 1) / parts;
    jpeg->height = (jpeg->height + parts - 1) / parts;
    assert(jpeg->width >= 16 && jpeg->height >= 16);
}

enum status data_jpeg_decode(struct data_jpeg *jpeg, int channels,
                             unsigned char *pixels, struct error *error)
{
    int format = channels == 1 ? TJPF_GRAY : TJPF_RGB;
    int flags = TJFLAG_ACCURATEDCT | TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS;
    if (tjDecompress2(jpeg->decoder, jpeg->bytes, jpeg->size, pixels,
                      (int)jpeg->width, 0, (int)jpeg->height, format, flags))
        return fail_jpeg(jpeg, error);
    return STATUS_OK;
}

void data_jpeg_close(struct data_jpeg *jpeg)
{
    if (jpeg->decoder)
        tjDestroy(jpeg->decoder);
    jpeg->decoder = NULL;
}
