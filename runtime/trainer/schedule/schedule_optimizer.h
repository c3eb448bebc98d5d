/* The optimizers of a schedule: their arguments as fields of a struct
 * optimizer_settings, and what each optimizer has of them. */
#ifndef TRAINER_SCHEDULE_OPTIMIZER_H
#define TRAINER_SCHEDULE_OPTIMIZER_H

#include "trainer/schedule/schedule_reader.h"

/* Fills schedule->optimizer and, for a gan, the discriminator's. */
void read_optimizers(struct reader *reader, struct section top,
                     struct schedule *schedule);

extern const int n_optimizers;

/* Their names, and how many. */
enum { MOST_OPTIMIZERS = 16 };
int optimizer_names(const char *names[MOST_OPTIMIZERS]);

/* The argument of that name that some optimizer has, or NULL. */
const struct field *argument_find(const char *name);

/* The arguments of a kind of optimizer for its own, in the order in which they
 * are written: how many. */
enum { MOST_ARGUMENTS = 16 };
int optimizer_own_arguments(enum optimizer_kind kind,
                            const struct field *arguments[MOST_ARGUMENTS]);

/* The same, and behind them those that any optimizer can have; all that there
 * are, where the kind is negative. */
int optimizer_arguments(int kind,
                        const struct field *arguments[MOST_ARGUMENTS]);

/* False for what needs code that an executable with these settings is without. */
bool argument_is_compiled_in(const struct field *argument,
                             const struct optimizer_settings *settings);

/* Its value as YAML: a number, or a schedule of rates. */
const char *argument_text(struct arena *arena, const struct field *argument,
                          const struct optimizer_settings *settings);

/* Keras's defaults. */
struct optimizer_settings optimizer_defaults(enum optimizer_kind kind);

/* The keys that the mapping of an optimizer may have, and "generator" and
 * "discriminator": how many, at most `most`. */
size_t optimizer_keys(const char **names, size_t most);

bool optimizer_is_same(const struct optimizer_settings *a,
                       const struct optimizer_settings *b);

#endif
