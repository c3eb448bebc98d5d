/* .npz archives: which arrays are taken, how they may be packed, and every way an
 * archive can be wrong. Each test runs in a folder of its own. */
#include <zlib.h>

#include "tests/unit/data_files.h"

/* ---- building archives ----------------------------------------------- */

enum { STORED = 0, DEFLATE = 8, NAME_MOST = 64 };

struct member {
    char name[NAME_MOST];
    unsigned long packed, size, crc, at;
    int method;
};

struct archive {
    struct buffer bytes;
    struct member members[8];
    int count;
    bool is_large; /* its numbers are of 64 bits */
};

static void put_number(struct buffer *out, bool is_large, unsigned long value)
{
    put_little(out, is_large ? 0xffffffff : value, 4);
}

/* The field of 64 bits of a member, in the archive's directory. */
static void put_large(struct buffer *out, const struct member *member)
{
    put_little(out, 1, 2);
    put_little(out, 24, 2);
    put_little(out, member->size, 8);
    put_little(out, member->packed, 8);
    put_little(out, member->at, 8);
}

static void add_member(struct archive *archive, const char *name, int method,
                       const void *bytes, size_t size)
{
    unsigned char packed[BUFFER];
    struct member *member = &archive->members[archive->count++];
    struct buffer *out = &archive->bytes;
    snprintf(member->name, NAME_MOST, "%s", name);
    *member = (struct member){.size = size,
                              .packed = size,
                              .crc = crc32(0, bytes, (uInt)size),
                              .at = out->size,
                              .method = method};
    snprintf(member->name, NAME_MOST, "%s", name);
    if (method == DEFLATE) {
        z_stream deflater = {.next_in = (void *)(uintptr_t)bytes,
                             .avail_in = (uInt)size,
                             .next_out = packed,
                             .avail_out = BUFFER};
        assert_int_equal(deflateInit2(&deflater, 9, Z_DEFLATED, -15, 8, 0),
                         Z_OK);
        assert_int_equal(deflate(&deflater, Z_FINISH), Z_STREAM_END);
        member->packed = deflater.total_out;
        deflateEnd(&deflater);
        bytes = packed;
    }
    put(out, BYTES("PK\3\4\24\0\0\0"));
    put_little(out, (unsigned long)method, 2);
    put_little(out, 0, 4); /* time */
    put_little(out, member->crc, 4);
    put_number(out, archive->is_large, member->packed);
    put_number(out, archive->is_large, member->size);
    put_little(out, strlen(name), 2);
    put_little(out, 5, 2); /* a field that is of no matter */
    put(out, name, strlen(name));
    put(out, BYTES("\x99\x99\1\0x"));
    put(out, bytes, member->packed);
}

static void put_entry(struct archive *archive, const struct member *member)
{
    struct buffer *out = &archive->bytes;
    put(out, BYTES("PK\1\2\24\0\24\0\0\0"));
    put_little(out, (unsigned long)member->method, 2);
    put_little(out, 0, 4);
    put_little(out, member->crc, 4);
    put_number(out, archive->is_large, member->packed);
    put_number(out, archive->is_large, member->size);
    put_little(out, strlen(member->name), 2);
    put_little(out, archive->is_large ? 28 : 0, 2);
    put_little(out, 0, 6); /* comment, disk, attributes */
    put_little(out, 0, 4);
    put_number(out, archive->is_large, member->at);
    put(out, member->name, strlen(member->name));
    if (archive->is_large)
        put_large(out, member);
}

static void put_end64(struct buffer *out, int count, size_t at, size_t size)
{
    size_t here = out->size;
    put(out, BYTES("PK\6\6"));
    put_little(out, 44, 8);
    put_little(out, 0, 12);
    put_little(out, (unsigned long)count, 8);
    put_little(out, (unsigned long)count, 8);
    put_little(out, size, 8);
    put_little(out, at, 8);
    put(out, BYTES("PK\6\7\0\0\0\0"));
    put_little(out, here, 8);
    put_little(out, 1, 4);
}

/* Writes the directory, its end and a comment. */
static void finish_archive(struct archive *archive, const char *path)
{
    struct buffer *out = &archive->bytes;
    size_t at = out->size;
    for (int i = 0; i < archive->count; i++)
        put_entry(archive, &archive->members[i]);
    size_t size = out->size - at;
    if (archive->is_large)
        put_end64(out, archive->count, at, size);
    put(out, BYTES("PK\5\6\0\0\0\0"));
    put_little(out, (unsigned long)archive->count, 2);
    put_little(out, (unsigned long)archive->count, 2);
    put_number(out, archive->is_large, size);
    put_number(out, archive->is_large, at);
    put(out, BYTES("\2\0hi"));
    write_file(path, out->bytes, out->size);
}

/* numpy's array of bytes: two samples of three, or two labels. */
static const char samples[] =
    "\x93NUMPY\1\0\x3a\0{'descr': '|u1', 'fortran_order': False, 'shape': "
    "(2, 3)}\n\1\2\3\4\5\6";
static const char labels[] =
    "\x93NUMPY\1\0\x38\0{'descr': '|i1', 'fortran_order': False, 'shape': "
    "(2,)}\n\7\1";
#define SAMPLES samples, sizeof samples - 1
#define LABELS labels, sizeof labels - 1

/* ---- checks ---------------------------------------------------------- */

static void check(const char *reference, bool has_labels)
{
    struct data_set set;
    load(reference, &set);
    assert_int_equal(set.samples.count, 2);
    assert_int_equal(set.samples.element, GUSS_U8);
    assert_memory_equal(set.values, "\1\2\3\4\5\6", 6);
    assert_int_equal(set.n_files, 1);
    assert_string_equal(set.files[0].name, "x.npz");
    if (has_labels) {
        assert_int_equal(set.labels[0], 7);
        assert_int_equal(set.labels[1], 1);
    } else {
        assert_null(set.labels);
        assert_non_null(set.sought);
    }
    data_free(&set);
}

/* ---- tests ----------------------------------------------------------- */

static void test_usual_names(void **state)
{
    (void)state;
    static const struct {
        const char *samples, *labels, *reference;
    } cases[] = {
        {"x.npy", "labels.npy", "x.npz"},
        {"x.npy", "y.npy", "x.npz"},
        {"x.npy", "x.labels.npy", "x.npz/x"},
        {"images.npy", "labels.npy", "x.npz"},
        {"arr_0.npy", "arr_1.npy", "x.npz"},
        {"x_train.npy", "y_train.npy", "x.npz/train"},
        {"train.npy", "train_labels.npy", "x.npz/train"},
        {"x_test.npy", "y_test.npy", "x.npz/x_test"},
        {"only.npy", NULL, "x.npz"},
        {"any.npy", "other.npy", "x.npz/any"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct archive archive = {.count = 0};
        add_member(&archive, "notes.txt", STORED, "hello", 5);
        if (cases[i].labels)
            add_member(&archive, cases[i].labels, DEFLATE, LABELS);
        add_member(&archive, cases[i].samples, STORED, SAMPLES);
        finish_archive(&archive, "x.npz");
        check(cases[i].reference,
              cases[i].labels && strcmp(cases[i].labels, "other.npy") != 0);
    }
}

static void test_packed_and_large(void **state)
{
    (void)state;
    for (int large = 0; large < 2; large++) {
        struct archive archive = {.is_large = large};
        add_member(&archive, "x.npy", DEFLATE, SAMPLES);
        add_member(&archive, "y.npy", STORED, LABELS);
        finish_archive(&archive, "x.npz");
        check("x.npz", true);
    }
}

static void test_choices_refused(void **state)
{
    (void)state;
    struct archive archive = {.count = 0};
    finish_archive(&archive, "x.npz");
    expect_failure("x.npz", STATUS_INPUT, "x.npz: it holds no arrays");
    archive = (struct archive){.count = 0};
    add_member(&archive, "only.NPY", STORED, SAMPLES);
    finish_archive(&archive, "x.npz");
    expect_failure("x.npz", STATUS_INPUT, "x.npz: it holds no arrays");
    archive = (struct archive){.count = 0};
    add_member(&archive, "a.npy", STORED, SAMPLES);
    add_member(&archive, "b.npy", STORED, SAMPLES);
    finish_archive(&archive, "x.npz");
    expect_failure("x.npz", STATUS_INPUT,
                   "x.npz: which array? x.npz/NAME names one of a, b");
    expect_failure("x.npz/train", STATUS_INPUT,
                   "x.npz: no array is named 'train' or 'x_train'; it holds a, "
                   "b");
    archive = (struct archive){.count = 0};
    add_member(&archive, "x.npy", STORED, SAMPLES);
    add_member(&archive, "y.npy", STORED, SAMPLES);
    finish_archive(&archive, "x.npz");
    expect_failure("x.npz", STATUS_INPUT,
                   "x.npz/y: row 0 of 3 numbers is not one-hot: one 1, and "
                   "every other 0; save one label a sample, as "
                   "numpy.argmax(labels, axis=1) gives them");
}

static void expect_bad(const struct archive *archive, const char *message)
{
    write_file("x.npz", archive->bytes.bytes, archive->bytes.size);
    expect_failure("x.npz", STATUS_INPUT, message);
}

static void test_damaged_archives_refused(void **state)
{
    (void)state;
    struct archive good = {.count = 0}, bad;
    add_member(&good, "x.npy", STORED, SAMPLES);
    size_t directory = good.bytes.size;
    finish_archive(&good, "x.npz");
    bad = good;
    bad.bytes.bytes[30 + 5 + 5 + sizeof samples - 2]++; /* the last value */
    expect_bad(&bad,
               "x.npz/x: damaged zip archive (its CRC-32 is f10f5855, not "
               "860868c3)");
    bad = good;
    bad.bytes.bytes[directory + 8] |= 1;
    expect_bad(&bad, "x.npz/x: it is encrypted");
    bad = good;
    bad.bytes.bytes[directory + 10] = 12;
    expect_bad(&bad, "x.npz/x: packed by method 12 of zip; only 0, stored, and "
                     "8, deflate, can be read");
    bad = good;
    bad.bytes.bytes[directory + 20]++;
    expect_bad(&bad, "x.npz/x: damaged zip archive (stored, but of two sizes)");
    bad = good;
    bad.bytes.bytes[0] = 'K';
    expect_bad(&bad, "x.npz: damaged zip archive (an entry is not where it "
                     "says)");
    bad = good;
    bad.bytes.size = directory;
    expect_bad(&bad, "x.npz: damaged zip archive (it has no directory)");
    bad = good;
    bad.bytes.bytes[good.bytes.size - 8]++;
    expect_bad(&bad, "x.npz: damaged zip archive (its directory is cut off)");
}

static void test_large_numbers_that_lie_refused(void **state)
{
    (void)state;
    struct archive good = {.is_large = true}, bad;
    add_member(&good, "x.npy", STORED, SAMPLES);
    size_t directory = good.bytes.size;
    finish_archive(&good, "x.npz");
    size_t end = good.bytes.size - 24 - 20 - 56; /* the record with them */
    bad = good;
    bad.bytes.bytes[end + 32 + 4] = 1; /* entries */
    expect_bad(&bad, "x.npz: damaged zip archive (too large a directory)");
    bad = good;
    bad.bytes.bytes[end + 48 + 7] = 0xff; /* where it is */
    expect_bad(&bad, "x.npz: damaged zip archive (a part of it lies beyond its "
                     "end)");
    bad = good;
    bad.bytes.bytes[end + 56 + 8]++; /* where the record is */
    expect_bad(&bad, "x.npz: damaged zip archive (its end is not where it "
                     "says)");
    bad = good;
    bad.bytes.bytes[directory + 46 + 5 + 4 + 8 + 7] = 0xff; /* packed size */
    expect_bad(&bad, "x.npz: damaged zip archive (a part of it lies beyond its "
                     "end)");
}

static void test_deflate_is_bounded(void **state)
{
    (void)state;
    static const char header[] =
        "\x93NUMPY\1\0\x3e\0{'descr': '|u1', 'fortran_order': False, "
        "'shape': (1000000,)}\n";
    struct archive archive = {.count = 0};
    add_member(&archive, "x.npy", DEFLATE, BYTES(header));
    finish_archive(&archive, "x.npz");
    expect_failure("x.npz", STATUS_INPUT,
                   "x.npz/x: the header promises 1000000 bytes, but 66 bytes "
                   "of zip data cannot hold that");
}

static void test_damage_is_survived(void **state)
{
    (void)state;
    struct archive archive = {.is_large = true};
    add_member(&archive, "x.npy", DEFLATE, SAMPLES);
    add_member(&archive, "y.npy", STORED, LABELS);
    finish_archive(&archive, "x.npz");
    damage("x.npz", "x.npz", archive.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_folder(test_usual_names),
        in_folder(test_packed_and_large),
        in_folder(test_choices_refused),
        in_folder(test_damaged_archives_refused),
        in_folder(test_large_numbers_that_lie_refused),
        in_folder(test_deflate_is_bounded),
        in_folder(test_damage_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
