/* Loaded before a program's libraries (LD_PRELOAD): a folder can be opened, and
 * is read up to the entry that READDIR_FAILS counts, from 1; then the disk fails. */
#define _GNU_SOURCE /* RTLD_NEXT */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

/* There is one such library in a process. */
static atomic_long entries;

struct dirent *readdir(DIR *folder)
{
    struct dirent *(*next)(DIR *);
    const char *fails = getenv("READDIR_FAILS");
    *(void **)&next = dlsym(RTLD_NEXT, "readdir");
    if (!fails || atomic_fetch_add(&entries, 1) + 1 < atol(fails))
        return next(folder);
    errno = EIO;
    return NULL;
}
