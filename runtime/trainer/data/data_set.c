/* A data set's shape and memory: the promises of a file's header come in, the
 * values as they lie in the file go out. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trainer/data/data_reader.h"
#include "trainer/data/sample_memory.h"

void data_free(struct data_set *set)
{
    free(set->values);
    sample_mapping_free(set->mapping);
    free(set->labels);
    for (int i = 0; i < set->n_classes; i++)
        free(set->classes[i]);
    free(set->classes);
    for (size_t i = 0; i < set->n_files; i++)
        free(set->files[i].path);
    free(set->files);
    free(set->remark);
    free(set->sought);
    if (set->targets)
        data_free(set->targets);
    free(set->targets);
    *set = (struct data_set){0};
}

const char *data_shape_text(const struct data_shape *shape,
                            char text[DATA_TEXT])
{
    /* 32 extents of at most 20 characters and 3 between: always room. */
    int length = 0;
    for (int i = 0; i < shape->rank; i++)
        length += snprintf(text + length, (size_t)(DATA_TEXT - length),
                           "%s%" PRId64, i ? " x " : "", shape->extents[i]);
    return text;
}

static enum status check_extents(const char *path,
                                 const struct data_shape *shape,
                                 struct error *error)
{
    char text[DATA_TEXT];
    const int64_t limit = INT64_C(1) << 40;
    int64_t product = 1;
    for (int i = 0; i < shape->rank; i++) {
        int64_t extent = shape->extents[i];
        if (extent <= 0)
            return error_set(error, STATUS_INPUT,
                             "%s: holds nothing: its shape is %s", path,
                             data_shape_text(shape, text));
        if (i == 0 && extent > INT32_MAX)
            return error_set(error, STATUS_INPUT,
                             "%s: %" PRId64 " samples; at most %" PRId32
                             " can be used",
                             path, extent, INT32_MAX);
        if (extent > (limit - 1) / product)
            return error_set(error, STATUS_INPUT,
                             "%s: %s values; fewer than 2^40 can be used", path,
                             data_shape_text(shape, text));
        product *= extent;
    }
    return STATUS_OK;
}

enum status data_set_shape(struct data_set *set, const char *path,
                           const struct data_shape *shape, struct error *error)
{
    enum status status = check_extents(path, shape, error);
    if (status != STATUS_OK)
        return status;
    set->samples.count = shape->extents[0];
    set->samples.width = 1;
    for (int i = 1; i < shape->rank; i++)
        set->samples.width *= shape->extents[i];
    set->rank = shape->rank > 1 ? shape->rank - 1 : 1;
    set->shape[0] = 1;
    for (int i = 1; i < shape->rank; i++)
        set->shape[i - 1] = shape->extents[i];
    return STATUS_OK;
}

/* The whole square root, or 0 where there is none. */
static int64_t square_side(int64_t area)
{
    int64_t side = 1;
    while (side * side < area)
        side++;
    return side * side == area ? side : 0;
}

bool data_image_extents(const struct data_set *set, int *height, int *width,
                        int *channels)
{
    int64_t side = square_side(set->samples.width);
    int64_t extents[3] = {side ? side : 1, side ? side : set->samples.width, 1};
    for (int i = 0; set->rank >= 2 && i < set->rank && i < 3; i++)
        extents[i] = set->shape[i];
    if (set->rank > 3 || (extents[2] != 1 && extents[2] != 3) ||
        extents[0] > 1 << 20 || extents[1] > 1 << 20)
        return false;
    *height = (int)extents[0];
    *width = (int)extents[1];
    *channels = (int)extents[2];
    return true;
}

/* A float64 may be finite and beyond the range of float32. */
static void note_too_large(struct data_set *set, struct number_type type,
                           const unsigned char *bytes, int64_t index)
{
    double value = number_of_float(type, bytes);
    if (!isfinite(value) ||
        (set->too_large != 0.0 && set->too_large_at < index))
        return;
    set->too_large = value;
    set->too_large_at = index;
}

/* ---- values -------------------------------------------------------------- */

/* Where each value of a file goes: its own place in C order; in Fortran order,
 * where the samples' index is the fastest, `at` of the first sample. */
struct places {
    const struct data_shape *shape;
    int64_t count, width;                /* of the set */
    int64_t sample;                      /* the next one's */
    int64_t index[DATA_MAX_EXTENTS], at; /* within a sample */
    int64_t steps[DATA_MAX_EXTENTS];     /* in C order */
};

static struct places places_of(const struct data_set *set,
                               const struct data_shape *shape)
{
    struct places places = {
        shape, set->samples.count, set->samples.width, 0, {0}, 0, {0}};
    int64_t step = 1;
    for (int i = shape->rank - 1; i > 0; i--) {
        places.steps[i] = step;
        step *= shape->extents[i];
    }
    return places;
}

static int64_t next_place(struct places *places)
{
    int64_t place = places->sample * places->width + places->at;
    if (++places->sample < places->count)
        return place;
    places->sample = 0;
    for (int i = 1; i < places->shape->rank; i++) {
        places->at += places->steps[i];
        if (++places->index[i] < places->shape->extents[i])
            break;
        places->at -= places->steps[i] * places->shape->extents[i];
        places->index[i] = 0;
    }
    return place;
}

/* One extent above 1 is in the same order, whichever is the fastest. */
static bool is_turned(const struct data_shape *shape)
{
    int n = 0;
    for (int i = 0; i < shape->rank; i++)
        n += shape->extents[i] > 1;
    return shape->is_fortran && n > 1;
}

static void put_value(struct data_set *set, struct number_type type,
                      const unsigned char *number, int64_t place)
{
    if (number_is_byte(type)) {
        ((unsigned char *)set->values)[place] = *number;
        return;
    }
    float value = number_to_float(type, number);
    ((float *)set->values)[place] = value;
    if (isinf(value))
        note_too_large(set, type, number, place);
}

/* Values that do not lie in the file as they do here, some at a time. */
static enum status read_converted(struct data_set *set,
                                  struct data_stream *stream,
                                  struct number_type type,
                                  const struct data_shape *shape,
                                  struct error *error)
{
    unsigned char bytes[16384];
    const int64_t most = (int64_t)sizeof bytes / type.bytes;
    int64_t count = set->samples.count * set->samples.width, done = 0;
    struct places places = places_of(set, shape);
    bool turned = is_turned(shape);
    enum status status = STATUS_OK;
    while (status == STATUS_OK && done < count) {
        int64_t some = count - done < most ? count - done : most;
        status = data_stream_read(stream, bytes, some * type.bytes, error);
        for (int64_t i = 0; status == STATUS_OK && i < some; i++, done++)
            put_value(set, type, bytes + i * type.bytes,
                      turned ? next_place(&places) : done);
    }
    return status;
}

/* In place: from floats of the given byte order to this machine's. A loop that
 * compilers know for what it is. */
static void swap_bytes(float *values, int64_t count, bool is_big)
{
    for (int64_t i = 0; i < count; i++) {
        unsigned char b[4];
        memcpy(b, values + i, sizeof b);
        uint32_t bits = is_big ? (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 |
                                     (uint32_t)b[2] << 8 | b[3]
                               : (uint32_t)b[3] << 24 | (uint32_t)b[2] << 16 |
                                     (uint32_t)b[1] << 8 | b[0];
        memcpy(values + i, &bits, sizeof bits);
    }
}

static bool is_as_here(struct number_type type, const struct data_shape *shape)
{
    bool is_float = type.kind == NUMBER_FLOAT && type.bytes == 4;
    return (number_is_byte(type) || is_float) && !is_turned(shape);
}

static enum status read_values(struct data_set *set, struct data_stream *stream,
                               struct number_type type,
                               const struct data_shape *shape, int64_t bytes,
                               struct error *error)
{
    int64_t count = set->samples.count * set->samples.width;
    if (!sample_memory_has(bytes))
        return error_set(error, STATUS_MACHINE,
                         "%s: its values take %" PRId64
                         " bytes, more than the machine has; only uint8 and "
                         "this machine's float32, in C order and not packed, "
                         "are read where they lie",
                         stream->path, bytes);
    set->samples.values = set->values = sample_memory_new((size_t)bytes);
    if (!set->values)
        return error_set(error, STATUS_MACHINE,
                         "%s: no memory for its %" PRId64 " bytes",
                         stream->path, bytes);
    if (!is_as_here(type, shape))
        return read_converted(set, stream, type, shape, error);
    enum status status = data_stream_read(stream, set->values, bytes, error);
    if (status == STATUS_OK && !number_is_byte(type))
        swap_bytes(set->values, count, type.is_big);
    return status;
}

/* ---- large files --------------------------------------------------------- */

/* Values of a file so large, and in the form that they have in memory, are not
 * copied: they stay in the file, which is read where they are used. */
enum { MAPPED_LEAST_BYTES = 256 << 20 };

static bool is_of_this_machine(struct number_type type)
{
    const uint16_t one = 1;
    unsigned char first;
    memcpy(&first, &one, 1);
    return type.bytes == 1 || type.is_big == (first == 0);
}

/* False where it is no file to map, or cannot be. */
static bool map_values(struct data_set *set, const struct data_stream *stream,
                       struct number_type type, const struct data_shape *shape,
                       int64_t bytes)
{
    int64_t at = stream->size - stream->left;
    if (bytes < MAPPED_LEAST_BYTES || stream->is_packed || stream->entry ||
        !is_as_here(type, shape) || !is_of_this_machine(type) ||
        at % type.bytes != 0)
        return false;
    set->mapping = sample_mapping_new(stream, bytes, &set->samples.values);
    return set->mapping;
}

enum status data_set_values(struct data_set *set, struct data_stream *stream,
                            struct number_type type,
                            const struct data_shape *shape, struct error *error)
{
    char text[DATA_TEXT], what[DATA_TEXT + 32];
    bool is_byte = number_is_byte(type);
    int64_t count = set->samples.count * set->samples.width;
    int64_t bytes = count * (is_byte ? 1 : (int64_t)sizeof(float));
    snprintf(what, sizeof what, "%s %s%s", data_shape_text(shape, text),
             is_byte ? "bytes" : "values of ", is_byte ? "" : type.name);
    set->samples.element = is_byte ? GUSS_U8 : GUSS_F32;
    set->type = type.name;
    enum status status =
        data_stream_expect(stream, count * type.bytes, what, error);
    if (status == STATUS_OK)
        status = map_values(set, stream, type, shape, bytes)
                     ? data_stream_pass(stream, error)
                     : read_values(set, stream, type, shape, bytes, error);
    if (status == STATUS_OK)
        status = data_stream_finish(stream, error);
    if (status == STATUS_OK && set->mapping)
        sample_mapping_note_sum(set->mapping, stream);
    return status == STATUS_OK ? data_files_add_stream(set, stream, error)
                               : status;
}

enum status data_check_unchanged(const struct data_set *set,
                                 struct error *error)
{
    enum status status =
        set->mapping ? sample_mapping_check(set->mapping, error) : STATUS_OK;
    return status == STATUS_OK && set->targets
               ? data_check_unchanged(set->targets, error)
               : status;
}
