/* A PNG file in a folder of its own, and its pixels read back with libpng. */
#ifndef TESTS_PICTURE_FILE_H
#define TESTS_PICTURE_FILE_H

#include "tests/unit/file_in_folder.h"

#include <png.h>

#include "trainer/picture/picture.h"

static inline int set_up(void **state)
{
    return set_up_file(state, "p.png");
}

/* The PNG file's pixels; the caller frees them. */
static inline struct picture read_png(const char *path)
{
    png_image image = {.version = PNG_IMAGE_VERSION};
    assert_true(png_image_begin_read_from_file(&image, path));
    struct picture picture = {(int)image.width, (int)image.height,
                              image.format & PNG_FORMAT_FLAG_COLOR ? 3 : 1,
                              NULL};
    image.format = picture.channels == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
    picture.pixels = malloc(PNG_IMAGE_SIZE(image));
    assert_non_null(picture.pixels);
    assert_true(png_image_finish_read(&image, NULL, picture.pixels, 0, NULL));
    return picture;
}

static inline const unsigned char *pixel_at(const struct picture *picture,
                                            int x, int y)
{
    return picture->pixels + (y * picture->width + x) * picture->channels;
}

#endif
