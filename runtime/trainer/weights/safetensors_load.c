/* The values of a safetensors file, whose header has been checked. They are read
 * in their order, so that the file is read once from its begin to its end. */
#include "trainer/weights/safetensors.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

enum { ROOM = 1 << 16 }; /* bytes of values that are to be converted */

enum status tensor_file_next(struct tensor_file *file, void *bytes, size_t size,
                             struct error *error)
{
    if (!file->rest)
        return file_read_exactly(file->fd, file->path, bytes, size, error);
    assert(size <= file->rest_bytes);
    memcpy(bytes, file->rest, size);
    file->rest += size;
    file->rest_bytes -= size;
    return STATUS_OK;
}

/* The next bytes of the file, which nobody wants. */
static enum status skip(struct tensor_file *file, int64_t bytes,
                        struct error *error)
{
    char room[ROOM];
    enum status status = STATUS_OK;
    for (int64_t some; status == STATUS_OK && bytes > 0; bytes -= some) {
        some = bytes < ROOM ? bytes : ROOM;
        status = tensor_file_next(file, room, (size_t)some, error);
    }
    return status;
}

static enum status fail_beyond(const struct tensor_file *file,
                               const struct tensor *tensor, const char *bytes,
                               struct error *error)
{
    double value;
    memcpy(&value, bytes, sizeof value);
    return error_set(error, STATUS_INPUT,
                     "'%s': tensor '%s' holds %g, which is too large for "
                     "float32",
                     file->path, tensor->key, value);
}

static enum status read_converted(struct tensor_file *file,
                                  const struct tensor *tensor,
                                  enum tensor_type type, float *values,
                                  struct error *error)
{
    char room[ROOM];
    int64_t size = tensor_type_bytes(type);
    enum status status = STATUS_OK;
    for (int64_t done = 0, some; status == STATUS_OK && done < tensor->count;
         done += some) {
        some = tensor->count - done;
        some = some < ROOM / size ? some : ROOM / size;
        status = tensor_file_next(file, room, (size_t)(some * size), error);
        if (status != STATUS_OK)
            return status;
        int64_t beyond = tensor_convert(type, room, some, values + done);
        if (beyond < some)
            status = fail_beyond(file, tensor, room + beyond * size, error);
    }
    return status;
}

static enum status read_tensor(struct tensor_file *file, int index,
                               float *values, struct error *error)
{
    const struct tensor *tensor = &file->tensors[index];
    const struct tensor_bytes *bytes = &file->places[index];
    enum status status = skip(file, bytes->before, error);
    if (status != STATUS_OK)
        return status;
    if (bytes->type != TENSOR_F32)
        return read_converted(file, tensor, bytes->type, values, error);
    return tensor_file_next(file, values,
                            (size_t)tensor->count * sizeof *values, error);
}

enum status tensor_file_load(struct tensor_file *file, struct error *error)
{
    assert((file->is_open || file->rest) && !file->data);
    file->data = malloc(file->bytes ? file->bytes : 1);
    if (!file->data)
        return error_set(error, STATUS_MACHINE,
                         "cannot read '%s': no memory for its %" PRIu64
                         " bytes",
                         file->path, file->bytes);
    enum status status = STATUS_OK;
    float *values = file->data;
    for (int i = 0; status == STATUS_OK && i < file->n_tensors; i++) {
        status = read_tensor(file, i, values, error);
        file->tensors[i].values = values;
        values += file->tensors[i].count;
    }
    return status;
}

enum status tensor_file_read(struct arena *arena, const char *path,
                             struct tensor_file *file, struct error *error)
{
    enum status status = tensor_file_open(arena, path, file, error);
    if (status == STATUS_OK)
        status = tensor_file_load(file, error);
    if (status != STATUS_OK)
        tensor_file_free(file);
    return status;
}

void tensor_file_free(struct tensor_file *file)
{
    if (file->is_open)
        close(file->fd);
    free(file->data);
    *file = (struct tensor_file){0};
}
