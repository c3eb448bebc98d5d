/* Moving averages of the weights, as Keras's optimizers keep them
 * (keras/src/optimizers/base_optimizer.py): after every update
 *
 *   average = momentum average + (1 - momentum) w
 *
 * of each weight that is trained; the first one is w. The weights themselves
 * know nothing of it. */
#ifndef TRAINER_AVERAGE_H
#define TRAINER_AVERAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "guss/model.h"
#include "trainer/schedule/schedule.h"

/* Whose weights have averages: a bit for each of the model's optimizers. */
struct average {
    const struct guss_model *model;
    float *values; /* laid out as the model's weights; NULL: not yet needed */
};

/* Memory for it, unless there is; freed by average_free(). STATUS_MACHINE. */
enum status average_open(struct average *average, struct error *error);
void average_free(struct average *average);

/* Those of the model's optimizers that keep an average, as the bits above. */
uint64_t average_wanted(const struct guss_model *model,
                        const struct optimizer_settings *settings);

/* One worker's part of it after an update, behind a barrier. `averaged` are those
 * that have one; afterwards those have that average_wanted() tells. Bits do not
 * depend on the number of workers. */
void average_update(const struct average *average, const void *memory,
                    const struct optimizer_settings *settings,
                    uint64_t averaged, const struct guss_worker *worker);

/* Of each of the model's weights, by index, whether it has one. */
bool *average_list(struct arena *arena, const struct guss_model *model,
                   uint64_t averaged);

/* Fills in the weights that have none, as they are now. */
void average_complete(const struct average *average, const void *memory,
                      uint64_t averaged);

#endif
