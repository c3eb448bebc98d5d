/* Files read whole; folders and paths. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

/* Opened the wrong way round, so that using them fails as before. */
void file_hold_standard(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 &&
            open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0)
            return;
}

/* ---- reading ------------------------------------------------------------- */

static enum status fail_reading(const char *path, struct error *error)
{
    bool wrong_path = errno == ENOENT || errno == ENOTDIR || errno == ELOOP ||
                      errno == ENAMETOOLONG || errno == EISDIR;
    return error_set_errno(error, wrong_path ? STATUS_INPUT : STATUS_MACHINE,
                           "cannot read '%s'", path);
}

static enum status fail_too_large(const char *path, size_t limit,
                                  struct error *error)
{
    return error_set(error, STATUS_INPUT,
                     "cannot read '%s': it has more than %zu bytes", path,
                     limit);
}

/* One read() that signals do not interrupt. */
static ssize_t read_some(int fd, char *bytes, size_t size)
{
    ssize_t got;
    do
        got = read(fd, bytes, size);
    while (got < 0 && errno == EINTR);
    return got;
}

/* Reads to the end, not to the size that the file said it had: it may grow,
 * and files of /proc say 0. One byte of the buffer is kept for the NUL. */
static enum status read_all(int fd, size_t expected, const char *path,
                            size_t limit, char **bytes, size_t *size,
                            struct error *error)
{
    size_t capacity = expected + 2, used = 0;
    for (;;) {
        char *grown = realloc(*bytes, capacity);
        if (!grown)
            return fail_reading(path, error);
        *bytes = grown;
        ssize_t got = read_some(fd, grown + used, capacity - 1 - used);
        if (got < 0)
            return fail_reading(path, error);
        if (got == 0)
            break;
        used += (size_t)got;
        if (used > limit)
            return fail_too_large(path, limit, error);
        if (used == capacity - 1)
            capacity *= 2;
    }
    (*bytes)[used] = '\0';
    *size = used;
    return STATUS_OK;
}

enum status file_open(const char *path, int *fd, uint64_t *size,
                      struct error *error)
{
    struct stat about;
    enum status status = STATUS_OK;
    /* Without O_NONBLOCK, opening a pipe would wait for its writer. */
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (*fd < 0)
        return fail_reading(path, error);
    if (fstat(*fd, &about) != 0) {
        status = fail_reading(path, error);
    } else if (S_ISDIR(about.st_mode)) {
        errno = EISDIR;
        status = fail_reading(path, error);
    } else if (!S_ISREG(about.st_mode) || about.st_size < 0) {
        status = error_set(error, STATUS_INPUT,
                           "cannot read '%s': it is not a regular file", path);
    }
    if (status != STATUS_OK)
        close(*fd);
    else
        *size = (uint64_t)about.st_size;
    return status;
}

enum status file_read_exactly(int fd, const char *path, void *bytes,
                              size_t size, struct error *error)
{
    for (char *at = bytes; size > 0;) {
        ssize_t got = read_some(fd, at, size);
        if (got < 0)
            return fail_reading(path, error);
        if (got == 0)
            return error_set(error, STATUS_INPUT,
                             "cannot read '%s': it became shorter while it "
                             "was read",
                             path);
        at += got;
        size -= (size_t)got;
    }
    return STATUS_OK;
}

static enum status free_unless_read(enum status status, char **bytes)
{
    if (status != STATUS_OK) {
        free(*bytes);
        *bytes = NULL;
    }
    return status;
}

enum status file_read(const char *path, size_t limit, char **bytes,
                      size_t *size, struct error *error)
{
    *bytes = NULL;
    *size = 0;
    if (limit > SIZE_MAX / 4)
        limit = SIZE_MAX / 4;
    int fd;
    uint64_t expected;
    enum status status = file_open(path, &fd, &expected, error);
    if (status != STATUS_OK)
        return status;
    status = expected > limit ? fail_too_large(path, limit, error)
                              : read_all(fd, (size_t)expected, path, limit,
                                         bytes, size, error);
    close(fd);
    return free_unless_read(status, bytes);
}

enum status file_read_open(int fd, const char *name, size_t limit, char **bytes,
                           size_t *size, struct error *error)
{
    enum { FIRST = 4096 }; /* bytes, doubled as it needs */
    *bytes = NULL;
    *size = 0;
    enum status status = read_all(fd, FIRST, name, limit, bytes, size, error);
    return free_unless_read(status, bytes);
}

bool path_is_stream(const char *path)
{
    return strcmp(path, "-") == 0 || file_is_special(path);
}

const char *path_given_name(const char *path)
{
    return strcmp(path, "-") == 0 ? "<stdin>" : path;
}

enum status file_read_given(const char *path, size_t limit, char **bytes,
                            size_t *size, struct error *error)
{
    if (!path_is_stream(path))
        return file_read(path, limit, bytes, size, error);
    if (strcmp(path, "-") == 0)
        return file_read_open(STDIN_FILENO, path_given_name(path), limit, bytes,
                              size, error);
    *bytes = NULL;
    *size = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail_reading(path, error);
    enum status status = file_read_open(fd, path, limit, bytes, size, error);
    close(fd);
    return status;
}

/* ---- folders and paths --------------------------------------------------- */

bool folder_exists(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

bool file_is_same(const char *a, const char *b)
{
    struct stat first, second;
    return stat(a, &first) == 0 && stat(b, &second) == 0 &&
           first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

bool file_exists(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISREG(about.st_mode);
}

bool file_is_special(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && !S_ISREG(about.st_mode) &&
           !S_ISDIR(about.st_mode);
}

static bool make_one(const char *path)
{
    if (mkdir(path, 0777) == 0)
        return true;
    if (errno == EEXIST && !folder_exists(path))
        errno = ENOTDIR;
    return errno == EEXIST;
}

enum status folder_make(const char *path, struct error *error)
{
    struct arena *arena = arena_new();
    char *prefix = arena_strdup(arena, path);
    bool made = true;
    for (size_t i = 1; made && prefix[0] && prefix[i]; i++) {
        if (prefix[i] != '/' || prefix[i - 1] == '/')
            continue;
        prefix[i] = '\0';
        made = folder_exists(prefix) || make_one(prefix);
        prefix[i] = '/';
    }
    made = made && make_one(prefix);
    int failure = errno;
    arena_free(arena);
    errno = failure;
    return made ? STATUS_OK
                : error_set_errno(error, STATUS_MACHINE,
                                  "cannot make the folder '%s'", path);
}

char *path_join(struct arena *arena, const char *dir, const char *name)
{
    size_t length = strlen(dir);
    if (length == 0 || name[0] == '/')
        return arena_strdup(arena, name);
    const char *slash = dir[length - 1] == '/' ? "" : "/";
    return arena_printf(arena, "%s%s%s", dir, slash, name);
}

bool path_has_ending(const char *path, const char *ending)
{
    size_t length = strlen(path), tail = strlen(ending);
    return length > tail && strcasecmp(path + length - tail, ending) == 0;
}

bool path_suits(const char *path, const char *ending)
{
    const char *dot = strrchr(path_name(path), '.');
    return strcmp(path, "-") != 0 &&
           (!dot || strcasecmp(dot, ending) == 0 || file_is_special(path));
}

const char *path_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

char *path_folder(struct arena *arena, const char *path)
{
    size_t length = (size_t)(path_name(path) - path);
    if (length == 0)
        return arena_strdup(arena, ".");
    while (length > 1 && path[length - 1] == '/')
        length--;
    return arena_copy(arena, path, length);
}

char *path_stem(struct arena *arena, const char *path)
{
    const char *name = path_name(path);
    const char *dot = strrchr(name, '.');
    size_t length = dot && dot > name ? (size_t)(dot - name) : strlen(name);
    return arena_copy(arena, name, length);
}

enum status path_of_program(struct arena *arena, const char **path,
                            struct error *error)
{
    char self[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self);
    if (length < 0)
        return error_set_errno(error, STATUS_MACHINE,
                               "cannot find where this program itself lies");
    *path = arena_copy(arena, self, (size_t)length);
    return STATUS_OK;
}
