/* Words that people bring from other tools, and what is said to them. A
 * vocabulary (layers, keys of schedules, options, ...) has one table of them
 * beside its own words; where one of its own is wanted and not found, that table
 * is asked before a near spelling is: what is spelt alike may be another thing
 * ("silu" and "selu"). */
#ifndef BASE_HINT_H
#define BASE_HINT_H

#include "base/arena.h"

struct hint {
    const char *word;
    const char *own;     /* the word here that means the same, or NULL */
    const char *lacking; /* the tool that has it where guss has nothing of the
                            kind, or NULL */
    const char *text;    /* the way round, or what else there is to say; NULL
                            where the other two say all */
};

struct hints {
    const struct hint *rows;
    size_t n;
    const char *what; /* they name: "a layer" */
};

/* What stands behind the last dot of a word of Python's, as in tf.nn.relu. */
const char *hint_last_name(const char *word);

/* The row of a word; the case of letters counts only where two rows differ in
 * nothing else. NULL: there is none. */
const struct hint *hint_find(struct hints hints, const char *word);

/* Of rows of one word, exactly spelt, the first whose own word is among `names`
 * or that has none; NULL: there is none. */
const struct hint *hint_fitting(struct hints hints, const char *word,
                                const char *const *names, size_t n);

/* The row that answers a word which is none of `names`: its own, or that of a
 * lacking word which it is nearest to. NULL where a name is nearer, or nothing is
 * near. */
const struct hint *hint_for(struct hints hints, const char *word,
                            const char *const *names, size_t n);

/* What stands behind "unknown layer 'Linear'": "; did you mean 'Dense'?" or
 * ": the text". */
const char *hint_text(struct arena *arena, const struct hint *hint);

/* "'LSTM' is a layer of Keras that guss does not have: the text", of a row that
 * is lacking. */
const char *hint_refusal(struct arena *arena, struct hints hints,
                         const struct hint *hint);

#endif
