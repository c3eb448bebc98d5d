/* .npy files (versions 1 to 3): numpy's arrays, read and written.
 *
 *   93 N U M P Y, major, minor, length of the header (2 bytes; 4 from
 *   version 2 on, little-endian), header, values
 *
 * The header is the text of a Python dict; read here is exactly what numpy
 * writes: the keys descr, fortran_order and shape, in any order.
 * Format: NEP 1 and numpy.lib.format. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "trainer/data/data_reader.h"

enum { NPY_MAX_HEADER = 65536, NPY_ALIGNMENT = 64, NPY_TYPE = 16 };

struct npy_header {
    char type[NPY_TYPE]; /* numpy's: "<f4" */
    struct data_shape shape;
};

/* ---- the header's text --------------------------------------------- */

/* What is left to read of the header. */
struct cursor {
    const char *at, *end;
};

static void skip_blanks(struct cursor *cursor)
{
    while (cursor->at < cursor->end &&
           (*cursor->at == ' ' || *cursor->at == '\n'))
        cursor->at++;
}

static bool take(struct cursor *cursor, const char *word)
{
    skip_blanks(cursor);
    size_t length = strlen(word);
    if ((size_t)(cursor->end - cursor->at) < length ||
        memcmp(cursor->at, word, length) != 0)
        return false;
    cursor->at += length;
    return true;
}

/* A quoted word of printable characters that fits into `word`. */
static bool take_string(struct cursor *cursor, char word[NPY_TYPE])
{
    char quote = take(cursor, "'") ? '\'' : '"';
    if (quote == '"' && !take(cursor, "\""))
        return false;
    int length = 0;
    while (cursor->at < cursor->end && *cursor->at != quote) {
        if (length == NPY_TYPE - 1 || *cursor->at < ' ' || *cursor->at > '~')
            return false;
        word[length++] = *cursor->at++;
    }
    word[length] = '\0';
    return cursor->at++ < cursor->end;
}

static bool take_extent(struct cursor *cursor, int64_t *extent)
{
    skip_blanks(cursor);
    const char *first = cursor->at;
    for (*extent = 0;
         cursor->at < cursor->end && *cursor->at >= '0' && *cursor->at <= '9';
         cursor->at++) {
        if (*extent > (INT64_MAX - 9) / 10)
            return false;
        *extent = *extent * 10 + (*cursor->at - '0');
    }
    return cursor->at > first;
}

static bool take_shape(struct cursor *cursor, struct data_shape *shape)
{
    shape->rank = 0;
    if (!take(cursor, "("))
        return false;
    while (!take(cursor, ")")) {
        if (shape->rank == DATA_MAX_EXTENTS ||
            !take_extent(cursor, &shape->extents[shape->rank++]))
            return false;
        if (!take(cursor, ",")) /* only the last extent has no comma */
            return take(cursor, ")");
    }
    return true;
}

static bool take_entry(struct cursor *cursor, struct npy_header *header,
                       unsigned *seen)
{
    char key[NPY_TYPE];
    if (!take_string(cursor, key) || !take(cursor, ":"))
        return false;
    if (strcmp(key, "descr") == 0) {
        *seen |= 1;
        return take_string(cursor, header->type);
    }
    if (strcmp(key, "fortran_order") == 0) {
        *seen |= 2;
        header->shape.is_fortran = take(cursor, "True");
        return header->shape.is_fortran || take(cursor, "False");
    }
    *seen |= 4;
    return strcmp(key, "shape") == 0 && take_shape(cursor, &header->shape);
}

static bool take_header(struct cursor *cursor, struct npy_header *header)
{
    unsigned seen = 0;
    if (!take(cursor, "{"))
        return false;
    while (!take(cursor, "}")) {
        if (!take_entry(cursor, header, &seen))
            return false;
        if (!take(cursor, ",")) {
            if (!take(cursor, "}"))
                return false;
            break;
        }
    }
    skip_blanks(cursor);
    return seen == 7 && cursor->at == cursor->end;
}

/* ---- reading ------------------------------------------------------- */

static uint64_t read_integer(const unsigned char *bytes, int size, bool big)
{
    uint64_t value = 0;
    for (int i = 0; i < size; i++)
        value = value << 8 | bytes[big ? i : size - 1 - i];
    return value;
}

/* Up to the header's text; *length is that of the text. */
static enum status read_preamble(struct data_stream *stream, int64_t *length,
                                 struct error *error)
{
    unsigned char start[8], size[4];
    enum status status = data_stream_read(stream, start, sizeof start, error);
    if (status != STATUS_OK)
        return status;
    bool is_npy = memcmp(start, "\x93NUMPY", 6) == 0;
    if (!is_npy && data_refuse_kind(stream->path, error) != STATUS_OK)
        return error->status;
    if (!is_npy)
        return error_set(error, STATUS_INPUT, "%s: not a .npy file",
                         stream->path);
    if (start[6] < 1 || start[6] > 3)
        return error_set(error, STATUS_INPUT,
                         "%s: version %d.%d of .npy; only 1 to 3 can be read",
                         stream->path, start[6], start[7]);
    int bytes = start[6] == 1 ? 2 : 4;
    status = data_stream_read(stream, size, bytes, error);
    if (status != STATUS_OK)
        return status;
    *length = (int64_t)read_integer(size, bytes, false);
    if (*length > NPY_MAX_HEADER)
        return error_set(error, STATUS_INPUT,
                         "%s: a header of %" PRId64 " bytes; at most %d can be "
                         "read",
                         stream->path, *length, NPY_MAX_HEADER);
    return STATUS_OK;
}

static enum status read_header(struct data_stream *stream,
                               struct npy_header *header, struct error *error)
{
    int64_t length = 0;
    enum status status = read_preamble(stream, &length, error);
    if (status != STATUS_OK)
        return status;
    char *text = malloc((size_t)length + 1);
    if (!text)
        return error_set(error, STATUS_MACHINE, "%s: no memory for its header",
                         stream->path);
    status = data_stream_read(stream, text, length, error);
    struct cursor cursor = {text, text + length};
    if (status == STATUS_OK && !take_header(&cursor, header))
        status =
            error_set(error, STATUS_INPUT,
                      "%s: the header is not as numpy writes it", stream->path);
    free(text);
    if (status == STATUS_OK && header->shape.rank == 0)
        status = error_set(error, STATUS_INPUT,
                           "%s: a single value; an array of samples is wanted",
                           stream->path);
    return status;
}

enum status data_npy_header(struct data_stream *stream,
                            struct number_type *type, struct data_shape *shape,
                            struct error *error)
{
    struct npy_header header = {.shape = {0}};
    enum status status = read_header(stream, &header, error);
    if (status != STATUS_OK)
        return status;
    *shape = header.shape;
    *type = number_of_numpy(header.type);
    if (type->kind != NUMBER_NONE)
        return STATUS_OK;
    return error_set(error, STATUS_INPUT,
                     "%s: values of type '%s'; bool, integers or floats of up "
                     "to 64 bits are wanted, such as x.astype(numpy.float32) "
                     "makes of numbers",
                     stream->path, header.type);
}

enum status data_read_npy(const char *path, struct data_set *set,
                          struct error *error)
{
    return data_file_samples(path, data_npy_header, set, error);
}

enum status data_read_npy_labels(const char *path, struct data_set *set,
                                 struct error *error)
{
    return data_file_labels(path, data_npy_header, set, error);
}

/* ---- writing ------------------------------------------------------- */

/* The whole of what stands before the values, padded so that they start at a
 * multiple of 64 bytes. */
static void write_header(struct text *out, int rank, const int64_t *shape)
{
    struct text dict = text_new(out->arena);
    text_puts(&dict, "{'descr': '<f4', 'fortran_order': False, 'shape': (");
    for (int i = 0; i < rank; i++)
        text_printf(&dict, "%s%" PRId64, i ? ", " : "", shape[i]);
    text_puts(&dict, rank == 1 ? ",), }" : "), }");
    while ((10 + dict.length + 1) % NPY_ALIGNMENT != 0)
        text_puts(&dict, " ");
    text_puts(&dict, "\n");
    const char length[2] = {(char)(dict.length & 0xff),
                            (char)(dict.length >> 8)};
    text_append(out, "\x93NUMPY\1\0", 8);
    text_append(out, length, sizeof length);
    text_append(out, dict.bytes, dict.length);
}

static enum status write_values(struct file_writer *writer, const float *values,
                                int64_t count, struct error *error)
{
    unsigned char bytes[16384];
    const int64_t most = sizeof bytes / 4;
    enum status status = STATUS_OK;
    while (status == STATUS_OK && count > 0) {
        int64_t some = count < most ? count : most;
        for (int64_t i = 0; i < some; i++) {
            uint32_t bits;
            memcpy(&bits, values + i, sizeof bits);
            for (int byte = 0; byte < 4; byte++)
                bytes[4 * i + byte] = (unsigned char)(bits >> 8 * byte);
        }
        status = file_writer_put(writer, bytes, (size_t)some * 4, error);
        values += some;
        count -= some;
    }
    return status;
}

enum status npy_write_f32(const char *path, int rank, const int64_t *shape,
                          const float *values, struct error *error)
{
    struct file_writer *writer = NULL;
    enum status status = file_writer_open(&writer, path, error);
    if (status != STATUS_OK)
        return status;
    struct arena *arena = arena_new();
    struct text header = text_new(arena);
    write_header(&header, rank, shape);
    status = file_writer_put(writer, header.bytes, header.length, error);
    arena_free(arena);
    int64_t count = 1;
    for (int i = 0; i < rank; i++)
        count *= shape[i];
    if (status == STATUS_OK)
        status = write_values(writer, values, count, error);
    if (status != STATUS_OK) {
        file_writer_abandon(writer);
        return status;
    }
    return file_writer_commit(writer, error);
}
