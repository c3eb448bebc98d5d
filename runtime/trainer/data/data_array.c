/* What is one array: a header, then its numbers. */
#include "trainer/data/data_reader.h"

static enum status read_samples(struct data_stream *stream,
                                data_header_reader *read_header,
                                struct data_set *set, struct error *error)
{
    struct number_type type;
    struct data_shape shape = {0};
    enum status status = read_header(stream, &type, &shape, error);
    if (status == STATUS_OK)
        status = data_set_shape(set, stream->path, &shape, error);
    if (status == STATUS_OK)
        status = data_set_values(set, stream, type, &shape, error);
    return status;
}

enum status data_array_samples(struct data_stream *stream,
                               data_header_reader *read_header,
                               struct data_set *set, struct error *error)
{
    enum status status = read_samples(stream, read_header, set, error);
    data_stream_close(stream);
    if (status != STATUS_OK)
        data_free(set);
    return status;
}

enum status data_array_labels(struct data_stream *stream,
                              data_header_reader *read_header,
                              struct data_set *set, struct error *error)
{
    struct number_type type;
    struct data_shape shape = {0};
    enum status status = read_header(stream, &type, &shape, error);
    if (status == STATUS_OK)
        status = data_labels_read(set, stream, type, &shape, error);
    data_stream_close(stream);
    return status;
}

enum status data_file_samples(const char *path, data_header_reader *read_header,
                              struct data_set *set, struct error *error)
{
    struct data_stream stream;
    *set = (struct data_set){0};
    enum status status = data_stream_open(&stream, path, error);
    return status == STATUS_OK
               ? data_array_samples(&stream, read_header, set, error)
               : status;
}

enum status data_file_labels(const char *path, data_header_reader *read_header,
                             struct data_set *set, struct error *error)
{
    struct data_stream stream;
    enum status status = data_stream_open(&stream, path, error);
    return status == STATUS_OK
               ? data_array_labels(&stream, read_header, set, error)
               : status;
}
