/* Weights files: safetensors, F32.
 *
 *   8 bytes   length of the header, little-endian
 *   header    JSON: {"key": {"dtype": "F32", "shape": [..],
 *             "data_offsets": [first, last]}, ..., "__metadata__": {..}}
 *   data      the tensors, without holes or overlaps, to the end of the file
 *
 * Format: https://github.com/huggingface/safetensors, README.md. */
#ifndef TRAINER_SAFETENSORS_H
#define TRAINER_SAFETENSORS_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"

enum { TENSOR_MAX_RANK = 8 };

struct tensor {
    const char *key;
    int rank;
    int64_t shape[TENSOR_MAX_RANK];
    const float *values; /* 4-byte aligned, in C order */
    int64_t count;       /* product of the shape */
};

struct metadata {
    const char *key, *value;
};

struct tensor_file {
    struct tensor *tensors;
    int n_tensors;
    struct metadata *metadata;
    int n_metadata;
    char *bytes; /* owned: the file */
};

/* Reads and checks a whole file (limit 8 GiB): bounds, overlaps, holes,
 * duplicate keys, sizes against shapes with checked arithmetic, trailing bytes.
 * Keys live in `arena`; the values until tensor_file_free(). Wrong content is
 * STATUS_INPUT and names the file and the tensor. */
enum status tensor_file_read(struct arena *arena, const char *path,
                             struct tensor_file *file, struct error *error);
void tensor_file_free(struct tensor_file *file);

/* Writes tensors in the order given, each aligned to 64 bytes from the start of
 * the file where padding of the header allows it, whole or not at all. Only
 * key, rank, shape and values are read. */
enum status tensor_file_write(const char *path, const struct tensor *tensors,
                              int n_tensors, const struct metadata *metadata,
                              int n_metadata, struct error *error);

/* The value of a metadata key, or NULL. */
const char *tensor_file_metadata(const struct tensor_file *file,
                                 const char *key);

#endif
