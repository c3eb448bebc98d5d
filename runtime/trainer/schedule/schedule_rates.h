/* Schedules of the learning rate: Keras's names, arguments, defaults and
 * formulas. */
#ifndef TRAINER_SCHEDULE_RATES_H
#define TRAINER_SCHEDULE_RATES_H

#include "trainer/schedule/schedule_reader.h"

/* The arguments, as fields of a struct rate_schedule; `kinds` says whose they
 * are. */
extern const struct field rate_fields[];
extern const int n_rate_fields;

enum { MOST_RATE_FIELDS = 16 };

/* The keys that the mapping of a schedule of rates may have: how many, at most
 * `most`. */
size_t rates_keys(const char **names, size_t most);

/* "cosine_decay", of a kind that is no constant. */
const char *rate_word(enum rate_kind kind);

/* Reads the mapping of a schedule of rates. Where it has a mistake, which is
 * reported, *rates is left as it is. */
void read_rates(struct reader *reader, struct section section,
                struct rate_schedule *rates);

/* "{schedule: cosine_decay, initial_learning_rate: 0.1}" */
const char *rates_text(struct arena *arena, const struct rate_schedule *rates);

bool rates_are_same(const struct rate_schedule *a,
                    const struct rate_schedule *b);

#endif
