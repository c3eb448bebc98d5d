/* trainer/safetensors.h: what is written is read; what is damaged, cut short or
 * made to deceive is refused, with a message. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "trainer/weights/safetensors.h"

struct fixture {
    struct arena *arena;
    char folder[64];
    const char *path; /* of the file under test */
};

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    fixture->arena = arena_new();
    strcpy(fixture->folder, "/tmp/safetensors_test.XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    fixture->path = path_join(fixture->arena, fixture->folder, "w.safetensors");
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    unlink(fixture->path);
    rmdir(fixture->folder);
    arena_free(fixture->arena);
    free(fixture);
    return 0;
}

/* ---- files, byte by byte ------------------------------------------------- */

static size_t set_length(char *bytes, uint64_t length)
{
    for (int i = 0; i < 8; i++)
        bytes[i] = (char)(unsigned char)(length >> 8 * i);
    return 8;
}

/* A file of that header and `data_size` bytes 0, 1, 2, ... behind it. */
static void write_raw(struct fixture *fixture, const char *header,
                      size_t data_size)
{
    struct error error = {0};
    size_t length = strlen(header);
    char *bytes = arena_alloc(fixture->arena, 8 + length + data_size, 1);
    set_length(bytes, length);
    memcpy(bytes + 8, header, length);
    for (size_t i = 0; i < data_size; i++)
        bytes[8 + length + i] = (char)(unsigned char)i;
    assert_int_equal(
        file_write(fixture->path, bytes, 8 + length + data_size, &error),
        STATUS_OK);
}

/* The whole of a message is "'<path>'" and `rest`. */
static void expect_refused(struct fixture *fixture, const char *rest)
{
    struct error error = {0};
    struct tensor_file file;
    assert_int_equal(
        tensor_file_read(fixture->arena, fixture->path, &file, &error),
        STATUS_INPUT);
    assert_string_equal(error.text, arena_printf(fixture->arena, "'%s'%s",
                                                 fixture->path, rest));
    assert_int_equal(error.status, STATUS_INPUT);
    assert_null(file.data);
    assert_int_equal(file.n_tensors, 0);
}

static void expect_read(struct fixture *fixture, struct tensor_file *file)
{
    struct error error = {0};
    enum status status =
        tensor_file_read(fixture->arena, fixture->path, file, &error);
    if (status != STATUS_OK)
        fail_msg("%s", error.text);
}

/* ---- round trip ---------------------------------------------------------- */

static const float kernel[6] = {0.0f, -1.5f, 2.25f, 1e-38f, 3e38f, 0.1f};
static const float bias[3] = {1.0f, 2.0f, 3.0f};
static const float step[1] = {7.0f};

static const struct tensor written[] = {
    {.key = "net/dense/kernel", .rank = 2, .shape = {2, 3}, .values = kernel},
    {.key = "net/\xC3\xA4 \"b\"/bias", .rank = 1, .shape = {3}, .values = bias},
    {.key = "empty", .rank = 3, .shape = {2, 0, 5}},
    {.key = "step", .rank = 0, .values = step}};
static const struct metadata written_metadata[] = {
    {"guss_format_version", "1"},
    {"text", "two\nlines \"quoted\" \xE2\x82\xAC"}};

enum { N_WRITTEN = 4 };

static void write_example(struct fixture *fixture)
{
    struct error error = {0};
    assert_int_equal(tensor_file_write(fixture->path, written, N_WRITTEN,
                                       written_metadata, 2, &error),
                     STATUS_OK);
}

static void expect_example(const struct tensor_file *file)
{
    /* An empty tensor comes before the one at the same place. */
    assert_int_equal(file->n_tensors, N_WRITTEN);
    for (int i = 0; i < N_WRITTEN; i++) {
        const struct tensor *tensor = &file->tensors[i];
        assert_string_equal(tensor->key, written[i].key);
        assert_int_equal(tensor->rank, written[i].rank);
        int64_t count = 1;
        for (int k = 0; k < tensor->rank; k++) {
            assert_int_equal(tensor->shape[k], written[i].shape[k]);
            count *= tensor->shape[k];
        }
        assert_int_equal(tensor->count, count);
        assert_int_equal((uintptr_t)tensor->values % 4, 0);
        if (count > 0)
            assert_memory_equal(tensor->values, written[i].values,
                                (size_t)count * sizeof(float));
    }
}

static void test_what_is_written_is_read(void **state)
{
    struct fixture *fixture = *state;
    struct tensor_file file;
    write_example(fixture);
    expect_read(fixture, &file);
    expect_example(&file);
    assert_int_equal(file.n_metadata, 2);
    assert_string_equal(tensor_file_metadata(&file, "guss_format_version"),
                        "1");
    assert_string_equal(tensor_file_metadata(&file, "text"),
                        written_metadata[1].value);
    assert_null(tensor_file_metadata(&file, "none"));
    tensor_file_free(&file);
    assert_null(file.data);
}

static void test_the_bytes_of_a_file(void **state)
{
    struct fixture *fixture = *state;
    struct error error = {0};
    struct tensor tensors[] = {
        {.key = "b", .rank = 1, .shape = {3}, .values = bias},
        {.key = "a", .rank = 0, .values = step}};
    struct metadata metadata = {"format", "pt"};
    const char header[] = "{\"__metadata__\":{\"format\":\"pt\"},"
                          "\"b\":{\"dtype\":\"F32\",\"shape\":[3],"
                          "\"data_offsets\":[0,12]},"
                          "\"a\":{\"dtype\":\"F32\",\"shape\":[],"
                          "\"data_offsets\":[12,16]}}";
    char *bytes;
    size_t size, data = 192; /* a multiple of 64 */
    assert_int_equal(
        tensor_file_write(fixture->path, tensors, 2, &metadata, 1, &error),
        STATUS_OK);
    assert_int_equal(file_read(fixture->path, 1000, &bytes, &size, &error),
                     STATUS_OK);
    assert_int_equal(size, data + 16);
    assert_memory_equal(bytes, "\xB8\0\0\0\0\0\0\0", 8);
    assert_memory_equal(bytes + 8, header, sizeof header - 1);
    for (size_t i = 8 + sizeof header - 1; i < data; i++)
        assert_int_equal(bytes[i], ' ');
    assert_memory_equal(bytes + data, bias, 12);
    assert_memory_equal(bytes + data + 12, step, 4);
    free(bytes);
}

static void test_a_file_without_tensors(void **state)
{
    struct fixture *fixture = *state;
    struct error error = {0};
    struct tensor_file file;
    assert_int_equal(tensor_file_write(fixture->path, NULL, 0, NULL, 0, &error),
                     STATUS_OK);
    expect_read(fixture, &file);
    assert_int_equal(file.n_tensors, 0);
    assert_int_equal(file.n_metadata, 0);
    tensor_file_free(&file);
}

/* Headers of other writers end anywhere, and list tensors in any order. */
static void test_unaligned_data(void **state)
{
    struct fixture *fixture = *state;
    struct tensor_file file;
    const char *header =
        "{\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]},"
        " \"a\":{\"shape\":[1],\"dtype\":\"F32\",\"data_offsets\":[0,4]},"
        " \"z\":{\"shape\":[0],\"dtype\":\"F32\",\"data_offsets\":[4,4]}}";
    for (int spaces = 0; spaces < 8; spaces++) {
        write_raw(fixture,
                  arena_printf(fixture->arena, "%s%*s", header, spaces, ""), 8);
        expect_read(fixture, &file);
        assert_int_equal(file.n_tensors, 3);
        assert_string_equal(file.tensors[0].key, "a");
        assert_string_equal(file.tensors[1].key, "z");
        assert_string_equal(file.tensors[2].key, "b");
        assert_int_equal((uintptr_t)file.tensors[0].values % 4, 0);
        assert_memory_equal(file.tensors[0].values, "\0\1\2\3", 4);
        assert_memory_equal(file.tensors[2].values, "\4\5\6\7", 4);
        tensor_file_free(&file);
    }
}

/* ---- damage -------------------------------------------------------------- */

static void test_a_file_cut_anywhere(void **state)
{
    struct fixture *fixture = *state;
    struct error error = {0};
    char *bytes;
    size_t size;
    write_example(fixture);
    assert_int_equal(file_read(fixture->path, 10000, &bytes, &size, &error),
                     STATUS_OK);
    size_t header_size =
        (unsigned char)bytes[0] + 256u * (unsigned char)bytes[1];
    for (size_t length = 0; length < size; length++) {
        file_write(fixture->path, bytes, length, &error);
        const char *message;
        if (length < 8)
            message = arena_printf(
                fixture->arena,
                " is not a safetensors file: it has %zu bytes, its header's "
                "length alone needs 8",
                length);
        else if (length < 8 + header_size)
            message = arena_printf(fixture->arena,
                                   " ends too early: its header has %zu "
                                   "bytes, the file holds %zu of them",
                                   header_size, length - 8);
        else
            message = arena_printf(fixture->arena,
                                   " ends too early: its tensors have 40 "
                                   "bytes, the file holds %zu of them",
                                   length - 8 - header_size);
        expect_refused(fixture, message);
    }
    free(bytes);
}

/* Reads a file that may be anything, and all that it says it holds. */
static void walk(struct fixture *fixture)
{
    struct arena *arena = arena_new();
    struct error error = {0};
    struct tensor_file file;
    enum status status = tensor_file_read(arena, fixture->path, &file, &error);
    if (status != STATUS_OK) {
        assert_int_equal(status, STATUS_INPUT);
        assert_non_null(strstr(error.text, fixture->path));
        for (const char *at = error.text; *at; at++)
            assert_true((unsigned char)*at >= ' ');
    }
    unsigned sum = 0;
    for (int i = 0; i < file.n_tensors; i++)
        for (int64_t k = 0; k < file.tensors[i].count * 4; k++)
            sum += ((const unsigned char *)file.tensors[i].values)[k];
    assert_true(sum < 40 * 256);
    tensor_file_free(&file);
    arena_free(arena);
}

static void test_every_byte_of_the_header_changed(void **state)
{
    struct fixture *fixture = *state;
    struct error error = {0};
    char *bytes;
    size_t size;
    write_example(fixture);
    assert_int_equal(file_read(fixture->path, 10000, &bytes, &size, &error),
                     STATUS_OK);
    int file = open(fixture->path, O_WRONLY);
    assert_true(file >= 0);
    for (size_t i = 0; i < size - 40; i++) {
        static const char replacements[] = "\0\xFF\x1B\"0-9,[{} \\\x80";
        char changed[8 + sizeof replacements];
        for (int bit = 0; bit < 8; bit++)
            changed[bit] = (char)(bytes[i] ^ 1 << bit);
        memcpy(changed + 8, replacements, sizeof replacements);
        for (size_t k = 0; k < sizeof changed; k++) {
            assert_int_equal(pwrite(file, &changed[k], 1, (off_t)i), 1);
            walk(fixture);
        }
        assert_int_equal(pwrite(file, &bytes[i], 1, (off_t)i), 1);
    }
    close(file);
    free(bytes);
}

/* ---- messages ------------------------------------------------------------ */

#define F32(shape, offsets)                                                    \
    "{\"dtype\":\"F32\",\"shape\":" shape ",\"data_offsets\":" offsets "}"

static const struct {
    const char *header;
    size_t data_size;
    const char *message; /* behind the name of the file */
} mistakes[] = {
    {"", 0, " is not a safetensors file: its header does not begin with '{'"},
    {" {}", 0,
     " is not a safetensors file: its header does not begin with '{'"},
    {"[]", 0, " is not a safetensors file: its header does not begin with '{'"},
    {"{\"a\":1,}", 0,
     " is damaged: its header is not JSON at byte 8: string or '}' expected "
     "near '}'"},
    {"{} x", 0,
     " is damaged: its header is not JSON at byte 4: end of file expected near "
     "'x'"},
    {"{\"a\":\x1B[2J}", 0,
     " is damaged: its header is not JSON at byte 6: invalid token near '?'"},
    {"{\"a\":1,\"a\":1}", 0,
     " is damaged: its header is not JSON at byte 10: duplicate object key "
     "near "
     "'\"a\"'"},
    {"{\"\xFF\":1}", 0, " is damaged: its header is not UTF-8 at byte 2"},
    {"{\"a\\u001b[2J\":1}", 0,
     " is damaged: the name of tensor 'a?[2J' holds a control character"},
    {"{\"\xC2\x9B\":1}", 0,
     " is damaged: the name of tensor '?' holds a control character"},
    {"{\"__metadata__\":1}", 0, " is damaged: '__metadata__' is not an object"},
    {"{\"__metadata__\":{\"x\":1}}", 0,
     " is damaged: 'x' of '__metadata__' is not a string"},
    {"{\"a\":1}", 0,
     " is damaged: tensor 'a' is not described by 'dtype', 'shape' and "
     "'data_offsets'"},
    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[]}}", 0,
     " is damaged: tensor 'a' is not described by 'dtype', 'shape' and "
     "'data_offsets'"},
    {"{\"a\":{\"dtype\":1,\"shape\":[],\"data_offsets\":[0,4]}}", 4,
     " is damaged: tensor 'a' has a 'dtype' that is not a string"},
    {"{\"net/a\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,4]}}", 4,
     ": tensor 'net/a' has values of type 'F16', F32 is wanted"},
    {"{\"a\":" F32("4", "[0,4]") "}", 4,
     " is damaged: tensor 'a' has a 'shape' that is not a list of whole "
     "numbers from 0"},
    {"{\"a\":" F32("[-1]", "[0,4]") "}", 4,
     " is damaged: tensor 'a' has a 'shape' that is not a list of whole "
     "numbers from 0"},
    {"{\"a\":" F32("[1.0]", "[0,4]") "}", 4,
     " is damaged: tensor 'a' has a 'shape' that is not a list of whole "
     "numbers from 0"},
    {"{\"a\":" F32("[1,1,1,1,1,1,1,1,1]", "[0,4]") "}", 4,
     ": tensor 'a' has 9 dimensions, at most 8 can be read"},
    /* The product is 4 in 64 bits that wrap. */
    {"{\"a\":" F32("[4194305,4194305,211106198978564]", "[0,16]") "}", 16,
     " is damaged: tensor 'a' has a 'shape' of more values than can be "
     "counted"},
    /* This one only overflows in bytes. */
    {"{\"a\":" F32("[4611686018427387904]", "[0,0]") "}", 0,
     " is damaged: tensor 'a' has a 'shape' of more values than can be "
     "counted"},
    {"{\"a\":" F32("[99999999999999999999]", "[0,0]") "}", 0,
     " is damaged: its header is not JSON at byte 49: too big integer near "
     "'99999999999999999999'"},
    {"{\"a\":" F32("[1]", "[0]") "}", 4,
     " is damaged: tensor 'a' has 'data_offsets' that are not two rising whole "
     "numbers from 0"},
    {"{\"a\":" F32("[1]", "[4,0]") "}", 4,
     " is damaged: tensor 'a' has 'data_offsets' that are not two rising whole "
     "numbers from 0"},
    {"{\"a\":" F32("[1]", "[-4,0]") "}", 4,
     " is damaged: tensor 'a' has 'data_offsets' that are not two rising whole "
     "numbers from 0"},
    {"{\"a\":" F32("[2,3]", "[0,20]") "}", 20,
     " is damaged: tensor 'a' needs 24 bytes for its shape, its "
     "'data_offsets' give 20"},
    {"{\"a\":" F32("[1]", "[0,4]") ",\"b\":" F32("[1]", "[8,12]") "}", 12,
     " is damaged: 4 bytes before tensor 'b' belong to none"},
    {"{\"a\":" F32("[1]", "[4,8]") "}", 8,
     " is damaged: 4 bytes before tensor 'a' belong to none"},
    {"{\"a\":" F32("[2]", "[0,8]") ",\"b\":" F32("[2]", "[4,12]") "}", 12,
     " is damaged: tensors 'a' and 'b' overlap"},
    {"{\"a\":" F32("[2]", "[0,8]") ",\"b\":" F32("[0]", "[4,4]") "}", 8,
     " is damaged: tensors 'a' and 'b' overlap"},
    {"{\"a\":" F32("[2]", "[0,8]") ",\"b\":" F32("[2]", "[0,8]") "}", 8,
     " is damaged: tensors 'a' and 'b' overlap"},
    {"{\"a\":" F32("[2]", "[0,8]") "}", 7,
     " ends too early: its tensors have 8 bytes, the file holds 7 of them"},
    {"{\"a\":" F32("[2]", "[0,8]") "}", 9,
     " is damaged: 1 bytes follow its last tensor"},
    {"{}", 3, " is damaged: 3 bytes follow its last tensor"},
};

static void test_mistakes(void **state)
{
    struct fixture *fixture = *state;
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        write_raw(fixture, mistakes[i].header, mistakes[i].data_size);
        expect_refused(fixture, mistakes[i].message);
    }
}

static void test_headers_too_long(void **state)
{
    struct fixture *fixture = *state;
    struct error error = {0};
    char bytes[20] = {0};
    bytes[8] = '{';
    set_length(bytes, 100000001);
    file_write(fixture->path, bytes, sizeof bytes, &error);
    expect_refused(fixture, " is not a safetensors file: its header would have "
                            "100000001 bytes, more than 100000000");
    set_length(bytes, 100000000);
    file_write(fixture->path, bytes, sizeof bytes, &error);
    expect_refused(fixture, " ends too early: its header has 100000000 bytes, "
                            "the file holds 12 of them");
    set_length(bytes, UINT64_MAX);
    file_write(fixture->path, bytes, sizeof bytes, &error);
    expect_refused(fixture, " is not a safetensors file: its header would have "
                            "18446744073709551615 bytes, more than 100000000");
}

static void test_nesting_is_bounded(void **state)
{
    struct fixture *fixture = *state;
    enum { DEPTH = 100000 };
    char *header = arena_alloc(fixture->arena, DEPTH + 10, 1);
    strcpy(header, "{\"a\":");
    memset(header + 5, '[', DEPTH);
    write_raw(fixture, header, 0);
    expect_refused(fixture, " is damaged: its header is not JSON at byte 2053: "
                            "maximum parsing depth reached near '['");
}

static void test_files_that_cannot_be_read(void **state)
{
    struct fixture *fixture = *state;
    struct error error = {0};
    struct tensor_file file;
    assert_int_equal(
        tensor_file_read(fixture->arena, fixture->path, &file, &error),
        STATUS_INPUT);
    assert_string_equal(error.text,
                        arena_printf(fixture->arena,
                                     "cannot read '%s': No such file or "
                                     "directory",
                                     fixture->path));
    assert_int_equal(file.n_tensors, 0);
    tensor_file_free(&file);
}

/* A file of another kind is refused for what it is, not for its length. */
static void test_files_of_another_kind(void **state)
{
    struct fixture *fixture = *state;
    struct error error = {0};
    file_write(fixture->path, "PK\3\4\0\0\0\0zip", 11, &error);
    expect_refused(fixture, " is a zip archive, not a safetensors file");
    file_write(fixture->path, "\4\0\0\0\0\0\0\0zip", 11, &error);
    expect_refused(fixture, " is not a safetensors file: its header does not "
                            "begin with '{'");
}

/* The most that the process has had in memory so far, in bytes. */
static long peak_memory(void)
{
    struct rusage usage;
    assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
    return usage.ru_maxrss * 1024;
}

/* A hole of many GiB costs nothing: its header is refused before. */
static void test_a_file_larger_than_memory(void **state)
{
    struct fixture *fixture = *state;
    const off_t size = (off_t)1 << 42;
    long before = peak_memory();
    const char header[] = "{\"a\":" F32("[2]", "[0,8]") "}";
    write_raw(fixture, header, 8);
    if (truncate(fixture->path, size) != 0)
        skip();
    expect_refused(
        fixture,
        arena_printf(fixture->arena,
                     " is damaged: %lld bytes follow its last "
                     "tensor",
                     (long long)size - 16 - (long long)strlen(header)));
    assert_true(peak_memory() - before < 1 << 24);
}

/* Files of more than 2^32 bytes have offsets of 64 bits. */
static void test_a_header_of_large_tensors(void **state)
{
    struct fixture *fixture = *state;
    struct error error = {0};
    struct tensor_file file;
    write_raw(
        fixture,
        "{\"b\":" F32("[4294967296]",
                      "[34359738368,51539607552]") ","
                                                   "\"a\":" F32(
                                                       "[65536,131072]",
                                                       "[0,34359738368]") "}",
        0);
    struct stat about;
    assert_int_equal(stat(fixture->path, &about), 0);
    if (truncate(fixture->path, about.st_size + 51539607552) != 0)
        skip();
    assert_int_equal(
        tensor_file_open(fixture->arena, fixture->path, &file, &error),
        STATUS_OK);
    assert_int_equal(file.n_tensors, 2);
    assert_string_equal(file.tensors[0].key, "a");
    assert_true(file.tensors[1].count == 4294967296);
    assert_true(file.bytes == 51539607552);
    assert_null(file.tensors[0].values);
    tensor_file_free(&file);
}

/* A header of `count` tensors without values, "" behind the last comma. */
static void write_tiny_tensors(struct fixture *fixture, int count)
{
    struct text text = text_new(fixture->arena);
    for (int i = 0; i < count; i++)
        text_printf(&text, "%s\"%d\":" F32("[0]", "[0,0]"), i ? "," : "{", i);
    text_puts(&text, "}");
    write_raw(fixture, text_string(&text), 0);
}

static void test_the_number_of_tensors_is_bounded(void **state)
{
    struct fixture *fixture = *state;
    const char *message =
        arena_printf(fixture->arena,
                     "cannot read '%s': its header has more parts than 131072 "
                     "tensors need, which are the most",
                     fixture->path);
    struct error error = {0};
    struct tensor_file file;
    write_tiny_tensors(fixture, TENSOR_FILE_MAX_TENSORS);
    expect_read(fixture, &file);
    assert_int_equal(file.n_tensors, TENSOR_FILE_MAX_TENSORS);
    tensor_file_free(&file);
    for (int times = 1; times <= 3; times += 2) { /* counted; by their signs */
        write_tiny_tensors(fixture, times * TENSOR_FILE_MAX_TENSORS + 2);
        assert_int_equal(
            tensor_file_read(fixture->arena, fixture->path, &file, &error),
            STATUS_INPUT);
        assert_string_equal(error.text, message);
    }
}

/* Signs in strings are none. */
static void test_a_long_text_is_one_part(void **state)
{
    struct fixture *fixture = *state;
    enum { LENGTH = 4 << 20 };
    struct error error = {0};
    struct tensor_file file;
    char *text = arena_alloc(fixture->arena, LENGTH + 1, 1);
    memset(text, ',', LENGTH);
    memcpy(text, "\\\"{[", 4);
    struct metadata metadata = {"text", text};
    assert_int_equal(
        tensor_file_write(fixture->path, written, 1, &metadata, 1, &error),
        STATUS_OK);
    expect_read(fixture, &file);
    assert_string_equal(tensor_file_metadata(&file, "text"), text);
    tensor_file_free(&file);
    memset(text, 'x', LENGTH);
    write_raw(fixture,
              arena_printf(fixture->arena, "{\"__metadata__\":{\"a\":\"x%s\"}}",
                           text),
              0);
    assert_int_equal(
        tensor_file_read(fixture->arena, fixture->path, &file, &error),
        STATUS_INPUT);
    assert_string_equal(error.text,
                        arena_printf(fixture->arena,
                                     "cannot read '%s': 'a' of '__metadata__' "
                                     "has 4194305 bytes, more than 4194304",
                                     fixture->path));
}

/* What a reader would refuse is refused before it is written. */
static void test_the_writer_keeps_the_readers_limits(void **state)
{
    struct fixture *fixture = *state;
    struct error error = {0};
    int count = TENSOR_FILE_MAX_TENSORS + 1;
    struct tensor *tensors =
        arena_alloc(fixture->arena, (size_t)count, sizeof *tensors);
    for (int i = 0; i < count; i++)
        tensors[i] = (struct tensor){
            .key = arena_printf(fixture->arena, "%d", i), .rank = 1};
    assert_int_equal(
        tensor_file_check("w", tensors, count - 1, NULL, 0, &error), STATUS_OK);
    assert_int_equal(tensor_file_check("w", tensors, count, NULL, 0, &error),
                     STATUS_INPUT);
    assert_string_equal(error.text,
                        "cannot write 'w': it would have 131073 tensors, at "
                        "most 131072 can be read");
    assert_int_equal(
        tensor_file_write(fixture->path, tensors, count, NULL, 0, &error),
        STATUS_INPUT);
    assert_false(file_exists(fixture->path));
    struct tensor large = {
        .key = "large", .rank = 2, .shape = {INT64_C(1) << 40, 1 << 21}};
    assert_int_equal(tensor_file_check("w", &large, 1, NULL, 0, &error),
                     STATUS_INPUT);
    assert_string_equal(error.text,
                        "cannot write 'w': its tensors have more bytes than "
                        "can be counted");
    enum { PARTS = 25, PART = 4000000 };
    struct metadata metadata[PARTS];
    char *text = arena_alloc(fixture->arena, TENSOR_FILE_MAX_TEXT + 2, 1);
    memset(text, 'x', PART);
    for (int i = 0; i < PARTS; i++)
        metadata[i] = (struct metadata){"text", text};
    assert_int_equal(tensor_file_check("w", NULL, 0, metadata, PARTS, &error),
                     STATUS_INPUT);
    assert_string_equal(error.text,
                        "cannot write 'w': its header would have 100000312 "
                        "bytes, at most 100000000 can be read");
    memset(text, 'x', TENSOR_FILE_MAX_TEXT + 1);
    assert_int_equal(tensor_file_check("w", NULL, 0, metadata, 1, &error),
                     STATUS_INPUT);
    assert_string_equal(error.text,
                        "cannot write 'w': 'text' of its header would have "
                        "4194305 bytes, at most 4194304 can be read");
}

/* ---- a machine that fails ------------------------------------------------ */

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

static void expect_unwritten(struct fixture *fixture, const char *path,
                             const char *reason)
{
    struct error error = {0};
    assert_int_equal(
        tensor_file_write(path, written, N_WRITTEN, NULL, 0, &error),
        STATUS_MACHINE);
    assert_string_equal(
        error.text,
        arena_printf(fixture->arena, "cannot write '%s': %s", path, reason));
}

static void test_what_cannot_be_written(void **state)
{
    struct fixture *fixture = *state;
    expect_unwritten(fixture,
                     arena_printf(fixture->arena, "%s/none/w", fixture->folder),
                     "No such file or directory");
    expect_unwritten(fixture, "/dev/full", "No space left on device");
    struct metadata metadata = {"path", "\xFF"};
    struct error error = {0};
    assert_int_equal(
        tensor_file_write(fixture->path, written, 1, &metadata, 1, &error),
        STATUS_INPUT);
    assert_string_equal(error.text,
                        arena_printf(fixture->arena,
                                     "cannot write '%s': a text of its header "
                                     "is not UTF-8: ?",
                                     fixture->path));
    assert_int_equal(count_files(fixture->folder), 0);
}

/* As a full disk does, a limit stops the file anywhere; the old one stays. */
static void test_a_disk_that_fills_up(void **state)
{
    struct fixture *fixture = *state;
    struct rlimit before, limit;
    struct tensor_file file;
    write_example(fixture);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    for (rlim_t most = 0; most < 300; most += 13) {
        limit = before;
        limit.rlim_cur = most;
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
        struct error error = {0};
        enum status status = tensor_file_write(fixture->path, written,
                                               N_WRITTEN, NULL, 0, &error);
        setrlimit(RLIMIT_FSIZE, &before);
        assert_int_equal(status, STATUS_MACHINE);
        assert_string_equal(error.text,
                            arena_printf(fixture->arena,
                                         "cannot write '%s': File too large",
                                         fixture->path));
        assert_int_equal(count_files(fixture->folder), 1);
    }
    signal(SIGXFSZ, handler);
    expect_read(fixture, &file);
    expect_example(&file);
    tensor_file_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_what_is_written_is_read, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_the_bytes_of_a_file, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_a_file_without_tensors, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_unaligned_data, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_file_cut_anywhere, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_every_byte_of_the_header_changed,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_mistakes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_headers_too_long, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_nesting_is_bounded, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_files_that_cannot_be_read, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_files_of_another_kind, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_a_file_larger_than_memory, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_a_header_of_large_tensors, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_the_number_of_tensors_is_bounded,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_long_text_is_one_part, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            test_the_writer_keeps_the_readers_limits, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_cannot_be_written, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_a_disk_that_fills_up, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests_name("safetensors", tests, NULL, NULL);
}
