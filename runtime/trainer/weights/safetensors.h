/* Weights files: safetensors. F32 is written; F16, BF16 and F64 are read as well.
 *
 *   8 bytes   length of the header, little-endian
 *   header    JSON: {"key": {"dtype": "F32", "shape": [..],
 *             "data_offsets": [first, last]}, ..., "__metadata__": {..}}
 *   data      the tensors, without holes or overlaps, to the end of the file
 *
 * Format: https://github.com/huggingface/safetensors, README.md. */
#ifndef TRAINER_SAFETENSORS_H
#define TRAINER_SAFETENSORS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "trainer/weights/tensor_type.h"

enum {
    TENSOR_MAX_RANK = 8,
    /* What is read, and so what is written, at most. A header's bytes are
     * limited as in the reference implementation, the number of tensors so that
     * a hostile header takes little time and memory. */
    TENSOR_FILE_MAX_HEADER = 100000000,
    TENSOR_FILE_MAX_TEXT = 4 << 20, /* bytes of a value of the metadata */
    TENSOR_FILE_MAX_TENSORS = 1 << 17
};

struct tensor {
    const char *key;
    int rank;
    int64_t shape[TENSOR_MAX_RANK];
    const float *values; /* 4-byte aligned, in C order; NULL: not loaded */
    int64_t count;       /* product of the shape */
    /* Of what is to be written: values from the start of a row, which is a run
     * along the last axis, to that of the next. 0: there is nothing between. */
    int64_t stride;
};

enum { TENSOR_ROOM = 1 << 14 };
/* Some of the values in C order, from the first-th on: where they are, and how
 * many, at least one. Rows with something between are gathered in `room`. */
const float *tensor_some(const struct tensor *tensor, int64_t first,
                         float room[TENSOR_ROOM], int64_t *count);

struct metadata {
    const char *key, *value;
};

/* How a tensor lies in a file. */
struct tensor_bytes {
    enum tensor_type type;
    int64_t before; /* bytes between the last tensor's and its own */
};

struct tensor_file {
    const char *path;
    struct tensor *tensors;      /* in the order of their data */
    struct tensor_bytes *places; /* theirs */
    int n_tensors;
    struct metadata *metadata;
    int n_metadata;
    uint64_t bytes; /* of all values, once they are float32 */
    /* Owned; tensor_file_free() */
    float *data; /* NULL: not loaded */
    int fd;
    bool is_open; /* `fd` is */
    /* Of a file that is in memory, what was not read yet; NULL of others. */
    const char *rest;
    size_t rest_bytes;
};

/* Opens a file, and reads and checks its header: bounds, overlaps, holes,
 * duplicate keys, sizes against shapes and against the file with checked
 * arithmetic, trailing bytes. No value is read yet, so that the caller can
 * refuse what does not fit before it costs memory. Keys live in `arena`. Wrong
 * content is STATUS_INPUT and names the file and the tensor; a lack of memory
 * is STATUS_MACHINE. */
enum status tensor_file_open(struct arena *arena, const char *path,
                             struct tensor_file *file, struct error *error);

/* The same of a file that is in memory, which stays there until
 * tensor_file_free(); `name` is for messages. */
enum status tensor_file_open_bytes(struct arena *arena, const char *name,
                                   const void *bytes, size_t size,
                                   struct tensor_file *file,
                                   struct error *error);

/* The next bytes of an open file, which are there: for what reads its parts. */
enum status tensor_file_next(struct tensor_file *file, void *bytes, size_t size,
                             struct error *error);

/* Reads the values of all tensors, once, which then live until
 * tensor_file_free(). STATUS_INPUT where one is beyond all of float32. */
enum status tensor_file_load(struct tensor_file *file, struct error *error);

/* Both in one. */
enum status tensor_file_read(struct arena *arena, const char *path,
                             struct tensor_file *file, struct error *error);
void tensor_file_free(struct tensor_file *file);

/* Writes tensors in the order given, the first aligned to 64 bytes from the
 * start of the file, whole or not at all. `count` is not read. STATUS_INPUT where no reader would take the file: more tensors, a
 * longer header or text than above, or texts that are not UTF-8. */
enum status tensor_file_write(const char *path, const struct tensor *tensors,
                              int n_tensors, const struct metadata *metadata,
                              int n_metadata, struct error *error);

/* What tensor_file_write() would refuse, without writing: for who is about to
 * begin what ends with that file. Values are not looked at. */
enum status tensor_file_check(const char *path, const struct tensor *tensors,
                              int n_tensors, const struct metadata *metadata,
                              int n_metadata, struct error *error);

/* The value of a metadata key, or NULL. */
const char *tensor_file_metadata(const struct tensor_file *file,
                                 const char *key);

#endif
