/* A GAN's part of a run: its iteration, what it is measured by, its sheets, and
 * the signs that it goes wrong. */
#ifndef TRAINER_GAN_H
#define TRAINER_GAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "guss/model.h"
#include "trainer/training/progress.h"

struct training;

/* Its measures, in the order of the log: the losses of an update first. */
enum {
    GAN_JUDGE_LOSS,
    GAN_MAKER_LOSS,
    N_GAN_LOSSES,
    GAN_REAL = N_GAN_LOSSES,
    GAN_GENERATED,
    N_GAN_MEANS,             /* what an epoch's updates sum up */
    GAN_SPREAD = N_GAN_MEANS /* what is measured at its end */
};

/* What a run is watched for, each warned of once. */
struct watch {
    uint64_t updates;         /* looked at together */
    double sums[N_GAN_MEANS]; /* over them */
    bool said_won, said_alike, said_collapsed;
    double spread; /* of the training samples; 0: not measured yet */
};

/* ---- training_gan.c ------------------------------------------------------ */

/* Half a batch of real samples' worth of memory, the latent vectors, and
 * whether sheets can be drawn. */
enum status gan_prepare(struct training *training);
void gan_free(struct training *training);

/* One update, of both networks. */
enum status gan_update(struct training *training);

/* Where the stream of real samples stands after so many iterations. False
 * where they are too many to count. */
bool gan_position(const struct guss_model *model, uint64_t iteration,
                  uint64_t samples, uint64_t *pass, uint64_t *position);

/* Appends what an epoch is measured by behind its losses, without values; how
 * many measures there are then. */
int gan_measures(struct measure measures[MAX_MEASURES]);

/* Fills in those that the epoch so far gives; how many measures have values
 * then. */
int gan_measure(const struct training *training,
                struct measure measures[MAX_MEASURES]);

/* Images of the snapshots' latent vectors, as a sheet. */
enum status gan_write_sheet(struct training *training, const char *path);

/* ---- training_watch.c ---------------------------------------------------- */

/* After each row of the log, and after each update. */
void watch_row(struct training *training, const double row[N_GAN_MEANS],
               uint64_t updates);
enum status watch_update(struct training *training);

/* By how much 64 generated images differ, of what the data differs by: the root
 * of the variance between images, averaged over pixels. NAN where either does
 * not differ by its nature. */
enum status watch_measure_spread(struct training *training, double *spread);

/* Whether it is a measure of the epoch that was just ended: of the first one,
 * and after every hundred updates. */
bool watch_measures_row(const struct training *training);

/* After a resumed run's log was read back. */
void watch_resume(struct training *training);

#endif
