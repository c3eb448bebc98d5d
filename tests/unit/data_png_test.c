/* Folders of PNG files: every kind of PNG read, what the order of names and
 * the folders make of it, and every way a file or folder can be wrong held to
 * its full message. Each test runs in a folder of its own. */
#include <zlib.h>

#include "tests/unit/data_files.h"

enum { GREY = 0, RGB = 2, PALETTE = 3, GREY_ALPHA = 4, RGBA = 6 };

/* ---- building files ------------------------------------------------ */

static void put_big(struct buffer *buffer, unsigned long value)
{
    for (int i = 3; i >= 0; i--)
        put(buffer, &(unsigned char){(unsigned char)(value >> 8 * i)}, 1);
}

static void put_chunk(struct buffer *buffer, const char *type,
                      const void *bytes, size_t size)
{
    put_big(buffer, size);
    size_t from = buffer->size;
    put(buffer, type, 4);
    put(buffer, bytes, size);
    put_big(buffer,
            crc32(0, buffer->bytes + from, (uInt)(buffer->size - from)));
}

static struct buffer png_start(unsigned long width, unsigned long height,
                               int depth, int type, int interlaced)
{
    struct buffer header = {.size = 0}, out = {.size = 0};
    put(&out, BYTES("\x89PNG\r\n\x1a\n"));
    put_big(&header, width);
    put_big(&header, height);
    put_little(&header, (unsigned long)depth, 1);
    put_little(&header, (unsigned long)type, 1);
    put(&header, BYTES("\0\0"));
    put_little(&header, (unsigned long)interlaced, 1);
    put_chunk(&out, "IHDR", header.bytes, header.size);
    return out;
}

/* Rows, each with its filter byte, and the end. */
static void png_finish(struct buffer *out, const void *rows, size_t size)
{
    unsigned char packed[BUFFER];
    uLongf length = sizeof packed;
    assert_int_equal(compress(packed, &length, rows, (uLong)size), Z_OK);
    put_chunk(out, "IDAT", packed, length);
    put_chunk(out, "IEND", "", 0);
}

/* Two by two, 8 bits of grey. */
static struct buffer png_grey(const char rows[6])
{
    struct buffer out = png_start(2, 2, 8, GREY, 0);
    png_finish(&out, rows, 6);
    return out;
}

static void write_buffer(const char *path, const struct buffer *buffer)
{
    write_file(path, buffer->bytes, buffer->size);
}

/* The folder f with one file. */
static void write_only(const struct buffer *buffer)
{
    make_folder("f");
    write_buffer("f/a.png", buffer);
}

/* Two by two grey pixels of one value. */
static void write_plain(const char *path, char value)
{
    char rows[] = {0, value, value, 0, value, value};
    struct buffer file = png_grey(rows);
    write_buffer(path, &file);
}

/* ---- checks -------------------------------------------------------- */

static void load_as(const char *reference, int64_t channels,
                    struct data_set *set)
{
    struct guss_output input = {.rank = 3, .shape = {2, 2, channels}};
    struct error error = {.text = ""};
    data_load(
        reference,
        &(struct data_options){.shape = &input, .owner = "the network's input"},
        set, &error);
    assert_string_equal(error.text, "");
}

/* The one file in f, 2 x 2, as grey and as RGB; natural channels. */
static void check_pixels(const struct buffer *file, int channels,
                         const unsigned char grey[4],
                         const unsigned char rgb[12])
{
    struct data_set set;
    write_only(file);
    load_as("f", 1, &set);
    assert_int_equal(set.rank, 2);
    assert_int_equal(set.samples.element, GUSS_U8);
    assert_memory_equal(set.values, grey, 4);
    data_free(&set);
    load_as("f", 3, &set);
    assert_int_equal(set.rank, 3);
    assert_int_equal(set.shape[2], 3);
    assert_memory_equal(set.values, rgb, 12);
    data_free(&set);
    load("f", &set);
    assert_int_equal(set.samples.width, 4 * channels);
    assert_int_equal(set.samples.count, 1);
    assert_null(set.labels);
    data_free(&set);
}

/* check_pixels() where all is grey. */
static void check_greys(const struct buffer *file, const unsigned char grey[4])
{
    unsigned char rgb[12];
    for (int i = 0; i < 12; i++)
        rgb[i] = grey[i / 3];
    check_pixels(file, 1, grey, rgb);
}

static void expect_mismatch(const char *reference, struct guss_output input,
                            const char *message)
{
    struct data_set set;
    struct error error = {.text = ""};
    assert_int_equal(
        data_load(reference,
                  &(struct data_options){.shape = &input,
                                         .owner = "the network's input"},
                  &set, &error),
        STATUS_INPUT);
    assert_string_equal(error.text, message);
    assert_null(set.values);
}

/* ---- kinds of PNG -------------------------------------------------- */

static void test_greys_are_read(void **state)
{
    (void)state;
    const unsigned char four[4] = {0, 255, 7, 200};
    struct buffer file = png_grey("\0\0\377\0\7\310");
    check_greys(&file, four);
    /* 16 bits: rounded, not cut. */
    file = png_start(2, 2, 16, GREY, 0);
    png_finish(&file, BYTES("\0\0\0\377\377\0\6\377\310\310"));
    check_greys(&file, four);
    /* 1 bit, 2 bits. */
    file = png_start(2, 2, 1, GREY, 0);
    png_finish(&file, BYTES("\0\100\0\200"));
    check_greys(&file, (const unsigned char[]){0, 255, 255, 0});
    file = png_start(2, 2, 2, GREY, 0);
    png_finish(&file, BYTES("\0\20\0\260"));
    check_greys(&file, (const unsigned char[]){0, 85, 170, 255});
    /* Adam7: pixel, pixel, row. */
    file = png_start(2, 2, 8, GREY, 1);
    png_finish(&file, BYTES("\0\0\0\377\0\7\310"));
    check_greys(&file, four);
    /* A gamma changes nothing, nor does text. */
    file = png_start(2, 2, 8, GREY, 0);
    put_chunk(&file, "gAMA", BYTES("\0\1\206\240"));
    put_chunk(&file, "tEXt", BYTES("Title\0a face"));
    png_finish(&file, BYTES("\0\0\377\0\7\310"));
    check_greys(&file, four);
}

static void test_colours_are_read(void **state)
{
    (void)state;
    const unsigned char rgb[12] = {255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9};
    const unsigned char luma[4] = {76, 150, 29, 9}; /* 0.299, 0.587, 0.114 */
    struct buffer file = png_start(2, 2, 8, RGB, 0);
    png_finish(&file, BYTES("\0\377\0\0\0\377\0\0\0\0\377\11\11\11"));
    check_pixels(&file, 3, luma, rgb);
    file = png_start(2, 2, 8, PALETTE, 0);
    put_chunk(&file, "PLTE", rgb, sizeof rgb);
    png_finish(&file, BYTES("\0\0\1\0\2\3"));
    check_pixels(&file, 3, luma, rgb);
    file = png_start(2, 2, 4, PALETTE, 0);
    put_chunk(&file, "PLTE", BYTES("\5\5\5\6\6\6"));
    png_finish(&file, BYTES("\0\1\0\20"));
    check_greys(&file, (const unsigned char[]){5, 6, 6, 5});
}

static void test_transparency_is_white(void **state)
{
    (void)state;
    struct buffer file = png_start(2, 2, 8, GREY_ALPHA, 0);
    png_finish(&file, BYTES("\0\0\377\0\200\0\0\0\144\377"));
    check_greys(&file, (const unsigned char[]){0, 127, 255, 100});
    file = png_start(2, 2, 8, RGBA, 0);
    png_finish(&file, BYTES("\0\0\0\0\377\0\0\0\200"
                            "\0\0\0\0\0\144\144\144\377"));
    check_pixels(&file, 3, (const unsigned char[]){0, 127, 255, 100},
                 (const unsigned char[]){0, 0, 0, 127, 127, 127, 255, 255, 255,
                                         100, 100, 100});
    /* One grey, or one colour of a palette, that stands for nothing. */
    file = png_start(2, 2, 8, GREY, 0);
    put_chunk(&file, "tRNS", BYTES("\0\7"));
    png_finish(&file, BYTES("\0\0\377\0\7\310"));
    check_greys(&file, (const unsigned char[]){0, 255, 255, 200});
    file = png_start(2, 2, 4, PALETTE, 0);
    put_chunk(&file, "PLTE", BYTES("\5\5\5\6\6\6"));
    put_chunk(&file, "tRNS", BYTES("\0"));
    png_finish(&file, BYTES("\0\1\0\20"));
    check_greys(&file, (const unsigned char[]){255, 6, 6, 255});
}

static void test_one_coloured_file_makes_rgb(void **state)
{
    (void)state;
    struct data_set set;
    struct buffer file = png_start(2, 2, 8, RGB, 0);
    png_finish(&file, BYTES("\0\1\2\3\1\2\3\0\1\2\3\1\2\3"));
    make_folder("f");
    write_plain("f/a.png", 8);
    write_buffer("f/b.PNG", &file);
    load("f", &set);
    assert_int_equal(set.samples.width, 12);
    assert_memory_equal(set.values,
                        "\10\10\10\10\10\10\10\10\10\10\10\10"
                        "\1\2\3\1\2\3\1\2\3\1\2\3",
                        24);
    data_free(&set);
}

/* ---- folders ------------------------------------------------------- */

static void test_names_are_sorted(void **state)
{
    (void)state;
    struct data_set set;
    make_folder("f");
    write_plain("f/b.png", 4);
    write_plain("f/a.png", 3);
    write_plain("f/B.png", 2);
    write_plain("f/10.png", 0);
    write_plain("f/9.png", 1);
    write_plain("f/.hidden.png", 9);
    write_plain("f/\303\244.png", 5);
    write_file("f/notes.txt", BYTES("hello"));
    write_file("f/png", BYTES("hello"));
    load("f", &set);
    assert_int_equal(set.samples.count, 6);
    assert_int_equal(set.n_classes, 0);
    for (int i = 0; i < 6; i++)
        assert_int_equal(((const unsigned char *)set.values)[4 * i], i);
    data_free(&set);
}

static void test_a_picture_is_a_set_of_one(void **state)
{
    (void)state;
    struct data_set set;
    make_folder("data/f");
    write_plain("data/f/b.PNG", 4);
    load("f/b.PNG", &set);
    assert_int_equal(set.samples.count, 1);
    assert_int_equal(((const unsigned char *)set.values)[0], 4);
    assert_null(set.samples.labels);
    assert_true(set.are_pictures);
    assert_string_equal(set.files[0].path, "./data/f/b.PNG");
    assert_string_equal(set.files[0].name, "b.PNG");
    data_free(&set);
    load("f", &set);
    assert_true(set.are_pictures);
    data_free(&set);
}

static void test_folders_are_classes(void **state)
{
    (void)state;
    struct data_set set;
    make_folder("data/f/heart");
    make_folder("data/f/grin");
    make_folder("data/f/.cache");
    write_plain("data/f/heart/a.png", 2);
    write_plain("data/f/grin/z.png", 1);
    write_plain("data/f/grin/b.png", 0);
    write_file("data/f/README", BYTES("faces"));
    load("f", &set);
    assert_int_equal(set.samples.count, 3);
    assert_int_equal(set.n_classes, 2);
    assert_string_equal(set.classes[0], "grin");
    assert_string_equal(set.classes[1], "heart");
    assert_ptr_equal(set.samples.labels, set.labels);
    assert_memory_equal(set.labels, ((const int32_t[]){0, 0, 1}),
                        3 * sizeof *set.labels);
    for (int i = 0; i < 3; i++)
        assert_int_equal(((const unsigned char *)set.values)[4 * i], i);
    assert_string_equal(set.remark, "1 file of './data/f' that is no picture "
                                    "was passed over: './data/f/README'");
    data_free(&set);
    /* in classes too; hidden ones are nobody's */
    write_file("data/f/grin/c.txt", BYTES("x"));
    write_file("data/f/grin/.DS_Store", BYTES("x"));
    load("f", &set);
    assert_int_equal(set.samples.count, 3);
    assert_string_equal(set.remark, "2 files of './data/f' that are no "
                                    "pictures were passed over: "
                                    "'./data/f/README', ...");
    data_free(&set);
    assert_int_equal(remove("data/f/grin/c.txt"), 0);
    assert_int_equal(remove("data/f/grin/.DS_Store"), 0);
    /* A reference that ends as the name of a set does. */
    assert_int_equal(rename("data/f", "data/train"), 0);
    make_folder("data/f");
    assert_int_equal(rename("data/train", "data/f/train"), 0);
    load("f/train", &set);
    assert_int_equal(set.samples.count, 3);
    data_free(&set);
}

static void test_folders_refused(void **state)
{
    (void)state;
    make_folder("f");
    expect_failure("f", STATUS_INPUT,
                   "f: a folder without pictures (PNG or JPEG files)");
    static const char *const others[] = {"f/b.gif", "f/b.TIF", "f/b.svg",
                                         "f/b.tga", "f/b.pbm", "f/b.Heif",
                                         "f/b.jxl", "f/b.exr", "f/b.ico"};
    write_plain("f/a.png", 0);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        char message[128];
        write_plain(others[i], 0);
        snprintf(message, sizeof message,
                 "%s: of pictures, only PNG and JPEG files can be read; "
                 "convert it, or move it out of the folder",
                 others[i]);
        expect_failure("f", STATUS_INPUT, message);
        assert_int_equal(remove(others[i]), 0);
    }
    make_folder("f/grin");
    expect_failure("f", STATUS_INPUT,
                   "f: pictures (a.png) and folders (grin) side by side; "
                   "either all files are in classes or none");
    assert_int_equal(remove("f/a.png"), 0);
    expect_failure("f", STATUS_INPUT,
                   "f/grin: a class without pictures (PNG or JPEG files); fill "
                   "the folder or remove it");
    write_plain("f/grin/a.png", 0);
    make_folder("f/grin/old");
    expect_failure("f", STATUS_INPUT,
                   "f/grin/old: a folder within the class 'grin'; classes hold "
                   "pictures only");
}

static void test_what_is_no_file_is_refused(void **state)
{
    (void)state;
    make_folder("f");
    assert_int_equal(mkfifo("f/a.png", 0600), 0);
    expect_failure("f", STATUS_INPUT,
                   "cannot read 'f/a.png': it is not a regular file");
    assert_int_equal(remove("f/a.png"), 0);
    assert_int_equal(symlink("nowhere", "f/a.png"), 0);
    expect_failure("f", STATUS_INPUT,
                   "cannot read 'f/a.png': No such file or directory");
    assert_int_equal(remove("f/a.png"), 0);
    assert_int_equal(symlink("..", "f/grin"), 0); /* a loop */
    expect_failure("f", STATUS_INPUT,
                   "f/grin/f: a folder within the class 'grin'; classes hold "
                   "pictures only");
    struct data_set set;
    struct error error;
    assert_int_equal(
        data_read_pictures("gone", &(struct data_options){0}, &set, &error),
        STATUS_MACHINE);
    assert_string_equal(
        error.text, "cannot read the folder 'gone': No such file or directory");
}

/* ---- sizes --------------------------------------------------------- */

static void test_sizes_refused(void **state)
{
    (void)state;
    struct buffer file = png_start(3, 2, 8, GREY, 0);
    png_finish(&file, BYTES("\0\1\2\3\0\1\2\3"));
    make_folder("f");
    write_plain("f/a.png", 0);
    write_buffer("f/b.png", &file);
    expect_failure("f", STATUS_INPUT,
                   "f/b.png: 2 x 3 pixels (height x width), but f/a.png has "
                   "2 x 2; all must be of one size");
    const char *wrong = "f/a.png: 2 x 2 pixels (height x width), but the "
                        "network's input has 2 x 3";
    expect_mismatch("f", (struct guss_output){.rank = 3, .shape = {2, 3, 1}},
                    wrong);
    expect_mismatch("f", (struct guss_output){.rank = 2, .shape = {2, 3}},
                    wrong);
    assert_int_equal(remove("f/b.png"), 0);
    expect_mismatch("f", (struct guss_output){.rank = 3, .shape = {2, 2, 4}},
                    "f: pictures have 1 channel or 3, but the network's input "
                    "has 4");
}

/* A plain row has no height; its length says how many channels are wanted. */
static void test_rows_choose_channels(void **state)
{
    (void)state;
    struct data_set set;
    struct error error = {.text = ""};
    struct guss_output input = {.rank = 1, .shape = {12}};
    make_folder("f");
    write_plain("f/a.png", 0);
    data_load(
        "f",
        &(struct data_options){.shape = &input, .owner = "the network's input"},
        &set, &error);
    assert_string_equal(error.text, "");
    assert_int_equal(set.samples.width, 12);
    data_free(&set);
    input.shape[0] = 5;
    data_load(
        "f",
        &(struct data_options){.shape = &input, .owner = "the network's input"},
        &set, &error);
    assert_string_equal(error.text, "");
    assert_int_equal(set.samples.width, 4); /* refused by the caller */
    data_free(&set);
}

/* ---- files that lie ------------------------------------------------ */

static void expect_bad(const struct buffer *file, const char *message)
{
    write_only(file);
    expect_failure("f", STATUS_INPUT, message);
}

static void test_damaged_files_refused(void **state)
{
    (void)state;
    struct buffer good = png_grey("\0\0\377\0\7\310"), bad = good;
    bad.size = 0;
    expect_bad(&bad, "f/a.png: neither a PNG nor a JPEG file");
    put(&bad, BYTES("GIF89a"));
    expect_bad(&bad, "f/a.png: neither a PNG nor a JPEG file");
    bad = good;
    bad.size--;
    expect_bad(&bad, "f/a.png: damaged PNG file (the file ends too early)");
    bad.size = 8;
    expect_bad(&bad, "f/a.png: damaged PNG file (the file ends too early)");
    bad = good;
    bad.bytes[bad.size - 14] ^= 1; /* in the checksum of IDAT */
    expect_bad(&bad, "f/a.png: damaged PNG file (IDAT: CRC error)");
    bad = good;
    bad.bytes[8 + 4 + 4 + 4 + 4] ^= 1; /* the depth */
    expect_bad(&bad, "f/a.png: damaged PNG file (IHDR: CRC error)");
    bad = png_start(2, 0, 8, GREY, 0);
    png_finish(&bad, "", 0);
    expect_bad(&bad, "f/a.png: damaged PNG file (Invalid IHDR data)");
    bad = png_start(2, 2, 8, PALETTE, 0);
    png_finish(&bad, BYTES("\0\0\1\0\2\3"));
    expect_bad(&bad, "f/a.png: damaged PNG file (IDAT: Missing PLTE before "
                     "IDAT)");
    bad = png_start(2, 2, 8, GREY, 0);
    png_finish(&bad, BYTES("\0\0\377"));
    expect_bad(&bad, "f/a.png: damaged PNG file (Not enough image data)");
}

static void test_bombs_are_bounded(void **state)
{
    (void)state;
    struct buffer bomb = png_start(1000000, 1000000, 8, RGBA, 0);
    png_finish(&bomb, "", 0);
    expect_bad(&bomb, "f/a.png: 1000000 x 1000000 pixels; fewer than 2^28 can "
                      "be read, and fewer than 2^24 on a side");
    bomb = png_start(4000, 4000, 8, RGBA, 0);
    png_finish(&bomb, "", 0);
    expect_bad(&bomb, "f/a.png: the header promises 4000 x 4000 pixels, but 65 "
                      "bytes of PNG data cannot hold that");
    bomb = png_start(0x7fffffff, 1, 8, GREY, 0);
    png_finish(&bomb, "", 0);
    expect_bad(&bomb, "f/a.png: damaged PNG file (Invalid IHDR data)");
}

/* A photograph's 17.6 megapixels, in black and white. */
static void test_large_pictures(void **state)
{
    enum { SIDE = 4200, ROW = 1 + SIDE / 8 };
    (void)state;
    struct data_options options = {.height = 2, .width = 2};
    struct data_set set;
    struct error error = {.text = ""};
    unsigned char *rows = calloc(SIDE, ROW);
    assert_non_null(rows);
    struct buffer file = png_start(SIDE, SIDE, 1, GREY, 0);
    png_finish(&file, rows, (size_t)SIDE * ROW);
    free(rows);
    write_only(&file);
    data_load("f", &options, &set, &error);
    assert_string_equal(error.text, "");
    assert_memory_equal(set.values, "\0\0\0\0", 4);
    data_free(&set);
}

/* Two megabytes in two thousand bytes: text is not inflated, and pixels are
 * no further than they must be. */
static void test_packed_chunks_are_bounded(void **state)
{
    (void)state;
    const size_t size = 2000000;
    unsigned char *zeros = calloc(size, 1), packed[BUFFER] = "Comment\0";
    uLongf length = sizeof packed - 9;
    struct buffer file = png_start(2, 2, 8, GREY, 0);
    struct data_set set;
    assert_non_null(zeros);
    assert_int_equal(compress(packed + 9, &length, zeros, size), Z_OK);
    put_chunk(&file, "zTXt", packed, length + 9);
    png_finish(&file, BYTES("\0\0\377\0\7\310"));
    write_only(&file);
    load("f", &set);
    assert_memory_equal(set.values, "\0\377\7\310", 4);
    data_free(&set);
    file = png_start(2, 2, 8, GREY, 0);
    png_finish(&file, zeros, size);
    write_only(&file);
    load("f", &set);
    assert_memory_equal(set.values, "\0\0\0\0", 4);
    data_free(&set);
    free(zeros);
}

static void test_damage_is_survived(void **state)
{
    (void)state;
    struct buffer file = png_start(2, 2, 4, PALETTE, 1);
    make_folder("f");
    damage("f/a.png", "f", png_grey("\0\0\377\0\7\310"));
    put_chunk(&file, "PLTE", BYTES("\5\5\5\6\6\6"));
    put_chunk(&file, "tRNS", BYTES("\0"));
    png_finish(&file, BYTES("\0\0\0\20\0\1"));
    damage("f/a.png", "f", file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_folder(test_greys_are_read),
        in_folder(test_colours_are_read),
        in_folder(test_transparency_is_white),
        in_folder(test_one_coloured_file_makes_rgb),
        in_folder(test_names_are_sorted),
        in_folder(test_a_picture_is_a_set_of_one),
        in_folder(test_folders_are_classes),
        in_folder(test_folders_refused),
        in_folder(test_what_is_no_file_is_refused),
        in_folder(test_sizes_refused),
        in_folder(test_rows_choose_channels),
        in_folder(test_damaged_files_refused),
        in_folder(test_bombs_are_bounded),
        in_folder(test_large_pictures),
        in_folder(test_packed_chunks_are_bounded),
        in_folder(test_damage_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
