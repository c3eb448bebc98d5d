/* trainer/picture.h: PNG files hold the pixels that were given, sheets the
 * images in their places. */
#include <dirent.h>
#include <math.h>
#include <signal.h>
#include <sys/resource.h>

#include "tests/unit/picture_file.h"

enum { GREY = 128, MARGIN = 3 };

static int count_files(const char *folder)
{
    int count = 0;
    DIR *listing = opendir(folder);
    assert_non_null(listing);
    while (readdir(listing))
        count++;
    closedir(listing);
    return count - 2;
}

/* ---- pictures ------------------------------------------------------------ */

static void check_round_trip(struct fixture *fixture, int width, int height,
                             int channels)
{
    struct error error = {0};
    struct picture picture;
    assert_int_equal(picture_new(width, height, channels, &picture, &error),
                     STATUS_OK);
    int size = width * height * channels;
    for (int i = 0; i < size; i++) {
        assert_int_equal(picture.pixels[i], 255);
        picture.pixels[i] = (unsigned char)(i * 37);
    }
    assert_int_equal(picture_write(&picture, fixture->path, &error), STATUS_OK);
    struct picture read = read_png(fixture->path);
    assert_int_equal(read.width, width);
    assert_int_equal(read.height, height);
    assert_int_equal(read.channels, channels);
    assert_memory_equal(read.pixels, picture.pixels, (size_t)size);
    picture_free(&read);
    picture_free(&picture);
    assert_null(picture.pixels);
}

static void test_what_is_written_is_read(void **state)
{
    check_round_trip(*state, 1, 1, 1);
    check_round_trip(*state, 5, 3, 1);
    check_round_trip(*state, 7, 4, 3);
    check_round_trip(*state, 1, 1000, 3);
}

/* libpng's own limit is a million rows. */
static void test_a_tall_picture(void **state)
{
    struct fixture *fixture = *state;
    struct error error = {0};
    struct picture picture;
    assert_int_equal(picture_new(1, 1000001, 1, &picture, &error), STATUS_OK);
    assert_int_equal(picture_write(&picture, fixture->path, &error), STATUS_OK);
    assert_true(file_exists(fixture->path));
    picture_free(&picture);
}

static void expect_unwritten(struct fixture *fixture, const char *path,
                             const char *reason)
{
    struct error error = {0};
    struct picture picture;
    assert_int_equal(picture_new(200, 200, 3, &picture, &error), STATUS_OK);
    assert_int_equal(picture_write(&picture, path, &error), STATUS_MACHINE);
    assert_string_equal(
        error.text,
        arena_printf(fixture->arena, "cannot write '%s': %s", path, reason));
    picture_free(&picture);
    assert_int_equal(count_files(fixture->folder), 0);
}

static void test_what_cannot_be_written(void **state)
{
    struct fixture *fixture = *state;
    struct rlimit before, limit;
    expect_unwritten(
        fixture, arena_printf(fixture->arena, "%s/none/p.png", fixture->folder),
        "No such file or directory");
    expect_unwritten(fixture, "/dev/full", "No space left on device");
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    limit = before;
    limit.rlim_cur = 100;
    setrlimit(RLIMIT_FSIZE, &limit);
    expect_unwritten(fixture, fixture->path, "File too large");
    setrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, handler);
}

/* ---- sheets -------------------------------------------------------------- */

static struct picture draw_sheet(struct fixture *fixture,
                                 const struct sheet *sheet)
{
    struct error error = {0};
    if (sheet_write(sheet, fixture->path, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    return read_png(fixture->path);
}

static void test_images_in_their_places(void **state)
{
    static const float values[5][2] = {
        {0.0f, 0.1f}, {0.2f, 0.3f}, {0.4f, 0.5f}, {0.6f, 0.7f}, {0.8f, 1.0f}};
    struct sheet sheet = {.columns = 3,
                          .count = 5,
                          .height = 1,
                          .width = 2,
                          .channels = 1,
                          .pixels = GUSS_PIXELS_UNIT,
                          .values = values[0],
                          .scale = 2};
    struct picture picture = draw_sheet(*state, &sheet);
    assert_int_equal(picture.width, MARGIN + 3 * (4 + MARGIN));
    assert_int_equal(picture.height, MARGIN + 2 * (2 + MARGIN));
    assert_int_equal(picture.channels, 1);
    for (int y = 0; y < picture.height; y++)
        for (int x = 0; x < picture.width; x++) {
            int column = x / (4 + MARGIN), row = y / (2 + MARGIN);
            int in_x = x % (4 + MARGIN) - MARGIN;
            int in_y = y % (2 + MARGIN) - MARGIN;
            int image = row * 3 + column, expected = GREY;
            if (in_x >= 0 && in_y >= 0 && image < 5)
                expected = (int)lround((double)values[image][in_x / 2] * 255.0);
            assert_int_equal(*pixel_at(&picture, x, y), expected);
        }
    picture_free(&picture);
}

static void test_colours(void **state)
{
    static const float values[] = {1.0f, 0.0f, 0.4f, 0.2f, 1.0f, 0.0f};
    struct sheet sheet = {.columns = 9,
                          .count = 1,
                          .height = 2,
                          .width = 1,
                          .channels = 3,
                          .pixels = GUSS_PIXELS_UNIT,
                          .values = values,
                          .scale = 1};
    struct picture picture = draw_sheet(*state, &sheet);
    /* No wider than its one image needs. */
    assert_int_equal(picture.width, 1 + 2 * MARGIN);
    assert_int_equal(picture.height, 2 + 2 * MARGIN);
    assert_memory_equal(pixel_at(&picture, MARGIN, MARGIN), "\xFF\x00\x66", 3);
    assert_memory_equal(pixel_at(&picture, MARGIN, MARGIN + 1), "\x33\xFF\x00",
                        3);
    picture_free(&picture);
}

static void expect_tones(struct fixture *fixture, enum guss_pixels pixels,
                         const float *values, int count, const int *expected)
{
    struct sheet sheet = {.columns = 1,
                          .count = 1,
                          .height = 1,
                          .width = count,
                          .channels = 1,
                          .pixels = pixels,
                          .values = values,
                          .scale = 1};
    struct picture picture = draw_sheet(fixture, &sheet);
    for (int i = 0; i < count; i++)
        assert_int_equal(*pixel_at(&picture, MARGIN + i, MARGIN), expected[i]);
    picture_free(&picture);
}

static void test_tones(void **state)
{
    const float unit[] = {0.0f, 1.0f, 0.5f, -3.0f, 7.0f, NAN, INFINITY};
    const int unit_pixels[] = {0, 255, 128, 0, 255, 0, 255};
    expect_tones(*state, GUSS_PIXELS_UNIT, unit, 7, unit_pixels);
    expect_tones(*state, GUSS_PIXELS_BINARY, unit, 7, unit_pixels);
    const float small[] = {0.49f / 255.0f, 0.51f / 255.0f, 254.6f / 255.0f};
    expect_tones(*state, GUSS_PIXELS_UNIT, small, 3, (int[]){0, 1, 255});
    const float from_minus_one[] = {-1.0f, 0.0f, 1.0f, -1.1f, 1.1f, -INFINITY};
    expect_tones(*state, GUSS_PIXELS_SIGNED, from_minus_one, 6,
                 (int[]){0, 128, 255, 0, 255, 0});
    const float noisy[] = {0.0f, 1.0f, 0.25f, NAN, -1.4f, 2.5f};
    expect_tones(*state, GUSS_PIXELS_RAW, noisy, 6,
                 (int[]){0, 255, 64, 0, 0, 255});
    const float bytes[] = {0.0f, 1.0f, 1.5f, 255.0f, 256.0f, -1.0f};
    expect_tones(*state, GUSS_PIXELS_RAW, bytes, 6,
                 (int[]){0, 1, 2, 255, 255, 0});
}

/* Where white ends, black begins; what stands for the sheet's grey stays it. */
static void test_inverted_sheets(void **state)
{
    const struct {
        enum guss_pixels pixels;
        float values[3];
    } cases[] = {{GUSS_PIXELS_UNIT, {0.0f, 0.5f, 0.8f}},
                 {GUSS_PIXELS_SIGNED, {-1.0f, 0.0f, 0.6f}},
                 {GUSS_PIXELS_RAW, {0.0f, 127.5f, 204.0f}}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct sheet sheet = {.columns = 1,
                              .count = 1,
                              .height = 1,
                              .width = 3,
                              .channels = 1,
                              .pixels = cases[k].pixels,
                              .is_inverted = true,
                              .values = cases[k].values,
                              .scale = 1};
        struct picture picture = draw_sheet(*state, &sheet);
        assert_memory_equal(pixel_at(&picture, MARGIN - 1, MARGIN),
                            "\x80\xFF\x80\x33\x80", 5);
        picture_free(&picture);
    }
}

static void expect_sheet_size(struct fixture *fixture, int side, int expected)
{
    float *values = calloc((size_t)(side * side), sizeof *values);
    struct sheet sheet = {.columns = 1,
                          .count = 1,
                          .height = side,
                          .width = side / 2 + 1,
                          .channels = 1,
                          .pixels = GUSS_PIXELS_UNIT,
                          .values = values};
    struct picture picture = draw_sheet(fixture, &sheet);
    assert_int_equal(picture.height, expected + 2 * MARGIN);
    picture_free(&picture);
    free(values);
}

static void test_small_images_are_enlarged(void **state)
{
    expect_sheet_size(*state, 28, 56);
    expect_sheet_size(*state, 8, 64);
    expect_sheet_size(*state, 33, 33);
    expect_sheet_size(*state, 64, 64);
    expect_sheet_size(*state, 100, 100);
}

static void test_a_sheet_too_large(void **state)
{
    struct fixture *fixture = *state;
    struct error error = {0};
    struct sheet sheet = {.columns = 100000,
                          .count = INT32_MAX,
                          .height = 28,
                          .width = 28,
                          .channels = 1,
                          .pixels = GUSS_PIXELS_UNIT};
    assert_int_equal(sheet_write(&sheet, fixture->path, &error), STATUS_INPUT);
    assert_string_equal(
        error.text, arena_printf(fixture->arena,
                                 "cannot write '%s': 2147483647 images of 28 x "
                                 "28 pixels make a sheet of more than 1 GiB",
                                 fixture->path));
    sheet.columns = INT32_MAX;
    sheet.width = sheet.height = 1 << 20;
    sheet.scale = INT32_MAX;
    assert_int_equal(sheet_write(&sheet, fixture->path, &error), STATUS_INPUT);
    assert_false(file_exists(fixture->path));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_what_is_written_is_read),
        IN_FOLDER(test_a_tall_picture),
        IN_FOLDER(test_what_cannot_be_written),
        IN_FOLDER(test_images_in_their_places),
        IN_FOLDER(test_colours),
        IN_FOLDER(test_tones),
        IN_FOLDER(test_inverted_sheets),
        IN_FOLDER(test_small_images_are_enlarged),
        IN_FOLDER(test_a_sheet_too_large),
    };
    return cmocka_run_group_tests_name("picture", tests, NULL, NULL);
}
