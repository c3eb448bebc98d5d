/* Safetensors files, read with suspicion: nothing that the header says is used
 * before it is held against the file's size, and no value is read before the
 * whole header has been. The offsets must tile the data from its first byte to
 * its last, so nothing can hide between tensors or behind them. Names without
 * control characters are safe to print. */
#include "trainer/weights/safetensors.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/file_kind.h"
#include "base/text.h"

/* F32 values are used as they lie in the file. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ && sizeof(float) == 4,
               "safetensors holds little-endian values of 32 bits");

enum {
    LENGTH_BYTES = 8,
    /* Signs between the parts of a header, for each tensor: braces and
     * brackets 3, commas 3, and between sizes and offsets 8. */
    MAX_SIGNS = 14 * TENSOR_FILE_MAX_TENSORS
};

static const char metadata_key[] = "__metadata__";

/* ---- the header ---------------------------------------------------------- */

/* A tensor and its bytes [first, last) of the data. */
struct entry {
    struct tensor tensor;
    enum tensor_type type;
    int64_t value_bytes;
    int64_t first, last;
    bool is_counter; /* which is not read: it is no tensor of the file's */
};

struct reader {
    struct arena *arena;
    const char *path;
    char *header; /* owned */
    size_t header_size;
    uint64_t data_size;
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

static uint64_t read_length(const char *bytes)
{
    uint64_t length = 0;
    for (int i = LENGTH_BYTES - 1; i >= 0; i--)
        length = length << 8 | (unsigned char)bytes[i];
    return length;
}

static enum status fail_memory(struct reader *reader)
{
    return error_set(reader->error, STATUS_MACHINE,
                     "cannot read '%s': no memory for its header",
                     reader->path);
}

static enum status fail_format(struct reader *reader)
{
    return error_set(reader->error, STATUS_INPUT,
                     "'%s' is not a safetensors file: its header does not "
                     "begin with '{'",
                     reader->path);
}

/* `begin`: the bytes up to the header's first. */
static enum status check_length(struct reader *reader, const char *begin,
                                uint64_t size)
{
    uint64_t length = read_length(begin);
    bool begins =
        length > 0 && (size == LENGTH_BYTES || begin[LENGTH_BYTES] == '{');
    if ((!begins || length > TENSOR_FILE_MAX_HEADER) &&
        file_expect_kind(reader->path, FILE_SAFETENSORS, reader->error) !=
            STATUS_OK)
        return reader->error->status;
    if (length > TENSOR_FILE_MAX_HEADER)
        return error_set(reader->error, STATUS_INPUT,
                         "'%s' is not a safetensors file: its header would "
                         "have %" PRIu64 " bytes, more than %d",
                         reader->path, length, TENSOR_FILE_MAX_HEADER);
    if (!begins)
        return fail_format(reader);
    if (length > size - LENGTH_BYTES)
        return error_set(reader->error, STATUS_INPUT,
                         "'%s' ends too early: its header has %" PRIu64
                         " bytes, the file holds %" PRIu64 " of them",
                         reader->path, length, size - LENGTH_BYTES);
    reader->header_size = (size_t)length;
    reader->data_size = size - LENGTH_BYTES - length;
    return STATUS_OK;
}

static enum status read_header(struct reader *reader, uint64_t size)
{
    char begin[LENGTH_BYTES + 1];
    size_t known = size > LENGTH_BYTES ? sizeof begin : LENGTH_BYTES;
    if (size < LENGTH_BYTES)
        return error_set(reader->error, STATUS_INPUT,
                         "'%s' is not a safetensors file: it has %" PRIu64
                         " bytes, its header's length alone needs 8",
                         reader->path, size);
    enum status status =
        tensor_file_next(reader->file, begin, known, reader->error);
    if (status == STATUS_OK)
        status = check_length(reader, begin, size);
    if (status != STATUS_OK)
        return status;
    reader->header = malloc(reader->header_size);
    if (!reader->header)
        return fail_memory(reader);
    reader->header[0] = begin[LENGTH_BYTES];
    return tensor_file_next(reader->file, reader->header + 1,
                            reader->header_size - 1, reader->error);
}

static enum status fail_parts(struct reader *reader)
{
    return error_set(reader->error, STATUS_INPUT,
                     "cannot read '%s': its header has more parts than %d "
                     "tensors need, which are the most",
                     reader->path, TENSOR_FILE_MAX_TENSORS);
}

/* jansson takes a hundred times the memory of a header that is made of tiny
 * parts: they are counted before it sees them. */
static enum status check_parts(struct reader *reader)
{
    size_t signs = 0;
    bool in_string = false;
    for (size_t i = 0; i < reader->header_size; i++) {
        char sign = reader->header[i];
        if (sign == '"')
            in_string = !in_string;
        else if (in_string)
            i += sign == '\\';
        else
            signs += sign == ',' || sign == '[' || sign == '{';
    }
    return signs <= MAX_SIGNS ? STATUS_OK : fail_parts(reader);
}

static enum status fail_parsing(struct reader *reader,
                                const json_error_t *problem)
{
    if (json_error_code(problem) == json_error_invalid_utf8)
        return error_set(reader->error, STATUS_INPUT,
                         "'%s' is damaged: its header is not UTF-8 at byte %d",
                         reader->path, problem->position);
    return error_set(reader->error, STATUS_INPUT,
                     "'%s' is damaged: its header is not JSON at byte %d: %s",
                     reader->path, problem->position,
                     text_shown(reader->arena, problem->text));
}

static enum status parse_header(struct reader *reader, json_t **root)
{
    json_error_t problem;
    *root = json_loadb(reader->header, reader->header_size,
                       JSON_REJECT_DUPLICATES, &problem);
    return *root ? STATUS_OK : fail_parsing(reader, &problem);
}

/* ---- its entries --------------------------------------------------------- */

/* A text may be JSON again (class_names.h), whose parts nobody has counted. */
static enum status check_text(struct reader *reader, const char *key,
                              const json_t *value)
{
    if (!json_is_string(value))
        return error_set(reader->error, STATUS_INPUT,
                         "'%s' is damaged: '%s' of '__metadata__' is not "
                         "a string",
                         reader->path, text_shown(reader->arena, key));
    size_t length = json_string_length(value);
    if (length <= TENSOR_FILE_MAX_TEXT)
        return STATUS_OK;
    return error_set(reader->error, STATUS_INPUT,
                     "cannot read '%s': '%s' of '__metadata__' has %zu bytes, "
                     "more than %d",
                     reader->path, text_shown(reader->arena, key), length,
                     TENSOR_FILE_MAX_TEXT);
}

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
        enum status status = check_text(reader, key, value);
        if (status != STATUS_OK)
            return status;
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

/* How many batches PyTorch's BatchNorm has seen: an integer in every file of its
 * weights, that nothing is computed with. */
static bool is_counter(const char *key, const char *type)
{
    static const char name[] = "num_batches_tracked";
    const char *dot = strrchr(key, '.');
    return strcmp(type, "I64") == 0 && strcmp(dot ? dot + 1 : key, name) == 0;
}

static enum status read_type(struct reader *reader, const json_t *type,
                             struct entry *entry)
{
    const char *key = entry->tensor.key;
    if (!json_is_string(type))
        return fail_tensor(reader, key, "has a 'dtype' that is not a string");
    const char *name = json_string_value(type);
    entry->type = tensor_type_find(name);
    entry->is_counter = is_counter(key, name);
    entry->value_bytes = entry->is_counter ? (int64_t)sizeof(int64_t) : 0;
    if (entry->type < N_TENSOR_TYPES)
        entry->value_bytes = tensor_type_bytes(entry->type);
    if (entry->value_bytes > 0)
        return STATUS_OK;
    return error_set(reader->error, STATUS_INPUT,
                     "'%s': tensor '%s' has values of type '%s'; F32, F16, "
                     "BF16 and F64 are read",
                     reader->path, key, text_shown(reader->arena, name));
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
    if (!fits || tensor->count > INT64_MAX / (int64_t)sizeof(double))
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
    int64_t needed = entry->tensor.count * entry->value_bytes;
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
                         reader->path, text_shown(reader->arena, key));
    const json_t *type = json_object_get(object, "dtype");
    const json_t *shape = json_object_get(object, "shape");
    const json_t *offsets = json_object_get(object, "data_offsets");
    if (!type || !shape || !offsets || json_object_size(object) != 3)
        return fail_tensor(reader, key,
                           "is not described by 'dtype', 'shape' and "
                           "'data_offsets'");
    struct entry *entry = &reader->entries[reader->n_entries++];
    entry->tensor.key = arena_strdup(reader->arena, key);
    enum status status = read_type(reader, type, entry);
    if (status == STATUS_OK)
        status = read_shape(reader, shape, &entry->tensor);
    if (status == STATUS_OK)
        status = read_offsets(reader, offsets, entry);
    return status;
}

static enum status read_entries(struct reader *reader, json_t *root)
{
    if (json_object_size(root) > TENSOR_FILE_MAX_TENSORS + 1)
        return fail_parts(reader);
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

/* ---- where the data lies ------------------------------------------------- */

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
    int64_t end = 0, size = (int64_t)reader->data_size; /* of an off_t */
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

/* Those that are read, in the order of the data, and how they lie there. */
static void list_tensors(struct reader *reader)
{
    struct tensor_file *file = reader->file;
    size_t count = (size_t)reader->n_entries;
    int64_t end = 0; /* of the last one */
    file->tensors = arena_alloc(reader->arena, count, sizeof *file->tensors);
    file->places = arena_alloc(reader->arena, count, sizeof *file->places);
    for (size_t i = 0; i < count; i++) {
        const struct entry *entry = &reader->entries[i];
        if (entry->is_counter)
            continue;
        file->tensors[file->n_tensors] = entry->tensor;
        file->places[file->n_tensors++] =
            (struct tensor_bytes){entry->type, entry->first - end};
        file->bytes += (uint64_t)entry->tensor.count * sizeof(float);
        end = entry->last;
    }
}

static enum status read_opened(struct reader *reader, uint64_t size)
{
    json_t *root = NULL;
    enum status status = read_header(reader, size);
    if (status == STATUS_OK)
        status = check_parts(reader);
    if (status == STATUS_OK)
        status = parse_header(reader, &root);
    free(reader->header);
    if (status == STATUS_OK)
        status = read_entries(reader, root);
    json_decref(root);
    if (status == STATUS_OK)
        status = check_layout(reader);
    if (status == STATUS_OK)
        list_tensors(reader);
    return status;
}

enum status tensor_file_open(struct arena *arena, const char *path,
                             struct tensor_file *file, struct error *error)
{
    *file = (struct tensor_file){0};
    struct reader reader = {
        .arena = arena, .path = path, .file = file, .error = error};
    uint64_t size;
    enum status status = file_open(path, &file->fd, &size, error);
    if (status != STATUS_OK)
        return status;
    file->is_open = true;
    file->path = arena_strdup(arena, path);
    status = read_opened(&reader, size);
    if (status != STATUS_OK)
        tensor_file_free(file);
    return status;
}

enum status tensor_file_open_bytes(struct arena *arena, const char *name,
                                   const void *bytes, size_t size,
                                   struct tensor_file *file,
                                   struct error *error)
{
    *file = (struct tensor_file){
        .path = arena_strdup(arena, name), .rest = bytes, .rest_bytes = size};
    struct reader reader = {
        .arena = arena, .path = name, .file = file, .error = error};
    enum status status = read_opened(&reader, size);
    if (status != STATUS_OK)
        tensor_file_free(file);
    return status;
}

const char *tensor_file_metadata(const struct tensor_file *file,
                                 const char *key)
{
    for (int i = 0; i < file->n_metadata; i++)
        if (strcmp(file->metadata[i].key, key) == 0)
            return file->metadata[i].value;
    return NULL;
}
