/* Files read whole and written whole. Writing goes to `<path>.tmp.<pid>` in
 * the same folder (a rename is atomic only within a file system) and becomes
 * visible by renaming. What is no regular file, such as /dev/null or a pipe,
 * is written as it is: renaming over it would replace it. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

/* ---- writing ------------------------------------------------------------- */

struct file_writer {
    int fd;
    char *path;
    char *temporary; /* NULL where `path` itself is written */
    int failure;     /* errno of the first failure, or 0 */
};

static enum status fail_writing(const char *path, struct error *error)
{
    return error_set_errno(error, STATUS_MACHINE, "cannot write '%s'", path);
}

static void free_writer(struct file_writer *writer)
{
    free(writer->path);
    free(writer->temporary);
    free(writer);
}

static struct file_writer *make_writer(const char *path)
{
    struct file_writer *writer = calloc(1, sizeof *writer);
    if (!writer)
        return NULL;
    size_t size = strlen(path) + sizeof ".tmp." + 3 * sizeof(long);
    bool special = file_is_special(path);
    writer->fd = -1;
    writer->path = strdup(path);
    writer->temporary = special ? NULL : malloc(size);
    if (!writer->path || (!special && !writer->temporary)) {
        free_writer(writer);
        errno = ENOMEM;
        return NULL;
    }
    if (!special)
        snprintf(writer->temporary, size, "%s.tmp.%ld", path, (long)getpid());
    return writer;
}

/* A temporary file that is there already was left by a writer that is dead:
 * the name has our process's number. */
static int open_temporary(const char *path)
{
    int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
    int fd = open(path, flags, 0666);
    if (fd < 0 && errno == EEXIST && unlink(path) == 0)
        fd = open(path, flags, 0666);
    return fd;
}

enum status file_writer_open(struct file_writer **writer, const char *path,
                             struct error *error)
{
    *writer = NULL;
    struct file_writer *made = make_writer(path);
    if (!made)
        return fail_writing(path, error);
    made->fd = made->temporary ? open_temporary(made->temporary)
                               : open(path, O_WRONLY | O_CLOEXEC);
    if (made->fd < 0) {
        enum status status = fail_writing(path, error);
        free_writer(made);
        return status;
    }
    *writer = made;
    return STATUS_OK;
}

enum status file_writer_put(struct file_writer *writer, const void *bytes,
                            size_t size, struct error *error)
{
    const char *at = bytes;
    while (size > 0 && !writer->failure) {
        ssize_t put = write(writer->fd, at, size);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0) {
            writer->failure = errno;
            break;
        }
        at += put;
        size -= (size_t)put;
    }
    if (!writer->failure)
        return STATUS_OK;
    errno = writer->failure;
    return fail_writing(writer->path, error);
}

/* 0 or errno. A file system that cannot sync says EINVAL: nothing is lost by
 * going on there. */
static int sync_opened(int fd)
{
    int result;
    do
        result = fsync(fd);
    while (result != 0 && errno == EINTR);
    return result != 0 && errno != EINVAL ? errno : 0;
}

/* A folder that may be written but not read cannot be opened: its entry is
 * then left to the file system. */
static int sync_folder(const char *path)
{
    struct arena *arena = arena_new();
    int fd = open(path_folder(arena, path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    arena_free(arena);
    if (fd < 0)
        return 0;
    int failure = sync_opened(fd);
    close(fd);
    return failure;
}

static int finish(struct file_writer *writer)
{
    int failure = writer->failure;
    if (!failure && writer->temporary)
        failure = sync_opened(writer->fd);
    if (close(writer->fd) != 0 && !failure && errno != EINTR)
        failure = errno;
    writer->fd = -1;
    if (!writer->temporary || failure)
        return failure;
    if (rename(writer->temporary, writer->path) != 0)
        return errno;
    free(writer->temporary);
    writer->temporary = NULL;
    return sync_folder(writer->path);
}

enum status file_writer_commit(struct file_writer *writer, struct error *error)
{
    enum status status = STATUS_OK;
    int failure = finish(writer);
    if (failure) {
        errno = failure;
        status = fail_writing(writer->path, error);
    }
    file_writer_abandon(writer);
    return status;
}

void file_writer_abandon(struct file_writer *writer)
{
    if (!writer)
        return;
    if (writer->fd >= 0)
        close(writer->fd);
    if (writer->temporary)
        unlink(writer->temporary);
    free_writer(writer);
}

/* All of a file's bytes through a writer, which is freed. */
static enum status put_all(struct file_writer *writer, const void *bytes,
                           size_t size, struct error *error)
{
    enum status status = file_writer_put(writer, bytes, size, error);
    if (status != STATUS_OK) {
        file_writer_abandon(writer);
        return status;
    }
    return file_writer_commit(writer, error);
}

enum status file_write(const char *path, const void *bytes, size_t size,
                       struct error *error)
{
    struct file_writer *writer;
    enum status status = file_writer_open(&writer, path, error);
    return status == STATUS_OK ? put_all(writer, bytes, size, error) : status;
}

/* A file that another user would own does not run with that user's rights. */
static void keep_permissions(struct file_writer *writer,
                             const struct stat *about)
{
    bool owned = fchown(writer->fd, about->st_uid, about->st_gid) == 0;
    mode_t mode = about->st_mode & (owned ? 07777 : 0777);
    if (fchmod(writer->fd, mode) != 0)
        writer->failure = errno;
}

enum status file_replace(const char *path, const void *bytes, size_t size,
                         struct error *error)
{
    struct stat about;
    struct file_writer *writer = NULL;
    char *real = realpath(path, NULL);
    enum status status = STATUS_OK;
    if (!real || stat(real, &about) != 0 || access(real, W_OK) != 0)
        status = fail_writing(path, error);
    else
        status = file_writer_open(&writer, real, error);
    if (status == STATUS_OK) {
        if (writer->temporary)
            keep_permissions(writer, &about);
        status = put_all(writer, bytes, size, error);
    }
    free(real);
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
