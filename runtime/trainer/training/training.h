/* A training run while it goes on.
 *
 *   command_train.c   what is trained, on what, into which folder
 *   resume.c          the state of an earlier run, found and restored
 *   training.c        the loop: updates, passes, when to stop
 *   training_save.c   what the run writes */
#ifndef TRAINER_TRAINING_H
#define TRAINER_TRAINING_H

#include <stdbool.h>
#include <stdint.h>

#include "trainer/command/session.h"
#include "trainer/data/data.h"
#include "trainer/training/checkpoint.h"
#include "trainer/training/log.h"
#include "trainer/training/progress.h"
#include "trainer/training/run_folder.h"

struct training {
    struct session *session;
    const struct guss_model *model;
    const struct guss_network *network; /* the one that is trained */
    struct data_set train, test;
    bool has_test;
    uint32_t *order; /* of this pass; as long as the larger set */
    struct guss_optimizer optimizer;

    struct run_folder folder;
    struct log *log;
    struct progress progress;

    uint64_t per_pass; /* updates */
    uint64_t total;    /* updates of the whole run */

    /* Where the run stands; `note` in every checkpoint. */
    struct checkpoint_note note;

    bool is_ordered;     /* `order` is that of the pass begun */
    bool has_checkpoint; /* one was written, or resumed from */
    uint64_t saved;      /* its iteration */
    double saved_at;     /* progress_now() */
};

/* The columns of log.csv; val_loss is left out where there is no test set. */
enum { LOG_EPOCH, LOG_ITERATION, LOG_LOSS, LOG_VALIDATION, N_LOG_COLUMNS };
extern const char *const training_columns[N_LOG_COLUMNS];
int training_column_count(const struct training *training);

/* Updates of a pass, and of the run; STATUS_INPUT where they are too many to
 * count. */
enum status training_count(struct session *session, uint64_t samples,
                           uint64_t *per_pass, uint64_t *total);

/* Stands for all of the schedule that a resumed run may not change. */
uint64_t training_schedule_fingerprint(const struct schedule *schedule);

/* Trains from where note stands to the end, or until a signal. Everything is
 * saved then. STATUS_DIVERGED where the loss is no longer finite. */
enum status training_run(struct training *training);

/* ---- training_save.c ----------------------------------------------------- */

/* Writes a checkpoint of this moment, unless there is one, and removes those
 * that are no longer kept. Weights that are not finite are never saved. */
enum status training_save_checkpoint(struct training *training);

/* The sheet samples/<iteration>.png, where the schedule wants one now. */
enum status training_save_sample(struct training *training);

/* Appends a row on the pass begun, measured on the test set too. */
enum status training_log(struct training *training, double *loss,
                         double *val_loss);

/* weights.safetensors, loss.png, and a checkpoint, in this order: a run whose
 * last checkpoint exists is complete. */
enum status training_save_end(struct training *training);

/* STATUS_DIVERGED: "`what` became `value`", and the last good checkpoint. */
enum status training_diverged(struct training *training, const char *what,
                              double value);

/* ---- resume.c ------------------------------------------------------------ */

/* Opens the folder of --resume, reads its schedule and its newest good
 * checkpoint, and checks that this executable may go on with it. */
enum status resume_find(struct session *session, struct run_folder *folder,
                        struct checkpoint *checkpoint, const char **path);

/* Puts the run where the checkpoint left it. */
enum status resume_restore(struct training *training,
                           const struct checkpoint *checkpoint,
                           const char *path);

#endif
