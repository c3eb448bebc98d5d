#define _GNU_SOURCE /* memfd_create(), fexecve() */

#include "compiler/command/execute.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"

extern char **environ;

/* A file without a name that may be run; older kernels do not know the flag and
 * let every such file be run. -1 and errno. */
static int open_nameless(const char *name)
{
    const unsigned may_be_run = 0x10; /* MFD_EXEC, Linux 6.3 */
    int fd = memfd_create(name, MFD_CLOEXEC | may_be_run);
    return fd < 0 && errno == EINVAL ? memfd_create(name, MFD_CLOEXEC) : fd;
}

static bool write_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t put = write(fd, bytes, size);
        if (put < 0 && errno != EINTR)
            return false;
        bytes += put > 0 ? put : 0;
        size -= put > 0 ? (size_t)put : 0;
    }
    return true;
}

enum status execute(const char *name, const char *path,
                    struct executable *executable, char *const *arguments,
                    struct error *error)
{
    if (path) {
        execv(path, arguments);
        if (!executable->bytes &&
            file_read(path, TOOLCHAIN_MOST_BYTES, &executable->bytes,
                      &executable->size, error))
            return error->status;
    }
    int fd = open_nameless("guss");
    if (fd >= 0 && write_all(fd, executable->bytes, executable->size))
        fexecve(fd, arguments, environ);
    int failure = errno;
    if (fd >= 0)
        close(fd);
    errno = failure;
    return error_set_errno(error, STATUS_MACHINE, "cannot run '%s'",
                           path ? path : name);
}
