/* `data.augment` of a schedule for the pictures of a set. */
#ifndef TRAINER_DATA_AUGMENT_H
#define TRAINER_DATA_AUGMENT_H

#include "guss/augment.h"
#include "trainer/data/data.h"

/* How the pictures of a set are changed; false where nothing is. The set's samples
 * are `picture`. */
bool data_augment(const struct augment_settings *settings,
                  struct guss_picture picture, const struct data_set *set,
                  struct guss_augment *how);

/* Whether samples that fill `input`, or none where it is NULL, are pictures, of
 * which size. Of a network that reads images they are those; else the data says
 * it: a plain row is one where it makes a square. */
bool data_augment_picture(const struct guss_output *input,
                          const struct data_set *set,
                          struct guss_picture *picture);

#endif
