/* The labels of a set: a whole number for each sample, or a one-hot row, in which
 * the label's number is 1 and every other 0. */
#include <inttypes.h>
#include <stdlib.h>

#include "trainer/data/data_reader.h"

enum { LABELS_BYTES = 1 << 16 }; /* read at a time */

/* A file of labels. */
struct labels {
    struct data_stream *stream;
    struct number_type type;
    int64_t count;
    int64_t classes; /* numbers in a row: 1, or those of one-hot rows */
};

static enum status check_shape(struct labels *labels,
                               const struct data_shape *shape,
                               struct error *error)
{
    char text[DATA_TEXT];
    if (shape->is_fortran && shape->rank == 2 && shape->extents[0] > 1 &&
        shape->extents[1] > 1)
        return error_set(error, STATUS_INPUT,
                         "%s: one-hot labels in Fortran order; save "
                         "numpy.ascontiguousarray(labels)",
                         labels->stream->path);
    if (shape->rank > 2 || shape->extents[0] != labels->count ||
        (shape->rank == 2 && shape->extents[1] < 1))
        return error_set(
            error, STATUS_INPUT, "%s: %s labels for %" PRId64 " samples",
            labels->stream->path, data_shape_text(shape, text), labels->count);
    labels->classes = shape->rank == 2 ? shape->extents[1] : 1;
    int64_t size;
    if (__builtin_mul_overflow(labels->count, labels->classes, &size) ||
        __builtin_mul_overflow(size, labels->type.bytes, &size))
        return error_set(error, STATUS_INPUT, "%s: too many labels: %s",
                         labels->stream->path, data_shape_text(shape, text));
    return data_stream_expect(labels->stream, size,
                              shape->rank == 2 ? "a row of labels a sample"
                                               : "one label a sample",
                              error);
}

static enum status fail_label(const struct labels *labels, int64_t at,
                              const unsigned char *bytes, struct error *error)
{
    if (labels->type.kind != NUMBER_FLOAT)
        return error_set(error, STATUS_INPUT,
                         "%s: label %" PRId64 " is beyond 32 bits",
                         labels->stream->path, at);
    return error_set(error, STATUS_INPUT,
                     "%s: label %" PRId64 " is %g; whole numbers are wanted",
                     labels->stream->path, at,
                     number_of_float(labels->type, bytes));
}

static enum status fail_row(const struct labels *labels, int64_t at,
                            struct error *error)
{
    return error_set(error, STATUS_INPUT,
                     "%s: row %" PRId64 " of %" PRId64
                     " numbers is not one-hot: one 1, and every other 0; save "
                     "one label a sample, as numpy.argmax(labels, axis=1) "
                     "gives them",
                     labels->stream->path, at, labels->classes);
}

/* The place of the only 1; false where there are others than 0 and one 1. */
static bool find_hot(const struct labels *labels, const unsigned char *row,
                     int32_t *label)
{
    int64_t ones = 0;
    for (int64_t i = 0; i < labels->classes; i++) {
        int32_t value;
        if (!number_to_label(labels->type, row + i * labels->type.bytes,
                             &value) ||
            value < 0 || value > 1)
            return false;
        if (value == 1)
            *label = (int32_t)i;
        ones += value;
    }
    return ones == 1;
}

static enum status read_row(const struct labels *labels, int64_t at,
                            const unsigned char *row, int32_t *label,
                            struct error *error)
{
    if (labels->classes > 1)
        return find_hot(labels, row, label) ? STATUS_OK
                                            : fail_row(labels, at, error);
    return number_to_label(labels->type, row, label)
               ? STATUS_OK
               : fail_label(labels, at, row, error);
}

/* Some rows at a time, through `bytes`, which has room for them. */
static enum status read_rows(const struct labels *labels, unsigned char *bytes,
                             int64_t row_bytes, int64_t rows, int32_t *to,
                             struct error *error)
{
    enum status status = STATUS_OK;
    for (int64_t n = 0; status == STATUS_OK && n < labels->count; n += rows) {
        int64_t some = labels->count - n < rows ? labels->count - n : rows;
        status =
            data_stream_read(labels->stream, bytes, some * row_bytes, error);
        for (int64_t i = 0; status == STATUS_OK && i < some; i++)
            status = read_row(labels, n + i, bytes + i * row_bytes, to + n + i,
                              error);
    }
    if (status == STATUS_OK)
        status = data_stream_finish(labels->stream, error);
    return status;
}

enum status data_labels_read(struct data_set *set, struct data_stream *stream,
                             struct number_type type,
                             const struct data_shape *shape,
                             struct error *error)
{
    struct labels labels = {stream, type, set->samples.count, 1};
    enum status status = check_shape(&labels, shape, error);
    if (status != STATUS_OK)
        return status;
    int64_t row_bytes = labels.classes * type.bytes;
    int64_t rows = row_bytes < LABELS_BYTES ? LABELS_BYTES / row_bytes : 1;
    unsigned char *bytes = malloc((size_t)(rows * row_bytes));
    int32_t *to = malloc((size_t)labels.count * sizeof *to);
    if (!bytes || !to)
        status = error_set(error, STATUS_MACHINE,
                           "%s: no memory for its %" PRId64 " labels",
                           stream->path, labels.count);
    if (status == STATUS_OK)
        status = read_rows(&labels, bytes, row_bytes, rows, to, error);
    if (status == STATUS_OK)
        status = data_files_add_stream(set, stream, error);
    free(bytes);
    if (status != STATUS_OK) {
        free(to);
        return status;
    }
    set->samples.labels = set->labels = to;
    return STATUS_OK;
}
