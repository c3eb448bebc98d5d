/* Values of a schedule's tree, checked: each reader gives the value, or, where
 * the key is not set or a mistake was reported, what it is told instead. */
#ifndef TRAINER_SCHEDULE_READER_H
#define TRAINER_SCHEDULE_READER_H

#include "base/hint.h"
#include "trainer/schedule/schedule_tree.h"

struct reader {
    struct arena *arena;
    struct diags *diags;
    const struct source *source;
    const struct schedule *compiled; /* or NULL: nothing is compiled in */
    const struct node *root;         /* the whole tree */
    bool complete; /* the tree has no mistakes: what is missing in it is
                      really missing */
};

/* A mapping of keys: the whole schedule (path ""), or what is below one key. */
struct section {
    const char *path;
    const struct node *mapping; /* NULL: not set */
    struct span where;          /* of its key; the start of the file */
    bool wrong; /* its value is no mapping: nothing below it is missed */
};

/* One key of a section. */
struct setting {
    const char *path;         /* "data.train" */
    const struct node *value; /* NULL: not set, or null */
    struct span key;          /* where it is set; where it is missed */
};

struct range {
    double least, most;
    bool below;         /* `most` itself is too much */
    const char *wanted; /* "a number of at least 0" */
};

struct setting section_get(struct reader *reader, struct section section,
                           const char *name);

/* The mapping below a key of the schedule. */
struct section section_open(struct reader *reader, struct section parent,
                            const char *name, const char *example);

/* section_get(), with an error where the key is not set; a key that was reported
 * and meant this one is no second mistake. */
struct setting section_need(struct reader *reader, struct section section,
                            const char *name, const char *example);

/* Of two places that do not go together, the one to blame: the word of a --set
 * that met what the schedule says, else `usual`. */
struct span blame(const struct reader *reader, struct span usual,
                  struct span other);
/* Adds a note at the place that was not blamed, where the two are of different
 * texts. */
void note_other(struct reader *reader, struct span usual, struct span other);

/* "'batch' must be <wanted>, not 'many'<advice>" */
void report_wrong_value(struct reader *reader, struct setting setting,
                        const struct node *value, const char *wanted,
                        const char *advice);

/* True, with a report, for a value that differs from the one compiled in; false
 * where either is NULL. */
bool report_compiled_in(struct reader *reader, const char *path,
                        struct span where, const char *compiled,
                        const char *wanted);

int64_t read_whole(struct reader *reader, struct setting setting, int64_t least,
                   int64_t most, int64_t otherwise);
uint64_t read_seed(struct reader *reader, struct setting setting,
                   uint64_t otherwise);
double read_real(struct reader *reader, struct setting setting,
                 const struct range *range, double otherwise);
bool read_boolean(struct reader *reader, struct setting setting,
                  bool otherwise);

/* A text that is not empty; `wanted` says what it names. */
const char *read_text(struct reader *reader, struct setting setting,
                      const char *wanted);

/* The index of one of n words; -1 with a report, or where it is not set.
 * `hints` are for words from elsewhere. */
int read_word(struct reader *reader, struct setting setting, struct hints hints,
              const char *const *words, int n);

/* A list of whole numbers from 1, at most `limit` of them. */
int64_t *read_wholes(struct reader *reader, struct setting setting,
                     int64_t limit, int64_t most, int64_t *count);

/* "a, b or c" */
const char *list_words(struct arena *arena, const char *const *words, int n);

/* True where a plain YAML scalar of this text would be no text but a number,
 * a boolean or a null. */
bool is_not_text(const char *text);

#endif
