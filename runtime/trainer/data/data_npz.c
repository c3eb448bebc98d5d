/* .npz archives of numpy: an array NAME is the file NAME.npy in a zip archive,
 * stored or deflated. Which array has the samples, and which the labels:
 *
 *   x.npz          x, images or arr_0, or the only one; labels, y or arr_1
 *   x.npz/train    train or x_train, as Keras's mnist.npz has it; train.labels,
 *                  train_labels or y_train
 *   x.npz/x        x, and labels as above */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "trainer/data/data_reader.h"

static const char ending[] = ".npy";

struct npz {
    struct arena *arena;
    const char *path;
    const char *part; /* that is asked for, or NULL */
    bool has_labels;  /* they are, too */
    struct zip zip;
};

/* ---- arrays -------------------------------------------------------------- */

/* The last of a name counts, as in zipfile. */
static const struct zip_entry *find_array(const struct npz *npz,
                                          const char *name)
{
    const char *file = arena_printf(npz->arena, "%s%s", name, ending);
    const struct zip_entry *found = NULL;
    for (size_t i = 0; i < npz->zip.count; i++)
        if (strcmp(npz->zip.entries[i].name, file) == 0)
            found = &npz->zip.entries[i];
    return found;
}

/* The first of the names, ended by NULL, that is an array, or NULL. */
static const char *choose(const struct npz *npz, const char *const *names)
{
    for (; *names; names++)
        if (find_array(npz, *names))
            return *names;
    return NULL;
}

static const char *array_name(const struct npz *npz, size_t i)
{
    const char *name = npz->zip.entries[i].name;
    size_t length = strlen(name), tail = strlen(ending);
    if (length < tail || strcmp(name + length - tail, ending) != 0)
        return NULL;
    return arena_copy(npz->arena, name, length - tail);
}

static const char *only_array(const struct npz *npz)
{
    const char *only = NULL;
    for (size_t i = 0; i < npz->zip.count; i++) {
        const char *name = array_name(npz, i);
        if (name && only)
            return NULL;
        only = name ? name : only;
    }
    return only;
}

static const char *choose_samples(const struct npz *npz)
{
    static const char *const usual[] = {"x", "images", "arr_0", NULL};
    if (npz->part)
        return choose(
            npz,
            (const char *const[]){
                npz->part, arena_printf(npz->arena, "x_%s", npz->part), NULL});
    const char *name = choose(npz, usual);
    return name ? name : only_array(npz);
}

/* Those beside an array. */
static const char *choose_labels(const struct npz *npz, const char *samples)
{
    static const char *const usual[] = {"labels", "y", NULL};
    bool is_usual = strcmp(samples, "x") == 0 || strcmp(samples, "images") == 0;
    const char *own[] = {arena_printf(npz->arena, "%s.labels", samples),
                         arena_printf(npz->arena, "%s_labels", samples),
                         strncmp(samples, "x_", 2) == 0
                             ? arena_printf(npz->arena, "y_%s", samples + 2)
                             : NULL,
                         NULL};
    const char *name = choose(npz, own);
    if (!name && is_usual)
        name = choose(npz, usual);
    if (!name && strcmp(samples, "arr_0") == 0)
        name = choose(npz, (const char *const[]){"arr_1", NULL});
    return name;
}

static enum status fail_choice(const struct npz *npz, struct error *error)
{
    struct text text = text_new(npz->arena);
    int n = 0;
    for (size_t i = 0; i < npz->zip.count && n < 20; i++) {
        const char *name = array_name(npz, i);
        if (name)
            text_printf(&text, "%s%s", n++ ? ", " : "", name);
    }
    if (n == 0)
        return error_set(error, STATUS_INPUT, "%s: it holds no arrays",
                         npz->path);
    if (npz->part)
        return error_set(error, STATUS_INPUT,
                         "%s: no array is named '%s' or 'x_%s'; it holds %s",
                         npz->path, npz->part, npz->part, text_string(&text));
    return error_set(error, STATUS_INPUT,
                     "%s: which array? %s/NAME names one of %s", npz->path,
                     npz->path, text_string(&text));
}

/* ---- reading ------------------------------------------------------------- */

static enum status open_array(const struct npz *npz, const char *name,
                              struct data_stream *stream, struct error *error)
{
    const char *shown = arena_printf(npz->arena, "%s/%s", npz->path, name);
    return data_stream_open_entry(stream, npz->path, shown,
                                  find_array(npz, name), error);
}

static enum status read_arrays(const struct npz *npz, struct data_set *set,
                               struct error *error)
{
    struct data_stream stream;
    const char *samples = choose_samples(npz);
    if (!samples)
        return fail_choice(npz, error);
    const char *labels = npz->has_labels ? choose_labels(npz, samples) : NULL;
    enum status status = open_array(npz, samples, &stream, error);
    if (status == STATUS_OK)
        status = data_array_samples(&stream, data_npy_header, set, error);
    if (status == STATUS_OK && labels) {
        status = open_array(npz, labels, &stream, error);
        if (status == STATUS_OK)
            status = data_array_labels(&stream, data_npy_header, set, error);
    } else if (status == STATUS_OK && npz->has_labels) {
        set->sought = strdup(arena_printf(
            npz->arena, "the archive has no array of labels for '%s'",
            samples));
        if (!set->sought)
            status =
                error_set(error, STATUS_MACHINE, "%s: no memory", npz->path);
    }
    return status == STATUS_OK ? data_files_add_whole(set, npz->path, error)
                               : status;
}

static enum status read_directory(struct npz *npz, struct error *error)
{
    int file;
    uint64_t size;
    enum status status = file_open(npz->path, &file, &size, error);
    if (status != STATUS_OK)
        return status;
    status = size > INT64_MAX
                 ? error_set(error, STATUS_INPUT, "%s: too large", npz->path)
                 : zip_read(npz->arena, file, (int64_t)size, npz->path,
                            &npz->zip, error);
    close(file);
    return status;
}

enum status data_read_npz(const char *path, const char *part,
                          enum data_labels labels, struct data_set *set,
                          struct error *error)
{
    struct npz npz = {.arena = arena_new(),
                      .path = path,
                      .part = part,
                      .has_labels = labels == DATA_LABELS};
    *set = (struct data_set){0};
    enum status status = read_directory(&npz, error);
    if (status == STATUS_OK)
        status = read_arrays(&npz, set, error);
    arena_free(npz.arena);
    if (status != STATUS_OK)
        data_free(set);
    return status;
}
