/* A folder of pictures, or one picture, as a set of 8-bit samples.
 *
 * Each file is read once. Where nobody says whether the set is to be grey, it is
 * taken for what the first picture is; should that be grey and another coloured,
 * all are read again. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "trainer/data/data_folder.h"
#include "trainer/data/data_picture.h"
#include "trainer/data/data_reader.h"
#include "trainer/data/read_team.h"
#include "trainer/data/sample_memory.h"

struct reading {
    struct picture_folder folder;
    const struct data_options *options;
    struct data_set *set;
    int64_t height, width; /* of every picture */
    int channels;
    bool *are_coloured, *are_turned; /* in the folder's arena: of each file */
    struct read_progress progress;
};

/* ---- sizes --------------------------------------------------------------- */

/* A shape of rank 1 says nothing of height and width. */
static bool shape_has_size(const struct reading *reading)
{
    return reading->options->shape && reading->options->shape->rank >= 2;
}

static enum status check_shape(const struct reading *reading,
                               const struct data_picture *picture,
                               struct error *error)
{
    const struct guss_output *shape = reading->options->shape;
    if (!shape_has_size(reading) || (picture->height == shape->shape[0] &&
                                     picture->width == shape->shape[1]))
        return STATUS_OK;
    return error_set(
        error, STATUS_INPUT,
        "%s: %" PRId64 " x %" PRId64
        " pixels (height x width), but %s has %" PRId64 " x %" PRId64,
        picture->path, picture->height, picture->width, reading->options->owner,
        (int64_t)shape->shape[0], (int64_t)shape->shape[1]);
}

static enum status check_size(const struct reading *reading,
                              const struct data_picture *picture,
                              struct error *error)
{
    const char *first = reading->folder.files[0].path;
    if (reading->options->height > 0)
        return STATUS_OK;
    if (picture->path == first)
        return check_shape(reading, picture, error);
    if (picture->height == reading->height && picture->width == reading->width)
        return STATUS_OK;
    return error_set(error, STATUS_INPUT,
                     "%s: %" PRId64 " x %" PRId64
                     " pixels (height x width), but %s has %" PRId64
                     " x %" PRId64 "; all must be of one size",
                     picture->path, picture->height, picture->width, first,
                     reading->height, reading->width);
}

static enum status fail_channels(const struct reading *reading,
                                 int64_t channels, struct error *error)
{
    return error_set(error, STATUS_INPUT,
                     "%s: pictures have 1 channel or 3, but %s has %" PRId64,
                     reading->folder.path, reading->options->owner, channels);
}

/* True where the shape says how many channels are wanted; a plain row does where
 * that is its length, which takes the pictures' size. */
static bool shape_has_channels(const struct reading *reading)
{
    return shape_has_size(reading) ||
           (reading->options->shape && reading->options->height > 0);
}

static enum status take_channels(struct reading *reading, struct error *error)
{
    const struct guss_output *shape = reading->options->shape;
    int64_t channels = shape->rank == 3 ? shape->shape[2] : 1;
    if (shape->rank == 1)
        channels =
            shape->shape[0] == 3 * reading->height * reading->width ? 3 : 1;
    if (shape->rank > 3 || (channels != 1 && channels != 3))
        return fail_channels(reading, channels, error);
    reading->channels = (int)channels;
    return STATUS_OK;
}

/* What is known before a file is looked at. */
static enum status take_size(struct reading *reading, struct error *error)
{
    const struct data_options *options = reading->options;
    reading->height = options->height;
    reading->width = options->width;
    if (options->height == 0 && shape_has_size(reading)) {
        reading->height = options->shape->shape[0];
        reading->width = options->shape->shape[1];
    }
    return shape_has_channels(reading) ? take_channels(reading, error)
                                       : STATUS_OK;
}

/* Where nobody says what is wanted, it is what the first picture is. */
static enum status read_first_header(struct reading *reading,
                                     struct error *error)
{
    struct data_picture picture;
    enum status status =
        data_picture_open(&picture, reading->folder.files[0].path, error);
    if (status != STATUS_OK)
        return status;
    if (reading->options->height == 0) {
        reading->height = picture.height;
        reading->width = picture.width;
    }
    reading->channels = picture.is_coloured ? 3 : 1;
    status = check_size(reading, &picture, error);
    data_picture_close(&picture);
    if (status == STATUS_OK && reading->options->shape)
        status = take_channels(reading, error);
    return status;
}

/* ---- samples ------------------------------------------------------------- */

static enum status take_memory(struct reading *reading, struct error *error)
{
    struct data_set *set = reading->set;
    const char *path = reading->folder.path;
    struct data_shape shape = {.rank = reading->channels == 1 ? 3 : 4,
                               .extents = {(int64_t)reading->folder.count,
                                           reading->height, reading->width,
                                           reading->channels}};
    enum status status = data_set_shape(set, path, &shape, error);
    if (status != STATUS_OK)
        return status;
    int64_t bytes = set->samples.count * set->samples.width;
    set->samples.element = GUSS_U8;
    set->type = "uint8";
    set->values = sample_memory_new((size_t)bytes);
    set->samples.values = set->values;
    if (!set->values)
        return error_set(error, STATUS_MACHINE,
                         "%s: no memory for its %" PRId64 " bytes", path,
                         bytes);
    return data_files_reserve(set, reading->folder.count, error);
}

/* A file may have changed since its header was read. */
static enum status read_sample(void *context, int64_t i, struct error *error)
{
    struct reading *reading = context;
    struct data_set *set = reading->set;
    const char *path = reading->folder.files[i].path;
    unsigned char *values = set->values;
    struct data_picture picture;
    enum status status = data_picture_open(&picture, path, error);
    if (status != STATUS_OK)
        return status;
    reading->are_turned[i] = picture.is_turned;
    reading->are_coloured[i] = picture.is_coloured;
    status = check_size(reading, &picture, error);
    if (status == STATUS_OK)
        status = data_picture_decode_to(
            &picture, reading->options->fit, reading->height, reading->width,
            reading->channels, values + i * set->samples.width, error);
    if (status == STATUS_OK)
        status = data_files_put(set, (size_t)i, path, reading->folder.name_at,
                                picture.bytes, picture.size, error);
    data_picture_close(&picture);
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

/* What was in the folder and is not in the set. */
static void put_passed_over(struct text *text,
                            const struct picture_folder *folder)
{
    size_t count = folder->passed_over.count;
    if (count > 0)
        text_printf(text, "%zu file%s of '%s' that %s passed over: '%s'%s",
                    count, count == 1 ? "" : "s", folder->path,
                    count == 1 ? "is no picture was" : "are no pictures were",
                    folder->passed_over.items[0], count == 1 ? "" : ", ...");
}

/* What is in the set otherwise than it is looked at. */
static void put_turned(struct text *text, const struct reading *reading)
{
    const struct picture_folder *folder = &reading->folder;
    size_t count = 0, first = 0;
    for (size_t i = folder->count; i-- > 0;)
        if (reading->are_turned[i]) {
            count++;
            first = i;
        }
    if (count > 0)
        text_printf(text,
                    "%s%zu picture%s of '%s' %s to be turned by %s EXIF "
                    "orientation, which is not done: '%s'%s",
                    text->length ? "; " : "", count, count == 1 ? "" : "s",
                    folder->path, count == 1 ? "is" : "are",
                    count == 1 ? "its" : "their", folder->files[first].path,
                    count == 1 ? "" : ", ...");
}

static enum status keep_remark(const struct reading *reading,
                               struct error *error)
{
    struct text text = text_new(reading->folder.arena);
    put_passed_over(&text, &reading->folder);
    put_turned(&text, reading);
    if (text.length == 0)
        return STATUS_OK;
    reading->set->remark = strdup(text_string(&text));
    return reading->set->remark
               ? STATUS_OK
               : error_set(error, STATUS_MACHINE, "%s: no memory",
                           reading->folder.path);
}

/* ---- all of it ----------------------------------------------------------- */

static bool is_any_coloured(const struct reading *reading)
{
    for (size_t i = 0; i < reading->folder.count; i++)
        if (reading->are_coloured[i])
            return true;
    return false;
}

static enum status read_samples(struct reading *reading, struct error *error)
{
    int64_t count = (int64_t)reading->folder.count;
    data_free(reading->set);
    enum status status = take_memory(reading, error);
    read_progress_start(&reading->progress, reading->folder.path, count);
    if (status == STATUS_OK)
        status =
            read_all(count, read_sample, reading, &reading->progress, error);
    read_progress_end(&reading->progress);
    return status;
}

static enum status read_pictures(struct reading *reading, struct error *error)
{
    struct arena *arena = reading->folder.arena;
    size_t count = reading->folder.count;
    reading->are_turned = arena_alloc(arena, count, sizeof(bool));
    reading->are_coloured = arena_alloc(arena, count, sizeof(bool));
    enum status status = take_size(reading, error);
    if (status == STATUS_OK && !shape_has_channels(reading))
        status = read_first_header(reading, error);
    if (status == STATUS_OK)
        status = read_samples(reading, error);
    if (status != STATUS_OK || reading->options->shape ||
        reading->channels == 3 || !is_any_coloured(reading))
        return status;
    reading->channels = 3;
    return read_samples(reading, error);
}

static enum status read_folder(struct reading *reading, struct error *error)
{
    enum status status = picture_folder_find(&reading->folder, error);
    const struct data_set *partner = reading->options->partner;
    if (status == STATUS_OK && partner && partner->is_folder &&
        reading->folder.is_folder)
        status = picture_folder_pair(&reading->folder, partner, error);
    if (status == STATUS_OK)
        status = read_pictures(reading, error);
    if (status == STATUS_OK)
        status = keep_labels(&reading->folder, reading->set, error);
    if (status == STATUS_OK)
        status = keep_remark(reading, error);
    reading->set->are_pictures = true;
    reading->set->is_folder = reading->folder.is_folder;
    return status;
}

enum status data_read_pictures(const char *path,
                               const struct data_options *options,
                               struct data_set *set, struct error *error)
{
    struct reading reading = {.folder = {.arena = arena_new(), .path = path},
                              .options = options,
                              .set = set};
    *set = (struct data_set){0};
    enum status status = read_folder(&reading, error);
    arena_free(reading.folder.arena);
    if (status != STATUS_OK)
        data_free(set);
    return status;
}
