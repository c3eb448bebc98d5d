/* Data sets: every format read whole, and every way a file can be wrong held
 * to its full message. Each test runs in a folder of its own, which is the
 * current one. */
#include <zlib.h>

#include "tests/unit/data_files.h"

/* ---- building files ------------------------------------------------ */

/* gzip, one stored block: the same bytes whatever zlib is installed. */
static struct buffer gzip_stored(const void *bytes, size_t size)
{
    struct buffer out = {.size = 0};
    put(&out, BYTES("\x1f\x8b\10\0\0\0\0\0\0\377\1"));
    put_little(&out, size, 2);
    put_little(&out, ~size & 0xffff, 2);
    put(&out, bytes, size);
    put_little(&out, crc32(0, bytes, (uInt)size), 4);
    put_little(&out, size, 4);
    return out;
}

/* Two samples of 2 x 3, 1 to 12, and their labels 7 and 255. */
static const char idx_images[] = "\0\0\10\3\0\0\0\2\0\0\0\2\0\0\0\3"
                                 "\1\2\3\4\5\6\7\10\11\12\13\14";
static const char idx_labels[] = "\0\0\10\1\0\0\0\2\7\377";
enum {
    IMAGES_SIZE = sizeof idx_images - 1,
    LABELS_SIZE = sizeof idx_labels - 1
};

/* ---- checks -------------------------------------------------------- */

/* The two samples of idx_images, as images or read from elsewhere. */
static void check_two_samples(const char *reference, bool has_labels)
{
    struct data_set set;
    load(reference, &set);
    assert_int_equal(set.samples.element, GUSS_U8);
    assert_int_equal(set.samples.pixels, GUSS_PIXELS_UNIT);
    assert_int_equal(set.samples.count, 2);
    assert_int_equal(set.samples.width, 6);
    assert_int_equal(set.rank, 2);
    assert_int_equal(set.shape[0], 2);
    assert_int_equal(set.shape[1], 3);
    assert_ptr_equal(set.samples.values, set.values);
    assert_memory_equal(set.values, idx_images + 16, 12);
    assert_ptr_equal(set.samples.labels, set.labels);
    if (has_labels) {
        assert_int_equal(set.labels[0], 7);
        assert_int_equal(set.labels[1], 255);
    } else {
        assert_null(set.labels);
    }
    data_free(&set);
    assert_null(set.values);
}

/* ---- IDX ----------------------------------------------------------- */

static void test_idx_is_read(void **state)
{
    (void)state;
    struct buffer images = gzip_stored(idx_images, IMAGES_SIZE);
    struct buffer labels = gzip_stored(idx_labels, LABELS_SIZE);
    write_file("plain", idx_images, IMAGES_SIZE);
    check_two_samples("plain", false);
    write_file("packed", images.bytes, images.size);
    check_two_samples("packed", false);
    write_file("a-images-idx3-ubyte.gz", images.bytes, images.size);
    check_two_samples("./a-images-idx3-ubyte.gz", false);
    write_file("a-labels-idx1-ubyte.gz", labels.bytes, labels.size);
    check_two_samples("a-images-idx3-ubyte.gz", true);
    make_folder("set");
    write_file("set/train-images-idx3-ubyte", idx_images, IMAGES_SIZE);
    write_file("set/train-labels-idx1-ubyte", idx_labels, LABELS_SIZE);
    check_two_samples("set/train", true);
    check_two_samples("./set/train", true);
    write_file("set/test-images-idx3-ubyte", idx_images, IMAGES_SIZE);
    check_two_samples("set/test", false);
    /* t10k- comes before test-. */
    write_file("set/t10k-images-idx3-ubyte.gz", images.bytes, images.size);
    write_file("set/t10k-labels-idx1-ubyte.gz", labels.bytes, labels.size);
    check_two_samples("set/test", true);
}

static void test_idx_floats_and_rows(void **state)
{
    (void)state;
    struct data_set set;
    const float floats[] = {1.0f, -2.5f};
    write_file("floats", BYTES("\0\0\15\2\0\0\0\1\0\0\0\2"
                               "\x3f\x80\0\0\xc0\x20\0\0"));
    load("floats", &set);
    assert_int_equal(set.samples.element, GUSS_F32);
    assert_int_equal(set.samples.pixels, GUSS_PIXELS_RAW);
    assert_int_equal(set.rank, 1);
    assert_int_equal(set.shape[0], 2);
    assert_memory_equal(set.values, floats, sizeof floats);
    data_free(&set);
    write_file("row", BYTES("\0\0\10\1\0\0\0\3abc"));
    load("row", &set);
    assert_int_equal(set.samples.count, 3);
    assert_int_equal(set.samples.width, 1);
    assert_int_equal(set.rank, 1);
    assert_int_equal(set.shape[0], 1);
    data_free(&set);
    write_file("colour", BYTES("\0\0\10\4\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0\3rgb"));
    load("colour", &set);
    assert_int_equal(set.rank, 3);
    assert_int_equal(set.shape[2], 3);
    data_free(&set);
}

static void test_idx_headers_refused(void **state)
{
    (void)state;
    expect_bad_file("x", BYTES(""), "x: the file ends too early");
    expect_bad_file("x", BYTES("\0\0\10\3\0\0\0\2\0\0"),
                    "x: the file ends too early");
    expect_bad_file("x", BYTES("\x89PNG\r\n"),
                    "x: a PNG picture, whose name must end in .png");
    expect_bad_file("x", BYTES("plain?"),
                    "x: not an IDX file: it starts with 70 6c, not with "
                    "00 00");
    expect_bad_file("x", BYTES("\0\0\12\1\0\0\0\1\0\0"),
                    "x: IDX type 0a; 08, 09 and 0b to 0e can be read");
    expect_bad_file("x", BYTES("\0\0\10\0"),
                    "x: IDX rank 0; only 1 to 4 can be read");
    expect_bad_file("x", BYTES("\0\0\10\5"),
                    "x: IDX rank 5; only 1 to 4 can be read");
    expect_bad_file("x", BYTES("\0\0\10\2\0\0\0\2\0\0\0\0"),
                    "x: holds nothing: its shape is 2 x 0");
    expect_bad_file("x", BYTES("\0\0\10\1\0\0\0\0"),
                    "x: holds nothing: its shape is 0");
    expect_bad_file("x", BYTES("\0\0\10\1\x80\0\0\0"),
                    "x: 2147483648 samples; at most 2147483647 can be used");
    expect_bad_file("x", BYTES("\0\0\10\3\0\1\0\0\0\1\0\0\0\0\1\0"),
                    "x: 65536 x 65536 x 256 values; fewer than 2^40 can be "
                    "used");
    expect_bad_file("x",
                    BYTES("\0\0\10\4\x7f\xff\xff\xff\xff\xff\xff\xff"
                          "\xff\xff\xff\xff\xff\xff\xff\xff"),
                    "x: 2147483647 x 4294967295 x 4294967295 x 4294967295 "
                    "values; fewer than 2^40 can be used");
}

static void test_idx_lengths_refused(void **state)
{
    (void)state;
    char long_file[IMAGES_SIZE + 1] = {0};
    memcpy(long_file, idx_images, IMAGES_SIZE);
    expect_bad_file(
        "x", idx_images, IMAGES_SIZE - 1,
        "x: the header promises 2 x 2 x 3 bytes, 12 bytes in all, but 11 "
        "follow it");
    expect_bad_file(
        "x", long_file, sizeof long_file,
        "x: the header promises 2 x 2 x 3 bytes, 12 bytes in all, but 13 "
        "follow it");
    expect_bad_file("x", BYTES("\0\0\15\1\0\0\0\2abcd"),
                    "x: the header promises 2 values of float32, 8 bytes in "
                    "all, but 4 follow "
                    "it");
}

static void test_idx_labels_refused(void **state)
{
    (void)state;
    const char *labels = "a-labels-idx1-ubyte";
    const char *images = "a-images-idx3-ubyte";
    write_file(images, idx_images, IMAGES_SIZE);
    write_file(labels, BYTES("\0\0\10\1\0\0\0\3abc"));
    expect_failure(images, STATUS_INPUT,
                   "a-labels-idx1-ubyte: 3 labels for 2 samples");
    write_file(labels, idx_images, IMAGES_SIZE);
    expect_failure(images, STATUS_INPUT,
                   "a-labels-idx1-ubyte: 2 x 2 x 3 labels for 2 samples");
    write_file(labels, BYTES("\0\0\15\1\0\0\0\2\0\0\0\0\x40\x20\0\0"));
    expect_failure(images, STATUS_INPUT,
                   "a-labels-idx1-ubyte: label 1 is 2.5; whole numbers are "
                   "wanted");
    write_file(labels, idx_labels, LABELS_SIZE - 1);
    expect_failure(images, STATUS_INPUT,
                   "a-labels-idx1-ubyte: the header promises one label a "
                   "sample, 2 bytes in all, but 1 follow it");
}

/* ---- gzip ---------------------------------------------------------- */

static void test_gzip_refused(void **state)
{
    (void)state;
    struct buffer good = gzip_stored(idx_images, IMAGES_SIZE);
    struct buffer bad = good;
    bad.size -= 1;
    expect_bad_buffer("x.gz", bad, "x.gz: the gzip data ends too early");
    bad = good;
    bad.bytes[bad.size - 8] ^= 1;
    expect_bad_buffer("x.gz", bad,
                      "x.gz: damaged gzip data (incorrect data check)");
    bad = good;
    bad.bytes[bad.size - 4] ^= 1;
    expect_bad_buffer("x.gz", bad,
                      "x.gz: damaged gzip data (incorrect length check)");
    bad = good;
    bad.bytes[10] = 7;
    expect_bad_buffer("x.gz", bad,
                      "x.gz: damaged gzip data (invalid block type)");
    bad = good;
    put(&bad, BYTES("!?"));
    expect_bad_buffer("x.gz", bad, "x.gz: 2 bytes follow the end of the data");
    bad = gzip_stored(idx_images, IMAGES_SIZE - 1);
    expect_bad_buffer("x.gz", bad, "x.gz: the gzip data holds too little");
    bad = gzip_stored(idx_images, sizeof idx_images);
    expect_bad_buffer("x.gz", bad,
                      "x.gz: the gzip data holds more than its header "
                      "promises");
}

/* Compresses `size` bytes: 40 megabytes of zeros become some 40 thousand. */
static void write_deflated(const char *path, const char *header, size_t size)
{
    char *bytes = calloc(size, 1);
    assert_non_null(bytes);
    memcpy(bytes, header, 12);
    gzFile file = gzopen(path, "wb9");
    assert_non_null(file);
    assert_int_equal(gzwrite(file, bytes, (unsigned)size), size);
    assert_int_equal(gzclose(file), Z_OK);
    free(bytes);
}

static void test_gzip_bombs_are_bounded(void **state)
{
    (void)state;
    struct data_set set;
    /* A header that promises half a terabyte. */
    struct buffer promise =
        gzip_stored(BYTES("\0\0\10\2\x7f\xff\xff\xff\0\0\0\xff"));
    expect_bad_buffer("x.gz", promise,
                      "x.gz: the header promises 2147483647 x 255 bytes, but "
                      "35 bytes of gzip data cannot hold that");
    /* Forty megabytes behind a header that promises two bytes. */
    write_deflated("x.gz", "\0\0\10\2\0\0\0\1\0\0\0\2", 40000000);
    expect_failure("x.gz", STATUS_INPUT,
                   "x.gz: the gzip data holds more than its header promises");
    /* An honest one of the same kind is read, near deflate's limit. */
    write_deflated("x.gz", "\0\0\10\2\0\0\3\xe8\0\0\x9c\x40", 40000012);
    load("x.gz", &set);
    assert_int_equal(set.samples.count * set.samples.width, 40000000);
    data_free(&set);
}

/* ---- damage -------------------------------------------------------- */

static void test_damage_is_survived(void **state)
{
    (void)state;
    struct buffer plain = {.size = 0};
    put(&plain, idx_images, IMAGES_SIZE);
    damage("plain", "plain", plain);
    damage("a-images-idx3-ubyte", "a-images-idx3-ubyte",
           gzip_stored(idx_images, IMAGES_SIZE));
    damage("a-labels-idx1-ubyte", "a-images-idx3-ubyte",
           gzip_stored(idx_labels, LABELS_SIZE));
}

/* ---- the search ---------------------------------------------------- */

/* A set "s" in `folder` whose one sample is the byte `value`. */
static void make_set(const char *folder, char value)
{
    char path[128], bytes[] = "\0\0\10\2\0\0\0\1\0\0\0\1?";
    bytes[12] = value;
    snprintf(path, sizeof path, "%s/s", folder);
    make_folder(path);
    snprintf(path, sizeof path, "%s/s/train-images-idx3-ubyte", folder);
    write_file(path, bytes, sizeof bytes - 1);
    snprintf(path, sizeof path, "%s/x", folder);
    write_file(path, bytes, sizeof bytes - 1);
}

static char first_value(const char *reference, const char *option)
{
    struct data_set set;
    struct error error = {.text = ""};
    data_load(reference, &(struct data_options){.folder = option}, &set,
              &error);
    assert_string_equal(error.text, "");
    char value = *(const char *)set.values;
    data_free(&set);
    return value;
}

static void test_folders_are_searched_in_order(void **state)
{
    char path[128];
    snprintf(path, sizeof path, "%s/share", (const char *)*state);
    setenv("XDG_DATA_HOME", path, 1);
    make_set(".", 'c');
    assert_int_equal(first_value("s/train", NULL), 'c');
    make_set("share/guss", 'u');
    assert_int_equal(first_value("s/train", NULL), 'u');
    make_set("data", 'd');
    assert_int_equal(first_value("s/train", NULL), 'd');
    make_set("second", '2');
    make_set("first", '1');
    setenv("GUSS_DATA", "::absent:second:", 1);
    assert_int_equal(first_value("s/train", NULL), '2');
    setenv("GUSS_DATA", "first:second", 1);
    assert_int_equal(first_value("s/train", NULL), '1');
    make_set("option", 'o');
    assert_int_equal(first_value("s/train", "option"), 'o');
    /* A path: the current folder comes first. */
    assert_int_equal(first_value("./s/train", "option"), 'c');
    assert_int_equal(first_value("x", "option"), 'c');
    assert_int_equal(remove("x"), 0);
    assert_int_equal(first_value("x", "option"), 'o');
    assert_int_equal(first_value("x", ""), '1');
    snprintf(path, sizeof path, "%s/second/s/train", (const char *)*state);
    assert_int_equal(first_value(path, "option"), '2');
    snprintf(path, sizeof path, "%s/second/x", (const char *)*state);
    assert_int_equal(first_value(path, "option"), '2');
}

static void test_user_folder_follows_xdg(void **state)
{
    char path[128];
    setenv("HOME", *state, 1);
    setenv("XDG_DATA_HOME", "relative", 1);
    make_set("relative/guss", 'r');
    make_set(".local/share/guss", 'h');
    assert_int_equal(first_value("s/train", NULL), 'h');
    setenv("XDG_DATA_HOME", "", 1);
    assert_int_equal(first_value("s/train", NULL), 'h');
    unsetenv("XDG_DATA_HOME");
    assert_int_equal(first_value("s/train", NULL), 'h');
    snprintf(path, sizeof path, "%s/relative", (const char *)*state);
    setenv("XDG_DATA_HOME", path, 1);
    assert_int_equal(first_value("s/train", NULL), 'r');
}

static void test_missing_sets_say_where(void **state)
{
    (void)state;
    struct data_set set;
    struct error error;
    setenv("GUSS_DATA", "/a:b", 1);
    assert_int_equal(data_load("mnist/train",
                               &(struct data_options){.folder = "o"}, &set,
                               &error),
                     STATUS_INPUT);
    assert_string_equal(
        error.text,
        "data 'mnist/train' was not found; no train-images-idx3-ubyte (plain "
        "or .gz) in any of\n"
        "  o/mnist (--data)\n"
        "  /a/mnist (GUSS_DATA)\n"
        "  b/mnist (GUSS_DATA)\n"
        "  ./data/mnist (data in the current folder)\n"
        "  /nowhere/guss/mnist (the user's data folder)\n"
        "  mnist (from the current folder)\n"
        "'guss data fetch mnist' downloads it into the user's data folder; or "
        "put its four files into one of them: "
        "train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, "
        "t10k-images-idx3-ubyte.gz, t10k-labels-idx1-ubyte.gz\n"
        "smileys/train needs no file: guss draws it");
    expect_failure(
        "/other/test", STATUS_INPUT,
        "data '/other/test' was not found; no t10k-images-idx3-ubyte, "
        "test-images-idx3-ubyte (plain or .gz) in any of\n"
        "  /other (as given)\n"
        "put test-images-idx3-ubyte and test-labels-idx1-ubyte, plain or .gz, "
        "into one of them\n"
        "smileys/test needs no file: guss draws it");
}

static void test_missing_files_say_where(void **state)
{
    (void)state;
    expect_failure(
        "x.npy", STATUS_INPUT,
        "data 'x.npy' was not found; there is none of\n"
        "  x.npy (from the current folder)\n"
        "  ./data/x.npy (data in the current folder)\n"
        "  /nowhere/guss/x.npy (the user's data folder)\n"
        "--data DIR names another folder to look in\n"
        "data is named as NAME/train or NAME/test, or is a .npy, "
        ".npz, .csv or IDX file, a picture (PNG or JPEG) or a folder "
        "of pictures\n"
        "smileys/train needs no file: guss draws it");
    expect_failure("/dev/null", STATUS_INPUT,
                   "cannot read '/dev/null': it is not a file");
    expect_failure("", STATUS_INPUT, "the name of the data is empty");
    make_folder("data/faces");
    expect_failure("faces", STATUS_INPUT,
                   "./data/faces: a folder without pictures (PNG or JPEG "
                   "files)");
    make_set("data", 'd');
    expect_failure("s", STATUS_INPUT,
                   "data 's' is a folder of IDX files (./data/s); name a part "
                   "of it: s/train");
    assert_int_equal(rename("data/s/train-images-idx3-ubyte",
                            "data/s/t10k-images-idx3-ubyte"),
                     0);
    expect_failure("s", STATUS_INPUT,
                   "data 's' is a folder of IDX files (./data/s); name a part "
                   "of it: s/test");
}

static void test_readers_want_files(void **state)
{
    (void)state;
    struct data_set set;
    struct error error;
    assert_int_equal(data_read_idx("gone", &set, &error), STATUS_INPUT);
    assert_string_equal(error.text,
                        "cannot read 'gone': No such file or directory");
    assert_int_equal(data_read_npy(".", &set, &error), STATUS_INPUT);
    assert_string_equal(error.text, "cannot read '.': it is not a file");
    assert_int_equal(mkfifo("pipe", 0600), 0);
    assert_int_equal(data_read_idx("pipe", &set, &error), STATUS_INPUT);
    assert_string_equal(error.text, "cannot read 'pipe': it is not a file");
}

static void test_pixels_are_resolved(void **state)
{
    (void)state;
    static const struct {
        enum pixels_choice choice;
        enum guss_pixels pixels;
    } cases[] = {{PIXELS_DEFAULT, GUSS_PIXELS_UNIT},
                 {PIXELS_RAW, GUSS_PIXELS_RAW},
                 {PIXELS_UNIT, GUSS_PIXELS_UNIT},
                 {PIXELS_SIGNED, GUSS_PIXELS_SIGNED},
                 {PIXELS_BINARY, GUSS_PIXELS_BINARY}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct data_set set;
        struct error error;
        assert_int_equal(
            data_load("smileys/test",
                      &(struct data_options){.pixels = cases[i].choice}, &set,
                      &error),
            STATUS_OK);
        assert_int_equal(set.samples.pixels, cases[i].pixels);
        data_free(&set);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_folder(test_idx_is_read),
        in_folder(test_idx_floats_and_rows),
        in_folder(test_idx_headers_refused),
        in_folder(test_idx_lengths_refused),
        in_folder(test_idx_labels_refused),
        in_folder(test_gzip_refused),
        in_folder(test_gzip_bombs_are_bounded),
        in_folder(test_damage_is_survived),
        in_folder(test_folders_are_searched_in_order),
        in_folder(test_user_folder_follows_xdg),
        in_folder(test_missing_sets_say_where),
        in_folder(test_missing_files_say_where),
        in_folder(test_readers_want_files),
        in_folder(test_pixels_are_resolved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
