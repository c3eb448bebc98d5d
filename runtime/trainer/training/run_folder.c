/* Where a run keeps its files: made new, or found again. */
#define _DEFAULT_SOURCE /* flock() */

#include "trainer/training/run_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/checksum.h"
#include "base/file.h"
#include "base/folder.h"
#include "base/text.h"
#include "trainer/training/run_record.h"
#include "trainer/weights/checkpoint_file.h"

enum { NUMBERED_LIMIT = 1000000 };

/* ---- keeping others out --------------------------------------------------- */

/* The folder itself is locked: nothing is left of that when a process dies. A
 * file system that knows no locks keeps nobody out. */
static enum status lock(struct run_folder *folder, struct error *error)
{
    const char *path = folder->path;
    folder->lock = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder->lock < 0)
        return error_set_errno(error, STATUS_MACHINE,
                               "cannot open the folder '%s'", path);
    if (flock(folder->lock, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
        return STATUS_OK;
    run_folder_close(folder);
    return error_set(error, STATUS_INPUT,
                     "another process trains in '%s'; wait for its end, or "
                     "stop it",
                     path);
}

void run_folder_close(struct run_folder *folder)
{
    if (folder->lock >= 0)
        close(folder->lock);
    folder->lock = -1;
}

/* ---- making -------------------------------------------------------------- */

static const char *as_word(struct arena *arena, const char *path)
{
    struct text text = text_new(arena);
    text_put_word(&text, path);
    return text_string(&text);
}

static bool has_run(const struct run_folder *folder)
{
    return folder_exists(run_folder_file(folder, "checkpoints")) &&
           file_exists(run_folder_file(folder, "schedule.yaml"));
}

/* Looked at behind the lock: what is in it then is no other process's. What a run
 * left that was killed before it began is as good as nothing. */
static enum status check_empty(const struct run_folder *run,
                               struct error *error)
{
    bool is_abandoned;
    enum status status =
        run_record_is_abandoned(run->arena, run->path, &is_abandoned, error);
    if (status != STATUS_OK || is_abandoned)
        return status;
    struct folder_names names;
    if (folder_list(run->arena, run->path, &names, error))
        return error->status;
    if (names.count == 0)
        return STATUS_OK;
    return has_run(run)
               ? error_set(error, STATUS_USAGE,
                           "'%s' is not empty; take a new folder, or go on "
                           "with the run in it: --resume %s",
                           run->path, as_word(run->arena, run->path))
               : error_set(error, STATUS_USAGE,
                           "'%s' is not empty; take a new folder", run->path);
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
    *folder = (struct run_folder){.arena = arena, .path = wanted, .lock = -1};
    enum status status =
        wanted ? folder_make(wanted, error)
               : make_numbered(arena, model, &folder->path, error);
    if (status == STATUS_OK)
        status = lock(folder, error);
    if (status == STATUS_OK)
        status = check_empty(folder, error);
    if (status == STATUS_OK)
        status = folder_make(run_folder_file(folder, "checkpoints"), error);
    return status;
}

/* ---- finding again ------------------------------------------------------- */

enum status run_folder_open(struct arena *arena, const char *path,
                            struct run_folder *folder, struct error *error)
{
    *folder = (struct run_folder){.arena = arena, .path = path, .lock = -1};
    if (!folder_exists(path))
        return error_set(error, STATUS_INPUT,
                         "cannot resume '%s': there is no such folder", path);
    bool is_abandoned;
    enum status status = lock(folder, error);
    if (status == STATUS_OK)
        status = run_record_is_abandoned(arena, path, &is_abandoned, error);
    if (status != STATUS_OK)
        return status;
    if (is_abandoned)
        return error_set(error, STATUS_INPUT,
                         "cannot resume '%s': the run was killed before it "
                         "began; start it anew: --out %s",
                         path, as_word(arena, path));
    if (!has_run(folder))
        return error_set(error, STATUS_INPUT,
                         "cannot resume '%s': it is not the folder of a run",
                         path);
    file_remove_unfinished(path);
    file_remove_unfinished(run_folder_file(folder, "checkpoints"));
    file_remove_unfinished(run_folder_file(folder, RUN_SAMPLES));
    return STATUS_OK;
}

const char *run_folder_file(const struct run_folder *folder, const char *name)
{
    return path_join(folder->arena, folder->path, name);
}

const char *run_folder_checkpoint(const struct run_folder *folder,
                                  uint64_t iteration)
{
    return checkpoint_path(folder->arena, folder->path, iteration);
}

const char *run_folder_sample(const struct run_folder *folder,
                              uint64_t iteration)
{
    return arena_printf(folder->arena, "%s/%08" PRIu64 ".png",
                        run_folder_file(folder, RUN_SAMPLES), iteration);
}

/* ---- the executable ------------------------------------------------------ */

static const char self[] = "/proc/self/exe";
enum { EXECUTABLE_MAX_BYTES = 1 << 30 };

const char *run_folder_executable_sum(struct arena *arena)
{
    char sum[CHECKSUM_TEXT];
    struct error unread = {0};
    return checksum_of_file(self, sum, &unread) == STATUS_OK
               ? arena_strdup(arena, sum)
               : "";
}

static enum status copy_executable(const char *path, struct error *error)
{
    char *bytes;
    size_t size;
    enum status status =
        file_read(self, EXECUTABLE_MAX_BYTES, &bytes, &size, error);
    if (status != STATUS_OK)
        return status;
    status = file_write_executable(path, bytes, size, error);
    free(bytes);
    return status;
}

enum status run_folder_keep_executable(const struct run_folder *folder,
                                       struct error *error)
{
    const char *path = run_folder_file(folder, RUN_EXECUTABLE);
    const char *sum = run_folder_executable_sum(folder->arena);
    return sum[0] && !file_has_checksum(path, sum)
               ? copy_executable(path, error)
               : STATUS_OK;
}

/* ---- checkpoints --------------------------------------------------------- */

enum status run_folder_list(const struct run_folder *folder,
                            uint64_t **iterations, int *count,
                            struct error *error)
{
    return checkpoint_list(folder->arena, folder->path, iterations, count,
                           error);
}

enum status run_folder_drop(const struct run_folder *folder, uint64_t iteration,
                            struct error *error)
{
    const char *path = run_folder_checkpoint(folder, iteration);
    return unlink(path) == 0 ? STATUS_OK
                             : error_set_errno(error, STATUS_MACHINE,
                                               "cannot remove '%s'", path);
}

enum status run_folder_prune(const struct run_folder *folder,
                             uint64_t iteration,
                             const struct schedule *schedule,
                             struct error *error)
{
    uint64_t *iterations;
    int count;
    int64_t keep = schedule->checkpoint.keep;
    enum status status = run_folder_list(folder, &iterations, &count, error);
    for (int i = 0; status == STATUS_OK && i < count; i++) {
        if (iterations[i] > iteration ||
            schedule_keeps_checkpoint(schedule, iterations[i]) || keep-- > 0)
            continue;
        status = run_folder_drop(folder, iterations[i], error);
    }
    return status;
}
