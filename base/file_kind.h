/* What a file is, by its first bytes and, where these fit several kinds, by the
 * ending of its name: for messages about files that stand where others belong. */
#ifndef BASE_FILE_KIND_H
#define BASE_FILE_KIND_H

#include "base/status.h"

enum file_kind {
    FILE_UNKNOWN, /* not there, not a regular file, or none of these */
    FILE_MODEL,   /* a .nn file */
    FILE_RUN,     /* the folder of a run, with its model and its schedule */
    FILE_EXECUTABLE,
    FILE_TABLE, /* of a model, as guss summary prints it */
    FILE_SCHEDULE,
    FILE_NPY,
    FILE_NPZ,
    FILE_IDX,
    FILE_PNG,
    FILE_JPEG,
    FILE_PICTURE, /* of another kind */
    FILE_CSV,
    FILE_HDF5,
    FILE_MATLAB,
    FILE_PICKLE,
    FILE_SAFETENSORS,
    FILE_KERAS,
    FILE_TORCH,
    FILE_ONNX,
    FILE_TFLITE,
    FILE_ZIP,
    FILE_TAR,
    FILE_COMPRESSED,
    FILE_RAW, /* CIFAR's .bin and its like: bytes without a header */
    FILE_PYTHON,
    FILE_DARKNET, /* a .cfg */
    FILE_PARQUET,
    FILE_PDF,
    N_FILE_KINDS
};

/* Reads the first bytes of the file at `path`, or looks into the folder. */
enum file_kind file_kind(const char *path);

/* "a .npz archive of NumPy"; "a file" of FILE_UNKNOWN. */
const char *file_kind_text(enum file_kind kind);

/* STATUS_INPUT, "'x.yaml' is a schedule (YAML), not a .nn file", where the file
 * is plainly of another kind. */
enum status file_expect_kind(const char *path, enum file_kind wanted,
                             struct error *error);

#endif
