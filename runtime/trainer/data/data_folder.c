/* Which pictures a folder holds: in the order of their names, byte by byte.
 *
 *   faces/a.png              without labels
 *   faces/grin/a.png         sub-folders are classes: label 0 is the first
 *   faces/heart/b.jpg        name, and its files come first */
#include "trainer/data/data_folder.h"

#include <string.h>

#include "base/file.h"
#include "trainer/data/data_picture.h"

/* What lies in one folder: names of pictures, of folders, of what is neither. */
struct listing {
    struct folder_names files, folders, others;
};

/* ---- listing ------------------------------------------------------------- */

/* Hidden entries do not count. */
static enum status sort_entry(struct arena *arena, const char *path,
                              const char *name, struct listing *listing,
                              struct error *error)
{
    const char *entry = path_join(arena, path, name);
    if (name[0] == '.')
        return STATUS_OK;
    if (folder_exists(entry))
        folder_names_add(arena, &listing->folders, name);
    else if (data_picture_is_named(name))
        folder_names_add(arena, &listing->files, name);
    else if (data_picture_is_foreign(name))
        return error_set(error, STATUS_INPUT,
                         "%s: of pictures, only PNG and JPEG files can be "
                         "read; convert it, or move it out of the folder",
                         entry);
    else
        folder_names_add(arena, &listing->others, name);
    return STATUS_OK;
}

static enum status list_folder(struct picture_folder *folder, const char *path,
                               struct listing *listing, struct error *error)
{
    struct folder_names names;
    *listing = (struct listing){0};
    enum status status = folder_list(folder->arena, path, &names, error);
    for (size_t i = 0; status == STATUS_OK && i < names.count; i++)
        status =
            sort_entry(folder->arena, path, names.items[i], listing, error);
    for (size_t i = 0; status == STATUS_OK && i < listing->others.count; i++)
        folder_names_add(
            folder->arena, &folder->passed_over,
            path_join(folder->arena, path, listing->others.items[i]));
    return status;
}

/* ---- files and classes --------------------------------------------------- */

static void add_files(struct picture_folder *folder, const char *path,
                      const struct folder_names *names, int32_t label)
{
    for (size_t i = 0; i < names->count; i++) {
        folder->files = arena_grow(folder->arena, folder->files, folder->count,
                                   &folder->capacity, sizeof *folder->files);
        folder->files[folder->count++] = (struct picture_file){
            path_join(folder->arena, path, names->items[i]), label};
    }
}

static enum status add_class(struct picture_folder *folder, const char *name,
                             struct error *error)
{
    struct listing listing;
    const char *path = path_join(folder->arena, folder->path, name);
    enum status status = list_folder(folder, path, &listing, error);
    if (status != STATUS_OK)
        return status;
    if (listing.folders.count > 0)
        return error_set(error, STATUS_INPUT,
                         "%s/%s: a folder within the class '%s'; classes hold "
                         "pictures only",
                         path, listing.folders.items[0], name);
    if (listing.files.count == 0)
        return error_set(
            error, STATUS_INPUT,
            "%s: a class without pictures (PNG or JPEG files); fill "
            "the folder or remove it",
            path);
    add_files(folder, path, &listing.files, (int32_t)folder->classes.count);
    folder_names_add(folder->arena, &folder->classes, name);
    return STATUS_OK;
}

static enum status find_files(struct picture_folder *folder,
                              struct error *error)
{
    struct listing listing;
    enum status status = list_folder(folder, folder->path, &listing, error);
    if (status != STATUS_OK)
        return status;
    if (listing.files.count == 0 && listing.folders.count == 0)
        return error_set(error, STATUS_INPUT,
                         "%s: a folder without pictures (PNG or JPEG files)",
                         folder->path);
    if (listing.files.count > 0 && listing.folders.count > 0)
        return error_set(error, STATUS_INPUT,
                         "%s: pictures (%s) and folders (%s) side by side; "
                         "either all files are in classes or none",
                         folder->path, listing.files.items[0],
                         listing.folders.items[0]);
    add_files(folder, folder->path, &listing.files, 0);
    for (size_t i = 0; status == STATUS_OK && i < listing.folders.count; i++)
        status = add_class(folder, listing.folders.items[i], error);
    return status;
}

/* ---- one file ------------------------------------------------------------ */

/* A set of one. */
static void add_picture(struct picture_folder *folder)
{
    folder->files = arena_alloc(folder->arena, 1, sizeof *folder->files);
    folder->files[0] = (struct picture_file){.path = folder->path};
    folder->count = folder->capacity = 1;
    folder->name_at = (size_t)(path_name(folder->path) - folder->path);
}

enum status picture_folder_find(struct picture_folder *folder,
                                struct error *error)
{
    folder->name_at = strlen(folder->path);
    folder->is_folder =
        !file_exists(folder->path) && !file_is_special(folder->path);
    if (folder->is_folder)
        return find_files(folder, error);
    add_picture(folder);
    return STATUS_OK;
}
