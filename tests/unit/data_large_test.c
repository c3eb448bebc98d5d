/* Files that are too large to be copied: their values are read where they lie, and
 * what was looked at does not stay in memory. Each test runs in a folder of its
 * own. */
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

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
    assert_non_null(set.mapping);
    assert_null(set.values);
    assert_int_equal(set.samples.count, LARGE / 1024);
    const unsigned char *values = set.samples.values;
    assert_int_equal(values[0], 0);
    assert_memory_equal(values + LARGE - 3, "\1\2\377", 3);
    assert_true(set.low == 0 && set.high == 255);
    assert_int_equal(strlen(set.files[0].sha256), 64);
    data_free(&set);
    assert_null(set.mapping);
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
    assert_non_null(set.mapping);
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

/* What a process that touches a page that the file has lost leaves behind. */
static void touch_lost_page(const struct data_set *set)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        int file = open("err", O_WRONLY | O_CREAT | O_TRUNC, 0666);
        dup2(file, 2);
        _exit(((const volatile unsigned char *)set->samples.values)[LARGE / 2]);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), STATUS_MACHINE);
}

static void test_a_file_cut_off_ends_with_its_name(void **state)
{
    char header[HEADER];
    struct data_set set;
    struct error error = {0};
    (void)state;
    write_large(header_of("|u1", LARGE / 1024, header), BYTES("\377"));
    load("x.npy", &set);
    assert_int_equal(truncate("x.npy", 4096), 0);
    touch_lost_page(&set);
    char *text;
    size_t size;
    assert_int_equal(file_read("err", 4096, &text, &size, &error), STATUS_OK);
    assert_string_equal(text, "error: x.npy was cut off while it was read, or "
                              "its disk failed\n");
    free(text);
    assert_int_equal(data_check_unchanged(&set, &error), STATUS_MACHINE);
    data_free(&set);
}

/* Any other SIGBUS, and one when nothing is mapped, is what it ever was. */
static void test_other_bus_errors_end_as_ever(void **state)
{
    char header[HEADER];
    struct data_set set;
    (void)state;
    write_large(header_of("|u1", LARGE / 1024, header), BYTES("\377"));
    for (int is_mapped = 0; is_mapped < 2; is_mapped++) {
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            signal(SIGBUS, SIG_DFL); /* cmocka's would go on */
            load("x.npy", &set);
            if (!is_mapped)
                data_free(&set);
            raise(SIGBUS);
            _exit(0);
        }
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS);
    }
}

static void write_over(const char *byte)
{
    FILE *file = fopen("x.npy", "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, 1 << 20, SEEK_SET), 0);
    assert_int_equal(fwrite(byte, 1, 1, file), 1);
    assert_int_equal(fclose(file), 0);
}

/* Its bytes, not its name and rights, make it the file that it was; a time of the
 * last change that is put back hides nothing. */
static void test_files_written_over_are_found(void **state)
{
    char header[HEADER];
    struct data_set set;
    struct error error = {0};
    struct stat about;
    (void)state;
    write_large(header_of("|u1", LARGE / 1024, header), BYTES("\377"));
    load("x.npy", &set);
    assert_int_equal(data_check_unchanged(&set, &error), STATUS_OK);
    assert_int_equal(chmod("x.npy", 0600), 0);
    assert_int_equal(data_check_unchanged(&set, &error), STATUS_OK);
    assert_int_equal(stat("x.npy", &about), 0);
    write_over("\1");
    const struct timespec times[2] = {about.st_atim, about.st_mtim};
    assert_int_equal(utimensat(AT_FDCWD, "x.npy", times, 0), 0);
    assert_int_equal(data_check_unchanged(&set, &error), STATUS_MACHINE);
    assert_string_equal(error.text, "x.npy: it changed while it was read");
    write_over("\0"); /* what was read meanwhile is not known */
    assert_int_equal(data_check_unchanged(&set, &error), STATUS_MACHINE);
    data_free(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_folder(test_bytes_are_mapped),
        in_folder(test_floats_are_mapped_and_scanned),
        in_folder(test_cut_files_refused),
        in_folder(test_a_file_cut_off_ends_with_its_name),
        in_folder(test_other_bus_errors_end_as_ever),
        in_folder(test_files_written_over_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
