/* Options that people bring from other tools, for guss and its executables
 * alike. */
#ifndef TRAINER_FOREIGN_OPTIONS_H
#define TRAINER_FOREIGN_OPTIONS_H

#include "base/hint.h"

struct hints foreign_options(void);

/* What stands behind "unknown option '--epochs'" or '-o': "; did you mean
 * '--out'?", what else there is to say, or "". `word` has no dashes; `value` is
 * what was given with it, or NULL. `names` are the options that are taken. */
const char *option_advice(struct arena *arena, const char *word,
                          const char *value, const char *const *names,
                          size_t n);

#endif
