/* Which keys a schedule may have, and the parts of its reading. */
#ifndef TRAINER_SCHEDULE_KEYS_H
#define TRAINER_SCHEDULE_KEYS_H

#include "trainer/schedule/schedule_reader.h"

/* Sets of objectives. */
enum objectives {
    FOR_AUTOENCODER = 1 << OBJECTIVE_AUTOENCODER,
    FOR_CLASSIFIER = 1 << OBJECTIVE_CLASSIFIER,
    FOR_GAN = 1 << OBJECTIVE_GAN,
    FOR_ONE_NETWORK = FOR_AUTOENCODER | FOR_CLASSIFIER,
    FOR_ALL = FOR_ONE_NETWORK | FOR_GAN
};

/* Reports the keys of a section that no schedule has, and those that no
 * schedule of these objectives has. The section's path says which keys it may
 * have; "optimizer" is checked by read_optimizers(). */
void check_keys(struct reader *reader, struct section section,
                enum objectives objectives);

/* "autoencoder or classifier" */
const char *objectives_text(struct arena *arena, enum objectives objectives);

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

/* Fills schedule->optimizer and, for a gan, the discriminator's. */
void read_optimizers(struct reader *reader, struct section top,
                     enum objectives objectives, struct schedule *schedule);

/* A growing list of keys, for schedule_keys(). */
struct key_list {
    struct arena *arena;
    struct schedule_key *keys;
    size_t n, capacity;
};
void key_list_add(struct key_list *list, const char *section,
                  struct schedule_key key);

/* Adds those of a schedule's optimizers but their names; of any, where it is
 * NULL. */
void add_optimizer_keys(struct key_list *list, const struct schedule *schedule);

/* The keys that an optimizer may have, and "generator" and "discriminator": how
 * many, at most `most`. */
size_t optimizer_keys(const char **names, size_t most);

/* True for an argument that some optimizer has. */
bool is_optimizer_argument(const char *name);

/* The arguments that a kind of optimizer has, by index; NULL past the end. */
const char *optimizer_argument(enum optimizer_kind kind, int index);

/* Its value, as YAML. */
const char *optimizer_value(struct arena *arena,
                            const struct optimizer_settings *settings,
                            const char *argument);

/* The shortest decimal number that strtod() reads as `real`. */
const char *real_text(struct arena *arena, double real);

/* The words of the enums, in their order. */
enum { N_OBJECTIVES = 3, N_LOSSES = 4, N_PRECISIONS = 2, N_OPTIMIZERS = 5 };
extern const char *const objective_words[N_OBJECTIVES];
extern const char *const loss_words[N_LOSSES];
extern const char *const precision_words[N_PRECISIONS];
extern const char *const optimizer_words[N_OPTIMIZERS];
enum { N_PIXELS = 4 };
extern const char *const pixels_words[N_PIXELS]; /* from PIXELS_RAW on */
enum { N_INKS = 2 };
extern const char *const ink_words[N_INKS];
enum { N_DISTRIBUTIONS = 2 };
extern const char *const distribution_words[N_DISTRIBUTIONS];
enum { N_BOOLEANS = 2 };
extern const char *const boolean_words[N_BOOLEANS]; /* those to recommend */

#endif
