/* The keys of a schedule, each described once. Reading, checking, defaults,
 * writing, --set, the fingerprint of a run, what may change when it is resumed,
 * and the tables of docs/schedules.md follow from the descriptions. */
#ifndef TRAINER_SCHEDULE_FIELDS_H
#define TRAINER_SCHEDULE_FIELDS_H

#include "base/hint.h"
#include "trainer/schedule/schedule.h"

/* Sets of objectives. */
enum objectives {
    FOR_AUTOENCODER = 1 << OBJECTIVE_AUTOENCODER,
    FOR_CLASSIFIER = 1 << OBJECTIVE_CLASSIFIER,
    FOR_REGRESSION = 1 << OBJECTIVE_REGRESSION,
    FOR_GAN = 1 << OBJECTIVE_GAN,
    FOR_ONE_NETWORK = FOR_AUTOENCODER | FOR_CLASSIFIER | FOR_REGRESSION,
    FOR_ALL = FOR_ONE_NETWORK | FOR_GAN
};

enum field_type {
    FIELD_WORD,      /* an enum */
    FIELD_BOOLEAN,   /* a bool */
    FIELD_WHOLE,     /* an int64_t; below its least, it is not set */
    FIELD_SEED,      /* a uint64_t, any */
    FIELD_REAL,      /* a double that float32 can hold */
    FIELD_TEXT,      /* a const char *; NULL: not set */
    FIELD_WHOLES,    /* a struct whole_list */
    FIELD_REALS,     /* a struct real_list */
    FIELD_SECTION,   /* a mapping; its fields have its path as their section */
    FIELD_OPTIMIZER, /* the mapping of schedule_optimizer.c */
    FIELD_CLASS_WEIGHTS, /* a struct class_weights */
    FIELD_NORMALIZE,     /* a struct normalize_settings: schedule_normalize.c */
    FIELD_VERSION        /* of the format */
};

enum field_traits {
    NEEDED = 1 << 0,      /* no objective that has it can do without */
    COMPILED_IN = 1 << 1, /* it shapes the code */
    FREE = 1 << 2,        /* may change when a run is resumed */
    QUIET = 1 << 3,       /* is not written where it has its default; a section:
                             where it is empty */
    ONE_LINE = 1 << 4,    /* of a section: is written {as: this}, unless it has
                             texts, and is one value to a run */
    EARLY = 1 << 5        /* is read before all else */
};

/* The words of an enum. */
struct vocabulary {
    const char *const *words;
    int n, first; /* the enum's value of the first word */
    struct hints (*hints)(void);
    const char *unbuilt; /* one of them, which no executable can do yet */
};

/* Numbers from `least` to `most`. */
struct bounds {
    double least, most;
    bool below; /* `most` itself is too much */
};

struct field {
    const char *section,
        *name; /* "data", "train"; a section is "" at the top */
    enum field_type type;
    enum objectives objectives; /* that have it */
    unsigned traits;
    unsigned kinds;       /* of its section's mapping that have it; 0: all */
    size_t offset, where; /* of the value, and of its place (0: none is kept),
                             in struct schedule; an argument's value in struct
                             optimizer_settings */
    const struct vocabulary *vocabulary; /* of a word */
    struct bounds bounds;                /* of numbers, of those in a list */
    double preset;    /* what holds where it is not set: a number, a word's
                            enum value, a boolean */
    double neutral;   /* of a FREE number: for the fingerprint of a run */
    const char *kept; /* of a file of which a run has a copy, its name there */
    const char *wanted;  /* of a text: "the name of a network" */
    const char *called;  /* of a text, by options: "REF"; or NULL */
    const char *example; /* of a value that is NEEDED, of a list or a mapping */
    const char *unset;   /* what holds where no default is a value; or NULL */
    const char *purpose; /* one line */
};

extern const struct field schedule_fields[];
extern const int n_schedule_fields;

/* The field of a section's key, NULL if it has none of that name. */
const struct field *field_find(const char *section, const char *name);

/* "data.train" */
const char *field_path(struct arena *arena, const struct field *field);

/* Where the value lies in `base`, which the field's offset is of. */
void *field_value(const struct field *field, void *base);

/* Puts the default there. */
void field_reset(const struct field *field, void *base);

/* The value as YAML; NULL where it is not set. */
const char *field_text(struct arena *arena, const struct field *field,
                       const void *base);

/* Whether two values are the same, or both not set. */
bool field_is_same(const struct field *field, const void *a, const void *b);

/* "a number from 0 to 1" */
const char *bounds_text(struct arena *arena, const struct bounds *bounds);

/* "[0.5, 0.25]" */
const char *reals_text(struct arena *arena, const struct real_list *list);

/* The shortest decimal number that strtod() reads as `real`. */
const char *real_text(struct arena *arena, double real);

/* Which of a section's kinds a schedule has, as a bit; 0: it has no kinds. */
unsigned section_kind(const char *section, const struct schedule *schedule);

/* Those a field's words are from, and how many; a boolean's are those to
 * recommend. 0 where it takes none. */
int field_words(const struct field *field, const char *const **words);

/* "autoencoder or classifier" */
const char *objectives_text(struct arena *arena, enum objectives objectives);

/* "a, b or c" */
const char *list_words(struct arena *arena, const char *const *words, int n);

#endif
