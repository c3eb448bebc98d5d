/* Checkpoints: all that a training run needs to go on as if it had never
 * stopped. A safetensors file of
 *
 *   <network>/<layer>/<weight>                    the weights
 *   optimizer/<slot>/<network>/<layer>/<weight>   the optimizer's state
 *   best/0/<network>/<layer>/<weight>             the weights of the best epoch,
 *                                                 where that is an earlier one
 *   average/0/<network>/<layer>/<weight>          averages of trained weights
 *   __metadata__                                  the note below, a version,
 *                                                 a checksum of everything
 */
#ifndef TRAINER_CHECKPOINT_H
#define TRAINER_CHECKPOINT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "guss/model.h"
#include "trainer/scores/scores.h"
#include "trainer/training/monitor.h"
#include "trainer/training/signs.h"
#include "trainer/weights/safetensors.h"

/* Where the run stands, and what it is a run of. The random state is the seed
 * and these counts. */
struct checkpoint_note {
    uint64_t iteration; /* updates done */
    uint64_t pass;      /* whole passes over the samples done */
    uint64_t position;  /* samples visited of the pass that is begun */
    struct guss_sums
        sums; /* of the epoch so far, with an update's first loss */
    double later_losses[GUSS_MAX_LOSSES - 1]; /* sums of its others, likewise */
    uint64_t seed;
    uint64_t samples;     /* of the training set */
    uint64_t model;       /* checkpoint_model_fingerprint() */
    uint64_t schedule;    /* fingerprint of what may not change in a run */
    uint64_t log_version; /* of the log.csv beside it; 0 in older files */
    struct monitor stop;  /* none of these in older files */
    struct plateau plateau;
    struct best best;
    uint64_t best_weights; /* the iteration of those that are kept; 0: none */
    uint64_t evaluated;    /* that of the last row of the log that counted */
    uint64_t averaged;     /* average_update() */
    uint64_t scored; /* the iteration of the last scored snapshot of a GAN; 0:
                              there is none */
    double scores[N_SCORES]; /* its scores */
    struct quality quality;  /* where `stop` watches that */
    uint64_t scored_rows;    /* of scores.csv: snapshots */
    struct signs signs;      /* that they showed */
    /* What computed it: instruction set, C compiler ("" in older files), name
     * of the processor, version of guss. */
    const char *target, *compiler, *processor, *version;
    /* The data that it was begun with (struct data_set): "" where there is none,
     * and in older files. */
    const char *train_sha256, *test_sha256, *latent_sha256;
    const char *target_sha256, *test_target_sha256; /* a regression's */
    const char *class_names; /* class_names_text(); "" where there are none */
    const char
        *normalization; /* normalization_text(); "" where there is none */
};

struct checkpoint {
    struct checkpoint_note note;
    struct tensor_file file; /* owned; checkpoint_close() */
};

/* Stands for the .nn file, its shapes and what is compiled in. */
uint64_t checkpoint_model_fingerprint(const struct guss_model *model);

/* What checkpoint_write() would refuse (tensor_file_check()), before a run that
 * would end with it is begun. */
enum status checkpoint_check(const struct guss_model *model,
                             const struct checkpoint_note *note,
                             struct error *error);

/* Where the numbers of a state lie, weights as in the model's memory. */
struct checkpoint_state {
    void *memory;   /* the model's */
    float *best;    /* the weights that note.best_weights tells of; NULL where
                       they are those of the state itself, or none */
    float *average; /* those that note.averaged tells of; NULL where there are
                       none */
};

/* Writes the state of all that is trained, whole or not at all. */
enum status checkpoint_write(const char *path, const struct guss_model *model,
                             const struct checkpoint_state *state,
                             const struct checkpoint_note *note,
                             struct error *error);

/* Reads a file and checks every byte of it. STATUS_INPUT where it is no good
 * checkpoint; *damaged says whether an older one may serve instead: not where
 * the file has a newer version, or more values than the model. Texts live in
 * `arena`. */
enum status checkpoint_open(struct arena *arena, const char *path,
                            const struct guss_model *model,
                            struct checkpoint *checkpoint, bool *damaged,
                            struct error *error);
void checkpoint_close(struct checkpoint *checkpoint);

/* True where that file has the weights of this checkpoint, to the bit. */
bool checkpoint_has_weights(const struct checkpoint *checkpoint,
                            const struct guss_model *model, const char *path);

/* Puts weights and optimizer state into the model's memory, and the weights of the
 * best epoch and the averages, if any are kept, where the state has a place for
 * them. STATUS_INPUT, with nothing changed, where the checkpoint is another model's. The caller calls
 * model->weights_changed(). */
enum status checkpoint_restore(const struct checkpoint *checkpoint,
                               const char *path, const struct guss_model *model,
                               const struct checkpoint_state *state,
                               struct error *error);

#endif
