/* What a classifier answers for samples: a value for each class. */
#ifndef TRAINER_ANSWERS_H
#define TRAINER_ANSWERS_H

#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "base/text.h"
#include "trainer/data/data.h"
#include "trainer/inference/route.h"
#include "trainer/session/session.h"

/* The sample that an answer is for: a picture by its file, another by its index
 * in the set that a reference names. */
struct answered {
    const char *file; /* or the reference */
    int64_t index;    /* from 0; -1: it is a picture */
};

struct answers {
    struct class_names classes; /* a name for each */
    struct answered *samples;   /* [count]; owned, as are the values */
    float *values;              /* [count][classes.count] */
    int64_t count, capacity;
};

/* Whether a network answers: it has one input, and the schedule trains it as a
 * classifier, or its weights name as many classes as it tells. */
bool answers_are_of(const struct session *session,
                    const struct guss_network *network);

/* The answers for all samples of a set, behind those that are there; *answers
 * begins as {0}. The classes are the session's, once its weights are loaded. One
 * output answers for two classes: what it gives is the second one's value, and
 * the first one's is what is missing to 1. Texts live in the session's arena. */
enum status answers_add(struct session *session, const struct route *route,
                        const char *reference, const struct data_set *set,
                        struct answers *answers);
void answers_free(struct answers *answers);

/* The values of an answer, and its class: that of the greatest, the first of
 * equals. */
const float *answers_values(const struct answers *answers, int64_t index);
int answers_class(const struct answers *answers, int64_t index);

/* ---- answers_text.c ------------------------------------------------------ */

enum answers_format { ANSWERS_TEXT, ANSWERS_CSV, ANSWERS_JSON };

/* All answers, each with the `top` classes of the greatest values:
 *   text   a.png circle 0.981 square 0.012
 *   CSV    a header, then a.png,circle,0.981234551,square,0.0123456784
 *   JSON   an array of objects
 * In text, what a terminal would obey is '?'; CSV has names as they are. */
void answers_write(struct text *text, const struct answers *answers, int top,
                   enum answers_format format);

/* "file": "a.png", of an object in JSON; of a name that is not UTF-8 its bytes
 * behind it: "file_hex": "61ff2e706e67". */
void answers_put_file(struct text *text, const char *file);

/* "9 samples: circle 5 (55.6 %), square 4 (44.4 %)": by falling count. */
const char *answers_summary(struct arena *arena, const struct answers *answers);

#endif
