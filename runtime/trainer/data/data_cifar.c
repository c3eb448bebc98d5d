/* CIFAR-10 as it is published, cifar-10-binary.tar.gz: files of records, each a
 * label and 3 x 32 x 32 bytes, the channels one after the other. Batches 1 to 5 are
 * the training samples, in this order; the archive has them in another. It has the
 * names of the classes as well.
 *
 * Format: A. Krizhevsky, the CIFAR-10 dataset, "binary version"; POSIX's ustar. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "trainer/data/data_reader.h"
#include "trainer/data/sample_memory.h"

enum {
    SIDE = 32,
    PLANE = SIDE * SIDE,
    CHANNELS = 3,
    VALUES = PLANE * CHANNELS,
    RECORD = 1 + VALUES,
    CLASSES = 10,
    BATCHES = 5,
    BLOCK = 512, /* of tar */
    NAMES_MOST = 4096,
    RECORDS_MOST = 1 << 20 /* of a batch: published are 10,000 */
};

struct batch {
    unsigned char *records; /* owned */
    int64_t count;
};

struct cifar {
    struct data_stream *stream;
    bool is_test;
    struct batch batches[BATCHES]; /* of the part that is read */
    char names[NAMES_MOST];        /* a line each, or "" */
};

/* ---- tar ----------------------------------------------------------------- */

struct tar_file {
    char name[101];
    int64_t size;
    bool is_end;
};

static enum status fail_tar(const struct cifar *cifar, struct error *error)
{
    return error_set(error, STATUS_INPUT, "%s: not a tar archive",
                     cifar->stream->path);
}

/* Octal digits, with blanks around. */
static bool read_octal(const unsigned char *field, int size, int64_t *value)
{
    int i = 0;
    *value = 0;
    while (i < size && field[i] == ' ')
        i++;
    int first = i;
    for (; i < size && field[i] >= '0' && field[i] <= '7'; i++)
        *value = *value * 8 + (field[i] - '0');
    return i > first && (i == size || field[i] == ' ' || field[i] == '\0');
}

/* The sum of a header's bytes, with blanks in the place of the sum. */
static int64_t sum_header(const unsigned char block[BLOCK])
{
    int64_t sum = 0;
    for (int i = 0; i < BLOCK; i++)
        sum += i >= 148 && i < 156 ? ' ' : block[i];
    return sum;
}

static enum status next_file(struct cifar *cifar, struct tar_file *file,
                             struct error *error)
{
    unsigned char block[BLOCK];
    int64_t sum;
    enum status status = data_stream_read(cifar->stream, block, BLOCK, error);
    if (status != STATUS_OK)
        return status;
    file->is_end = block[0] == '\0';
    if (file->is_end)
        return STATUS_OK;
    if (!read_octal(block + 148, 8, &sum) || sum != sum_header(block) ||
        !read_octal(block + 124, 12, &file->size))
        return fail_tar(cifar, error);
    memcpy(file->name, block, 100);
    file->name[100] = '\0';
    return STATUS_OK;
}

static enum status skip(struct cifar *cifar, int64_t size, struct error *error)
{
    unsigned char piece[16384];
    enum status status = STATUS_OK;
    while (status == STATUS_OK && size > 0) {
        int64_t some =
            size < (int64_t)sizeof piece ? size : (int64_t)sizeof piece;
        status = data_stream_read(cifar->stream, piece, some, error);
        size -= some;
    }
    return status;
}

static int64_t padding(int64_t size)
{
    return (BLOCK - size % BLOCK) % BLOCK;
}

/* ---- files of the archive ------------------------------------------------ */

/* Which batch of the part that is read a file is, from 0; -1: none. */
static int batch_of(const struct cifar *cifar, const char *name)
{
    static const char start[] = "data_batch_";
    name = path_name(name);
    if (cifar->is_test)
        return strcmp(name, "test_batch.bin") == 0 ? 0 : -1;
    if (strncmp(name, start, strlen(start)) != 0)
        return -1;
    int number = name[strlen(start)] - '1';
    return number >= 0 && number < BATCHES &&
                   strcmp(name + strlen(start) + 1, ".bin") == 0
               ? number
               : -1;
}

static enum status read_batch(struct cifar *cifar, struct batch *batch,
                              const struct tar_file *file, struct error *error)
{
    batch->count = file->size / RECORD;
    if (batch->records || batch->count < 1 || batch->count > RECORDS_MOST ||
        file->size % RECORD != 0)
        return error_set(error, STATUS_INPUT,
                         "%s: '%s' is not a batch of CIFAR-10",
                         cifar->stream->path, file->name);
    batch->records = malloc((size_t)file->size);
    if (!batch->records)
        return error_set(error, STATUS_MACHINE, "%s: no memory to read it",
                         cifar->stream->path);
    return data_stream_read(cifar->stream, batch->records, file->size, error);
}

static enum status read_file(struct cifar *cifar, const struct tar_file *file,
                             struct error *error)
{
    int batch = batch_of(cifar, file->name);
    bool is_names = strcmp(path_name(file->name), "batches.meta.txt") == 0 &&
                    file->size < NAMES_MOST;
    enum status status =
        batch >= 0 ? read_batch(cifar, &cifar->batches[batch], file, error)
        : is_names
            ? data_stream_read(cifar->stream, cifar->names, file->size, error)
            : skip(cifar, file->size, error);
    return status == STATUS_OK ? skip(cifar, padding(file->size), error)
                               : status;
}

/* What stands behind the last file is zeros. */
static enum status read_archive(struct cifar *cifar, struct error *error)
{
    struct tar_file file = {.is_end = false};
    unsigned char rest[BLOCK];
    int64_t got = 1;
    enum status status = next_file(cifar, &file, error);
    while (status == STATUS_OK && !file.is_end) {
        status = read_file(cifar, &file, error);
        if (status == STATUS_OK)
            status = next_file(cifar, &file, error);
    }
    while (status == STATUS_OK && got > 0)
        status = data_stream_some(cifar->stream, rest, BLOCK, &got, error);
    return status == STATUS_OK ? data_stream_finish(cifar->stream, error)
                               : status;
}

/* ---- the set ------------------------------------------------------------- */

static enum status take_memory(const struct cifar *cifar, struct data_set *set,
                               struct error *error)
{
    struct data_shape shape = {.rank = 4, .extents = {0, SIDE, SIDE, CHANNELS}};
    int wanted = cifar->is_test ? 1 : BATCHES;
    for (int i = 0; i < wanted; i++) {
        if (!cifar->batches[i].records)
            return error_set(error, STATUS_INPUT,
                             "%s: the archive lacks batches of CIFAR-10",
                             cifar->stream->path);
        shape.extents[0] += cifar->batches[i].count;
    }
    enum status status =
        data_set_shape(set, cifar->stream->path, &shape, error);
    if (status != STATUS_OK)
        return status;
    int64_t count = shape.extents[0];
    set->samples.element = GUSS_U8;
    set->type = "uint8";
    set->samples.values = set->values =
        sample_memory_new((size_t)(count * VALUES));
    set->samples.labels = set->labels =
        malloc((size_t)count * sizeof *set->labels);
    return set->values && set->labels
               ? STATUS_OK
               : error_set(error, STATUS_MACHINE,
                           "%s: no memory for its %" PRId64 " samples",
                           cifar->stream->path, count);
}

static void put_sample(const unsigned char *planes, unsigned char *pixels)
{
    for (int i = 0; i < PLANE; i++)
        for (int c = 0; c < CHANNELS; c++)
            pixels[i * CHANNELS + c] = planes[c * PLANE + i];
}

static enum status put_samples(const struct cifar *cifar, struct data_set *set,
                               struct error *error)
{
    unsigned char *values = set->values;
    int64_t n = 0;
    for (int i = 0; i < BATCHES; i++) {
        const struct batch *batch = &cifar->batches[i];
        for (int64_t k = 0; k < batch->count; k++, n++) {
            const unsigned char *record = batch->records + k * RECORD;
            if (record[0] >= CLASSES)
                return error_set(error, STATUS_INPUT,
                                 "%s: sample %" PRId64 " has the label %d; "
                                 "CIFAR-10's are 0 to 9",
                                 cifar->stream->path, n, record[0]);
            set->labels[n] = record[0];
            put_sample(record + 1, values + n * VALUES);
        }
    }
    return STATUS_OK;
}

/* The names, where there are ten. */
static enum status keep_classes(struct cifar *cifar, struct data_set *set,
                                struct error *error)
{
    const char *names[CLASSES];
    char *left = NULL;
    int n = 0;
    for (char *name = strtok_r(cifar->names, "\r\n", &left); name;
         name = strtok_r(NULL, "\r\n", &left), n++)
        if (n < CLASSES)
            names[n] = name;
    if (n != CLASSES)
        return STATUS_OK;
    set->classes = calloc(CLASSES, sizeof *set->classes);
    for (int i = 0; set->classes && i < CLASSES; i++) {
        set->classes[i] = strdup(names[i]);
        set->n_classes++;
        if (!set->classes[i])
            break;
    }
    return set->classes && set->classes[CLASSES - 1]
               ? STATUS_OK
               : error_set(error, STATUS_MACHINE, "%s: no memory",
                           cifar->stream->path);
}

static enum status read_part(struct cifar *cifar, struct data_set *set,
                             struct error *error)
{
    enum status status = read_archive(cifar, error);
    if (status == STATUS_OK)
        status = take_memory(cifar, set, error);
    if (status == STATUS_OK)
        status = put_samples(cifar, set, error);
    if (status == STATUS_OK)
        status = keep_classes(cifar, set, error);
    if (status == STATUS_OK)
        status = data_files_add_stream(set, cifar->stream, error);
    for (int i = 0; i < BATCHES; i++)
        free(cifar->batches[i].records);
    return status;
}

enum status data_read_cifar(const char *path, bool is_test,
                            struct data_set *set, struct error *error)
{
    struct data_stream stream;
    struct cifar cifar = {.stream = &stream, .is_test = is_test};
    *set = (struct data_set){0};
    enum status status = data_stream_open(&stream, path, error);
    if (status != STATUS_OK)
        return status;
    status = read_part(&cifar, set, error);
    data_stream_close(&stream);
    if (status != STATUS_OK)
        data_free(set);
    return status;
}
