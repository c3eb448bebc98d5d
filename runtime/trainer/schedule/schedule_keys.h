/* Which keys a schedule may have, and what those mean that it may not. */
#ifndef TRAINER_SCHEDULE_KEYS_H
#define TRAINER_SCHEDULE_KEYS_H

#include "trainer/schedule/schedule_reader.h"

/* Reports the keys of a section that no schedule has, and those that no
 * schedule of these objectives has; "optimizer" is checked by
 * read_optimizers(). */
void check_keys(struct reader *reader, struct section section);

/* What stands behind "unknown key 'lr'" of a section, or below 'optimizer': what
 * was meant, "; did you mean 'optimizer.learning_rate'?", what else there is to
 * say, or "". `names` are the keys that could be meant in the section. */
const char *key_advice(struct reader *reader, const char *section,
                       const char *key, const char *const *names, size_t n);

/* Reports a key of Keras that guss does not have; false where it is none. */
bool report_lacking_key(struct reader *reader, const char *section,
                        const struct entry *entry);

/* True where some key of the schedule that is unknown, or stands in another
 * section, meant the one of this path: it was reported, and the other is not
 * missed as well. */
bool is_meant(struct reader *reader, const char *path);

#endif
