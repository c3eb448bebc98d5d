/* What may stand behind --set, for guss and for executables. */
#ifndef TRAINER_COMPLETE_SET_H
#define TRAINER_COMPLETE_SET_H

#include "base/arena.h"
#include "base/completion.h"
#include "base/source.h"

/* Answers with the keys that --set can change in a schedule, or what the one
 * takes that is written already; of any schedule, where `source` is NULL or has
 * mistakes. */
void complete_set(struct completion *completion, struct arena *arena,
                  const struct source *source);

#endif
