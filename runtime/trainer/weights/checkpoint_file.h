/* What every checkpoint has, whatever run it is of: a version, a checksum of
 * all that is in it, and its place in the run's folder. */
#ifndef TRAINER_CHECKPOINT_FILE_H
#define TRAINER_CHECKPOINT_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "trainer/weights/safetensors.h"

/* 2: with what a run watches, the weights of its best epoch, and averages. */
enum { CHECKPOINT_VERSION = 2 };

/* The sum, as 16 hexadecimal digits, of the CRC-32 of every tensor and of every
 * entry of the metadata but the checksum itself. */
const char *checkpoint_checksum(struct arena *arena,
                                const struct tensor *tensors, int n_tensors,
                                const struct metadata *metadata,
                                int n_metadata);

/* Whether the file says that it is a checkpoint, of whatever version. */
bool checkpoint_file_is(const struct tensor_file *file);

/* STATUS_INPUT where the file is no checkpoint of a version that can be read;
 * *damaged says whether an older one may serve instead: not where the file has
 * a newer version. Its values need not be loaded yet. */
enum status checkpoint_check_version(const char *path,
                                     const struct tensor_file *file,
                                     bool *damaged, struct error *error);

/* STATUS_INPUT where the checksum of a loaded file does not fit. */
enum status checkpoint_check_sum(struct arena *arena, const char *path,
                                 const struct tensor_file *file, bool *damaged,
                                 struct error *error);

/* checkpoints/<iteration>.guss in the folder of a run. */
const char *checkpoint_path(struct arena *arena, const char *run,
                            uint64_t iteration);

/* The iterations of all checkpoints of a run, newest first; in the arena. */
enum status checkpoint_list(struct arena *arena, const char *run,
                            uint64_t **iterations, int *count,
                            struct error *error);

#endif
