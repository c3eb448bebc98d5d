/* .npy files: every type and version read, written as numpy writes them, and
 * every way a file can be wrong held to its full message. Each test runs in a
 * folder of its own, which is the current one. */
#include "tests/unit/data_files.h"

/* ---- building files ------------------------------------------------ */

/* A .npy file of version 1.0, its header as given. */
static struct buffer npy_bytes(const char *header, const void *values,
                               size_t size)
{
    struct buffer out = {.size = 0};
    put(&out, BYTES("\x93NUMPY\1\0"));
    put_little(&out, strlen(header), 2);
    put(&out, header, strlen(header));
    put(&out, values, size);
    return out;
}

static const char two_images[] = "\1\2\3\4\5\6\7\10\11\12\13\14";
static const char two_header[] =
    "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 2, 3), }    \n";

/* ---- checks -------------------------------------------------------- */

/* The file x.npy made of two_header and two_images, with labels or without. */
static void check_two_images(const int32_t *labels)
{
    struct data_set set;
    load("x.npy", &set);
    assert_int_equal(set.samples.element, GUSS_U8);
    assert_int_equal(set.samples.pixels, GUSS_PIXELS_UNIT);
    assert_int_equal(set.samples.count, 2);
    assert_int_equal(set.rank, 2);
    assert_int_equal(set.shape[0], 2);
    assert_int_equal(set.shape[1], 3);
    assert_memory_equal(set.values, two_images, 12);
    assert_ptr_equal(set.samples.labels, set.labels);
    if (labels)
        assert_memory_equal(set.labels, labels, 2 * sizeof *labels);
    else
        assert_null(set.labels);
    data_free(&set);
}

/* ---- .npy ---------------------------------------------------------- */

static void test_npy_is_read(void **state)
{
    (void)state;
    struct data_set set;
    struct buffer file = npy_bytes(two_header, two_images, 12);
    write_file("x.npy", file.bytes, file.size);
    check_two_images(NULL);
    file = npy_bytes("{'descr': '>i2', 'fortran_order': False, 'shape': (2,)}",
                     "\0\7\0\377", 4);
    write_file("x.labels.npy", file.bytes, file.size);
    check_two_images((int32_t[]){7, 255});
    file = npy_bytes("{\"shape\":(2,1),\"descr\":\"<u8\",\"fortran_order\":"
                     "False}",
                     "\7\0\0\0\0\0\0\0\377\0\0\0\0\0\0\0", 16);
    write_file("x.labels.npy", file.bytes, file.size);
    check_two_images((int32_t[]){7, 255});
    /* Version 3: as 2, but the header may be UTF-8. */
    write_file("x.npy",
               BYTES("\x93NUMPY\3\0\x43\0\0\0{'descr': '|u1', "
                     "'fortran_order': False, 'shape': (2, 2, 3), }    \n"
                     "\1\2\3\4\5\6\7\10\11\12\13\14"));
    check_two_images((int32_t[]){7, 255});
    /* Big-endian floats, version 2, more extents than a network has. */
    write_file("y.npy",
               BYTES("\x93NUMPY\2\0\x49\0\0\0{'descr': '>f4', "
                     "'fortran_order': False, 'shape': (1, 1, 2, 1, 1, 1), } "
                     "\n\x3f\x80\0\0\xc0\x20\0\0"));
    load("y.npy", &set);
    assert_int_equal(set.samples.element, GUSS_F32);
    assert_int_equal(set.samples.pixels, GUSS_PIXELS_RAW);
    assert_int_equal(set.samples.width, 2);
    assert_int_equal(set.rank, 5);
    assert_int_equal(set.shape[1], 2);
    assert_true(((const float *)set.values)[1] == -2.5f);
    data_free(&set);
}

/* Two values of every type, as numpy stores them. */
static void test_npy_sample_types(void **state)
{
    (void)state;
    static const struct {
        const char *type, *bytes;
        size_t size;
        float first, second;
        const char *name;
    } cases[] = {
        {"|b1", BYTES("\0\1"), 0.0f, 1.0f, "bool"},
        {"|i1", BYTES("\200\177"), -128.0f, 127.0f, "int8"},
        {"<i2", BYTES("\0\200\377\0"), -32768.0f, 255.0f, "int16"},
        {">u2", BYTES("\377\377\0\1"), 65535.0f, 1.0f, "uint16"},
        {"<i4", BYTES("\377\377\377\377\0\0\0\100"), -1.0f, 0x1p30f, "int32"},
        {"<u4", BYTES("\0\0\0\200\7\0\0\0"), 0x1p31f, 7.0f, "uint32"},
        {">i8", BYTES("\200\0\0\0\0\0\0\0\0\0\0\0\0\0\0\5"), -0x1p63f, 5.0f,
         "int64"},
        {"<u8", BYTES("\0\0\0\0\0\0\0\200\1\0\0\0\0\0\0\0"), 0x1p63f, 1.0f,
         "uint64"},
        {"<f2", BYTES("\0\x3c\1\x80"), 1.0f, -0x1p-24f, "float16"},
        {">f2", BYTES("\x7b\xff\x35\x55"), 65504.0f, 0x1.554p-2f, "float16"},
        {">f4", BYTES("\x3f\x80\0\0\xc0\x20\0\0"), 1.0f, -2.5f, "float32"},
        {"<f8", BYTES("\0\0\0\0\0\0\xe0\x3f\0\0\0\0\0\0\x04\xc0"), 0.5f, -2.5f,
         "float64"},
        {">f8", BYTES("\x3f\xd5\x55\x55\x55\x55\x55\x55\0\0\0\0\0\0\0\1"),
         1.0f / 3.0f, 0.0f, "float64"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char header[128];
        struct data_set set;
        snprintf(header, sizeof header,
                 "{'descr': '%s', 'fortran_order': False, 'shape': (2,)}",
                 cases[i].type);
        struct buffer file = npy_bytes(header, cases[i].bytes, cases[i].size);
        write_file("t.npy", file.bytes, file.size);
        load("t.npy", &set);
        assert_string_equal(set.type, cases[i].name);
        assert_int_equal(set.samples.element, GUSS_F32);
        assert_int_equal(set.samples.pixels, GUSS_PIXELS_RAW);
        assert_true(((const float *)set.values)[0] == cases[i].first);
        assert_true(((const float *)set.values)[1] == cases[i].second);
        data_free(&set);
    }
}

/* The first index is the fastest: what numpy saves of numpy.asfortranarray(x). */
static void test_fortran_order(void **state)
{
    (void)state;
    struct data_set set;
    const float wanted[12] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    struct buffer file =
        npy_bytes("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 2, "
                  "3)}",
                  "\0\6\3\11\1\7\4\12\2\10\5\13", 12);
    write_file("x.npy", file.bytes, file.size);
    load("x.npy", &set);
    assert_int_equal(set.samples.element, GUSS_U8);
    for (int i = 0; i < 12; i++)
        assert_int_equal(((unsigned char *)set.values)[i], i);
    data_free(&set);
    file =
        npy_bytes("{'descr': '>i2', 'fortran_order': True, 'shape': (2, 1, "
                  "2, 3)}",
                  "\0\0\0\6\0\3\0\11\0\1\0\7\0\4\0\12\0\2\0\10\0\5\0\13", 24);
    write_file("x.npy", file.bytes, file.size);
    load("x.npy", &set);
    assert_memory_equal(set.values, wanted, sizeof wanted);
    data_free(&set);
    /* one index: either order */
    const char *row =
        "{'descr': '|u1', 'fortran_order': True, 'shape': (1, 3)}";
    file = npy_bytes(row, "\1\2\3", 3);
    write_file("x.npy", file.bytes, file.size);
    file = npy_bytes(row, "\0\1\0", 3);
    write_file("x.labels.npy", file.bytes, file.size);
    load("x.npy", &set);
    assert_memory_equal(set.values, "\1\2\3", 3);
    assert_int_equal(set.labels[0], 1);
    data_free(&set);
}

static void test_one_hot_labels(void **state)
{
    (void)state;
    struct data_set set;
    struct buffer file = npy_bytes(two_header, two_images, 12);
    write_file("x.npy", file.bytes, file.size);
    file = npy_bytes("{'descr': '<f4', 'fortran_order': False, "
                     "'shape': (2, 3), }",
                     BYTES("\0\0\0\0\0\0\0\0\0\0\x80\x3f"
                           "\0\0\x80\x3f\0\0\0\0\0\0\0\0"));
    write_file("x.labels.npy", file.bytes, file.size);
    load("x.npy", &set);
    assert_int_equal(set.labels[0], 2);
    assert_int_equal(set.labels[1], 0);
    data_free(&set);
}

static void test_npy_label_types(void **state)
{
    (void)state;
    static const struct {
        const char *type, *bytes;
        size_t size;
        int32_t first, second;
    } cases[] = {
        {"|i1", BYTES("\377\1"), -1, 1},
        {"|u1", BYTES("\377\1"), 255, 1},
        {"<i2", BYTES("\376\377\1\2"), -2, 513},
        {">u2", BYTES("\377\376\1\2"), 65534, 258},
        {"<i4", BYTES("\0\0\0\200\377\377\377\177"), INT32_MIN, INT32_MAX},
        {">u4", BYTES("\177\377\377\377\0\0\0\0"), INT32_MAX, 0},
        {"<i8", BYTES("\0\0\0\200\377\377\377\377\377\377\377\177\0\0\0\0"),
         INT32_MIN, INT32_MAX},
        {"|b1", BYTES("\0\1"), 0, 1},
        {"<f4", BYTES("\0\0\x40\x40\0\0\x80\xbf"), 3, -1},
        {">f2", BYTES("\x42\0\0\0"), 3, 0},
        {"<f8", BYTES("\0\0\0\0\0\0\x08\x40\0\0\xc0\xff\xff\xff\xdf\x41"), 3,
         INT32_MAX},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char header[128];
        struct error error = {.text = ""};
        struct data_set set = {.samples = {.count = 2}};
        snprintf(header, sizeof header,
                 "{'descr': '%s', 'fortran_order': False, 'shape': (2,)}",
                 cases[i].type);
        struct buffer file = npy_bytes(header, cases[i].bytes, cases[i].size);
        write_file("l.npy", file.bytes, file.size);
        data_read_npy_labels("l.npy", &set, &error);
        assert_string_equal(error.text, "");
        assert_int_equal(set.labels[0], cases[i].first);
        assert_int_equal(set.labels[1], cases[i].second);
        data_free(&set);
    }
}

static void test_npy_headers_refused(void **state)
{
    (void)state;
    static const char *const malformed[] = {
        "",
        "{",
        "{}",
        "{'descr': '|u1', 'fortran_order': False}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': 2}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (2",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (-2,)}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (2 3)}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (2,)} x",
        "{'descr': '|u1', 'fortran_order': Maybe, 'shape': (2,)}",
        "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,)}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (2,), 'more': 1}",
        "{'descr': '\1', 'fortran_order': False, 'shape': (2,)}",
        "{'descr': 'unterminated",
        "{'descr': '|u1', 'fortran_order': False, "
        "'shape': (99999999999999999999,)}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,"
        "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1)}",
    };
    for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++)
        expect_bad_buffer("x.npy", npy_bytes(malformed[i], "ab", 2),
                          "x.npy: the header is not as numpy writes it");
    expect_bad_file("x.npy", BYTES("nothing of the kind"),
                    "x.npy: not a .npy file");
    expect_bad_file("x.npy", BYTES("\x93NUMPY\3\0\0\0\1\0{'descr'"),
                    "x.npy: the file ends too early");
    expect_bad_file("x.npy", BYTES("\x93NUMPY\4\0\0\0\0\0"),
                    "x.npy: version 4.0 of .npy; only 1 to 3 can be read");
    expect_bad_file("x.npy", BYTES("\x93NUMPY\2\0\0\0\0\x80"),
                    "x.npy: a header of 2147483648 bytes; at most 65536 can "
                    "be read");
}

static void test_npy_arrays_refused(void **state)
{
    (void)state;
    static const struct {
        const char *header, *message;
    } cases[] = {
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (), }",
         "x.npy: a single value; an array of samples is wanted"},
        {"{'descr': '|O', 'fortran_order': False, 'shape': (2,), }",
         "x.npy: values of type '|O'; bool, integers or floats of up to 64 "
         "bits are wanted, such as x.astype(numpy.float32) makes of numbers"},
        {"{'descr': '<f16', 'fortran_order': False, 'shape': (2,), }",
         "x.npy: values of type '<f16'; bool, integers or floats of up to 64 "
         "bits are wanted, such as x.astype(numpy.float32) makes of numbers"},
        {"{'descr': '<u3', 'fortran_order': False, 'shape': (2,), }",
         "x.npy: values of type '<u3'; bool, integers or floats of up to 64 "
         "bits are wanted, such as x.astype(numpy.float32) makes of numbers"},
        {"{'descr': '>f8', 'fortran_order': False, 'shape': (1,), }",
         "x.npy: the header promises 1 values of float64, 8 bytes in all, but "
         "2 follow it"},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (0, 3), }",
         "x.npy: holds nothing: its shape is 0 x 3"},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }",
         "x.npy: the header promises 3 bytes, 3 bytes in all, but 2 follow it"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }",
         "x.npy: the header promises 1 x 2 values of float32, 8 bytes in "
         "all, but 2 follow it"},
        {"{'descr': '|u1', 'fortran_order': False, "
         "'shape': (2, 4611686018427387904, 4), }",
         "x.npy: 2 x 4611686018427387904 x 4 values; fewer than 2^40 can be "
         "used"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_bad_buffer("x.npy", npy_bytes(cases[i].header, "ab", 2),
                          cases[i].message);
}

static void test_npy_labels_refused(void **state)
{
    (void)state;
    static const struct {
        const char *header, *message;
    } cases[] = {
        {"{'descr': '<U2', 'fortran_order': False, 'shape': (2,), }",
         "x.labels.npy: values of type '<U2'; bool, integers or floats of up "
         "to 64 bits are wanted, such as x.astype(numpy.float32) makes of "
         "numbers"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }",
         "x.labels.npy: label 0 is 4.94066e-324; whole numbers are wanted"},
        {"{'descr': '<i4', 'fortran_order': False, 'shape': (2, 2), }",
         "x.labels.npy: row 1 of 2 numbers is not one-hot: one 1, and every "
         "other 0; save one label a sample, as numpy.argmax(labels, axis=1) "
         "gives them"},
        {"{'descr': '<i8', 'fortran_order': False, 'shape': (1, 2, 1), }",
         "x.labels.npy: 1 x 2 x 1 labels for 2 samples"},
        {"{'descr': '<i4', 'fortran_order': False, 'shape': (3,), }",
         "x.labels.npy: 3 labels for 2 samples"},
        {"{'descr': '<i4', 'fortran_order': False, 'shape': (2, 10), }",
         "x.labels.npy: the header promises a row of labels a sample, 80 bytes "
         "in all, but 16 follow it"},
        {"{'descr': '<i4', 'fortran_order': False, 'shape': (2,), }",
         "x.labels.npy: the header promises one label a sample, 8 bytes in "
         "all, but "
         "16 follow it"},
        {"{'descr': '<i8', 'fortran_order': False, 'shape': (2,), }",
         "x.labels.npy: label 1 is beyond 32 bits"},
        {"{'descr': '<u8', 'fortran_order': False, 'shape': (2,), }",
         "x.labels.npy: label 1 is beyond 32 bits"},
    };
    struct buffer file = npy_bytes(two_header, two_images, 12);
    write_file("x.npy", file.bytes, file.size);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        file = npy_bytes(cases[i].header,
                         "\1\0\0\0\0\0\0\0\377\377\377\177\1\0\0\200", 16);
        write_file("x.labels.npy", file.bytes, file.size);
        expect_failure("x.npy", STATUS_INPUT, cases[i].message);
    }
}

/* What numpy.save() writes for these two shapes, to the byte. */
static void test_npy_is_written(void **state)
{
    (void)state;
    static const float values[6] = {0.0f, -1.5f, 3.25f, 1e-30f, 7.0f, 1e30f};
    static const int64_t shape[] = {2, 3};
    struct error error = {.text = ""};
    struct data_set set;
    char *bytes = NULL, expected[129];
    size_t size = 0;
    npy_write_f32("y.npy", 2, shape, values, &error);
    assert_string_equal(error.text, "");
    assert_int_equal(file_read("y.npy", BUFFER, &bytes, &size, &error), 0);
    assert_int_equal(size, 128 + sizeof values);
    snprintf(expected, sizeof expected, "%-117s\n",
             "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }");
    assert_memory_equal(bytes, "\x93NUMPY\1\0\x76\0", 10);
    assert_memory_equal(bytes + 10, expected, 118);
    assert_memory_equal(bytes + 128 + 8, "\0\0\x50\x40", 4); /* 3.25 */
    free(bytes);
    load("y.npy", &set);
    assert_int_equal(set.samples.count, 2);
    assert_memory_equal(set.values, values, sizeof values);
    data_free(&set);
    npy_write_f32("z.npy", 1, &(int64_t){6}, values, &error);
    load("z.npy", &set);
    assert_int_equal(set.samples.count, 6);
    assert_int_equal(set.samples.width, 1);
    data_free(&set);
    assert_int_equal(npy_write_f32("no/z.npy", 2, shape, values, &error),
                     STATUS_MACHINE);
}

static void test_damage_is_survived(void **state)
{
    (void)state;
    damage("x.npy", "x.npy", npy_bytes(two_header, two_images, 12));
    damage("x.labels.npy", "x.npy",
           npy_bytes("{'descr': '<i4', 'fortran_order': False, 'shape': "
                     "(2,), }\n",
                     "\1\0\0\0\2\0\0\0", 8));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_folder(test_npy_is_read),        in_folder(test_npy_sample_types),
        in_folder(test_npy_label_types),    in_folder(test_one_hot_labels),
        in_folder(test_fortran_order),      in_folder(test_npy_headers_refused),
        in_folder(test_npy_arrays_refused), in_folder(test_npy_labels_refused),
        in_folder(test_npy_is_written),     in_folder(test_damage_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
