/* IDX files, plain or gzip, as MNIST is published:
 *
 *   00 00, type (08 unsigned byte, 0d float), rank
 *   one big-endian 32-bit extent a rank, the count of samples first
 *   the values, big-endian, the last index fastest
 *
 * Format: Y. LeCun, the MNIST database, "the IDX file format". */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "trainer/data/data_reader.h"

enum idx_type { IDX_BYTES = 0x08, IDX_FLOATS = 0x0d };
enum { IDX_MAX_RANK = 4 };

static uint32_t read_big(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
           (uint32_t)bytes[2] << 8 | bytes[3];
}

static enum status check_magic(const char *path, const unsigned char *magic,
                               struct error *error)
{
    bool is_idx = magic[0] == 0 && magic[1] == 0;
    if (!is_idx && data_refuse_kind(path, error) != STATUS_OK)
        return error->status;
    if (!is_idx)
        return error_set(error, STATUS_INPUT,
                         "%s: not an IDX file: it starts with %02x %02x, not "
                         "with 00 00",
                         path, magic[0], magic[1]);
    if (magic[2] != IDX_BYTES && magic[2] != IDX_FLOATS)
        return error_set(error, STATUS_INPUT,
                         "%s: IDX type %02x; only 08 (unsigned byte) and 0d "
                         "(float) can be read",
                         path, magic[2]);
    if (magic[3] < 1 || magic[3] > IDX_MAX_RANK)
        return error_set(error, STATUS_INPUT,
                         "%s: IDX rank %d; only 1 to %d can be read", path,
                         magic[3], IDX_MAX_RANK);
    return STATUS_OK;
}

static enum status read_header(struct data_stream *stream, enum idx_type *type,
                               struct data_shape *shape, struct error *error)
{
    unsigned char magic[4], extents[4 * IDX_MAX_RANK];
    enum status status = data_stream_read(stream, magic, sizeof magic, error);
    if (status == STATUS_OK)
        status = check_magic(stream->path, magic, error);
    if (status == STATUS_OK)
        status = data_stream_read(stream, extents, 4 * magic[3], error);
    if (status != STATUS_OK)
        return status;
    *type = (enum idx_type)magic[2];
    shape->rank = magic[3];
    for (int i = 0; i < shape->rank; i++)
        shape->extents[i] = read_big(extents + 4 * i);
    return STATUS_OK;
}

/* In place: from big-endian floats to this machine's. */
static void turn_floats(float *values, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        unsigned char bytes[4];
        memcpy(bytes, values + i, sizeof bytes);
        uint32_t bits = read_big(bytes);
        memcpy(values + i, &bits, sizeof bits);
    }
}

static enum status read_samples(struct data_stream *stream,
                                struct data_set *set, struct error *error)
{
    enum idx_type type = IDX_BYTES;
    struct data_shape shape = {0};
    enum status status = read_header(stream, &type, &shape, error);
    if (status == STATUS_OK)
        status = data_set_shape(set, stream->path, &shape, error);
    if (status == STATUS_OK)
        status = data_set_values(
            set, stream, type == IDX_BYTES ? GUSS_U8 : GUSS_F32, &shape, error);
    if (status == STATUS_OK && type == IDX_FLOATS)
        turn_floats(set->values, set->samples.count * set->samples.width);
    return status;
}

enum status data_read_idx(const char *path, struct data_set *set,
                          struct error *error)
{
    struct data_stream stream;
    *set = (struct data_set){0};
    enum status status = data_stream_open(&stream, path, error);
    if (status != STATUS_OK)
        return status;
    status = read_samples(&stream, set, error);
    data_stream_close(&stream);
    if (status != STATUS_OK)
        data_free(set);
    return status;
}

/* The labels' header: bytes, one for each of `count` samples. */
static enum status read_labels_header(struct data_stream *stream, int64_t count,
                                      struct error *error)
{
    char text[DATA_TEXT];
    enum idx_type type = IDX_BYTES;
    struct data_shape shape = {0};
    enum status status = read_header(stream, &type, &shape, error);
    if (status != STATUS_OK)
        return status;
    if (type != IDX_BYTES || shape.rank != 1)
        return error_set(error, STATUS_INPUT,
                         "%s: not labels: %s %s, but one byte a sample is "
                         "wanted",
                         stream->path, data_shape_text(&shape, text),
                         type == IDX_BYTES ? "bytes" : "floats");
    if (shape.extents[0] != count)
        return error_set(error, STATUS_INPUT,
                         "%s: %" PRId64 " labels for %" PRId64 " samples",
                         stream->path, shape.extents[0], count);
    return data_stream_expect(stream, count, "one label a sample", error);
}

static enum status read_labels(struct data_stream *stream, struct data_set *set,
                               struct error *error)
{
    int64_t count = set->samples.count;
    enum status status = read_labels_header(stream, count, error);
    if (status != STATUS_OK)
        return status;
    int32_t *wide = malloc((size_t)count * sizeof *wide);
    if (!wide)
        return error_set(error, STATUS_MACHINE,
                         "%s: no memory for its %" PRId64 " labels",
                         stream->path, count);
    /* The bytes lie in the last quarter and are widened from the front:
     * label i is written no later than byte i is read. */
    unsigned char *narrow = (unsigned char *)wide + 3 * count;
    status = data_stream_read(stream, narrow, count, error);
    if (status == STATUS_OK)
        status = data_stream_finish(stream, error);
    if (status == STATUS_OK)
        status = data_files_add_stream(set, stream, error);
    for (int64_t i = 0; status == STATUS_OK && i < count; i++)
        wide[i] = narrow[i];
    if (status != STATUS_OK) {
        free(wide);
        return status;
    }
    set->samples.labels = set->labels = wide;
    return STATUS_OK;
}

enum status data_read_idx_labels(const char *path, struct data_set *set,
                                 struct error *error)
{
    struct data_stream stream;
    enum status status = data_stream_open(&stream, path, error);
    if (status != STATUS_OK)
        return status;
    status = read_labels(&stream, set, error);
    data_stream_close(&stream);
    return status;
}
