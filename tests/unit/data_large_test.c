/* Files that are too large to be copied: their values are read where they lie, and
 * what was looked at does not stay in memory. Each test runs in a folder of its
 * own. */
#include <sys/resource.h>

#include "tests/unit/data_files.h"

enum { LARGE = 260 << 20, MOST_KILOBYTES = 64 << 10 };

/* x.npy with the header and so many bytes of zeros, which take no room on a disk,
 * and `end` as the last of them. */
static void write_large(const char *header, const void *end, size_t size)
{
    char path[] = "x.npy";
    write_file(path, header, 128);
    assert_int_equal(truncate(path, 128 + (off_t)LARGE - (off_t)size), 0);
    FILE *file = fopen(path, "ab");
    assert_non_null(file);
    assert_int_equal(fwrite(end, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

enum { HEADER = 128 };

static const char *header_of(const char *type, long count, char out[HEADER])
{
    char text[HEADER];
    int length =
        snprintf(text, sizeof text,
                 "{'descr': '%s', 'fortran_order': False, 'shape': (%ld, "
                 "1024)}",
                 type, count);
    memset(out, ' ', HEADER);
    memcpy(out, "\x93NUMPY\1\0\x76\0", 10);
    memcpy(out + 10, text, (size_t)length);
    out[HEADER - 1] = '\n';
    return out;
}

static long peak_kilobytes(void)
{
    struct rusage usage;
    assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
    return usage.ru_maxrss;
}

static void test_bytes_are_mapped(void **state)
{
    char header[HEADER];
    struct data_set set;
    long before = peak_kilobytes();
    (void)state;
    write_large(header_of("|u1", LARGE / 1024, header), BYTES("\1\2\377"));
    load("x.npy", &set);
    assert_non_null(set.mapping.pages);
    assert_null(set.values);
    assert_int_equal(set.samples.count, LARGE / 1024);
    const unsigned char *values = set.samples.values;
    assert_int_equal(values[0], 0);
    assert_memory_equal(values + LARGE - 3, "\1\2\377", 3);
    assert_true(set.low == 0 && set.high == 255);
    assert_int_equal(strlen(set.files[0].sha256), 64);
    data_free(&set);
    assert_null(set.mapping.pages);
    assert_true(peak_kilobytes() - before < MOST_KILOBYTES);
}

static void test_floats_are_mapped_and_scanned(void **state)
{
    const uint16_t one = 1;
    const char *type = *(const char *)&one ? "<f4" : ">f4";
    const float end[2] = {-2.5f, (float)(0.0 / 0.0)};
    char header[HEADER];
    struct data_set set;
    (void)state;
    write_large(header_of(type, LARGE / 4096, header), end, sizeof end);
    expect_failure("x.npy", STATUS_INPUT,
                   "sample 66559 of 'x.npy' has NaN at (1023), counted from 0");
    write_large(header_of(type, LARGE / 4096, header), end, 4);
    load("x.npy", &set);
    assert_non_null(set.mapping.pages);
    assert_true(((const float *)set.samples.values)[LARGE / 4 - 1] == -2.5f);
    assert_true(set.low == -2.5 && set.high == 0);
    data_free(&set);
}

/* As long as it says: else it is refused, and not mapped. */
static void test_cut_files_refused(void **state)
{
    char header[HEADER];
    (void)state;
    write_large(header_of("|u1", LARGE / 1024, header), BYTES("\1"));
    assert_int_equal(truncate("x.npy", 128 + (off_t)LARGE - 1), 0);
    expect_failure("x.npy", STATUS_INPUT,
                   "x.npy: the header promises 266240 x 1024 bytes, 272629760 "
                   "bytes in all, but 272629759 follow it");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_folder(test_bytes_are_mapped),
        in_folder(test_floats_are_mapped_and_scanned),
        in_folder(test_cut_files_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
