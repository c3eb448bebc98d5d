/* A PNG file in a folder of its own, and its pixels read back with libpng. */
#ifndef TESTS_PICTURE_FILE_H
#define TESTS_PICTURE_FILE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <png.h>
#include <unistd.h>

#include "base/file.h"
#include "trainer/picture/picture.h"

struct fixture {
    struct arena *arena;
    char folder[64];
    const char *path; /* of the PNG under test */
};

static inline int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    fixture->arena = arena_new();
    strcpy(fixture->folder, "/tmp/picture_test.XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    fixture->path = path_join(fixture->arena, fixture->folder, "p.png");
    *state = fixture;
    return 0;
}

static inline int tear_down(void **state)
{
    struct fixture *fixture = *state;
    unlink(fixture->path);
    rmdir(fixture->folder);
    arena_free(fixture->arena);
    free(fixture);
    return 0;
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

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

#endif
