/* A schedule's tree as settings of fields, and their values, checked. */
#ifndef TRAINER_SCHEDULE_READER_H
#define TRAINER_SCHEDULE_READER_H

#include "trainer/schedule/schedule_fields.h"
#include "trainer/schedule/schedule_tree.h"

struct reader {
    struct arena *arena;
    struct diags *diags;
    const struct source *source;
    const struct schedule *compiled; /* or NULL: nothing is compiled in */
    const struct node *root;         /* the whole tree */
    enum objectives objectives;      /* which it can be; all: not known */
    bool complete;  /* the tree has no mistakes: what is missing in it is
                      really missing */
    bool *is_wrong; /* of each field: a mistake was reported, of its value or
                       that there is none */
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

struct setting section_get(struct reader *reader, struct section section,
                           const char *name);

/* Where the value is; where the key is set, or missed, if there is none. */
struct span value_or_key(struct setting setting);

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

/* Puts the value of a field, which is set, where `value` points; false, with a
 * report, where it is wrong. */
bool read_value(struct reader *reader, struct setting setting,
                const struct field *field, void *value);

/* The index of one of n words; -1 with a report, or where it is not set.
 * `hints` are for words from elsewhere. */
int read_word(struct reader *reader, struct setting setting, struct hints hints,
              const char *const *words, int n);

/* True where a plain YAML scalar of this text would be no text but a number,
 * a boolean or a null. */
bool is_not_text(const char *text);

#endif
