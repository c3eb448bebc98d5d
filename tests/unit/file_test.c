/* base/file.h: files are read whole, and written whole or not at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/source.h"

struct fixture {
    struct arena *arena;
    char folder[64];
};

static char *in_folder(struct fixture *fixture, const char *name)
{
    return path_join(fixture->arena, fixture->folder, name);
}

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

static void write_text(const char *path, const char *text)
{
    struct error error = {0};
    assert_int_equal(file_write(path, text, strlen(text), &error), STATUS_OK);
}

static void expect_content(const char *path, const char *expected)
{
    struct error error = {0};
    char *bytes;
    size_t size;
    assert_int_equal(file_read(path, 1000, &bytes, &size, &error), STATUS_OK);
    assert_int_equal(size, strlen(expected));
    assert_string_equal(bytes, expected);
    free(bytes);
}

static void expect_unread(struct fixture *fixture, const char *path,
                          size_t limit, const char *reason)
{
    struct error error = {0};
    char *bytes;
    size_t size;
    assert_int_equal(file_read(path, limit, &bytes, &size, &error),
                     STATUS_INPUT);
    assert_null(bytes);
    assert_string_equal(
        error.text,
        arena_printf(fixture->arena, "cannot read '%s': %s", path, reason));
    assert_int_equal(error.status, STATUS_INPUT);
}

static void expect_unwritten(struct fixture *fixture, const char *path,
                             const char *reason)
{
    struct error error = {0};
    assert_int_equal(file_write(path, "text", 4, &error), STATUS_MACHINE);
    assert_string_equal(
        error.text,
        arena_printf(fixture->arena, "cannot write '%s': %s", path, reason));
}

static void test_what_is_written_is_read(void **state)
{
    struct fixture *fixture = *state;
    const char *path = in_folder(fixture, "a.txt");
    write_text(path, "first");
    expect_content(path, "first");
    write_text(path, "");
    expect_content(path, "");
    assert_int_equal(count_files(fixture->folder), 1);
    assert_true(file_exists(path));
    assert_false(folder_exists(path));
}

static void test_what_cannot_be_read(void **state)
{
    struct fixture *fixture = *state;
    expect_unread(fixture, in_folder(fixture, "none"), 9,
                  "No such file or directory");
    expect_unread(fixture, fixture->folder, 9, "Is a directory");
    const char *path = in_folder(fixture, "ten");
    write_text(path, "0123456789");
    expect_content(path, "0123456789");
    expect_unread(fixture, path, 9, "it has more than 9 bytes");
    expect_unread(fixture, in_folder(fixture, "ten/x"), 9, "Not a directory");
    const char *pipe = in_folder(fixture, "pipe");
    assert_int_equal(mkfifo(pipe, 0600), 0);
    expect_unread(fixture, pipe, 9, "it is not a regular file");
}

static void test_a_file_that_says_it_is_empty(void **state)
{
    (void)state;
    struct error error = {0};
    char *bytes;
    size_t size;
    assert_int_equal(
        file_read("/proc/self/maps", 1 << 20, &bytes, &size, &error),
        STATUS_OK);
    assert_true(size > 0);
    assert_int_equal(strlen(bytes), size);
    free(bytes);
}

static void test_the_old_file_stays_until_the_end(void **state)
{
    struct fixture *fixture = *state;
    struct error error = {0};
    const char *path = in_folder(fixture, "a");
    write_text(path, "old");
    struct file_writer *writer;
    assert_int_equal(file_writer_open(&writer, path, &error), STATUS_OK);
    assert_int_equal(file_writer_put(writer, "ne", 2, &error), STATUS_OK);
    assert_int_equal(file_writer_put(writer, "w", 1, &error), STATUS_OK);
    expect_content(path, "old");
    assert_int_equal(file_writer_commit(writer, &error), STATUS_OK);
    expect_content(path, "new");
    assert_int_equal(file_writer_open(&writer, path, &error), STATUS_OK);
    assert_int_equal(file_writer_put(writer, "x", 1, &error), STATUS_OK);
    file_writer_abandon(writer);
    file_writer_abandon(NULL);
    expect_content(path, "new");
    assert_int_equal(count_files(fixture->folder), 1);
}

static void test_a_dead_writers_file_is_replaced(void **state)
{
    struct fixture *fixture = *state;
    const char *path = in_folder(fixture, "a");
    write_text(arena_printf(fixture->arena, "%s.tmp.%ld", path, (long)getpid()),
               "half");
    write_text(path, "whole");
    expect_content(path, "whole");
    assert_int_equal(count_files(fixture->folder), 1);
}

static void test_what_cannot_be_written(void **state)
{
    struct fixture *fixture = *state;
    expect_unwritten(fixture, in_folder(fixture, "none/a"),
                     "No such file or directory");
    expect_unwritten(fixture, "/dev/full", "No space left on device");
    const char *folder = in_folder(fixture, "folder");
    struct error error = {0};
    assert_int_equal(folder_make(folder, &error), STATUS_OK);
    expect_unwritten(fixture, folder, "Is a directory");
    assert_int_equal(count_files(fixture->folder), 1);
}

static void test_a_failed_writer_stays_failed(void **state)
{
    (void)state;
    struct error error = {0};
    struct file_writer *writer;
    assert_int_equal(file_writer_open(&writer, "/dev/full", &error), STATUS_OK);
    assert_int_equal(file_writer_put(writer, "x", 1, &error), STATUS_MACHINE);
    assert_int_equal(file_writer_put(writer, "x", 1, &error), STATUS_MACHINE);
    error.text[0] = '\0';
    assert_int_equal(file_writer_commit(writer, &error), STATUS_MACHINE);
    assert_string_equal(error.text,
                        "cannot write '/dev/full': No space left on device");
}

static void test_devices_are_not_replaced(void **state)
{
    (void)state;
    write_text("/dev/null", "gone");
    struct stat about;
    assert_int_equal(stat("/dev/null", &about), 0);
    assert_true(S_ISCHR(about.st_mode));
}

static void test_folders(void **state)
{
    struct fixture *fixture = *state;
    struct error error = {0};
    const char *deep = in_folder(fixture, "a//b/c/");
    assert_int_equal(folder_make(deep, &error), STATUS_OK);
    assert_int_equal(folder_make(deep, &error), STATUS_OK);
    assert_true(folder_exists(deep));
    assert_false(file_exists(deep));
    const char *file = in_folder(fixture, "file");
    write_text(file, "");
    const char *below = in_folder(fixture, "file/x");
    assert_int_equal(folder_make(below, &error), STATUS_MACHINE);
    assert_string_equal(
        error.text,
        arena_printf(fixture->arena,
                     "cannot make the folder '%s': Not a directory", below));
    assert_int_equal(folder_make(file, &error), STATUS_MACHINE);
    assert_int_equal(folder_make("", &error), STATUS_MACHINE);
}

static void test_paths(void **state)
{
    struct fixture *fixture = *state;
    struct arena *arena = fixture->arena;
    assert_string_equal(path_join(arena, "a", "b"), "a/b");
    assert_string_equal(path_join(arena, "a/", "b"), "a/b");
    assert_string_equal(path_join(arena, "", "b"), "b");
    assert_string_equal(path_join(arena, "a", "/b"), "/b");
    assert_string_equal(path_folder(arena, "a/b.nn"), "a");
    assert_string_equal(path_folder(arena, "a//b.nn"), "a");
    assert_string_equal(path_folder(arena, "b.nn"), ".");
    assert_string_equal(path_folder(arena, "/b.nn"), "/");
    assert_string_equal(path_name("a/b.nn"), "b.nn");
    assert_string_equal(path_name("b.nn"), "b.nn");
    assert_string_equal(path_stem(arena, "a.b/c.mnist.yaml"), "c.mnist");
    assert_string_equal(path_stem(arena, "a.b/c"), "c");
    assert_string_equal(path_stem(arena, ".hidden"), ".hidden");
}

static void test_sources_are_files(void **state)
{
    struct fixture *fixture = *state;
    struct error error = {0};
    const char *path = in_folder(fixture, "x.nn");
    write_text(path, "\xEF\xBB\xBFnetwork\nb");
    const struct source *source =
        source_read(fixture->arena, path, 100, &error);
    assert_non_null(source);
    assert_string_equal(source->text, "network\nb");
    assert_string_equal(source->path, path);
    assert_int_equal(source->length, 9);
    assert_int_equal(source->n_lines, 2);
    assert_null(source_read(fixture->arena, path, 3, &error));
    assert_int_equal(error.status, STATUS_INPUT);
}

static int set_up(void **state)
{
    static struct fixture fixture;
    fixture.arena = arena_new();
    strcpy(fixture.folder, "/tmp/guss-file-test-XXXXXX");
    *state = &fixture;
    return mkdtemp(fixture.folder) ? 0 : -1;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    char *command = arena_printf(fixture->arena, "rm -rf %s", fixture->folder);
    int status = system(command);
    arena_free(fixture->arena);
    return status;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_what_is_written_is_read),
        TEST(test_what_cannot_be_read),
        TEST(test_a_file_that_says_it_is_empty),
        TEST(test_the_old_file_stays_until_the_end),
        TEST(test_a_dead_writers_file_is_replaced),
        TEST(test_what_cannot_be_written),
        TEST(test_a_failed_writer_stays_failed),
        TEST(test_devices_are_not_replaced),
        TEST(test_folders),
        TEST(test_paths),
        TEST(test_sources_are_files),
    };
    return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
