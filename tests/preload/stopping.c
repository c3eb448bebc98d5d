/* Loaded before a program's libraries (LD_PRELOAD), it counts what the program
 * writes, syncs, renames and removes, and how often it looks at the clock, as it
 * does about every update of a training; before one of these calls a signal is
 * raised.
 *
 *   STOP_AT=N        the N-th call
 *   STOP_BY=N        the signal's number
 *   STOP_CALLS=FILE  how many calls there were is written there at the end
 *
 * What the program starts is left alone. */
#define _GNU_SOURCE /* RTLD_NEXT */
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* There is one such library in a process, and its functions have no argument
 * to hold this. */
static struct {
    atomic_long calls;
    long stop;
    int signal;
    char report[4096];
} self;

__attribute__((constructor)) static void read_settings(void)
{
    const char *at = getenv("STOP_AT"), *by = getenv("STOP_BY");
    const char *file = getenv("STOP_CALLS");
    self.stop = at ? atol(at) : 0;
    self.signal = by ? atoi(by) : SIGKILL;
    if (file)
        snprintf(self.report, sizeof self.report, "%s", file);
    unsetenv("LD_PRELOAD");
}

static void count(void)
{
    if (atomic_fetch_add(&self.calls, 1) + 1 == self.stop)
        raise(self.signal);
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    int (*next)(clockid_t, struct timespec *);
    *(void **)&next = dlsym(RTLD_NEXT, "clock_gettime");
    count();
    return next(clock, now);
}

ssize_t write(int file, const void *bytes, size_t size)
{
    ssize_t (*next)(int, const void *, size_t);
    *(void **)&next = dlsym(RTLD_NEXT, "write");
    count();
    return next(file, bytes, size);
}

int fsync(int file)
{
    int (*next)(int);
    *(void **)&next = dlsym(RTLD_NEXT, "fsync");
    count();
    return next(file);
}

int renameat(int from, const char *name, int to, const char *other)
{
    int (*next)(int, const char *, int, const char *);
    *(void **)&next = dlsym(RTLD_NEXT, "renameat");
    count();
    return next(from, name, to, other);
}

int unlink(const char *path)
{
    int (*next)(const char *);
    *(void **)&next = dlsym(RTLD_NEXT, "unlink");
    count();
    return next(path);
}

__attribute__((destructor)) static void report(void)
{
    FILE *file = self.report[0] ? fopen(self.report, "w") : NULL;
    if (file) {
        fprintf(file, "%ld\n", atomic_load(&self.calls));
        fclose(file);
    }
}
