/* Where a run keeps its files: made new, or found again. */
#include "trainer/training/run_folder.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

enum { NUMBERED_LIMIT = 1000000 };

static const char suffix[] = ".guss";

/* ---- making -------------------------------------------------------------- */

static bool is_empty(const char *path)
{
    DIR *folder = opendir(path);
    if (!folder)
        return errno == ENOENT;
    bool empty = true;
    for (struct dirent *entry; empty && (entry = readdir(folder));)
        empty =
            strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    closedir(folder);
    return empty;
}

static enum status make_wanted(const char *path, struct error *error)
{
    if (folder_exists(path) && !is_empty(path))
        return error_set(error, STATUS_USAGE,
                         "'%s' is not empty; take a new folder, or go on with "
                         "the run in it: --resume %s",
                         path, path);
    return folder_make(path, error);
}

/* mkdir itself says whether a number is free: two runs that start together get
 * two folders. */
static enum status make_numbered(struct arena *arena, const char *model,
                                 const char **path, struct error *error)
{
    enum status status = folder_make("runs", error);
    if (status != STATUS_OK)
        return status;
    for (int n = 1; n < NUMBERED_LIMIT; n++) {
        *path = arena_printf(arena, "runs/%s-%d", model, n);
        if (mkdir(*path, 0777) == 0)
            return STATUS_OK;
        if (errno != EEXIST)
            break;
    }
    return error_set_errno(error, STATUS_MACHINE, "cannot make the folder '%s'",
                           *path);
}

enum status run_folder_make(struct arena *arena, const char *wanted,
                            const char *model, struct run_folder *folder,
                            struct error *error)
{
    *folder = (struct run_folder){.arena = arena, .path = wanted};
    enum status status =
        wanted ? make_wanted(wanted, error)
               : make_numbered(arena, model, &folder->path, error);
    if (status == STATUS_OK)
        status = folder_make(run_folder_file(folder, "checkpoints"), error);
    if (status == STATUS_OK)
        status = folder_make(run_folder_file(folder, "samples"), error);
    return status;
}

/* ---- finding again ------------------------------------------------------- */

/* "<name>.tmp.<pid>", as base/file.c names them. A run has one process: no
 * other's unfinished file can be here. */
static void remove_temporaries(struct arena *arena, const char *path)
{
    DIR *folder = opendir(path);
    if (!folder)
        return;
    for (struct dirent *entry; (entry = readdir(folder));) {
        const char *mark = strstr(entry->d_name, ".tmp.");
        if (mark && mark[5] &&
            strspn(mark + 5, "0123456789") == strlen(mark + 5))
            unlink(path_join(arena, path, entry->d_name));
    }
    closedir(folder);
}

enum status run_folder_open(struct arena *arena, const char *path,
                            struct run_folder *folder, struct error *error)
{
    *folder = (struct run_folder){.arena = arena, .path = path};
    if (!folder_exists(path))
        return error_set(error, STATUS_INPUT,
                         "cannot resume '%s': there is no such folder", path);
    const char *checkpoints = run_folder_file(folder, "checkpoints");
    if (!folder_exists(checkpoints) ||
        !file_exists(run_folder_file(folder, "schedule.yaml")))
        return error_set(error, STATUS_INPUT,
                         "cannot resume '%s': it is not the folder of a run",
                         path);
    remove_temporaries(arena, path);
    remove_temporaries(arena, checkpoints);
    remove_temporaries(arena, run_folder_file(folder, "samples"));
    return STATUS_OK;
}

const char *run_folder_file(const struct run_folder *folder, const char *name)
{
    return path_join(folder->arena, folder->path, name);
}

const char *run_folder_checkpoint(const struct run_folder *folder,
                                  uint64_t iteration)
{
    return arena_printf(folder->arena, "%s/%" PRIu64 "%s",
                        run_folder_file(folder, "checkpoints"), iteration,
                        suffix);
}

const char *run_folder_sample(const struct run_folder *folder,
                              uint64_t iteration)
{
    return arena_printf(folder->arena, "%s/%" PRIu64 ".png",
                        run_folder_file(folder, "samples"), iteration);
}

/* ---- checkpoints --------------------------------------------------------- */

static bool is_checkpoint(const char *name, uint64_t *iteration)
{
    char *end;
    if (name[0] < '0' || name[0] > '9')
        return false;
    errno = 0;
    *iteration = strtoull(name, &end, 10);
    return !errno && strcmp(end, suffix) == 0;
}

static int compare_newest_first(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return a < b ? 1 : a > b ? -1 : 0;
}

enum status run_folder_list(const struct run_folder *folder,
                            uint64_t **iterations, int *count,
                            struct error *error)
{
    const char *path = run_folder_file(folder, "checkpoints");
    size_t capacity = 0;
    *iterations = NULL;
    *count = 0;
    DIR *opened = opendir(path);
    if (!opened)
        return error_set_errno(error, STATUS_MACHINE, "cannot read '%s'", path);
    for (struct dirent *entry; (entry = readdir(opened));) {
        uint64_t iteration;
        if (!is_checkpoint(entry->d_name, &iteration))
            continue;
        *iterations = arena_grow(folder->arena, *iterations, (size_t)*count,
                                 &capacity, sizeof **iterations);
        (*iterations)[(*count)++] = iteration;
    }
    closedir(opened);
    if (*count)
        qsort(*iterations, (size_t)*count, sizeof **iterations,
              compare_newest_first);
    return STATUS_OK;
}

enum status run_folder_prune(const struct run_folder *folder,
                             uint64_t iteration, int64_t keep,
                             struct error *error)
{
    uint64_t *iterations;
    int count;
    enum status status = run_folder_list(folder, &iterations, &count, error);
    for (int i = 0; status == STATUS_OK && i < count; i++) {
        if (iterations[i] > iteration || keep-- > 0)
            continue;
        const char *path = run_folder_checkpoint(folder, iterations[i]);
        if (unlink(path) != 0)
            status = error_set_errno(error, STATUS_MACHINE,
                                     "cannot remove '%s'", path);
    }
    return status;
}
