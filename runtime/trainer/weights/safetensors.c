/* Safetensors files, read with suspicion: nothing that the header says is used
 * before it is held against the bytes that are there. The offsets must tile the
 * data from its first byte to its last, so nothing can hide between tensors or
 * behind them. Names without control characters are safe to print. */
#include "trainer/weights/safetensors.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"

/* Values are used as they lie in the file. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ && sizeof(float) == 4,
               "safetensors holds little-endian values of 32 bits");

enum {
    LENGTH_BYTES = 8,
    MAX_HEADER = 100000000, /* as in the reference implementation */
    DATA_ALIGNMENT = 64     /* of the first tensor, as written */
};

static const size_t max_file = (size_t)8 << 30;
static const char metadata_key[] = "__metadata__";

/* ---- reading: the header ------------------------------------------------- */

/* A tensor and its bytes [first, last) of the data. */
struct entry {
    struct tensor tensor;
    int64_t first, last;
};

struct reader {
    struct arena *arena;
    const char *path;
    size_t header_size, data_size;
    struct tensor_file *file;
    struct entry *entries;
    int n_entries;
    struct error *error;
};

static bool has_control(const char *text)
{
    for (; *text; text++)
        if (text_control(text))
            return true;
    return false;
}

/* A copy that can be printed on a terminal. */
static const char *show(struct arena *arena, const char *text)
{
    char *copy = arena_strdup(arena, text);
    for (char *at = copy; *at; at++)
        for (size_t i = text_control(at); i > 0; i--)
            at[i - 1] = '?';
    return copy;
}

static uint64_t read_length(const char *bytes)
{
    uint64_t length = 0;
    for (int i = LENGTH_BYTES - 1; i >= 0; i--)
        length = length << 8 | (unsigned char)bytes[i];
    return length;
}

static enum status find_header(struct reader *reader, size_t size)
{
    const char *bytes = reader->file->bytes;
    if (size < LENGTH_BYTES)
        return error_set(reader->error, STATUS_INPUT,
                         "'%s' is not a safetensors file: it has %zu bytes, "
                         "its header's length alone needs 8",
                         reader->path, size);
    uint64_t length = read_length(bytes);
    if (length > MAX_HEADER)
        return error_set(reader->error, STATUS_INPUT,
                         "'%s' is not a safetensors file: its header would "
                         "have %" PRIu64 " bytes, more than %d",
                         reader->path, length, MAX_HEADER);
    if (length > size - LENGTH_BYTES)
        return error_set(reader->error, STATUS_INPUT,
                         "'%s' ends too early: its header has %" PRIu64
                         " bytes, the file holds %zu of them",
                         reader->path, length, size - LENGTH_BYTES);
    if (length == 0 || bytes[LENGTH_BYTES] != '{')
        return error_set(reader->error, STATUS_INPUT,
                         "'%s' is not a safetensors file: its header does not "
                         "begin with '{'",
                         reader->path);
    reader->header_size = (size_t)length;
    reader->data_size = size - LENGTH_BYTES - (size_t)length;
    return STATUS_OK;
}

static enum status fail_parsing(struct reader *reader,
                                const json_error_t *problem)
{
    if (errno == ENOMEM)
        return error_set(reader->error, STATUS_MACHINE,
                         "cannot read '%s': no memory for its header",
                         reader->path);
    if (json_error_code(problem) == json_error_invalid_utf8)
        return error_set(reader->error, STATUS_INPUT,
                         "'%s' is damaged: its header is not UTF-8 at byte %d",
                         reader->path, problem->position);
    return error_set(reader->error, STATUS_INPUT,
                     "'%s' is damaged: its header is not JSON at byte %d: %s",
                     reader->path, problem->position,
                     show(reader->arena, problem->text));
}

static enum status parse_header(struct reader *reader, json_t **root)
{
    json_error_t problem;
    errno = 0; /* jansson itself may call a lack of memory a bad token */
    *root = json_loadb(reader->file->bytes + LENGTH_BYTES, reader->header_size,
                       JSON_REJECT_DUPLICATES, &problem);
    return *root ? STATUS_OK : fail_parsing(reader, &problem);
}

/* ---- reading: entries of the header -------------------------------------- */

static enum status read_metadata(struct reader *reader, json_t *object)
{
    struct tensor_file *file = reader->file;
    if (!json_is_object(object))
        return error_set(reader->error, STATUS_INPUT,
                         "'%s' is damaged: '__metadata__' is not an object",
                         reader->path);
    file->metadata = arena_alloc(reader->arena, json_object_size(object),
                                 sizeof *file->metadata);
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value)
    {
        if (!json_is_string(value))
            return error_set(reader->error, STATUS_INPUT,
                             "'%s' is damaged: '%s' of '__metadata__' is not "
                             "a string",
                             reader->path, show(reader->arena, key));
        file->metadata[file->n_metadata++] = (struct metadata){
            arena_strdup(reader->arena, key),
            arena_strdup(reader->arena, json_string_value(value))};
    }
    return STATUS_OK;
}

static enum status fail_tensor(struct reader *reader, const char *key,
                               const char *problem)
{
    return error_set(reader->error, STATUS_INPUT,
                     "'%s' is damaged: tensor '%s' %s", reader->path, key,
                     problem);
}

static enum status read_type(struct reader *reader, const char *key,
                             const json_t *type)
{
    if (!json_is_string(type))
        return fail_tensor(reader, key, "has a 'dtype' that is not a string");
    if (strcmp(json_string_value(type), "F32") == 0)
        return STATUS_OK;
    return error_set(reader->error, STATUS_INPUT,
                     "'%s': tensor '%s' has values of type '%s', F32 is wanted",
                     reader->path, key,
                     show(reader->arena, json_string_value(type)));
}

static bool is_extent(const json_t *value)
{
    return json_is_integer(value) && json_integer_value(value) >= 0;
}

static enum status read_shape(struct reader *reader, const json_t *shape,
                              struct tensor *tensor)
{
    size_t rank = json_array_size(shape); /* 0 where it is no list */
    bool is_list = json_is_array(shape), fits = true;
    for (size_t i = 0; i < rank; i++)
        is_list = is_list && is_extent(json_array_get(shape, i));
    if (!is_list)
        return fail_tensor(reader, tensor->key,
                           "has a 'shape' that is not a list of whole numbers "
                           "from 0");
    if (rank > TENSOR_MAX_RANK)
        return error_set(reader->error, STATUS_INPUT,
                         "'%s': tensor '%s' has %zu dimensions, at most %d can "
                         "be read",
                         reader->path, tensor->key, rank, TENSOR_MAX_RANK);
    tensor->rank = (int)rank;
    tensor->count = 1;
    for (size_t i = 0; i < rank; i++) {
        tensor->shape[i] = json_integer_value(json_array_get(shape, i));
        fits = fits && !__builtin_mul_overflow(tensor->count, tensor->shape[i],
                                               &tensor->count);
    }
    if (!fits || tensor->count > INT64_MAX / (int64_t)sizeof(float))
        return fail_tensor(reader, tensor->key,
                           "has a 'shape' of more values than can be counted");
    return STATUS_OK;
}

static enum status read_offsets(struct reader *reader, const json_t *offsets,
                                struct entry *entry)
{
    const char *key = entry->tensor.key;
    const json_t *first = json_array_get(offsets, 0);
    const json_t *last = json_array_get(offsets, 1);
    if (json_array_size(offsets) != 2 || !is_extent(first) ||
        !is_extent(last) ||
        json_integer_value(first) > json_integer_value(last))
        return fail_tensor(reader, key,
                           "has 'data_offsets' that are not two rising whole "
                           "numbers from 0");
    entry->first = json_integer_value(first);
    entry->last = json_integer_value(last);
    int64_t needed = entry->tensor.count * (int64_t)sizeof(float);
    if (entry->last - entry->first != needed)
        return error_set(reader->error, STATUS_INPUT,
                         "'%s' is damaged: tensor '%s' needs %" PRId64
                         " bytes for its shape, its 'data_offsets' give "
                         "%" PRId64,
                         reader->path, key, needed, entry->last - entry->first);
    return STATUS_OK;
}

static enum status read_entry(struct reader *reader, const char *key,
                              const json_t *object)
{
    if (has_control(key))
        return error_set(reader->error, STATUS_INPUT,
                         "'%s' is damaged: the name of tensor '%s' holds a "
                         "control character",
                         reader->path, show(reader->arena, key));
    const json_t *type = json_object_get(object, "dtype");
    const json_t *shape = json_object_get(object, "shape");
    const json_t *offsets = json_object_get(object, "data_offsets");
    if (!type || !shape || !offsets || json_object_size(object) != 3)
        return fail_tensor(reader, key,
                           "is not described by 'dtype', 'shape' and "
                           "'data_offsets'");
    struct entry *entry = &reader->entries[reader->n_entries++];
    entry->tensor.key = arena_strdup(reader->arena, key);
    enum status status = read_type(reader, key, type);
    if (status == STATUS_OK)
        status = read_shape(reader, shape, &entry->tensor);
    if (status == STATUS_OK)
        status = read_offsets(reader, offsets, entry);
    return status;
}

static enum status read_entries(struct reader *reader, json_t *root)
{
    reader->entries = arena_alloc(reader->arena, json_object_size(root),
                                  sizeof *reader->entries);
    const char *key;
    json_t *value;
    json_object_foreach(root, key, value)
    {
        enum status status = strcmp(key, metadata_key) == 0
                                 ? read_metadata(reader, value)
                                 : read_entry(reader, key, value);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

/* ---- reading: the data --------------------------------------------------- */

/* An empty tensor comes before the one that starts where it does. */
static int compare_entries(const void *a, const void *b)
{
    const struct entry *one = a, *other = b;
    if (one->first != other->first)
        return one->first < other->first ? -1 : 1;
    if (one->last != other->last)
        return one->last < other->last ? -1 : 1;
    return strcmp(one->tensor.key, other->tensor.key);
}

static enum status check_order(struct reader *reader, int index, int64_t end)
{
    const struct entry *entry = &reader->entries[index];
    if (entry->first == end)
        return STATUS_OK;
    if (entry->first > end)
        return error_set(reader->error, STATUS_INPUT,
                         "'%s' is damaged: %" PRId64 " bytes before tensor "
                         "'%s' belong to none",
                         reader->path, entry->first - end, entry->tensor.key);
    return error_set(reader->error, STATUS_INPUT,
                     "'%s' is damaged: tensors '%s' and '%s' overlap",
                     reader->path, entry[-1].tensor.key, entry->tensor.key);
}

static enum status check_layout(struct reader *reader)
{
    int64_t end = 0, size = (int64_t)reader->data_size;
    if (reader->n_entries > 0)
        qsort(reader->entries, (size_t)reader->n_entries,
              sizeof *reader->entries, compare_entries);
    for (int i = 0; i < reader->n_entries; i++) {
        enum status status = check_order(reader, i, end);
        if (status != STATUS_OK)
            return status;
        end = reader->entries[i].last;
    }
    if (end > size)
        return error_set(reader->error, STATUS_INPUT,
                         "'%s' ends too early: its tensors have %" PRId64
                         " bytes, the file holds %" PRId64 " of them",
                         reader->path, end, size);
    if (end < size)
        return error_set(reader->error, STATUS_INPUT,
                         "'%s' is damaged: %" PRId64 " bytes follow its last "
                         "tensor",
                         reader->path, size - end);
    return STATUS_OK;
}

/* The header, read by now, gives way to data that it left unaligned. */
static char *align_data(struct reader *reader)
{
    char *aligned = reader->file->bytes + LENGTH_BYTES;
    char *data = aligned + reader->header_size;
    if (reader->header_size % _Alignof(float) == 0)
        return data;
    memmove(aligned, data, reader->data_size);
    return aligned;
}

static void place_tensors(struct reader *reader)
{
    struct tensor_file *file = reader->file;
    const char *data = align_data(reader);
    file->tensors = arena_alloc(reader->arena, (size_t)reader->n_entries,
                                sizeof *file->tensors);
    file->n_tensors = reader->n_entries;
    for (int i = 0; i < reader->n_entries; i++) {
        const struct entry *entry = &reader->entries[i];
        file->tensors[i] = entry->tensor;
        file->tensors[i].values =
            (const float *)(const void *)(data + entry->first);
    }
}

enum status tensor_file_read(struct arena *arena, const char *path,
                             struct tensor_file *file, struct error *error)
{
    *file = (struct tensor_file){0};
    struct reader reader = {
        .arena = arena, .path = path, .file = file, .error = error};
    json_t *root = NULL;
    size_t size;
    enum status status = file_read(path, max_file, &file->bytes, &size, error);
    if (status == STATUS_OK)
        status = find_header(&reader, size);
    if (status == STATUS_OK)
        status = parse_header(&reader, &root);
    if (status == STATUS_OK)
        status = read_entries(&reader, root);
    if (status == STATUS_OK)
        status = check_layout(&reader);
    json_decref(root);
    if (status == STATUS_OK)
        place_tensors(&reader);
    else
        tensor_file_free(file);
    return status;
}

void tensor_file_free(struct tensor_file *file)
{
    free(file->bytes);
    *file = (struct tensor_file){0};
}

const char *tensor_file_metadata(const struct tensor_file *file,
                                 const char *key)
{
    for (int i = 0; i < file->n_metadata; i++)
        if (strcmp(file->metadata[i].key, key) == 0)
            return file->metadata[i].value;
    return NULL;
}

/* ---- writing ------------------------------------------------------------- */

static size_t tensor_bytes(const struct tensor *tensor)
{
    size_t bytes = sizeof(float);
    for (int i = 0; i < tensor->rank; i++)
        bytes *= (size_t)tensor->shape[i];
    return bytes;
}

static json_t *describe_tensor(const struct tensor *tensor, size_t first)
{
    json_t *shape = json_array();
    for (int i = 0; i < tensor->rank; i++)
        json_array_append_new(shape, json_integer(tensor->shape[i]));
    return json_pack("{s:s, s:o, s:[I, I]}", "dtype", "F32", "shape", shape,
                     "data_offsets", (json_int_t)first,
                     (json_int_t)(first + tensor_bytes(tensor)));
}

static json_t *describe_metadata(const struct metadata *metadata,
                                 int n_metadata)
{
    json_t *object = json_object();
    for (int i = 0; i < n_metadata; i++)
        if (json_object_set_new(object, metadata[i].key,
                                json_string(metadata[i].value)) != 0) {
            json_decref(object);
            return NULL;
        }
    return object;
}

/* The header's JSON, from malloc; NULL where memory runs out or a string is
 * not UTF-8. */
static char *write_header(const struct tensor *tensors, int n_tensors,
                          const struct metadata *metadata, int n_metadata)
{
    json_t *root = json_object();
    bool done = true;
    size_t first = 0;
    if (n_metadata > 0)
        done =
            json_object_set_new(root, metadata_key,
                                describe_metadata(metadata, n_metadata)) == 0;
    for (int i = 0; done && i < n_tensors; i++) {
        assert(!json_object_get(root, tensors[i].key));
        done = json_object_set_new(root, tensors[i].key,
                                   describe_tensor(&tensors[i], first)) == 0;
        first += tensor_bytes(&tensors[i]);
    }
    char *header = done ? json_dumps(root, JSON_COMPACT) : NULL;
    json_decref(root);
    return header;
}

/* Its length, the header and the spaces behind it. */
static enum status put_header(struct file_writer *writer, const char *header,
                              struct error *error)
{
    static const char spaces[DATA_ALIGNMENT + 1] =
        "                                "
        "                                ";
    char length_bytes[LENGTH_BYTES];
    size_t used = strlen(header);
    size_t tail = (LENGTH_BYTES + used) % DATA_ALIGNMENT;
    size_t padding = tail ? DATA_ALIGNMENT - tail : 0;
    assert(used + padding <= MAX_HEADER);
    for (int i = 0; i < LENGTH_BYTES; i++)
        length_bytes[i] =
            (char)(unsigned char)((uint64_t)(used + padding) >> 8 * i);
    enum status status =
        file_writer_put(writer, length_bytes, LENGTH_BYTES, error);
    if (status == STATUS_OK)
        status = file_writer_put(writer, header, used, error);
    if (status == STATUS_OK)
        status = file_writer_put(writer, spaces, padding, error);
    return status;
}

static enum status write_file(const char *path, const char *header,
                              const struct tensor *tensors, int n_tensors,
                              struct error *error)
{
    struct file_writer *writer;
    enum status status = file_writer_open(&writer, path, error);
    if (status != STATUS_OK)
        return status;
    status = put_header(writer, header, error);
    for (int i = 0; status == STATUS_OK && i < n_tensors; i++)
        status = file_writer_put(writer, tensors[i].values,
                                 tensor_bytes(&tensors[i]), error);
    if (status == STATUS_OK)
        return file_writer_commit(writer, error);
    file_writer_abandon(writer);
    return status;
}

enum status tensor_file_write(const char *path, const struct tensor *tensors,
                              int n_tensors, const struct metadata *metadata,
                              int n_metadata, struct error *error)
{
    char *header = write_header(tensors, n_tensors, metadata, n_metadata);
    if (!header)
        return error_set(error, STATUS_MACHINE,
                         "cannot write '%s': its header is not UTF-8, or "
                         "memory ran out",
                         path);
    enum status status = write_file(path, header, tensors, n_tensors, error);
    free(header);
    return status;
}
