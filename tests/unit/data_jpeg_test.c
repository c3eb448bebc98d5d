/* JPEG files: what Pillow makes of them (tests/pictures), damage, and their place
 * in a folder of pictures. */
#include "tests/unit/data_files.h"

/* Decoders of other versions may round otherwise. */
enum { NEAR = 1 };

/* ---- files ---------------------------------------------------------- */

/* Where the test was started, the root of the project. */
static char root[1024];

static void name_picture(char path[2048], const char *name)
{
    snprintf(path, 2048, "%s/tests/pictures/%s", root, name);
}

static struct buffer read_picture(const char *name)
{
    char path[2048];
    struct buffer buffer = {.size = 0};
    name_picture(path, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    buffer.size = fread(buffer.bytes, 1, BUFFER, file);
    assert_true(buffer.size > 0 && buffer.size < BUFFER);
    assert_int_equal(fclose(file), 0);
    return buffer;
}

static void copy_picture(const char *name, const char *to)
{
    struct buffer buffer = read_picture(name);
    write_file(to, buffer.bytes, buffer.size);
}

/* ---- checks ---------------------------------------------------------- */

static void load_as(const char *reference, int64_t channels,
                    struct data_set *set)
{
    struct guss_output input = {.rank = 3, .shape = {23, 37, channels}};
    struct error error = {.text = ""};
    data_load(
        reference,
        &(struct data_options){.shape = &input, .owner = "the network's input"},
        set, &error);
    assert_string_equal(error.text, "");
}

static void expect_near(const struct data_set *set, const struct data_set *good)
{
    const unsigned char *is = set->values, *wanted = good->values;
    assert_int_equal(set->samples.width, good->samples.width);
    for (int64_t i = 0; i < set->samples.width; i++)
        assert_in_range(is[i] - wanted[i] + NEAR, 0, 2 * NEAR);
}

static void check_channels(const char *jpeg, const char *good_png, int channels)
{
    struct data_set set, good;
    copy_picture(jpeg, "is.jpg");
    copy_picture(good_png, "good.png");
    load_as("is.jpg", channels, &set);
    load_as("good.png", channels, &good);
    expect_near(&set, &good);
    data_free(&set);
    data_free(&good);
}

/* A file as Pillow reads it, and with the channels that it has itself. */
static void check_picture(const char *jpeg, const char *good, int channels)
{
    char png[64], grey[64];
    struct data_set set;
    snprintf(png, sizeof png, "%s.png", good);
    snprintf(grey, sizeof grey, "%s.grey.png", good);
    check_channels(jpeg, png, 3);
    check_channels(jpeg, grey, 1);
    load("is.jpg", &set);
    assert_int_equal(set.rank, channels == 1 ? 2 : 3);
    assert_int_equal(set.samples.width, 23 * 37 * channels);
    data_free(&set);
}

/* ---- tests ----------------------------------------------------------- */

static void test_kinds_are_read(void **state)
{
    (void)state;
    check_picture("full-chroma.jpg", "full-chroma", 3);
    check_picture("half-chroma.jpg", "half-chroma", 3);
    check_picture("progressive.jpg", "progressive", 3);
    check_picture("luma.jpg", "luma", 1);
}

/* As in Keras and PyTorch's ImageFolder; but it is told. */
static void test_orientation_is_not_applied(void **state)
{
    (void)state;
    struct data_set set;
    check_picture("turned.jpg", "half-chroma", 3);
    make_folder("f");
    copy_picture("luma.jpg", "f/a.jpg");
    copy_picture("turned.jpg", "f/b.jpg");
    load("f", &set);
    assert_string_equal(set.remark,
                        "1 picture of 'f' is to be turned by its EXIF "
                        "orientation, which is not done: 'f/b.jpg'");
    data_free(&set);
    copy_picture("turned.jpg", "f/c.jpg");
    write_file("f/notes", "x", 1);
    load("f", &set);
    assert_string_equal(set.remark,
                        "1 file of 'f' that is no picture was passed over: "
                        "'f/notes'; 2 pictures of 'f' are to be turned by "
                        "their EXIF orientation, which is not done: "
                        "'f/b.jpg', ...");
    data_free(&set);
}

static void test_inks_are_refused(void **state)
{
    (void)state;
    make_folder("f");
    copy_picture("inks.jpg", "f/a.jpg");
    expect_failure("f", STATUS_INPUT,
                   "f/a.jpg: a JPEG file of CMYK, four inks; convert it to "
                   "RGB");
}

static void test_names_and_order(void **state)
{
    static const char *const names[] = {"f/a.jpeg", "f/b.JPG", "f/c.jfif",
                                        "f/d.jpe",  "f/e.png", "f/f.jpg"};
    struct data_set set;
    (void)state;
    make_folder("f");
    for (int i = 0; i < 4; i++)
        copy_picture("full-chroma.jpg", names[i]);
    /* the first bytes say what a file is, whatever its name */
    copy_picture("full-chroma.jpg", names[4]);
    copy_picture("full-chroma.png", names[5]);
    load("f", &set);
    assert_int_equal(set.samples.count, 6);
    for (int i = 0; i < 6; i++)
        assert_string_equal(set.files[i].path, names[i]);
    data_free(&set);
    load("f/b.JPG", &set);
    assert_int_equal(set.samples.count, 1);
    data_free(&set);
}

/* More files than one thread reads: each is in its place, and the first that is
 * wrong is told, however many follow. */
static void test_many_files(void **state)
{
    enum { MANY = 200 };
    struct data_set set;
    char name[32];
    (void)state;
    make_folder("f");
    for (int i = 0; i < MANY; i++) {
        snprintf(name, sizeof name, "f/%03d.jpg", i);
        copy_picture(i % 3 ? "half-chroma.jpg" : "luma.jpg", name);
    }
    load_as("f", 1, &set);
    assert_int_equal(set.samples.count, MANY);
    const unsigned char *values = set.values;
    size_t width = (size_t)set.samples.width;
    for (size_t i = 0; i < MANY; i++) {
        assert_memory_equal(values + i * width, values + i % 3 * width, width);
        snprintf(name, sizeof name, "%03zu.jpg", i);
        assert_string_equal(set.files[i].name, name);
        assert_string_equal(set.files[i].sha256,
                            set.files[i % 3 ? 1 : 0].sha256);
    }
    data_free(&set);
    for (int i = 77; i < MANY; i += 11) {
        snprintf(name, sizeof name, "f/%03d.jpg", i);
        write_file(name, BYTES("\xff\xd8\xff\xd9"));
    }
    expect_failure("f", STATUS_INPUT,
                   "f/077.jpg: damaged JPEG file (it holds no picture)");
}

/* Pictures of any size and kind in one folder, brought to one; whether the set is
 * RGB is for all of them to say. */
static void test_pictures_of_any_size(void **state)
{
    struct data_set set, good;
    struct error error = {.text = ""};
    struct data_options options = {.height = 7, .width = 9, .fit = FIT_STRETCH};
    (void)state;
    make_folder("f");
    copy_picture("full-chroma.jpg", "f/a.jpg");
    copy_picture("full-chroma.7x9.png", "f/b.png");
    copy_picture("luma.jpg", "f/c.jpg");
    copy_picture("full-chroma.7x9.png", "good.png");
    data_load("f", &options, &set, &error);
    assert_string_equal(error.text, "");
    assert_int_equal(set.samples.count, 3);
    assert_int_equal(set.rank, 3);
    assert_int_equal(set.samples.width, 7 * 9 * 3);
    load("good.png", &good);
    expect_near(&set, &good);
    assert_memory_equal((unsigned char *)set.values + 7 * 9 * 3, good.values,
                        7 * 9 * 3);
    data_free(&set);
    data_free(&good);
    /* with what a network takes, every file is read once */
    options.shape = &(struct guss_output){.rank = 2, .shape = {7, 9}};
    data_load("f", &options, &set, &error);
    assert_string_equal(error.text, "");
    assert_int_equal(set.samples.width, 7 * 9);
    data_free(&set);
    options.shape = &(struct guss_output){.rank = 1, .shape = {7 * 9 * 3}};
    data_load("f", &options, &set, &error);
    assert_string_equal(error.text, "");
    assert_int_equal(set.samples.width, 7 * 9 * 3);
    data_free(&set);
}

/* What is beside a picture is 0: above and below one that is wide. */
static void test_padding(void **state)
{
    struct data_set set, good;
    struct error error = {.text = ""};
    struct data_options options = {.height = 21, .width = 9, .fit = FIT_PAD};
    (void)state;
    copy_picture("full-chroma.7x9.png", "a.png");
    load("a.png", &good);
    data_load("a.png", &options, &set, &error);
    assert_string_equal(error.text, "");
    const unsigned char *values = set.values;
    for (int i = 0; i < 7 * 9 * 3; i++) {
        assert_int_equal(values[i], 0);
        assert_int_equal(values[14 * 9 * 3 + i], 0);
    }
    assert_memory_equal(values + 7 * 9 * 3, good.values, 7 * 9 * 3);
    data_free(&set);
    data_free(&good);
}

static void expect_bad(const struct buffer *file, const char *message)
{
    write_file("f/a.jpg", file->bytes, file->size);
    expect_failure("f", STATUS_INPUT, message);
}

static void test_damaged_files_refused(void **state)
{
    (void)state;
    struct buffer good = read_picture("full-chroma.jpg"), bad = good;
    make_folder("f");
    bad.size -= 2;
    expect_bad(&bad, "f/a.jpg: damaged JPEG file (Premature end of JPEG file)");
    bad.size = good.size * 3 / 4;
    expect_bad(&bad, "f/a.jpg: damaged JPEG file (Premature end of JPEG file)");
    bad.size = good.size / 2; /* within the tables */
    expect_bad(&bad, "f/a.jpg: damaged JPEG file (Invalid JPEG file structure: "
                     "missing SOS marker)");
    bad.size = 3;
    expect_bad(&bad, "f/a.jpg: damaged JPEG file (it holds no picture)");
    bad = good; /* only a warning of libjpeg's */
    bad.bytes[bad.size - 60] = 0xff;
    expect_bad(&bad, "f/a.jpg: damaged JPEG file (Corrupt JPEG data: "
                     "premature end of data segment)");
}

/* A header of 65,500 x 65,500 pixels, and one that may be true, of 4,200 x 4,200,
 * and is not. */
static void test_bombs_are_bounded(void **state)
{
    (void)state;
    struct buffer bomb = read_picture("luma.jpg");
    unsigned char *frame = NULL;
    for (size_t i = 0; !frame && i + 9 < bomb.size; i++)
        if (bomb.bytes[i] == 0xff && bomb.bytes[i + 1] == 0xc0)
            frame = bomb.bytes + i + 5;
    assert_non_null(frame);
    memcpy(frame, "\xff\xdc\xff\xdc", 4);
    make_folder("f");
    expect_bad(&bomb, "f/a.jpg: 65500 x 65500 pixels; fewer than 2^28 can be "
                      "read, and fewer than 2^24 on a side");
    struct data_options small = {.height = 2, .width = 2};
    struct data_set set;
    struct error error;
    memcpy(frame, "\x10\x68\x10\x68", 4);
    write_file("f/a.jpg", bomb.bytes, bomb.size);
    assert_int_equal(data_load("f", &small, &set, &error), STATUS_INPUT);
    assert_non_null(strstr(error.text, "f/a.jpg: damaged JPEG file"));
}

static void test_damage_is_survived(void **state)
{
    (void)state;
    struct buffer good = read_picture("progressive.jpg");
    struct data_set set;
    struct error error;
    make_folder("f");
    for (size_t i = 0; i < good.size; i++) {
        struct buffer bad = good;
        bad.bytes[i] ^= 0x55;
        write_file("f/a.jpg", bad.bytes, bad.size);
        if (data_load("f", &(struct data_options){.pixels = PIXELS_RAW}, &set,
                      &error) == STATUS_OK)
            data_free(&set);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_folder(test_kinds_are_read),
        in_folder(test_orientation_is_not_applied),
        in_folder(test_inks_are_refused),
        in_folder(test_names_and_order),
        in_folder(test_many_files),
        in_folder(test_pictures_of_any_size),
        in_folder(test_padding),
        in_folder(test_damaged_files_refused),
        in_folder(test_bombs_are_bounded),
        in_folder(test_damage_is_survived),
    };
    if (!getcwd(root, sizeof root))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
