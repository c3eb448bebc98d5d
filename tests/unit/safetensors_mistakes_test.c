/* trainer/safetensors.h: what is made to deceive, or too large, is refused with
 * a message, by the reader and by the writer. */
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/text.h"
#include "tests/unit/safetensors_file.h"

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
    {"{\"net/a\":{\"dtype\":\"I16\",\"shape\":[2],\"data_offsets\":[0,4]}}", 4,
     ": tensor 'net/a' has values of type 'I16'; F32, F16, BF16 and F64 are "
     "read"},
    {"{\"net/a\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]}}", 8,
     ": tensor 'net/a' has values of type 'I64'; F32, F16, BF16 and F64 are "
     "read"},
    {"{\"a\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8,
     " is damaged: tensor 'a' needs 4 bytes for its shape, its 'data_offsets' "
     "give 8"},
    {"{\"a\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8,
     " is damaged: tensor 'a' needs 16 bytes for its shape, its 'data_offsets' "
     "give 8"},
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
    struct tensor tensor = {.key = "step", .values = (float[]){7.0f}};
    struct metadata metadata = {"text", text};
    assert_int_equal(
        tensor_file_write(fixture->path, &tensor, 1, &metadata, 1, &error),
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_mistakes),
        IN_FOLDER(test_headers_too_long),
        IN_FOLDER(test_nesting_is_bounded),
        IN_FOLDER(test_files_that_cannot_be_read),
        IN_FOLDER(test_files_of_another_kind),
        IN_FOLDER(test_a_file_larger_than_memory),
        IN_FOLDER(test_a_header_of_large_tensors),
        IN_FOLDER(test_the_number_of_tensors_is_bounded),
        IN_FOLDER(test_a_long_text_is_one_part),
        IN_FOLDER(test_the_writer_keeps_the_readers_limits),
    };
    return cmocka_run_group_tests_name("safetensors mistakes", tests, NULL,
                                       NULL);
}
