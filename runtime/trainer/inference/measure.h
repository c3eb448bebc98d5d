/* Losses and metrics, out of the sums that emitted code leaves. */
#ifndef TRAINER_MEASURE_H
#define TRAINER_MEASURE_H

#include <stdint.h>

#include "guss/model.h"

/* Means over a set. */
struct measures {
    double loss, mean_squared_error, mean_absolute_error;
    double accuracy; /* of a classifier */
};

/* Adds `sums` to *total. */
void sums_add(struct guss_sums *total, const struct guss_sums *sums);

/* Adds the sums of the tiles that `count` rows fill, in order, to *total. They
 * lie at `offset`: the model's sums_offset or generator_sums_offset. */
void sums_add_tiles(const struct guss_model *model, const void *memory,
                    size_t offset, int count, struct guss_sums *total);

/* The means over `samples` samples. */
struct measures measures_from_sums(const struct guss_model *model,
                                   const struct guss_sums *sums,
                                   int64_t samples);

/* Loss and metrics of the trained network on a whole set, as in prediction.
 * `order` is scratch of at least samples->count elements, and holds 0, 1, 2 ..
 * afterwards. */
struct measures measure_set(const struct guss_model *model, void *memory,
                            struct guss_team *team,
                            const struct guss_samples *samples,
                            uint32_t *order);

#endif
