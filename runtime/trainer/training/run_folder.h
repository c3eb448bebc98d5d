/* The folder of one training run. */
#ifndef TRAINER_RUN_FOLDER_H
#define TRAINER_RUN_FOLDER_H

#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "trainer/schedule/schedule.h"

struct run_folder {
    struct arena *arena;
    const char *path;
    int lock; /* file descriptor that keeps other processes out, or -1 */
};

/* A new folder with the folders inside it: `wanted`, which must not exist or
 * be empty, or else runs/<model>-<n> with the least n that is free. It is this
 * process's until it is closed. */
enum status run_folder_make(struct arena *arena, const char *wanted,
                            const char *model, struct run_folder *folder,
                            struct error *error);

/* The folder of an earlier run; STATUS_INPUT where another process trains in
 * it. Temporary files that a killed process left in it are removed. */
enum status run_folder_open(struct arena *arena, const char *path,
                            struct run_folder *folder, struct error *error);

/* Lets other processes in again. */
void run_folder_close(struct run_folder *folder);

/* Paths inside: "log.csv", checkpoints/<iteration>.guss,
 * samples/<iteration>.png. They live in the folder's arena. */
const char *run_folder_file(const struct run_folder *folder, const char *name);
const char *run_folder_checkpoint(const struct run_folder *folder,
                                  uint64_t iteration);
const char *run_folder_sample(const struct run_folder *folder,
                              uint64_t iteration);

/* SHA-256 of the running executable; "" where /proc does not show it. */
const char *run_folder_executable_sum(struct arena *arena);

/* Puts a copy of it into the folder, unless it is there: a run can then be looked
 * at, gone on with and checked without what it was built from. Where /proc does
 * not show it there is none. */
enum status run_folder_keep_executable(const struct run_folder *folder,
                                       struct error *error);

/* The iterations of all checkpoints, newest first. */
enum status run_folder_list(const struct run_folder *folder,
                            uint64_t **iterations, int *count,
                            struct error *error);

/* Removes all checkpoints up to `iteration` but the newest of them, as many as
 * the schedule keeps, and those that it keeps for good. */
enum status run_folder_prune(const struct run_folder *folder,
                             uint64_t iteration,
                             const struct schedule *schedule,
                             struct error *error);

/* Removes the checkpoint of `iteration`. */
enum status run_folder_drop(const struct run_folder *folder, uint64_t iteration,
                            struct error *error);

#endif
