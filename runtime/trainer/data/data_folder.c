/* A folder of PNG files: samples in the order of their names, byte by byte.
 *
 *   faces/a.png              without labels
 *   faces/grin/a.png         sub-folders are classes: label 0 is the first
 *   faces/heart/b.png        name, and its files come first
 *
 * All headers are read before the first pixel: whether the set is grey depends
 * on all of them, and memory is taken only for what each file could hold. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/folder.h"
#include "trainer/data/data_png.h"
#include "trainer/data/data_reader.h"
#include "trainer/data/sample_memory.h"

/* What lies in one folder: names of PNG files, of folders, of what is neither
 * these nor a picture. */
struct listing {
    struct folder_names files, folders, others;
};

struct picture_file {
    const char *path;
    int32_t label;
};

struct picture_folder {
    struct arena *arena;
    const char *path;
    size_t name_at; /* in the path of a file, its name in the set */
    const struct guss_output *input; /* of the network, or NULL */
    struct picture_file *files;
    size_t count, capacity;
    struct folder_names classes; /* none: no labels */
    struct folder_names passed_over;
    struct read_progress progress; /* of two visits to each file */
    int64_t height, width;
    int channels;
};

/* ---- listing ------------------------------------------------------------- */

/* Pictures that are not PNG files: to leave them out without a word would be
 * to train on a part of the data. */
static bool is_other_picture(const char *name)
{
    static const char *const endings[] = {
        ".jpg", ".jpeg", ".jpe",  ".jfif", ".jif",  ".pjpeg", ".pjp",  ".jp2",
        ".j2k", ".jpf",  ".jpx",  ".jpm",  ".jxl",  ".jxr",   ".gif",  ".bmp",
        ".dib", ".tif",  ".tiff", ".webp", ".avif", ".heic",  ".heif", ".pbm",
        ".pgm", ".ppm",  ".pnm",  ".pam",  ".pfm",  ".svg",   ".svgz", ".ico",
        ".cur", ".tga",  ".exr",  ".hdr",  ".pcx",  ".psd",   ".xcf",  ".xpm",
        ".xbm", ".qoi",  ".dds",  ".apng", ".mng",  ".wmf",   ".emf",  ".dng",
        ".cr2", ".cr3",  ".nef",  ".arw",  ".dcm",  ".jng",   ".wbmp"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (path_has_ending(name, endings[i]))
            return true;
    return false;
}

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
    else if (path_has_ending(name, ".png"))
        folder_names_add(arena, &listing->files, name);
    else if (is_other_picture(name))
        return error_set(error, STATUS_INPUT,
                         "%s: of pictures, only PNG files can be read; convert "
                         "it, or move it out of the folder",
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
                         "PNG files only",
                         path, listing.folders.items[0], name);
    if (listing.files.count == 0)
        return error_set(error, STATUS_INPUT,
                         "%s: a class without PNG files; fill the folder or "
                         "remove it",
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
        return error_set(error, STATUS_INPUT, "%s: a folder without PNG files",
                         folder->path);
    if (listing.files.count > 0 && listing.folders.count > 0)
        return error_set(error, STATUS_INPUT,
                         "%s: PNG files (%s) and folders (%s) side by side; "
                         "either all files are in classes or none",
                         folder->path, listing.files.items[0],
                         listing.folders.items[0]);
    add_files(folder, folder->path, &listing.files, 0);
    for (size_t i = 0; status == STATUS_OK && i < listing.folders.count; i++)
        status = add_class(folder, listing.folders.items[i], error);
    return status;
}

/* ---- sizes --------------------------------------------------------------- */

/* An input of rank 1 says nothing of height and width. */
static enum status check_input(const struct picture_folder *folder,
                               const struct data_png *png, struct error *error)
{
    const struct guss_output *input = folder->input;
    if (!input || input->rank < 2 ||
        (png->height == input->shape[0] && png->width == input->shape[1]))
        return STATUS_OK;
    return error_set(error, STATUS_INPUT,
                     "%s: %" PRId64 " x %" PRId64
                     " pixels (height x width), but the network's input has "
                     "%" PRId64 " x %" PRId64,
                     png->path, png->height, png->width,
                     (int64_t)input->shape[0], (int64_t)input->shape[1]);
}

static enum status check_size(const struct picture_folder *folder,
                              const struct data_png *png, struct error *error)
{
    if (png->height == folder->height && png->width == folder->width)
        return STATUS_OK;
    return error_set(error, STATUS_INPUT,
                     "%s: %" PRId64 " x %" PRId64
                     " pixels (height x width), but %s has %" PRId64
                     " x %" PRId64 "; all must be of one size",
                     png->path, png->height, png->width, folder->files[0].path,
                     folder->height, folder->width);
}

static enum status read_headers(struct picture_folder *folder,
                                bool *is_coloured, struct error *error)
{
    for (size_t i = 0; i < folder->count; i++) {
        struct data_png png;
        enum status status = data_png_open(&png, folder->files[i].path, error);
        if (status != STATUS_OK)
            return status;
        if (i == 0) {
            folder->height = png.height;
            folder->width = png.width;
            status = check_input(folder, &png, error);
        }
        if (status == STATUS_OK)
            status = check_size(folder, &png, error);
        read_progress_at(&folder->progress, (int64_t)i + 1);
        *is_coloured |= png.is_coloured;
        data_png_close(&png);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

/* As the network's input has them; else RGB if any file is coloured. */
static enum status choose_channels(struct picture_folder *folder,
                                   bool is_coloured, struct error *error)
{
    const struct guss_output *input = folder->input;
    int64_t channels = is_coloured ? 3 : 1;
    if (input && input->rank == 1)
        channels =
            input->shape[0] == 3 * folder->height * folder->width ? 3 : 1;
    else if (input)
        channels = input->rank == 3 ? input->shape[2] : 1;
    if (channels != 1 && channels != 3)
        return error_set(error, STATUS_INPUT,
                         "%s: PNG files have 1 channel or 3, but the network's "
                         "input has %" PRId64,
                         folder->path, channels);
    folder->channels = (int)channels;
    return STATUS_OK;
}

/* ---- samples ------------------------------------------------------------- */

static enum status take_memory(const struct picture_folder *folder,
                               struct data_set *set, struct error *error)
{
    struct data_shape shape = {.rank = folder->channels == 1 ? 3 : 4,
                               .extents = {(int64_t)folder->count,
                                           folder->height, folder->width,
                                           folder->channels}};
    enum status status = data_set_shape(set, folder->path, &shape, error);
    if (status != STATUS_OK)
        return status;
    int64_t bytes = set->samples.count * set->samples.width;
    set->samples.element = GUSS_U8;
    set->type = "uint8";
    set->values = sample_memory_new((size_t)bytes);
    set->samples.values = set->values;
    if (!set->values)
        return error_set(error, STATUS_MACHINE,
                         "%s: no memory for its %" PRId64 " bytes",
                         folder->path, bytes);
    return STATUS_OK;
}

/* A file may have changed since its header was read. */
static enum status read_sample(const struct picture_folder *folder,
                               const char *path, struct data_set *set,
                               unsigned char *values, struct error *error)
{
    struct data_png png;
    enum status status = data_png_open(&png, path, error);
    if (status != STATUS_OK)
        return status;
    status = check_size(folder, &png, error);
    if (status == STATUS_OK)
        status = data_png_decode(&png, folder->channels, values, error);
    if (status == STATUS_OK)
        status = data_files_add(set, path, folder->name_at, png.bytes, png.size,
                                error);
    data_png_close(&png);
    return status;
}

static enum status read_samples(struct picture_folder *folder,
                                struct data_set *set, struct error *error)
{
    unsigned char *values = set->values;
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < folder->count; i++) {
        status = read_sample(folder, folder->files[i].path, set, values, error);
        values += set->samples.width;
        read_progress_at(&folder->progress,
                         (int64_t)folder->count + (int64_t)i + 1);
    }
    return status;
}

static enum status keep_labels(const struct picture_folder *folder,
                               struct data_set *set, struct error *error)
{
    if (folder->classes.count == 0) {
        set->sought = strdup("its pictures lie in no sub-folders, which are "
                             "classes");
        return set->sought ? STATUS_OK
                           : error_set(error, STATUS_MACHINE, "%s: no memory",
                                       folder->path);
    }
    set->labels = malloc(folder->count * sizeof *set->labels);
    set->classes = calloc(folder->classes.count, sizeof *set->classes);
    bool kept = set->labels && set->classes;
    for (size_t i = 0; kept && i < folder->count; i++)
        set->labels[i] = folder->files[i].label;
    for (size_t i = 0; kept && i < folder->classes.count; i++) {
        set->classes[i] = strdup(folder->classes.items[i]);
        kept = set->classes[i];
        set->n_classes++;
    }
    set->samples.labels = set->labels;
    if (!kept)
        return error_set(error, STATUS_MACHINE, "%s: no memory for its labels",
                         folder->path);
    return STATUS_OK;
}

/* A set of one. */
static void add_picture(struct picture_folder *folder)
{
    folder->files = arena_alloc(folder->arena, 1, sizeof *folder->files);
    folder->files[0].path = folder->path;
    folder->count = folder->capacity = 1;
    folder->name_at = (size_t)(path_name(folder->path) - folder->path);
}

/* What was in the folder and is not in the set. */
static enum status keep_remark(const struct picture_folder *folder,
                               struct data_set *set, struct error *error)
{
    size_t count = folder->passed_over.count;
    if (count == 0)
        return STATUS_OK;
    set->remark = strdup(arena_printf(
        folder->arena, "%zu file%s of '%s' that %s passed over: '%s'%s", count,
        count == 1 ? "" : "s", folder->path,
        count == 1 ? "is no picture was" : "are no pictures were",
        folder->passed_over.items[0], count == 1 ? "" : ", ..."));
    return set->remark ? STATUS_OK
                       : error_set(error, STATUS_MACHINE, "%s: no memory",
                                   folder->path);
}

static enum status read_folder(struct picture_folder *folder,
                               struct data_set *set, struct error *error)
{
    bool is_coloured = false;
    enum status status = STATUS_OK;
    if (file_exists(folder->path) || file_is_special(folder->path))
        add_picture(folder);
    else
        status = find_files(folder, error);
    read_progress_start(&folder->progress, folder->path,
                        2 * (int64_t)folder->count);
    if (status == STATUS_OK)
        status = read_headers(folder, &is_coloured, error);
    if (status == STATUS_OK)
        status = choose_channels(folder, is_coloured, error);
    if (status == STATUS_OK)
        status = take_memory(folder, set, error);
    if (status == STATUS_OK)
        status = read_samples(folder, set, error);
    read_progress_end(&folder->progress);
    if (status == STATUS_OK)
        status = keep_labels(folder, set, error);
    if (status == STATUS_OK)
        status = keep_remark(folder, set, error);
    set->are_pictures = true;
    return status;
}

enum status data_read_png_folder(const char *path,
                                 const struct guss_output *input,
                                 struct data_set *set, struct error *error)
{
    struct picture_folder folder = {.arena = arena_new(),
                                    .path = path,
                                    .name_at = strlen(path),
                                    .input = input};
    *set = (struct data_set){0};
    enum status status = read_folder(&folder, set, error);
    arena_free(folder.arena);
    if (status != STATUS_OK)
        data_free(set);
    return status;
}
