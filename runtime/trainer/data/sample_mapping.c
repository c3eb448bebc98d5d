/* A list with its head in a static variable, for the handler of SIGBUS cannot be
 * handed anything. It finds the list whole at any moment: each change of it is
 * the write of one pointer. */
#define _DEFAULT_SOURCE /* madvise() */

#include "trainer/data/sample_mapping.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/terminal.h"
#include "base/text.h"
#include "base/unfinished.h"
#include "trainer/data/data_reader.h"
#include "trainer/data/sum_cache.h"

struct sample_mapping {
    struct arena *arena; /* that it lies in itself */
    char *pages;
    size_t size;
    const char *path;
    int file;          /* its own: the name may be another file's by now */
    struct stat about; /* the file when it was opened */
    char sum[CHECKSUM_TEXT];
    const char *lost; /* the line of the handler */
    size_t lost_length;
    struct sample_mapping *volatile next;
};

static struct sample_mapping *volatile newest;
static pthread_mutex_t changing = PTHREAD_MUTEX_INITIALIZER;
static struct sigaction action_before; /* of SIGBUS, while there is a mapping */

/* ---- pages that are lost ------------------------------------------------- */

static const struct sample_mapping *mapping_at(const void *address)
{
    uintptr_t at = (uintptr_t)address;
    const struct sample_mapping *mapping = newest;
    while (mapping && at - (uintptr_t)mapping->pages >= mapping->size)
        mapping = mapping->next;
    return mapping;
}

/* Several threads may come here at once; one of them ends the process. */
static void end_for_lost_page(int number, siginfo_t *info, void *context)
{
    static atomic_flag is_ending = ATOMIC_FLAG_INIT;
    const struct sample_mapping *mapping = mapping_at(info->si_addr);
    (void)context;
    if (!mapping ||
        info->si_code <= 0) { /* sent by a process, or our own bug */
        signal(number, SIG_DFL);
        raise(number);
        return;
    }
    while (atomic_flag_test_and_set(&is_ending))
        pause();
    unfinished_remove_all();
    ssize_t written = write(2, mapping->lost, mapping->lost_length);
    (void)written; /* nobody is left to be told */
    _exit(STATUS_MACHINE);
}

static void catch_lost_pages(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = end_for_lost_page;
    action.sa_flags = SA_SIGINFO;
    sigemptyset(&action.sa_mask);
    sigaction(SIGBUS, &action, &action_before);
}

static void add_to_list(struct sample_mapping *mapping)
{
    pthread_mutex_lock(&changing);
    if (!newest)
        catch_lost_pages();
    mapping->next = newest;
    newest = mapping;
    pthread_mutex_unlock(&changing);
}

static void remove_from_list(const struct sample_mapping *mapping)
{
    pthread_mutex_lock(&changing);
    struct sample_mapping *above = newest;
    while (above != mapping && above->next != mapping)
        above = above->next;
    if (above == mapping)
        newest = mapping->next;
    else
        above->next = mapping->next;
    if (!newest)
        sigaction(SIGBUS, &action_before, NULL);
    pthread_mutex_unlock(&changing);
}

/* ---- mapping ------------------------------------------------------------- */

/* A terminal may show a line of progress, which it takes the place of. */
static const char *lost_text(struct arena *arena, const char *path)
{
    return arena_printf(arena,
                        "%serror: %s was cut off while it was read, or its "
                        "disk failed\n",
                        terminal_is_smart(2) ? "\r\033[K" : "",
                        text_shown(arena, path));
}

static struct sample_mapping *new_mapping(const struct data_stream *stream,
                                          int file, void *pages, size_t size)
{
    struct arena *arena = arena_new();
    struct sample_mapping *mapping = arena_alloc(arena, 1, sizeof *mapping);
    const char *lost = lost_text(arena, stream->path);
    *mapping =
        (struct sample_mapping){.arena = arena,
                                .pages = pages,
                                .size = size,
                                .path = arena_strdup(arena, stream->path),
                                .file = file,
                                .about = stream->about,
                                .lost = lost,
                                .lost_length = strlen(lost)};
    return mapping;
}

struct sample_mapping *sample_mapping_new(const struct data_stream *stream,
                                          int64_t bytes, const void **values)
{
    int64_t at = stream->size - stream->left;
    int64_t skipped = at % sysconf(_SC_PAGESIZE);
    size_t size = (size_t)(bytes + skipped);
    int file = fcntl(stream->file, F_DUPFD_CLOEXEC, 0);
    if (file < 0)
        return NULL;
    void *pages =
        mmap(NULL, size, PROT_READ, MAP_PRIVATE, file, (off_t)(at - skipped));
    if (pages == MAP_FAILED) {
        close(file);
        return NULL;
    }
    struct sample_mapping *mapping = new_mapping(stream, file, pages, size);
    add_to_list(mapping);
    *values = mapping->pages + skipped;
    return mapping;
}

void sample_mapping_note_sum(struct sample_mapping *mapping,
                             const struct data_stream *stream)
{
    memcpy(mapping->sum, stream->sum, sizeof mapping->sum);
}

void sample_mapping_forget(const struct sample_mapping *mapping)
{
    (void)madvise(mapping->pages, mapping->size, MADV_DONTNEED);
}

void sample_mapping_free(struct sample_mapping *mapping)
{
    if (!mapping)
        return;
    remove_from_list(mapping);
    (void)munmap(mapping->pages, mapping->size);
    close(mapping->file);
    arena_free(mapping->arena);
}

/* ---- whether it is the same file ----------------------------------------- */

static enum status fail_changed(const struct sample_mapping *mapping,
                                struct error *error)
{
    return error_set(error, STATUS_MACHINE, "%s: it changed while it was read",
                     mapping->path);
}

/* Not from its pages: they would all stay in memory. */
static enum status sum_again(const struct sample_mapping *mapping,
                             char sum[CHECKSUM_TEXT], struct error *error)
{
    unsigned char piece[65536];
    struct checksum checksum;
    ssize_t got = 1;
    checksum_start(&checksum);
    for (off_t at = 0; got > 0 || (got < 0 && errno == EINTR);
         at += got > 0 ? got : 0) {
        got = pread(mapping->file, piece, sizeof piece, at);
        if (got > 0)
            checksum_add(&checksum, piece, (size_t)got);
    }
    if (got < 0)
        return error_set_errno(error, STATUS_MACHINE, "cannot read '%s'",
                               mapping->path);
    checksum_finish(&checksum, sum);
    return STATUS_OK;
}

static bool is_same_time(struct timespec a, struct timespec b)
{
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

enum status sample_mapping_check(struct sample_mapping *mapping,
                                 struct error *error)
{
    struct stat now;
    char sum[CHECKSUM_TEXT];
    if (fstat(mapping->file, &now) != 0)
        return error_set_errno(error, STATUS_MACHINE, "cannot read '%s'",
                               mapping->path);
    if (sum_cache_is_same(&mapping->about, &now))
        return STATUS_OK;
    if (now.st_size != mapping->about.st_size ||
        !is_same_time(now.st_mtim, mapping->about.st_mtim))
        return fail_changed(mapping, error);
    enum status status = sum_again(mapping, sum, error);
    if (status != STATUS_OK)
        return status;
    if (strcmp(sum, mapping->sum) != 0)
        return fail_changed(mapping, error);
    mapping->about = now;
    return STATUS_OK;
}
