/* One small file for each that is remembered, named by device and inode:
 *
 *   guss-sum 1 SIZE MTIME MTIME_NS CTIME CTIME_NS SHA256
 *
 * A file that became another has the same name and other numbers. */
#include "trainer/data/sum_cache.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "base/folder.h"

enum { LINE_MOST = 512, CALM_SECONDS = 2 };

/* NULL where the environment names no folder. */
static const char *name_file(struct arena *arena, const struct stat *about)
{
    const char *cache = folder_of_user(arena, "XDG_CACHE_HOME", ".cache");
    const char *name =
        arena_printf(arena, "sums/%jx-%jx", (uintmax_t)about->st_dev,
                     (uintmax_t)about->st_ino);
    return cache ? path_join(arena, cache, name) : NULL;
}

static const char *describe(struct arena *arena, const struct stat *about)
{
    return arena_printf(
        arena, "guss-sum 1 %jd %jd %ld %jd %ld ", (intmax_t)about->st_size,
        (intmax_t)about->st_mtim.tv_sec, about->st_mtim.tv_nsec,
        (intmax_t)about->st_ctim.tv_sec, about->st_ctim.tv_nsec);
}

bool sum_cache_is_same(const struct stat *a, const struct stat *b)
{
    struct arena *arena = arena_new();
    bool is_same = a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
                   strcmp(describe(arena, a), describe(arena, b)) == 0;
    arena_free(arena);
    return is_same;
}

/* The sum behind the description; false where the line is another's. */
static bool read_line(const char *line, const char *description,
                      char sum[CHECKSUM_TEXT])
{
    size_t length = strlen(description), digits = CHECKSUM_TEXT - 1;
    if (strncmp(line, description, length) != 0)
        return false;
    line += length;
    if (strspn(line, "0123456789abcdef") != digits ||
        strcmp(line + digits, "\n") != 0)
        return false;
    memcpy(sum, line, digits);
    sum[digits] = '\0';
    return true;
}

bool sum_cache_find(const struct stat *about, char sum[CHECKSUM_TEXT])
{
    struct arena *arena = arena_new();
    struct error unread;
    char *line = NULL;
    size_t size;
    const char *path = name_file(arena, about);
    bool is_known =
        path && file_exists(path) &&
        file_read(path, LINE_MOST, &line, &size, &unread) == STATUS_OK &&
        read_line(line, describe(arena, about), sum);
    free(line);
    arena_free(arena);
    return is_known;
}

static bool is_calm(const struct stat *about)
{
    time_t now = time(NULL);
    return now - about->st_mtim.tv_sec >= CALM_SECONDS &&
           now - about->st_ctim.tv_sec >= CALM_SECONDS;
}

void sum_cache_keep(const struct stat *about, const char *sum)
{
    struct arena *arena = arena_new();
    struct error unwritten;
    const char *path = is_calm(about) ? name_file(arena, about) : NULL;
    if (path &&
        folder_make(path_folder(arena, path), &unwritten) == STATUS_OK) {
        const char *line =
            arena_printf(arena, "%s%s\n", describe(arena, about), sum);
        (void)file_write(path, line, strlen(line), &unwritten);
    }
    arena_free(arena);
}
