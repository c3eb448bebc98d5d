/* Pictures brought to another size: as Pillow does it
 * (tests/pictures), and what of a picture is taken to fit. */
#include "tests/unit/data_files.h"

#include "trainer/data/data_picture.h"
#include "trainer/picture/resample.h"

enum { HEIGHT = 23, WIDTH = 37, MOST = 50 * 50 * 3 };

/* tests/pictures/NAME as RGB; the caller frees it. */
static unsigned char *read_pixels(const char *name, int64_t *height,
                                  int64_t *width)
{
    char path[256];
    struct data_picture picture;
    struct error error = {.text = ""};
    snprintf(path, sizeof path, "tests/pictures/%s", name);
    data_picture_open(&picture, path, &error);
    assert_string_equal(error.text, "");
    *height = picture.height;
    *width = picture.width;
    unsigned char *pixels =
        malloc((size_t)(picture.height * picture.width * 3));
    assert_non_null(pixels);
    assert_int_equal(data_picture_decode(&picture, 3, pixels, &error), 0);
    data_picture_close(&picture);
    return pixels;
}

/* full-chroma.SUFFIX.png is what the box becomes; `most`: levels beside it. */
static void check_box(const char *suffix, struct resample_box box, int most)
{
    char name[64];
    int64_t height, width, from_height, from_width;
    struct error error = {.text = ""};
    unsigned char is[MOST];
    snprintf(name, sizeof name, "full-chroma.%s.png", suffix);
    unsigned char *wanted = read_pixels(name, &height, &width);
    unsigned char *from =
        read_pixels("full-chroma.png", &from_height, &from_width);
    struct resample_source source = {from_height, from_width, 3, from};
    assert_int_equal(
        resample(&source, &box, height, width, is, width * 3, &error), 0);
    for (int64_t i = 0; i < height * width * 3; i++)
        assert_in_range(is[i] - wanted[i] + most, 0, 2 * most);
    free(wanted);
    free(from);
}

static void test_as_pillow(void **state)
{
    (void)state;
    const struct resample_box all = {0, 0, HEIGHT, WIDTH};
    check_box("7x9", all, 0);
    check_box("23x5", all, 0);
    check_box("40x37", all, 0);
    check_box("16x16-0-7-23-23", (struct resample_box){0, 7, 23, 23}, 0);
    /* Pillow 13 goes over the rows first where only the width grows */
    check_box("5x50-2-3-11-30", (struct resample_box){2, 3, 11, 30}, 1);
}

/* Rows of the result lie where they are wanted, and nothing beside them. */
static void test_stride(void **state)
{
    (void)state;
    struct error error;
    const unsigned char pixels[4] = {0, 100, 200, 50};
    unsigned char to[9] = {7, 7, 7, 7, 7, 7, 7, 7, 7};
    struct resample_source source = {2, 2, 1, pixels};
    struct resample_box box = {0, 1, 2, 1};
    assert_int_equal(resample(&source, &box, 2, 2, to, 4, &error), 0);
    assert_memory_equal(
        to, ((unsigned char[]){100, 100, 7, 7, 50, 50, 7, 7, 7}), 9);
}

/* ---- fitting --------------------------------------------------------- */

static void check_fit(enum fit_choice fit, int64_t height, int64_t width,
                      struct resample_box from, int64_t top, int64_t left,
                      int64_t to_height, int64_t to_width)
{
    struct data_fitting is = data_fitting(fit, height, width, 10, 20);
    assert_true(is.from.top == from.top && is.from.left == from.left);
    assert_true(is.from.height == from.height && is.from.width == from.width);
    assert_int_equal(is.to.top, top);
    assert_int_equal(is.to.left, left);
    assert_int_equal(is.to.height, to_height);
    assert_int_equal(is.to.width, to_width);
}

static void test_fits(void **state)
{
    (void)state;
    check_fit(FIT_CROP, 100, 101, (struct resample_box){25, 0, 50, 101}, 0, 0,
              10, 20);
    check_fit(FIT_CROP, 10, 41, (struct resample_box){0, 10, 10, 20}, 0, 0, 10,
              20);
    check_fit(FIT_CROP, 1, 1, (struct resample_box){0, 0, 1, 1}, 0, 0, 10, 20);
    check_fit(FIT_STRETCH, 100, 101, (struct resample_box){0, 0, 100, 101}, 0,
              0, 10, 20);
    check_fit(FIT_PAD, 100, 101, (struct resample_box){0, 0, 100, 101}, 0, 5,
              10, 10);
    check_fit(FIT_PAD, 10, 41, (struct resample_box){0, 0, 10, 41}, 3, 0, 4,
              20);
    check_fit(FIT_PAD, 1, 1000, (struct resample_box){0, 0, 1, 1000}, 4, 0, 1,
              20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_as_pillow),
        cmocka_unit_test(test_stride),
        cmocka_unit_test(test_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
