/* `data.normalize`: the word `train`, or a mapping of means and standard
 * deviations. */
#ifndef TRAINER_SCHEDULE_NORMALIZE_H
#define TRAINER_SCHEDULE_NORMALIZE_H

#include "trainer/schedule/schedule_reader.h"

/* The keys that the mapping may have; how many. */
enum { N_NORMALIZE_KEYS = 2 };
size_t normalize_keys(const char *names[N_NORMALIZE_KEYS]);

/* Reads it. Where it has a mistake, which is reported, *settings is left as it is:
 * false. */
bool read_normalize(struct reader *reader, struct setting setting,
                    struct normalize_settings *settings);

/* "train", "{mean: [0.13], stddev: [0.31]}"; NULL where it is not set. */
const char *normalize_text(struct arena *arena,
                           const struct normalize_settings *settings);

#endif
