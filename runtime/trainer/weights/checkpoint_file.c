/* Checkpoints as safetensors files. The container's reader finds what does not
 * fit together; the checksum finds the rest: the sum of the CRC-32 of every
 * tensor (key, shape, values) and of every entry of the metadata but itself.
 * A sum, so that the order in which a reader lists them does not matter. */
#include "trainer/weights/checkpoint_file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/file.h"
#include "base/folder.h"

static const char suffix[] = ".guss";

/* ---- checksums ----------------------------------------------------------- */

static uLong crc_bytes(uLong crc, const void *bytes, size_t size)
{
    const Bytef *at = bytes;
    const size_t most = 1u << 30; /* zlib counts in unsigned int */
    while (size > 0) {
        size_t part = size < most ? size : most;
        crc = crc32(crc, at, (uInt)part);
        at += part;
        size -= part;
    }
    return crc;
}

static uint64_t crc_tensor(const struct tensor *tensor)
{
    uLong crc = crc_bytes(0, tensor->key, strlen(tensor->key) + 1);
    crc = crc_bytes(crc, tensor->shape,
                    (size_t)tensor->rank * sizeof *tensor->shape);
    float room[TENSOR_ROOM];
    for (int64_t done = 0, some; done < tensor->count; done += some) {
        const float *values = tensor_some(tensor, done, room, &some);
        crc = crc_bytes(crc, values, (size_t)some * sizeof *values);
    }
    return crc;
}

const char *checkpoint_checksum(struct arena *arena,
                                const struct tensor *tensors, int n_tensors,
                                const struct metadata *metadata, int n_metadata)
{
    uint64_t sum = 0;
    for (int i = 0; i < n_tensors; i++)
        sum += crc_tensor(&tensors[i]);
    for (int i = 0; i < n_metadata; i++) {
        if (strcmp(metadata[i].key, "checksum") == 0)
            continue;
        uLong crc = crc_bytes(0, metadata[i].key, strlen(metadata[i].key) + 1);
        sum += crc_bytes(crc, metadata[i].value, strlen(metadata[i].value));
    }
    return arena_printf(arena, "%016" PRIx64, sum);
}

/* ---- checking ------------------------------------------------------------ */

static bool has_checksum(struct arena *arena, const struct tensor_file *file)
{
    const char *found = tensor_file_metadata(file, "checksum");
    return found && strcmp(found, checkpoint_checksum(
                                      arena, file->tensors, file->n_tensors,
                                      file->metadata, file->n_metadata)) == 0;
}

bool checkpoint_file_is(const struct tensor_file *file)
{
    const char *format = tensor_file_metadata(file, "guss_format");
    return format && strcmp(format, "checkpoint") == 0;
}

static bool read_version(const struct tensor_file *file, uint64_t *version)
{
    const char *text = tensor_file_metadata(file, "guss_format_version");
    if (!text || text[0] < '0' || text[0] > '9')
        return false;
    char *end;
    errno = 0;
    *version = strtoull(text, &end, 10);
    return !errno && !*end;
}

/* The version comes first: a newer one may keep its checksum elsewhere. */
enum status checkpoint_check_version(const char *path,
                                     const struct tensor_file *file,
                                     bool *damaged, struct error *error)
{
    uint64_t version;
    *damaged = true;
    if (!checkpoint_file_is(file) || !read_version(file, &version))
        return error_set(error, STATUS_INPUT, "'%s' is not a checkpoint", path);
    if (version > CHECKPOINT_VERSION) {
        *damaged = false;
        return error_set(error, STATUS_INPUT,
                         "'%s' has version %" PRIu64
                         " of the checkpoint format, this executable reads "
                         "version %d",
                         path, version, CHECKPOINT_VERSION);
    }
    *damaged = false;
    return STATUS_OK;
}

enum status checkpoint_check_sum(struct arena *arena, const char *path,
                                 const struct tensor_file *file, bool *damaged,
                                 struct error *error)
{
    *damaged = !has_checksum(arena, file);
    if (!*damaged)
        return STATUS_OK;
    return error_set(error, STATUS_INPUT,
                     "'%s' is damaged: its checksum does not fit", path);
}

/* ---- a run's ------------------------------------------------------------- */

static const char *checkpoints_folder(struct arena *arena, const char *run)
{
    return path_join(arena, run, "checkpoints");
}

const char *checkpoint_path(struct arena *arena, const char *run,
                            uint64_t iteration)
{
    return arena_printf(arena, "%s/%" PRIu64 "%s",
                        checkpoints_folder(arena, run), iteration, suffix);
}

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

enum status checkpoint_list(struct arena *arena, const char *run,
                            uint64_t **iterations, int *count,
                            struct error *error)
{
    const char *path = checkpoints_folder(arena, run);
    size_t capacity = 0;
    *iterations = NULL;
    *count = 0;
    struct folder_names names;
    if (folder_list(arena, path, &names, error))
        return error->status;
    for (size_t i = 0; i < names.count; i++) {
        uint64_t iteration;
        if (!is_checkpoint(names.items[i], &iteration))
            continue;
        *iterations = arena_grow(arena, *iterations, (size_t)*count, &capacity,
                                 sizeof **iterations);
        (*iterations)[(*count)++] = iteration;
    }
    if (*count)
        qsort(*iterations, (size_t)*count, sizeof **iterations,
              compare_newest_first);
    return STATUS_OK;
}
