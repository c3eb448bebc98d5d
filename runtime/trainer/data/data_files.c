/* The files that a set came from, and the sum that tells sets apart. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "trainer/data/data_reader.h"

static enum status fail_memory(const char *path, struct error *error)
{
    return error_set(error, STATUS_MACHINE, "%s: no memory to note its sum",
                     path);
}

static bool make_room(struct data_set *set)
{
    if (set->n_files < set->files_capacity)
        return true;
    size_t capacity = set->files_capacity ? 2 * set->files_capacity : 2;
    struct data_file *files =
        realloc(set->files, capacity * sizeof *set->files);
    if (!files)
        return false;
    set->files = files;
    set->files_capacity = capacity;
    return true;
}

/* A new file without a sum, or NULL. */
static struct data_file *add(struct data_set *set, const char *path,
                             size_t name_at, int64_t size, struct error *error)
{
    char *copy = make_room(set) ? strdup(path) : NULL;
    if (!copy) {
        fail_memory(path, error);
        return NULL;
    }
    struct data_file *file = &set->files[set->n_files++];
    *file =
        (struct data_file){.path = copy, .name = copy + name_at, .size = size};
    return file;
}

enum status data_files_reserve(struct data_set *set, size_t count,
                               struct error *error)
{
    set->files = calloc(count, sizeof *set->files);
    if (!set->files)
        return error_set(error, STATUS_MACHINE,
                         "no memory to note the sums of %zu files", count);
    set->n_files = set->files_capacity = count;
    return STATUS_OK;
}

enum status data_files_put(struct data_set *set, size_t i, const char *path,
                           size_t folder, const void *bytes, size_t size,
                           struct error *error)
{
    struct checksum checksum;
    struct data_file *file = &set->files[i];
    file->path = strdup(path);
    if (!file->path)
        return fail_memory(path, error);
    file->name = file->path + folder;
    while (*file->name == '/')
        file->name++;
    file->size = (int64_t)size;
    checksum_start(&checksum);
    checksum_add(&checksum, bytes, size);
    checksum_finish(&checksum, file->sha256);
    return STATUS_OK;
}

enum status data_files_add_stream(struct data_set *set,
                                  struct data_stream *stream,
                                  struct error *error)
{
    size_t name_at = (size_t)(path_name(stream->path) - stream->path);
    if (stream->entry)
        return STATUS_OK;
    struct data_file *file =
        add(set, stream->path, name_at, stream->size, error);
    if (!file)
        return error->status;
    memcpy(file->sha256, stream->sum, sizeof file->sha256);
    return STATUS_OK;
}

enum status data_files_add_whole(struct data_set *set, const char *path,
                                 struct error *error)
{
    struct data_stream stream;
    enum status status = data_stream_open(&stream, path, error);
    if (status != STATUS_OK)
        return status;
    status = data_stream_pass(&stream, error);
    if (status == STATUS_OK)
        status = data_stream_finish(&stream, error);
    if (status == STATUS_OK)
        status = data_files_add_stream(set, &stream, error);
    data_stream_close(&stream);
    return status;
}

static void add_line(struct checksum *checksum, const struct data_file *file)
{
    checksum_add(checksum, file->sha256, strlen(file->sha256));
    checksum_add(checksum, "  ", 2);
    checksum_add(checksum, file->name, strlen(file->name));
    checksum_add(checksum, "\n", 1);
}

/* Little-endian, as every number that guss writes. */
static void add_label(struct checksum *checksum, int32_t label)
{
    unsigned char bytes[4];
    for (int i = 0; i < 4; i++)
        bytes[i] = (unsigned char)((uint32_t)label >> 8 * i);
    checksum_add(checksum, bytes, sizeof bytes);
}

/* The drawn faces are bytes. */
static void add_drawn(struct checksum *checksum, const struct data_set *set)
{
    int64_t size = set->samples.count * set->samples.width;
    checksum_add(checksum, set->values, (size_t)size);
    for (int64_t i = 0; i < set->samples.count; i++)
        add_label(checksum, set->labels[i]);
}

void data_files_sum(struct data_set *set)
{
    struct checksum checksum;
    checksum_start(&checksum);
    for (size_t i = 0; i < set->n_files; i++)
        add_line(&checksum, &set->files[i]);
    if (set->n_files == 0)
        add_drawn(&checksum, set);
    checksum_finish(&checksum, set->sha256);
}
