/* trainer/safetensors.h: what is written is read; what is damaged or cut short
 * is refused, and a machine that fails leaves the old file. */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>

#include "tests/unit/safetensors_file.h"

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

/* A file in memory reads as it does on the disk, and cut short as badly. */
static void test_bytes_of_a_file(void **state)
{
    struct fixture *fixture = *state;
    struct error error = {0};
    struct tensor_file file;
    char *bytes;
    size_t size;
    write_example(fixture);
    assert_int_equal(file_read(fixture->path, 1 << 20, &bytes, &size, &error),
                     STATUS_OK);
    assert_int_equal(tensor_file_open_bytes(fixture->arena, "held", bytes, size,
                                            &file, &error),
                     STATUS_OK);
    assert_int_equal(tensor_file_load(&file, &error), STATUS_OK);
    expect_example(&file);
    tensor_file_free(&file);
    for (size_t cut = 0; cut < size; cut++) {
        assert_int_equal(tensor_file_open_bytes(fixture->arena, "held", bytes,
                                                cut, &file, &error),
                         STATUS_INPUT);
        assert_non_null(strstr(error.text, "'held'"));
    }
    free(bytes);
}

/* Rows that do not lie close, more of them than are gathered at once. */
static void test_padded_rows(void **state)
{
    struct fixture *fixture = *state;
    enum { ROWS = TENSOR_ROOM / 2, WIDTH = 3, STRIDE = 5 };
    static float padded[ROWS * STRIDE];
    for (int i = 0; i < ROWS * STRIDE; i++)
        padded[i] = i % STRIDE < WIDTH ? (float)i : -1.0f;
    const struct tensor tensor = {.key = "padded",
                                  .rank = 2,
                                  .shape = {ROWS, WIDTH},
                                  .values = padded,
                                  .stride = STRIDE};
    struct error error = {0};
    assert_int_equal(
        tensor_file_write(fixture->path, &tensor, 1, NULL, 0, &error),
        STATUS_OK);
    struct tensor_file file;
    expect_read(fixture, &file);
    for (int i = 0; i < ROWS * WIDTH; i++)
        assert_true(file.tensors[0].values[i] ==
                    (float)(i / WIDTH * STRIDE + i % WIDTH));
    tensor_file_free(&file);
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
        IN_FOLDER(test_what_is_written_is_read),
        IN_FOLDER(test_the_bytes_of_a_file),
        IN_FOLDER(test_a_file_without_tensors),
        IN_FOLDER(test_bytes_of_a_file),
        IN_FOLDER(test_padded_rows),
        IN_FOLDER(test_unaligned_data),
        IN_FOLDER(test_a_file_cut_anywhere),
        IN_FOLDER(test_every_byte_of_the_header_changed),
        IN_FOLDER(test_what_cannot_be_written),
        IN_FOLDER(test_a_disk_that_fills_up),
    };
    return cmocka_run_group_tests_name("safetensors", tests, NULL, NULL);
}
