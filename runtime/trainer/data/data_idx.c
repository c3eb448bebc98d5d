/* IDX files, plain or gzip, as MNIST is published:
 *
 *   00 00, type (08 unsigned byte, 09 signed byte, 0b short, 0c int, 0d float,
 *   0e double), rank
 *   one big-endian 32-bit extent a rank, the count of samples first
 *   the values, big-endian, the last index fastest
 *
 * Format: Y. LeCun, the MNIST database, "the IDX file format". */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "trainer/data/data_reader.h"

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
    if (number_of_idx(magic[2]).kind == NUMBER_NONE)
        return error_set(error, STATUS_INPUT,
                         "%s: IDX type %02x; 08, 09 and 0b to 0e can be read",
                         path, magic[2]);
    if (magic[3] < 1 || magic[3] > IDX_MAX_RANK)
        return error_set(error, STATUS_INPUT,
                         "%s: IDX rank %d; only 1 to %d can be read", path,
                         magic[3], IDX_MAX_RANK);
    return STATUS_OK;
}

static enum status read_header(struct data_stream *stream,
                               struct number_type *type,
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
    *type = number_of_idx(magic[2]);
    shape->rank = magic[3];
    for (int i = 0; i < shape->rank; i++)
        shape->extents[i] = read_big(extents + 4 * i);
    return STATUS_OK;
}

enum status data_read_idx(const char *path, struct data_set *set,
                          struct error *error)
{
    return data_file_samples(path, read_header, set, error);
}

enum status data_read_idx_labels(const char *path, struct data_set *set,
                                 struct error *error)
{
    return data_file_labels(path, read_header, set, error);
}
