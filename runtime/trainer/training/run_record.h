/* run.json: what a run is made of, so that it can be repeated and checked, and
 * what it came to. docs/files.md lists its keys. */
#ifndef TRAINER_RUN_RECORD_H
#define TRAINER_RUN_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"

enum { RUN_RECORD_VERSION = 1 };

/* The words of "state". */
enum run_state {
    RUN_STARTING, /* its folder is being filled; nothing is trained yet */
    RUN_TRAINING, /* or it was killed */
    RUN_STOPPED,  /* by a signal, everything saved */
    RUN_DIVERGED,
    RUN_FINISHED
};

/* A run is one segment, and one more from each resume on that changed what
 * holds: another executable, or other settings. */
struct run_segment {
    uint64_t iteration;     /* updates done when it began */
    const char *executable; /* its SHA-256; "" where it could not be read */
    const char *schedule;   /* every value resolved, as YAML */
};

/* A file in the folder, as the run left it. */
struct run_file {
    const char *name, *sha256;
};

/* A set of its data; both NULL where it had none. */
struct run_set {
    const char *reference, *sha256;
};

struct run_record {
    enum run_state state;
    const char *model;  /* its name */
    uint64_t iteration; /* updates done when it was written */
    /* Of training, of all processes together; what processors worked in it, and
     * how much of it was in updates: NAN where an older guss did not measure
     * them. */
    double seconds, processor_seconds, step_seconds;
    bool has_initial_weights;     /* of --init */
    bool has_latent;              /* a copy of the latent file */
    struct run_segment *segments; /* by iteration, the first from 0 */
    int n_segments;
    struct run_file *files;
    int n_files;
    struct run_set train, test, target, test_target;
};

/* The files of a run folder beside those that training.h names. */
#define RUN_RECORD "run.json"
#define RUN_EXECUTABLE "model"
#define RUN_INITIAL_WEIGHTS "initial_weights.safetensors"
#define RUN_LATENT "latent.npy"
#define RUN_VALIDATION "validation.csv"
#define RUN_SCORES "scores.csv"
#define RUN_BEST_WEIGHTS "weights.best.safetensors"
#define RUN_AVERAGE_WEIGHTS "weights.average.safetensors"
#define RUN_SAMPLES "samples"

/* "finished" */
const char *run_state_word(enum run_state state);

/* STATUS_INPUT where no such folder is there. */
enum status run_record_expect_folder(const char *folder, struct error *error);

/* Reads run.json of a folder; texts live in `arena`. STATUS_INPUT where it is
 * missing, damaged, or of a newer version. */
enum status run_record_read(struct arena *arena, const char *folder,
                            struct run_record *record, struct error *error);

/* Whether the folder is that of a run which was killed before it trained:
 * another may begin in it. One without a record that can be read is not;
 * STATUS_MACHINE where that cannot be told. */
enum status run_record_is_abandoned(struct arena *arena, const char *folder,
                                    bool *is_abandoned, struct error *error);

/* The segment that holds after so many updates. */
int run_record_segment(const struct run_record *record, uint64_t iteration);

/* From `iteration` on this executable and this schedule hold: what was to begin
 * there, or later, is dropped. */
void run_record_begin_segment(struct arena *arena, struct run_record *record,
                              const struct run_segment *segment);

#endif
