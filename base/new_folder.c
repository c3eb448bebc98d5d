#define _GNU_SOURCE /* O_PATH, getentropy() */

#include "base/new_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/folder.h"
#include "base/unfinished.h"

/* What is in it, the newest first: the order in which it can be removed. */
struct entry {
    struct unfinished unfinished;
    struct entry *older;
};

struct new_folder {
    struct arena *arena;
    const char *path;      /* as the user named it, for messages */
    const char *above;     /* the folder in which it will be */
    const char *name;      /* there */
    const char *temporary; /* by now */
    int descriptor;        /* of `above` */
    struct entry *newest;
};

bool path_is_of_folder(const char *path)
{
    size_t length = strlen(path);
    return (length > 0 && path[length - 1] == '/') || folder_exists(path);
}

/* ---- its place ----------------------------------------------------------- */

/* Of a folder that is there its own path, whatever leads to it; else without
 * slashes at the end. */
static const char *find_place(struct arena *arena, const char *path)
{
    char real[PATH_MAX];
    if (realpath(path, real))
        return arena_strdup(arena, real);
    char *place = arena_strdup(arena, path);
    size_t length = strlen(place);
    while (length > 1 && place[length - 1] == '/')
        place[--length] = '\0';
    return place;
}

static enum status fail_making(const char *path, struct error *error)
{
    return error_set_errno(error, STATUS_MACHINE, "cannot make the folder '%s'",
                           path);
}

static enum status refuse_taken(const char *path, struct error *error)
{
    return error_set(error, STATUS_USAGE,
                     "'%s' is not empty; take a new folder", path);
}

enum status new_folder_check(struct arena *arena, const char *path,
                             struct error *error)
{
    struct stat about;
    struct folder_names names;
    const char *place = find_place(arena, path);
    if (lstat(place, &about) != 0)
        return STATUS_OK;
    if (!S_ISDIR(about.st_mode))
        return error_set(error, STATUS_USAGE,
                         "'%s' is no folder; take a new one", place);
    enum status status = folder_list(arena, place, &names, error);
    if (status != STATUS_OK || names.count == 0)
        return status;
    return refuse_taken(path, error);
}

/* ---- filling ------------------------------------------------------------- */

/* Before it is there, so that no signal finds it unknown. */
static const char *note(struct new_folder *folder, const char *name,
                        bool is_folder)
{
    struct entry *entry = arena_alloc(folder->arena, 1, sizeof *entry);
    const char *whole = name ? path_join(folder->arena, folder->temporary, name)
                             : folder->temporary;
    *entry = (struct entry){.unfinished = {.folder = folder->descriptor,
                                           .name = whole,
                                           .is_folder = is_folder},
                            .older = folder->newest};
    folder->newest = entry;
    unfinished_register(&entry->unfinished);
    return whole;
}

static void forget(struct new_folder *folder)
{
    for (; folder->newest; folder->newest = folder->newest->older)
        unfinished_forget(&folder->newest->unfinished);
    close(folder->descriptor);
}

enum status new_folder_open(struct arena *arena, const char *path,
                            struct new_folder **opened, struct error *error)
{
    struct new_folder *folder = arena_alloc(arena, 1, sizeof *folder);
    const char *place = find_place(arena, path);
    uint64_t number;
    *folder = (struct new_folder){.arena = arena,
                                  .path = path,
                                  .above = path_folder(arena, place),
                                  .name = path_name(place)};
    enum status status = folder_make(folder->above, error);
    if (status != STATUS_OK)
        return status;
    folder->descriptor = open(folder->above, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (folder->descriptor < 0 || getentropy(&number, sizeof number) != 0)
        return fail_making(path, error);
    folder->temporary = arena_printf(arena, ".guss-%016" PRIx64, number);
    note(folder, NULL, true);
    *opened = folder;
    if (mkdirat(folder->descriptor, folder->temporary, 0777) == 0)
        return STATUS_OK;
    fail_making(path, error);
    forget(folder);
    return error->status;
}

enum status new_folder_add(struct new_folder *folder, const char *name,
                           struct error *error)
{
    if (mkdirat(folder->descriptor, note(folder, name, true), 0777) == 0)
        return STATUS_OK;
    return fail_making(path_join(folder->arena, folder->path, name), error);
}

const char *new_folder_file(struct new_folder *folder, const char *name)
{
    return path_join(folder->arena, folder->above, note(folder, name, false));
}

/* ---- the end ------------------------------------------------------------- */

/* A signal between the two would empty the folder in its place. */
enum status new_folder_commit(struct new_folder *folder, struct error *error)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool is_done = renameat(folder->descriptor, folder->temporary,
                            folder->descriptor, folder->name) == 0;
    int failure = errno;
    if (is_done)
        forget(folder);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (is_done)
        return STATUS_OK;
    new_folder_abandon(folder);
    errno = failure;
    return failure == ENOTEMPTY || failure == EEXIST
               ? refuse_taken(folder->path, error)
               : fail_making(folder->path, error);
}

void new_folder_abandon(struct new_folder *folder)
{
    for (const struct entry *entry = folder->newest; entry;
         entry = entry->older)
        unlinkat(folder->descriptor, entry->unfinished.name,
                 entry->unfinished.is_folder ? AT_REMOVEDIR : 0);
    forget(folder);
}
