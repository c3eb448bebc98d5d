/* Folders, read to their end, and found. */
#include "base/folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

static int compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void folder_names_add(struct arena *arena, struct folder_names *names,
                      const char *name)
{
    names->items = arena_grow(arena, names->items, names->count,
                              &names->capacity, sizeof *names->items);
    names->items[names->count++] = arena_strdup(arena, name);
}

/* readdir() tells its end from an error by errno alone. */
static enum status read_names(struct arena *arena, DIR *folder,
                              const char *path, struct folder_names *names,
                              struct error *error)
{
    for (;;) {
        errno = 0;
        struct dirent *entry = readdir(folder);
        if (!entry && errno)
            return error_set_errno(error, STATUS_MACHINE,
                                   "cannot read the folder '%s'", path);
        if (!entry)
            return STATUS_OK;
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            folder_names_add(arena, names, entry->d_name);
    }
}

enum status folder_list(struct arena *arena, const char *path,
                        struct folder_names *names, struct error *error)
{
    *names = (struct folder_names){0};
    DIR *folder = opendir(path);
    if (!folder)
        return error_set_errno(error, STATUS_MACHINE,
                               "cannot read the folder '%s'", path);
    enum status status = read_names(arena, folder, path, names, error);
    closedir(folder);
    if (names->count > 1)
        qsort(names->items, names->count, sizeof *names->items, compare);
    return status;
}

const char *folder_of_user(struct arena *arena, const char *variable,
                           const char *below_home)
{
    const char *named = getenv(variable), *home = getenv("HOME");
    if (named && named[0] == '/')
        return path_join(arena, named, "guss");
    if (home && home[0] == '/')
        return arena_printf(arena, "%s/%s/guss", home, below_home);
    return NULL;
}
