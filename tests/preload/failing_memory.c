/* Loaded before a program's libraries (LD_PRELOAD), it counts what the program
 * allocates from main() on, by itself or through a library, and lets one of
 * these calls fail as if memory had run out. Starting a thread counts too.
 *
 *   MEMORY_FAILS=N    the N-th call fails
 *   MEMORY_FAILS=N+   the N-th fails, and all behind it
 *   MEMORY_CALLS=FILE their number is written there when the program ends
 *
 * What the program starts is left alone. Constructors of libraries run before
 * main(), where no program could say what is wrong. */
#define _GNU_SOURCE /* RTLD_NEXT */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* glibc's allocator under the names that nothing interposes. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

/* There is one such library in a process, and its functions have no argument
 * to hold this. */
static struct {
    atomic_bool is_counting;
    atomic_long calls;
    long first, last; /* calls that fail */
    char report[4096];
    int (*main)(int, char **, char **);
} self;

static bool fails(void)
{
    if (!atomic_load(&self.is_counting))
        return false;
    long call = atomic_fetch_add(&self.calls, 1) + 1;
    if (call < self.first || call > self.last)
        return false;
    errno = ENOMEM;
    return true;
}

void *malloc(size_t size)
{
    return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return fails() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
    return fails() ? NULL : __libc_realloc(memory, size);
}

void *reallocarray(void *memory, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    return realloc(memory, bytes);
}

void *memalign(size_t alignment, size_t size)
{
    return fails() ? NULL : __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size)
{
    void *made = memalign(alignment, size);
    if (!made)
        return ENOMEM;
    *memory = made;
    return 0;
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                   void *(*run)(void *), void *argument)
{
    int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    *(void **)&real = dlsym(RTLD_NEXT, "pthread_create");
    return fails() ? EAGAIN : real(thread, attributes, run, argument);
}

static void read_settings(void)
{
    const char *fails_at = getenv("MEMORY_FAILS");
    const char *report = getenv("MEMORY_CALLS");
    char *end = NULL;
    self.first = fails_at ? strtol(fails_at, &end, 10) : 0;
    self.last = end && *end == '+' ? LONG_MAX : self.first;
    if (report)
        snprintf(self.report, sizeof self.report, "%s", report);
    unsetenv("LD_PRELOAD");
}

static int counted_main(int count, char **arguments, char **environment)
{
    read_settings();
    atomic_store(&self.is_counting, true);
    return self.main(count, arguments, environment);
}

int __libc_start_main(int (*main)(int, char **, char **), int count,
                      char **arguments, void (*init)(void), void (*fini)(void),
                      void (*rtld_fini)(void), void *stack_end)
{
    int (*real)(int (*)(int, char **, char **), int, char **, void (*)(void),
                void (*)(void), void (*)(void), void *);
    *(void **)&real = dlsym(RTLD_NEXT, "__libc_start_main");
    self.main = main;
    return real(counted_main, count, arguments, init, fini, rtld_fini,
                stack_end);
}

__attribute__((destructor)) static void report(void)
{
    char text[32];
    atomic_store(&self.is_counting, false);
    if (!self.report[0])
        return;
    int length = snprintf(text, sizeof text, "%ld\n", atomic_load(&self.calls));
    int file = open(self.report, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (file < 0 || write(file, text, (size_t)length) != length)
        _exit(99);
    close(file);
}
