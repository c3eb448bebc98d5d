/* All scores of generated samples against real ones, from what a judge, a trained
 * classifier, makes of both: the values of one of its layers, the features, and
 * the class that it takes each sample for. docs/quality.md says what each means;
 * the score's own header how it is calculated.
 *
 * The same bits whatever the number of threads. */
#ifndef TRAINER_SCORES_H
#define TRAINER_SCORES_H

#include <stdint.h>

#include "base/status.h"
#include "guss/model.h"
#include "trainer/scores/points.h"

enum score {
    SCORE_FRECHET_DISTANCE,
    SCORE_KERNEL_DISTANCE,
    SCORE_PRECISION,
    SCORE_RECALL,
    SCORE_DENSITY,
    SCORE_COVERAGE,
    SCORE_CLASS_ENTROPY,
    SCORE_COPIES,
    SCORE_ACCEPTED,
    N_SCORES
};

/* "frechet_distance" */
const char *score_name(enum score score);

/* Fewer samples have no fifth neighbour in each of their halves. */
enum { SCORES_LEAST_SAMPLES = 12 };

/* What a judge says of samples. */
struct judged {
    const float *features;  /* [count][width] */
    int width;              /* at most POINTS_MOST_WIDTH */
    const int32_t *classes; /* [count]: from 0 to below n_classes */
    int n_classes;
    int64_t count;
    /* [count]: whether each is good enough to be kept; NULL: nobody said. */
    const bool *accepted;
    /* Of samples that are training samples, their indexes among these; NULL:
     * they are none. */
    const int64_t *training;
};

/* Real samples, prepared for as many comparisons as are wanted. */
struct reference;

/* At least SCORES_LEAST_SAMPLES real samples; what they point to may go
 * afterwards. `training` is all that a generator was trained on, of which the
 * classes are not read; NULL: `copies` will be NaN. STATUS_MACHINE without
 * memory, STATUS_INPUT where a feature is NaN or infinite. */
enum status reference_new(struct guss_team *team, const struct judged *real,
                          const struct judged *training,
                          struct reference **reference, struct error *error);
void reference_free(struct reference *reference);

struct scores {
    double values[N_SCORES];
    /* Half the difference of what the first and the second half of the samples
     * score: about the standard deviation of values[]. */
    double spreads[N_SCORES];
    /* The least Fréchet distance that one image, again and again, can have from the
     * reference. */
    double one_image;
};

/* Scores at least SCORES_LEAST_SAMPLES samples against the reference. NaN, all
 * of them, where a feature is NaN or infinite. STATUS_MACHINE without memory. */
enum status reference_score(struct guss_team *team,
                            const struct reference *reference,
                            const struct judged *samples, struct scores *scores,
                            struct error *error);

/* These functions, for executables that have a judge: what has none is not linked
 * with OpenBLAS, for nothing else in it names them. */
struct guss_scoring {
    enum status (*reference_new)(struct guss_team *team,
                                 const struct judged *real,
                                 const struct judged *training,
                                 struct reference **reference,
                                 struct error *error);
    void (*reference_free)(struct reference *reference);
    enum status (*reference_score)(struct guss_team *team,
                                   const struct reference *reference,
                                   const struct judged *samples,
                                   struct scores *scores, struct error *error);
};

#endif
