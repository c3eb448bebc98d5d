/* Losses and metrics, out of the sums that emitted code leaves. */
#ifndef TRAINER_MEASURE_H
#define TRAINER_MEASURE_H

#include <stdint.h>

#include "trainer/inference/penalty.h"

/* Means over a set. */
struct measures {
    double loss, mean_squared_error, mean_absolute_error;
    double accuracy; /* of a classifier */
};

/* Adds `sums` to *total. */
void sums_add(struct guss_sums *total, const struct guss_sums *sums);

/* A loss of an update, and the phase that gives it. */
struct update_loss {
    const struct guss_phase *phase;
    const struct guss_loss *loss;
};

/* All of them, in the order of the phases; how many. */
int update_losses(const struct guss_model *model,
                  struct update_loss losses[GUSS_MAX_LOSSES]);

/* Adds the sums of the tiles that a batch of `count` rows fills, in order, to
 * *total. */
void sums_add_loss(const struct guss_model *model, const void *memory,
                   const struct update_loss *loss, int count,
                   struct guss_sums *total);

/* Fills this worker's share of what the weights' penalties add to each of an
 * update's losses. All workers call it in the run of an update, in front of that:
 * no weight changes before every one of them has come to the end of its gradients. */
void update_penalties(const struct guss_model *model, const void *memory,
                      const struct guss_worker *worker,
                      struct penalty_sums penalties[GUSS_MAX_LOSSES]);
/* Adds a penalty to the sum of that loss over a batch of `count` rows, so that
 * their mean grows by it. */
void sums_add_penalty(const struct update_loss *loss, int count, double penalty,
                      struct guss_sums *total);

/* Some samples of a set, or all. */
struct sample_list {
    const struct guss_samples *samples;
    const uint32_t *numbers; /* [count]: which ones */
    int64_t count;
    double label_smoothing; /* of the schedule */
};

/* Loss and metrics of the trained network on samples, as in prediction; metrics
 * are of labels as they are. */
struct measures measure_samples(const struct guss_model *model, void *memory,
                                struct guss_team *team,
                                const struct sample_list *list);

#endif
