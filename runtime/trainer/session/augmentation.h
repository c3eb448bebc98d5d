/* `data.augment` of a schedule for a set that is trained on, with the memory that
 * the workers need for it. */
#ifndef TRAINER_AUGMENTATION_H
#define TRAINER_AUGMENTATION_H

#include "trainer/data/data_augment.h"
#include "trainer/session/session.h"

struct augmentation {
    struct guss_augment how;
    bool is_asked; /* false: samples are taken as they are */
    size_t numbers;
    float *scratch; /* owned: [workers][numbers] */
};

/* Makes ready what the session's schedule asks for, of the set that `reference`
 * names, for the session's team. STATUS_INPUT, with a report at its place, where its
 * samples are no pictures, or smaller than they are to be shifted, or its targets
 * may be some or not; STATUS_MACHINE where there is no memory. The caller ends it with augmentation_end(). */
enum status augmentation_begin(struct session *session, const char *reference,
                               const struct data_set *set,
                               struct augmentation *augmentation);
void augmentation_end(struct augmentation *augmentation);

/* A batch as one worker reads it. */
struct guss_batch augmentation_batch(const struct augmentation *augmentation,
                                     const struct guss_batch *batch,
                                     const struct guss_worker *worker);

#endif
