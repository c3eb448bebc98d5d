/* Safetensors files, written whole or not at all. The header is text of our own
 * making, complete before the file is begun: a lack of memory ends the process
 * then, and cannot leave out a part of it. */
#include "trainer/weights/safetensors.h"

#include <assert.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/source.h"
#include "base/text.h"

enum {
    LENGTH_BYTES = 8,
    DATA_ALIGNMENT = 64 /* of the first tensor */
};

struct header {
    const char *path;
    struct text text;
    int64_t data_bytes; /* of the tensors described so far */
    struct error *error;
};

/* ---- the header ---------------------------------------------------------- */

static enum status put_string(struct header *header, const char *string)
{
    if (!source_is_utf8(string))
        return error_set(header->error, STATUS_INPUT,
                         "cannot write '%s': a text of its header is not "
                         "UTF-8: %s",
                         header->path, string);
    text_put_json(&header->text, string);
    return STATUS_OK;
}

static enum status put_value(struct header *header,
                             const struct metadata *metadata)
{
    size_t length = strlen(metadata->value);
    if (length <= TENSOR_FILE_MAX_TEXT)
        return put_string(header, metadata->value);
    return error_set(header->error, STATUS_INPUT,
                     "cannot write '%s': '%s' of its header would have %zu "
                     "bytes, at most %d can be read",
                     header->path, metadata->key, length, TENSOR_FILE_MAX_TEXT);
}

static enum status put_metadata(struct header *header,
                                const struct metadata *metadata, int count)
{
    enum status status = STATUS_OK;
    text_puts(&header->text, "\"__metadata__\":{");
    for (int i = 0; status == STATUS_OK && i < count; i++) {
        text_puts(&header->text, i ? "," : "");
        status = put_string(header, metadata[i].key);
        text_puts(&header->text, ":");
        if (status == STATUS_OK)
            status = put_value(header, &metadata[i]);
    }
    text_puts(&header->text, "}");
    return status;
}

/* False where 64 bits cannot count them. */
static bool count_bytes(const struct tensor *tensor, int64_t *bytes)
{
    bool fits = true;
    *bytes = sizeof(float);
    for (int i = 0; i < tensor->rank; i++)
        fits = fits && !__builtin_mul_overflow(*bytes, tensor->shape[i], bytes);
    return fits;
}

static enum status put_tensor(struct header *header,
                              const struct tensor *tensor)
{
    int64_t bytes, first = header->data_bytes;
    assert(tensor->rank <= TENSOR_MAX_RANK);
    if (!count_bytes(tensor, &bytes) ||
        __builtin_add_overflow(first, bytes, &header->data_bytes))
        return error_set(header->error, STATUS_INPUT,
                         "cannot write '%s': its tensors have more bytes than "
                         "can be counted",
                         header->path);
    enum status status = put_string(header, tensor->key);
    text_puts(&header->text, ":{\"dtype\":\"F32\",\"shape\":[");
    for (int i = 0; i < tensor->rank; i++)
        text_printf(&header->text, "%s%" PRId64, i ? "," : "",
                    tensor->shape[i]);
    text_printf(&header->text, "],\"data_offsets\":[%" PRId64 ",%" PRId64 "]}",
                first, header->data_bytes);
    return status;
}

static int compare_keys(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool keys_differ(struct arena *arena, const struct tensor *tensors,
                        int count)
{
    const char **keys = arena_alloc(arena, (size_t)count + 1, sizeof *keys);
    for (int i = 0; i < count; i++)
        keys[i] = tensors[i].key;
    qsort(keys, (size_t)count, sizeof *keys, compare_keys);
    for (int i = 1; i < count; i++)
        if (strcmp(keys[i - 1], keys[i]) == 0)
            return false;
    return true;
}

/* Spaces up to where the data begins, so that it is aligned. */
static void put_padding(struct header *header)
{
    while ((LENGTH_BYTES + header->text.length) % DATA_ALIGNMENT)
        text_puts(&header->text, " ");
}

static enum status make_header(struct header *header,
                               const struct tensor *tensors, int n_tensors,
                               const struct metadata *metadata, int n_metadata)
{
    enum status status = STATUS_OK;
    assert(keys_differ(header->text.arena, tensors, n_tensors));
    if (n_tensors > TENSOR_FILE_MAX_TENSORS)
        return error_set(header->error, STATUS_INPUT,
                         "cannot write '%s': it would have %d tensors, at most "
                         "%d can be read",
                         header->path, n_tensors, TENSOR_FILE_MAX_TENSORS);
    text_puts(&header->text, "{");
    if (n_metadata > 0)
        status = put_metadata(header, metadata, n_metadata);
    for (int i = 0; status == STATUS_OK && i < n_tensors; i++) {
        text_puts(&header->text, i || n_metadata ? "," : "");
        status = put_tensor(header, &tensors[i]);
    }
    text_puts(&header->text, "}");
    put_padding(header);
    if (status != STATUS_OK || header->text.length <= TENSOR_FILE_MAX_HEADER)
        return status;
    return error_set(header->error, STATUS_INPUT,
                     "cannot write '%s': its header would have %zu bytes, at "
                     "most %d can be read",
                     header->path, header->text.length, TENSOR_FILE_MAX_HEADER);
}

enum status tensor_file_check(const char *path, const struct tensor *tensors,
                              int n_tensors, const struct metadata *metadata,
                              int n_metadata, struct error *error)
{
    struct arena *arena = arena_new();
    struct header header = {path, text_new(arena), 0, error};
    enum status status =
        make_header(&header, tensors, n_tensors, metadata, n_metadata);
    arena_free(arena);
    return status;
}

/* ---- values -------------------------------------------------------------- */

static int64_t row_width(const struct tensor *tensor)
{
    return tensor->rank ? tensor->shape[tensor->rank - 1] : 1;
}

static int64_t count_values(const struct tensor *tensor)
{
    int64_t count = 1;
    for (int i = 0; i < tensor->rank; i++)
        count *= tensor->shape[i];
    return count;
}

const float *tensor_some(const struct tensor *tensor, int64_t first,
                         float room[TENSOR_ROOM], int64_t *count)
{
    int64_t left = count_values(tensor) - first, width = row_width(tensor);
    *count = left;
    if (tensor->stride == 0 || tensor->stride == width)
        return tensor->values + first;
    *count = left < TENSOR_ROOM ? left : TENSOR_ROOM;
    for (int64_t done = 0, some; done < *count; done += some) {
        int64_t row = (first + done) / width, column = (first + done) % width;
        some = width - column;
        some = some < *count - done ? some : *count - done;
        memcpy(room + done, tensor->values + row * tensor->stride + column,
               (size_t)some * sizeof *room);
    }
    return room;
}

static enum status put_values(struct file_writer *writer,
                              const struct tensor *tensor, struct error *error)
{
    float room[TENSOR_ROOM];
    int64_t count = count_values(tensor); /* counted: the header has it */
    enum status status = STATUS_OK;
    for (int64_t done = 0, some; status == STATUS_OK && done < count;
         done += some) {
        const float *values = tensor_some(tensor, done, room, &some);
        status =
            file_writer_put(writer, values, (size_t)some * sizeof *room, error);
    }
    return status;
}

/* ---- the file ------------------------------------------------------------ */

static enum status put_header(struct file_writer *writer,
                              const struct text *text, struct error *error)
{
    char length[LENGTH_BYTES];
    for (int i = 0; i < LENGTH_BYTES; i++)
        length[i] = (char)(unsigned char)((uint64_t)text->length >> 8 * i);
    enum status status = file_writer_put(writer, length, sizeof length, error);
    if (status == STATUS_OK)
        status = file_writer_put(writer, text->bytes, text->length, error);
    return status;
}

static enum status write_file(const struct header *header,
                              const struct tensor *tensors, int n_tensors)
{
    struct error *error = header->error;
    struct file_writer *writer;
    enum status status = file_writer_open(&writer, header->path, error);
    if (status != STATUS_OK)
        return status;
    status = put_header(writer, &header->text, error);
    for (int i = 0; status == STATUS_OK && i < n_tensors; i++)
        status = put_values(writer, &tensors[i], error);
    if (status == STATUS_OK)
        return file_writer_commit(writer, error);
    file_writer_abandon(writer);
    return status;
}

enum status tensor_file_write(const char *path, const struct tensor *tensors,
                              int n_tensors, const struct metadata *metadata,
                              int n_metadata, struct error *error)
{
    struct arena *arena = arena_new();
    struct header header = {path, text_new(arena), 0, error};
    enum status status =
        make_header(&header, tensors, n_tensors, metadata, n_metadata);
    if (status == STATUS_OK)
        status = write_file(&header, tensors, n_tensors);
    arena_free(arena);
    return status;
}
