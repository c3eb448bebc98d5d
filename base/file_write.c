/* Files written whole. The bytes go to a file with a name of its own in the
 * folder where they are to be (a rename is atomic only within a file system),
 * which is renamed in the end. What is no regular file, such as /dev/null or a
 * pipe, is written as it is: renaming would put a file in its place. */
#define _GNU_SOURCE /* O_PATH, getentropy(), flock() */

#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/unfinished.h"

/* ---- where an output goes ------------------------------------------------ */

/* True of a link such as /proc/self/fd/1: it leads to what a process has open,
 * which may have no name, whatever readlink() says. *failure is an errno, or 0. */
static bool is_descriptor(const char *link, int *failure)
{
    struct statfs about;
    int fd = open(link, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    *failure = fd < 0 || fstatfs(fd, &about) != 0 ? errno : 0;
    if (fd >= 0)
        close(fd);
    return !*failure && about.f_type == PROC_SUPER_MAGIC;
}

/* Links are followed here, one by one, because realpath() goes past
 * descriptors and wants the file to be there. */
const char *path_behind_links(struct arena *arena, const char *path)
{
    enum { MOST_LINKS = 40 }; /* as Linux */
    struct stat about;
    char target[PATH_MAX];
    /* The system may refuse to follow a link that is not to be trusted. */
    if (stat(path, &about) != 0 && errno != ENOENT)
        return NULL;
    for (int i = 0; i < MOST_LINKS; i++) {
        int failure = 0;
        if (lstat(path, &about) != 0)
            return errno == ENOENT ? path : NULL;
        if (!S_ISLNK(about.st_mode) || is_descriptor(path, &failure))
            return path;
        errno = failure;
        ssize_t length = failure ? -1 : readlink(path, target, sizeof target);
        if (length < 0)
            return NULL;
        path = path_join(arena, path_folder(arena, path),
                         arena_copy(arena, target, (size_t)length));
    }
    errno = ELOOP;
    return NULL;
}

/* This process's own descriptor is used as it is, with its place in the file:
 * opened anew, it would be written from the start. */
static int open_descriptor(struct arena *arena, const char *link)
{
    char folder[PATH_MAX], own[PATH_MAX];
    if (!realpath(path_folder(arena, link), folder) ||
        !realpath("/proc/self/fd", own))
        return -1;
    return strcmp(folder, own) == 0
               ? fcntl(atoi(path_name(link)), F_DUPFD_CLOEXEC, 0)
               : open(link, O_WRONLY | O_TRUNC | O_CLOEXEC);
}

static bool is_link(const char *path)
{
    struct stat about;
    return lstat(path, &about) == 0 && S_ISLNK(about.st_mode);
}

/* ---- temporary files ----------------------------------------------------- */

/* Sixteen random digits: neither another process nor another machine that
 * shares the folder takes the same. */
static const char prefix[] = ".guss-";
enum { DIGITS = 16, NAME_SIZE = sizeof prefix + DIGITS };

static bool draw_name(char name[NAME_SIZE])
{
    uint64_t number;
    if (getentropy(&number, sizeof number) != 0)
        return false;
    snprintf(name, NAME_SIZE, "%s%016" PRIx64, prefix, number);
    return true;
}

static bool is_temporary(const char *name)
{
    return strncmp(name, prefix, sizeof prefix - 1) == 0 &&
           strlen(name) == NAME_SIZE - 1 &&
           strspn(name + sizeof prefix - 1, "0123456789abcdef") == DIGITS;
}

/* Who writes a file holds its lock, which ends with the process. Where the
 * file system knows no locks, nobody's file is taken for a dead one's. */
static bool lock_file(int fd)
{
    return flock(fd, LOCK_EX | LOCK_NB) == 0;
}

void file_remove_unfinished(const char *folder)
{
    DIR *listing = opendir(folder);
    for (struct dirent *entry; listing && (entry = readdir(listing));) {
        struct stat about;
        if (!is_temporary(entry->d_name))
            continue;
        int fd = openat(dirfd(listing), entry->d_name,
                        O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        if (fd >= 0 && fstat(fd, &about) == 0 && S_ISREG(about.st_mode) &&
            lock_file(fd))
            unlinkat(dirfd(listing), entry->d_name, 0);
        if (fd >= 0)
            close(fd);
    }
    if (listing)
        closedir(listing);
}

/* ---- writers ------------------------------------------------------------- */

struct file_writer {
    struct arena *arena;
    const char *path;             /* as the user named it, for messages */
    const char *name;             /* in `folder`: where links lead to */
    int folder, fd;               /* -1: none */
    struct unfinished unfinished; /* the temporary file, while there is one */
    char temporary[NAME_SIZE];    /* its name; "" where `fd` is the output */
    int failure;                  /* errno of the first failure, or 0 */
};

static enum status fail_writing(const char *path, struct error *error)
{
    return error_set_errno(error, STATUS_MACHINE, "cannot write '%s'", path);
}

/* Another process may have taken the new file for a dead one's before it was
 * locked: then it has no name any more, and the next one is tried. */
static bool create_temporary(struct file_writer *writer, mode_t mode)
{
    enum { MOST_TRIES = 100 };
    for (int i = 0; i < MOST_TRIES; i++) {
        struct stat about;
        if (!draw_name(writer->temporary))
            return false;
        writer->unfinished = (struct unfinished){.folder = writer->folder,
                                                 .name = writer->temporary};
        writer->fd = unfinished_create(&writer->unfinished, mode);
        if (writer->fd < 0 && errno != EEXIST)
            return false;
        if (writer->fd < 0)
            continue;
        if ((lock_file(writer->fd) || errno != EWOULDBLOCK) &&
            fstatat(writer->folder, writer->temporary, &about,
                    AT_SYMLINK_NOFOLLOW) == 0)
            return true;
        unlinkat(writer->folder, writer->temporary, 0);
        close(writer->fd);
        writer->fd = -1;
        unfinished_forget(&writer->unfinished);
    }
    errno = EEXIST;
    return false;
}

/* The folder is kept open: wherever it is moved, the file is made in it. */
static bool open_output(struct file_writer *writer, const char *path,
                        mode_t mode)
{
    struct arena *arena = writer->arena;
    path = path_behind_links(arena, path);
    if (!path)
        return false;
    if (is_link(path)) {
        writer->fd = open_descriptor(arena, path);
        return writer->fd >= 0;
    }
    if (file_is_special(path) || folder_exists(path)) {
        writer->fd = open(path, O_WRONLY | O_CLOEXEC);
        return writer->fd >= 0;
    }
    writer->name = path_name(path);
    errno = ENOENT;
    if (!writer->name[0])
        return false;
    writer->folder =
        open(path_folder(arena, path), O_PATH | O_DIRECTORY | O_CLOEXEC);
    return writer->folder >= 0 && create_temporary(writer, mode);
}

/* `name` is what messages call it. */
static enum status open_writer(struct file_writer **writer, const char *path,
                               const char *name, mode_t mode,
                               struct error *error)
{
    enum status status = STATUS_OK;
    struct arena *arena = arena_new();
    struct file_writer *made = arena_alloc(arena, 1, sizeof *made);
    made->arena = arena;
    made->path = arena_strdup(arena, name);
    made->folder = made->fd = -1;
    if (!open_output(made, path, mode)) {
        made->temporary[0] = '\0';
        status = fail_writing(name, error);
        file_writer_abandon(made);
        made = NULL;
    }
    *writer = made;
    return status;
}

enum status file_writer_open(struct file_writer **writer, const char *path,
                             struct error *error)
{
    return open_writer(writer, path, path, 0666, error);
}

enum status file_writer_open_executable(struct file_writer **writer,
                                        const char *path, struct error *error)
{
    return open_writer(writer, path, path, 0777, error);
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
static int sync_folder(int folder)
{
    int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    int failure = sync_opened(fd);
    close(fd);
    return failure;
}

/* A network's file system may tell only here that it has not kept the bytes.
 * The lock stays: that ends when the last descriptor is closed. */
static int close_copy(int fd)
{
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    return copy < 0 || (close(copy) != 0 && errno != EINTR) ? errno : 0;
}

/* 0 or errno. */
static int finish(struct file_writer *writer)
{
    int failure = writer->failure;
    if (!failure && writer->temporary[0])
        failure = sync_opened(writer->fd);
    if (!failure)
        failure = close_copy(writer->fd);
    if (!writer->temporary[0] || failure)
        return failure;
    if (renameat(writer->folder, writer->temporary, writer->folder,
                 writer->name) != 0)
        return errno;
    unfinished_forget(&writer->unfinished);
    writer->temporary[0] = '\0';
    return sync_folder(writer->folder);
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
    if (writer->temporary[0]) {
        unlinkat(writer->folder, writer->temporary, 0);
        unfinished_forget(&writer->unfinished);
    }
    if (writer->fd >= 0)
        close(writer->fd);
    if (writer->folder >= 0)
        close(writer->folder);
    arena_free(writer->arena);
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

enum status file_write_executable(const char *path, const void *bytes,
                                  size_t size, struct error *error)
{
    struct file_writer *writer;
    enum status status = file_writer_open_executable(&writer, path, error);
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

/* A descriptor's link is followed too: what has been read from its start is
 * not to be written at its end. */
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
        status = open_writer(&writer, real, path, 0666, error);
    if (status == STATUS_OK) {
        if (writer->temporary[0])
            keep_permissions(writer, &about);
        status = put_all(writer, bytes, size, error);
    }
    free(real);
    return status;
}
