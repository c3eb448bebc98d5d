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
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/source.h"
#include "base/stop.h"
#include "base/unfinished.h"

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

/* The name of the only file of a folder that begins with a dot. */
static const char *hidden_file(struct fixture *fixture)
{
    const char *name = NULL;
    DIR *listing = opendir(fixture->folder);
    assert_non_null(listing);
    for (struct dirent *entry; (entry = readdir(listing));)
        if (entry->d_name[0] == '.' && strcmp(entry->d_name, ".") != 0 &&
            strcmp(entry->d_name, "..") != 0)
            name = arena_strdup(fixture->arena, entry->d_name);
    closedir(listing);
    assert_non_null(name);
    return name;
}

static void test_files_of_dead_writers_are_removed(void **state)
{
    struct fixture *fixture = *state;
    struct error error = {0};
    struct file_writer *writer;
    const char *path = in_folder(fixture, "a");
    const char *others[] = {"a.tmp.123", ".guss-123", ".guss-0123456789abcdeg",
                            ".guss-0123456789abcdef0"};
    for (int i = 0; i < 4; i++)
        write_text(in_folder(fixture, others[i]), "mine");
    write_text(in_folder(fixture, ".guss-0123456789abcdef"), "half");
    file_remove_unfinished(fixture->folder);
    assert_int_equal(count_files(fixture->folder), 4);
    assert_int_equal(file_writer_open(&writer, path, &error), STATUS_OK);
    file_remove_unfinished(fixture->folder);
    assert_int_equal(count_files(fixture->folder), 5);
    assert_int_equal(file_writer_commit(writer, &error), STATUS_OK);
    expect_content(path, "");
    assert_int_equal(symlink("a", in_folder(fixture, ".guss-fedcba9876543210")),
                     0);
    file_remove_unfinished(fixture->folder);
    file_remove_unfinished(in_folder(fixture, "none"));
    assert_int_equal(count_files(fixture->folder), 6);
}

static void test_temporary_names_differ(void **state)
{
    struct fixture *fixture = *state;
    struct error error = {0};
    struct file_writer *writers[2];
    const char *path = in_folder(fixture, "a");
    for (int i = 0; i < 2; i++) {
        assert_int_equal(file_writer_open(&writers[i], path, &error), 0);
        const char *put = i ? "second" : "first";
        assert_int_equal(file_writer_put(writers[i], put, strlen(put), &error),
                         0);
    }
    assert_int_equal(count_files(fixture->folder), 2);
    assert_int_equal(file_writer_commit(writers[1], &error), STATUS_OK);
    expect_content(path, "second");
    assert_int_equal(file_writer_commit(writers[0], &error), STATUS_OK);
    expect_content(path, "first");
}

static void test_long_names(void **state)
{
    struct fixture *fixture = *state;
    char name[258];
    memset(name, 'x', sizeof name - 1);
    name[257] = '\0';
    name[255] = '\0';
    write_text(in_folder(fixture, name), "long");
    expect_content(in_folder(fixture, name), "long");
    name[255] = 'x';
    expect_unwritten(fixture, in_folder(fixture, name), "File name too long");
    expect_unwritten(fixture, "", "No such file or directory");
    assert_int_equal(count_files(fixture->folder), 1);
}

/* ---- links --------------------------------------------------------------- */

static void make_link(struct fixture *fixture, const char *target,
                      const char *name)
{
    assert_int_equal(symlink(target, in_folder(fixture, name)), 0);
}

static void expect_link(struct fixture *fixture, const char *name)
{
    struct stat about;
    assert_int_equal(lstat(in_folder(fixture, name), &about), 0);
    assert_true(S_ISLNK(about.st_mode));
}

static void test_what_a_link_leads_to_is_written(void **state)
{
    struct fixture *fixture = *state;
    struct error error = {0};
    const char *target = in_folder(fixture, "sub/target");
    assert_int_equal(folder_make(in_folder(fixture, "sub"), &error), 0);
    make_link(fixture, "sub/middle", "relative");
    make_link(fixture, "../last", "sub/middle");
    make_link(fixture, target, "last");
    write_text(in_folder(fixture, "relative"), "while it dangles");
    expect_content(target, "while it dangles");
    write_text(in_folder(fixture, "relative"), "again");
    expect_content(target, "again");
    expect_link(fixture, "relative");
    expect_link(fixture, "sub/middle");
    expect_link(fixture, "last");
    assert_int_equal(count_files(in_folder(fixture, "sub")), 2);
    make_link(fixture, "/dev/null", "nowhere");
    write_text(in_folder(fixture, "nowhere"), "gone");
    expect_link(fixture, "nowhere");
}

static void test_links_that_lead_nowhere(void **state)
{
    struct fixture *fixture = *state;
    make_link(fixture, "one", "two");
    make_link(fixture, "two", "one");
    expect_unwritten(fixture, in_folder(fixture, "one"),
                     "Too many levels of symbolic links");
    make_link(fixture, "none/file", "lost");
    expect_unwritten(fixture, in_folder(fixture, "lost"),
                     "No such file or directory");
    make_link(fixture, ".", "folder");
    expect_unwritten(fixture, in_folder(fixture, "folder"), "Is a directory");
    assert_int_equal(count_files(fixture->folder), 4);
}

/* A link of one's own to /proc/self/fd/N is what /dev/stdout is. */
static void test_descriptors_are_written_as_they_are(void **state)
{
    struct fixture *fixture = *state;
    const char *path = in_folder(fixture, "file");
    write_text(path, "old");
    int fd = open(path, O_WRONLY | O_APPEND);
    assert_true(fd >= 0);
    write_text(arena_printf(fixture->arena, "/proc/self/fd/%d", fd), " one");
    write_text(arena_printf(fixture->arena, "/dev/fd/%d", fd), " two");
    make_link(fixture, arena_printf(fixture->arena, "/proc/self/fd/%d", fd),
              "out");
    make_link(fixture, "out", "further");
    write_text(in_folder(fixture, "further"), " three");
    expect_content(path, "old one two three");
    expect_link(fixture, "out");
    assert_int_equal(unlink(path), 0);
    write_text(in_folder(fixture, "out"), " deleted");
    assert_int_equal(lseek(fd, 0, SEEK_END), 25);
    close(fd);
    expect_unwritten(fixture, in_folder(fixture, "out"),
                     "No such file or directory");
    assert_int_equal(count_files(fixture->folder), 2);
}

/* ---- the end of the process ---------------------------------------------- */

static void stop_twice(void)
{
    stop_catch_signals();
    raise(SIGINT);
    raise(SIGINT);
}

static void interrupt(void)
{
    raise(SIGINT);
}
static void terminate(void)
{
    raise(SIGTERM);
}
static void hang_up(void)
{
    raise(SIGHUP);
}
static void quit(void)
{
    raise(SIGQUIT);
}
static void break_pipe(void)
{
    raise(SIGPIPE);
}

static void run_out_of_memory(void)
{
    fclose(stderr);
    arena_alloc(arena_new(), SIZE_MAX / 4, 8);
}

/* What waitpid() says of a process that writes two files and ends so. */
static int end_of_writer(struct fixture *fixture, void (*end)(void))
{
    pid_t child = fork();
    assert_true(child >= 0);
    int status = -1;
    if (child > 0) {
        assert_int_equal(waitpid(child, &status, 0), child);
        return status;
    }
    struct error error = {0};
    struct file_writer *writers[2];
    setrlimit(RLIMIT_CORE, &(struct rlimit){0});
    unfinished_remove_at_end();
    if (file_writer_open(&writers[0], in_folder(fixture, "a"), &error) ||
        file_writer_open(&writers[1], in_folder(fixture, "b"), &error) ||
        file_writer_put(writers[0], "half", 4, &error) ||
        count_files(fixture->folder) != 2)
        _exit(99);
    end();
    _exit(98);
}

static void test_nothing_is_left_at_the_end(void **state)
{
    struct fixture *fixture = *state;
    const struct {
        void (*end)(void);
        int signal, status;
    } ends[] = {{interrupt, SIGINT, 0},
                {terminate, SIGTERM, 0},
                {hang_up, SIGHUP, 0},
                {quit, SIGQUIT, 0},
                {break_pipe, SIGPIPE, 0},
                {stop_twice, 0, STATUS_INTERRUPTED},
                {run_out_of_memory, 0, STATUS_MACHINE}};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        int status = end_of_writer(fixture, ends[i].end);
        if (ends[i].signal)
            assert_true(WIFSIGNALED(status) &&
                        WTERMSIG(status) == ends[i].signal);
        else
            assert_true(WIFEXITED(status) &&
                        WEXITSTATUS(status) == ends[i].status);
        assert_int_equal(count_files(fixture->folder), 0);
    }
}

/* What only SIGKILL leaves is removed by whoever comes next. */
static void be_killed(void)
{
    raise(SIGKILL);
}

static void test_a_killed_writers_files(void **state)
{
    struct fixture *fixture = *state;
    assert_true(WIFSIGNALED(end_of_writer(fixture, be_killed)));
    assert_int_equal(count_files(fixture->folder), 2);
    assert_int_equal(strlen(hidden_file(fixture)), 22);
    file_remove_unfinished(fixture->folder);
    assert_int_equal(count_files(fixture->folder), 0);
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

static void test_endings(void **state)
{
    (void)state;
    assert_true(path_has_ending("a/b.png", ".png"));
    assert_true(path_has_ending("X.NPY", ".npy"));
    assert_false(path_has_ending(".png", ".png"));
    assert_false(path_has_ending("a.png.gz", ".png"));
    assert_false(path_has_ending("", ".png"));
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
        TEST(test_files_of_dead_writers_are_removed),
        TEST(test_temporary_names_differ),
        TEST(test_long_names),
        TEST(test_what_a_link_leads_to_is_written),
        TEST(test_links_that_lead_nowhere),
        TEST(test_descriptors_are_written_as_they_are),
        TEST(test_nothing_is_left_at_the_end),
        TEST(test_a_killed_writers_files),
        TEST(test_what_cannot_be_written),
        TEST(test_a_failed_writer_stays_failed),
        TEST(test_devices_are_not_replaced),
        TEST(test_folders),
        TEST(test_paths),
        TEST(test_endings),
        TEST(test_sources_are_files),
    };
    return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
