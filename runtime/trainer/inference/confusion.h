/* Which classes were taken for which: counts, and what follows from them for
 * each class. */
#ifndef TRAINER_CONFUSION_H
#define TRAINER_CONFUSION_H

#include <stdint.h>

#include "base/arena.h"
#include "base/text.h"
#include "trainer/inference/answers.h"
#include "trainer/inference/measure.h"

/* More classes have no matrix, only their measures. */
enum { CONFUSION_MOST_CLASSES = 1000 };

struct confusion {
    struct class_names classes;
    int64_t samples;
    /* [classes.count]: samples of a class, those taken for it, both. */
    int64_t *of, *taken_for, *right;
    int64_t *counts; /* [true][predicted], or NULL: too many classes */
};

/* What a class is measured by; NaN where it is not defined. */
struct class_measures {
    double precision; /* of what was taken for it, the part that is */
    double recall;    /* of what is, the part that was taken for it */
    double f1;        /* their harmonic mean */
};

/* Counts answers beside the labels of their samples, all of which are classes;
 * in the arena. */
struct confusion confusion_of(struct arena *arena,
                              const struct answers *answers,
                              const int32_t *labels);

/* The part that is right. */
double confusion_accuracy(const struct confusion *confusion);

/* A class without a sample has none of them. */
struct class_measures confusion_class(const struct confusion *confusion,
                                      int class);

/* Samples that are not what they were taken for, those first whose true class
 * has the least value; of equals the first first. Returns how many there are,
 * at most `most`; in the arena. */
int64_t confusion_mistakes(struct arena *arena, const struct answers *answers,
                           const int32_t *labels, int64_t most,
                           int64_t **indexes);

/* ---- confusion_text.c ---------------------------------------------------- */

/* What evaluate says of a classifier, with six significant digits. */
struct evaluation {
    struct measures measures;
    const struct confusion *confusion;
    const struct answers *answers;
    const int32_t *labels;
    const int64_t *mistakes; /* indexes of answers that are listed */
    int64_t n_mistakes;
    bool lists_mistakes;
};

/* A line each, "accuracy 0.98" and "precision circle 0.98"; what is not defined
 * is "-". The matrix follows where it is small enough. */
void evaluation_write(struct text *text, const struct evaluation *evaluation);

/* The same as one JSON object; what is not defined is null. */
void evaluation_write_json(struct text *text,
                           const struct evaluation *evaluation);

#endif
