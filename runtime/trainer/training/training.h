/* A training run while it goes on.
 *
 *   command_train.c    what is trained, on what, into which folder
 *   begin.c            a new run's folder and first state
 *   repeat.c           what an earlier run was made of, taken for a new one
 *   resume.c           the state of an earlier run, found and restored
 *   training.c         the loop: updates, epochs, when to stop
 *   gan.h, training_gan.c, training_watch.c   a GAN's part of it
 *   training_scores.c  what the judge says of a GAN's snapshots
 *   training_split.c   what is trained on, and what is set aside to validate
 *   training_weights.c  how much the samples of each class count
 *   training_measures.c  the columns of the log, and their values
 *   monitor.h, training_control.c   patience, plateaus
 *   training_best.c    the best epoch and its weights
 *   average.h          the weights' moving average
 *   training_save.c    what the run writes
 *   training_plot.c, training_sheets.c  and draws
 *   training_screen.c  what it says at its start and at its end
 *   training_record.c  what it writes down of itself */
#ifndef TRAINER_TRAINING_H
#define TRAINER_TRAINING_H

#include <stdbool.h>
#include <stdint.h>

#include "trainer/data/data.h"
#include "trainer/data/data_split.h"
#include "trainer/inference/latent.h"
#include "trainer/inference/measure.h"
#include "trainer/inference/route.h"
#include "trainer/inference/scoring.h"
#include "trainer/session/augmentation.h"
#include "trainer/session/results.h"
#include "trainer/session/session.h"
#include "trainer/training/average.h"
#include "trainer/training/checkpoint.h"
#include "trainer/training/gan.h"
#include "trainer/training/log.h"
#include "trainer/training/progress.h"
#include "trainer/training/run_folder.h"
#include "trainer/training/run_record.h"
#include "trainer/training/sample_stream.h"

struct training {
    struct session *session;
    const struct guss_model *model;
    const struct guss_network *network; /* that is trained: of several, first */
    struct route route;                 /* from its inputs to its outputs */
    bool is_gan;
    struct data_set train, test;
    bool has_test;           /* it is measured after each epoch */
    struct data_split split; /* of `train`, where there is no test set */
    bool has_split;
    const double *class_weights; /* [outputs], or NULL: all are 1 */
    uint32_t *order;             /* of this pass; as long as the larger set */
    struct augmentation augmentation; /* of `train` */
    struct run_record record;
    int segment; /* of the record: that holds */
    struct guss_optimizer optimizers[MAX_OPTIMIZERS];   /* of the segment */
    struct optimizer_settings settings[MAX_OPTIMIZERS]; /* theirs */
    struct penalty_sums penalties[GUSS_MAX_LOSSES];     /* before the update */
    struct schedule held; /* all of them: what is watched, and how */
    uint64_t rates_from;  /* updates after which log.csv has the rates;
                              UINT64_MAX: they never change */

    /* The best so far, with that of an unfinished last epoch, and a copy of the
     * best weights that are in the checkpoints (note.best_weights). */
    struct best best;
    float *best_weights;
    bool has_best_file;  /* it is that of `best` */
    double best_file_at; /* clock_seconds() */

    struct average average; /* of the weights, where the schedule wants one */

    /* Of a GAN. */
    struct latent latent;
    struct sample_stream stream; /* has `order` */
    uint32_t *picks; /* [batch / 2]: the real samples of an update */
    struct watch watch;
    struct scoring scoring; /* of its snapshots, once there was one */
    bool has_scoring;
    double one_image;     /* the least distance of one image, by that scoring */
    uint64_t last_scored; /* the iteration of the last state that was scored, a
                             snapshot or the end; 0: none was */
    double last_scores[N_SCORES];
    struct log *scores_log; /* owned; NULL before the first */

    bool draws_sheets, has_sheet;
    uint64_t sheet; /* the iteration of the last one */

    struct run_folder folder;
    struct log *log;
    struct progress progress;

    uint64_t per_epoch; /* updates */
    uint64_t total;     /* updates of the whole run */

    /* Where the run stands; `note` in every checkpoint. */
    struct checkpoint_note note;

    bool is_ordered;     /* `order` is that of the pass begun */
    bool has_checkpoint; /* one was written, or resumed from */
    uint64_t saved;      /* its iteration */
    double saved_at;     /* clock_seconds() */
};

/* The columns of log.csv: epoch, iteration, and what an epoch is measured by. */
enum { LOG_EPOCH, LOG_ITERATION, LOG_MEASURES };
enum {
    MAX_LOG_COLUMNS = LOG_MEASURES + MAX_MEASURES + N_SCORES + MAX_OPTIMIZERS
};

/* Updates of an epoch, and of the run; STATUS_INPUT where they are too many to
 * count. */
enum status training_count(struct session *session, uint64_t samples,
                           uint64_t *per_epoch, uint64_t *total);

/* Gives the schedules of rates that are without `decay_steps`, of the session and
 * of the record's segments, those of the whole run less the warm-up;
 * STATUS_INPUT where nothing is left. Finds since when rates change. */
enum status training_fix_rates(struct training *training);

/* Whole epochs done; the number, from 1, of the one that was begun or just
 * ended, after an update; its updates so far. */
uint64_t training_epochs(const struct training *training);
uint64_t training_epoch(const struct training *training);
uint64_t training_epoch_updates(const struct training *training);

/* One run of the team, whose time is counted. */
void training_run_batch(struct training *training,
                        const struct guss_batch *batch);

/* After such a run: adds the losses of `count` rows to those of the epoch. Where
 * one is not finite, STATUS_DIVERGED. */
enum status training_add_losses(struct training *training, int count);

/* Rows of a whole batch's phases that the epoch so far took. */
double training_rows(const struct training *training);

/* Puts the sums of the data that was loaded into the note. */
void training_note_data(struct training *training);

/* Trains from where note stands to the end, or until a signal. Everything is
 * saved then. STATUS_DIVERGED where the loss is no longer finite. */
enum status training_run(struct training *training);

/* ---- training_split.c ---------------------------------------------------- */

/* Sets the schedule's data.validation of the training set aside; STATUS_INPUT,
 * with a report at its place, where that leaves a share empty. */
enum status split_prepare(struct training *training);

/* Whether there is something to measure on after an epoch. */
bool training_validates(const struct training *training);

/* How many samples are trained on. */
int64_t training_samples(const struct training *training);

/* Puts the order of the pass that note says: numbers of samples of `train`. */
void split_order_pass(struct training *training);

/* What is measured after an epoch. It may take the place of the pass's order,
 * and holds until that is needed again. */
struct sample_list split_validation(struct training *training);

/* validation.csv: the samples that are set aside; nothing where none are. */
enum status split_write(struct training *training);

/* ---- training_weights.c -------------------------------------------------- */

/* Finds the weight of each class: the schedule's become those of all that the data
 * has. STATUS_INPUT, with reports at their places, where it names others. */
enum status weights_prepare(struct training *training);

/* Where a run is resumed with weights that are to be balanced: STATUS_USAGE where
 * those that it began with are others. */
enum status weights_check_balanced(struct training *training);

/* ---- training_measures.c ------------------------------------------------- */

/* What an epoch of this run is measured by, without values; how many. */
int training_measures(const struct training *training,
                      struct measure measures[MAX_MEASURES]);
int training_columns(const struct training *training,
                     struct log_column columns[MAX_LOG_COLUMNS]);

/* The column of a measure or a score, for quality that of the distance; -1: there is no such measure. */
int training_column(const struct training *training, const char *measure);

/* The first of them, which training itself gives, over the epoch so far. */
int training_measure_so_far(const struct training *training,
                            struct measure measures[MAX_MEASURES]);

/* All of them, at an epoch's end. STATUS_DIVERGED where val_loss is not finite.
 */
enum status training_measure_epoch(struct training *training,
                                   struct measure measures[MAX_MEASURES],
                                   int *count);

/* After the log was reopened: what an earlier guss did not measure. */
void training_resume_measures(struct training *training);

/* ---- training_scores.c --------------------------------------------------- */

/* How many columns they have, behind the measures: 0 without a judge. */
int scores_count(const struct training *training);

/* Scores this state where it is a snapshot: note.scores. STATUS_INPUT,
 * STATUS_MACHINE as scoring_open(). */
enum status scores_take_due(struct training *training);

/* Scores the last state of a run with snapshots, unless that is one. A resumed run
 * knows nothing of it. */
enum status scores_take_last(struct training *training);

/* After the note was restored: scores.csv has the rows of this state again. */
enum status scores_resume(struct training *training);

/* Those of the last snapshot, where that was after this iteration, else NAN. */
void scores_put(const struct training *training, uint64_t after,
                double *values);

/* ---- training_best.c ----------------------------------------------------- */

/* Memory for the best weights; freed by the caller: training->best_weights. */
enum status best_alloc(struct training *training);

/* Takes the weights as they are for the best. */
void best_copy(struct training *training);

/* After the settings were taken: what the best is the best by may be another
 * measure, and the log has rows already. */
void best_begin(struct training *training);

/* Holds a row of the log against the best. One that is not kept is not part of what
 * a resumed run goes on with. */
enum status best_evaluate(struct training *training, const double *row,
                          bool is_kept);

/* weights.best.safetensors, unless it is there; removes one that is of another
 * epoch where the weights of the best are not known. */
enum status best_save(struct training *training);

struct training_best {
    const char *name; /* what it is the best by: a column of log.csv */
    uint64_t epoch, iteration;
    int row;                   /* of the log */
    double value, last, worse; /* then, in the last row, by how much */
    bool has_weights;          /* in weights.best.safetensors */
    bool
        has_overfitted; /* since then val_loss rose, by 5 % and more, while loss
                            fell */
};

/* False where there is none: before the first epoch, and of a GAN that watches
 * nothing, whose losses do not say how good its images are. */
bool training_find_best(const struct training *training,
                        struct training_best *best);

/* ---- training_control.c -------------------------------------------------- */

/* STATUS_INPUT, with a diagnostic, where the schedule watches a measure that the
 * run does not have. */
enum status control_check(const struct training *training);

/* Whether learning rates change while such a schedule holds. */
bool control_moves_rates(const struct training *training,
                         const struct schedule *schedule);

/* Takes the settings of a segment: what is watched as before goes on counting. */
void control_take(struct training *training, const struct schedule *schedule);

/* The rates of the next update. */
void control_take_rates(struct training *training);

/* Counts the last row of the log, where it is an evaluation: of a whole epoch, of
 * what there was of the last one, or of a GAN's snapshot. */
enum status control_end_epoch(struct training *training);
enum status control_end_part(struct training *training);
enum status control_end_snapshot(struct training *training);

/* Holds the scores of the last state against the best, where they are watched. */
enum status control_end_last(struct training *training);

/* What a judged run says at its end, whose last state was scored: parts of a line. 0:
 * it was not. */
enum { VERDICT_PARTS = 6 };
int control_verdict(const struct training *training,
                    const char *parts[VERDICT_PARTS]);

/* Whether patience has run out. */
bool control_has_stopped(const struct training *training);

/* Whether patience has run out of a run with such settings. */
bool control_is_spent(const struct monitor_settings *settings,
                      const struct checkpoint_note *note);

/* "val_loss has not improved for 5 epochs" */
const char *control_reason(struct arena *arena,
                           const struct monitor_settings *settings,
                           const struct checkpoint_note *note, bool is_gan);

/* "stopped early, after epoch 12 of 100: val_loss has not ..." */
const char *control_stop_text(struct arena *arena,
                              const struct training *training);

/* ---- training_screen.c --------------------------------------------------- */

/* What is trained, on what, to which folder; for a resumed run, from where. */
void screen_print_start(const struct training *training);

/* Whether `guss verify` repeats a run in a folder that goes when it ends: what is
 * said then names no path in it. */
bool training_is_verification(void);

/* Where the weights are, and the best epoch, or a GAN's last images; or how to
 * go on with a run that was stopped. */
void screen_print_end(const struct training *training, enum status status,
                      double seconds);

/* ---- training_save.c ----------------------------------------------------- */

/* STATUS_DIVERGED where a trained weight is not finite. */
enum status training_check_weights(struct training *training);

/* Where all numbers of the run's state lie. */
struct checkpoint_state training_state(const struct training *training);

/* Writes a checkpoint of this moment, unless there is one, and removes those
 * that are no longer kept. Weights that are not finite are never saved. */
enum status training_save_checkpoint(struct training *training);

/* Appends a row on the epoch begun or just ended, measured on the test set
 * too. `row` gets its measures; returns how many through *count. */
enum status training_log(struct training *training,
                         struct measure row[MAX_MEASURES], int *count);

/* weights.safetensors, weights.best.safetensors, weights.average.safetensors,
 * loss.png, and a checkpoint, in this order: a run whose last checkpoint exists is complete. */
enum status training_save_end(struct training *training);

/* STATUS_DIVERGED: "`what` became `value`", and the last good checkpoint. */
enum status training_diverged(struct training *training, const char *what,
                              double value);

/* The same of a loss that the state before this update gave: whatever the rate,
 * no run can go on from a checkpoint of that state, so it is removed. */
enum status training_diverged_before(struct training *training,
                                     const char *what, double value);

/* ---- training_plot.c ----------------------------------------------------- */

/* loss.png, unless no epoch was measured. */
enum status training_save_plot(struct training *training);

/* scores.png, unless no snapshot was scored. */
enum status training_save_scores_plot(struct training *training);

/* ---- training_sheets.c --------------------------------------------------- */

/* Whether the run draws sheets, and how. STATUS_INPUT where the schedule wants
 * some that cannot be drawn, which is found before the run. */
enum status sheets_prepare(struct training *training);

/* The sheet of this state, where one is wanted now; the first state is that
 * before all updates. */
enum status sheets_save_due(struct training *training);

/* The sheet of the last state, unless there is one. */
enum status sheets_save_last(struct training *training);

/* ---- training_record.c --------------------------------------------------- */

/* Writes run.json. */
enum status training_save_record(struct training *training,
                                 enum run_state state);

/* ---- begin.c ------------------------------------------------------------- */

/* Draws or reads the first weights, makes the folder of --out and fills it.
 * `initial` is a weights file, or NULL. */
enum status begin_run(struct training *training, const char *initial);

/* A run that was killed before its first checkpoint, from its start. */
enum status begin_again(struct training *training);

/* schedule.yaml, every value resolved. */
enum status write_schedule(struct training *training);

/* ---- repeat.c ------------------------------------------------------------ */

/* Takes schedule, settings and latent vectors of the run in the folder that
 * --repeat names, as the command line changes them; *initial becomes its initial
 * weights, or NULL. */
enum status repeat_read(struct training *training, const char **initial);

/* Refuses other data than that run had. */
enum status repeat_check_data(struct training *training);

/* ---- resume.c ------------------------------------------------------------ */

/* An earlier run, as it lies in its folder. */
struct resumed {
    struct schedule saved; /* its schedule.yaml */
    const char *saved_text;
    struct run_record record;
    bool asks_balanced;      /* class weights, where it began with some */
    bool has_other_settings; /* than held so far */
    bool has_record;         /* false: its folder is older than records */
    bool has_checkpoint;
    struct checkpoint checkpoint; /* owned */
    const char *path;             /* of the checkpoint */
};

/* Opens the folder of --resume, reads its schedule, its record and its newest
 * good checkpoint, if there was one, and checks that this executable may go on
 * with it. The caller closes the checkpoint, also where this fails. */
enum status resume_find(struct session *session, struct run_folder *folder,
                        struct resumed *resumed);

/* Puts the run where the checkpoint left it. */
enum status resume_restore(struct training *training,
                           const struct resumed *resumed);

#endif
