/* `class_weights`: the word `balanced`, or a mapping of classes to weights. */
#ifndef TRAINER_SCHEDULE_WEIGHTS_H
#define TRAINER_SCHEDULE_WEIGHTS_H

#include "trainer/schedule/schedule_reader.h"

/* Reads it. Which classes there are is for whoever knows the data to check. Where
 * it has a mistake, which is reported, *weights is left as it is: false. */
bool read_class_weights(struct reader *reader, struct setting setting,
                        struct class_weights *weights);

/* "balanced", "{cat: 1, dog: 2.5}"; NULL where it is not set. */
const char *class_weights_text(struct arena *arena,
                               const struct class_weights *weights);

#endif
