#include "trainer/scores/scores.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "trainer/scores/class_shares.h"
#include "trainer/scores/copies.h"
#include "trainer/scores/sample_set.h"

/* Training samples of which the nearest other one is looked for. */
enum { MOST_LOOKED_AT = 10000 };

struct reference {
    struct sample_set real;
    struct points training; /* of width 0: none */
    double copy_square;
};

static enum status lacks_memory(struct error *error)
{
    return error_set(error, STATUS_MACHINE, "out of memory");
}

/* ---- the reference ------------------------------------------------------- */

/* The nearest training sample of each point, which is not itself. */
static bool find_nearest(struct guss_team *team, const struct points *points,
                         const struct points *training, const int64_t *own,
                         struct nearest *nearest)
{
    if (!nearest_begin(nearest, points->count, 1, own))
        return false;
    const struct pair_visitor visitor = nearest_visitor(nearest);
    bool is_done = pairs_visit(team, points, training, &visitor, 1);
    if (is_done)
        nearest_finish(nearest, points, training);
    else
        nearest_free(nearest);
    return is_done;
}

/* Some of the training samples, evenly from first to last. */
static bool look_at(const struct points *training, struct points *some,
                    int64_t **indexes)
{
    int64_t count =
        training->count < MOST_LOOKED_AT ? training->count : MOST_LOOKED_AT;
    int width = training->width;
    float *values = calloc((size_t)count * (size_t)width, sizeof *values);
    *indexes = calloc((size_t)count, sizeof **indexes);
    bool is_done = values && *indexes;
    for (int64_t i = 0; is_done && i < count; i++) {
        int64_t index = i * training->count / count;
        (*indexes)[i] = index;
        for (int j = 0; j < width; j++)
            values[i * width + j] = (float)training->values[index * width + j];
    }
    is_done = is_done && points_take(some, values, count, width);
    free(values);
    return is_done;
}

static bool find_threshold(struct reference *reference, struct guss_team *team)
{
    struct points some = {0};
    int64_t *indexes;
    struct nearest nearest = {0};
    bool is_done =
        look_at(&reference->training, &some, &indexes) &&
        find_nearest(team, &some, &reference->training, indexes, &nearest) &&
        copies_threshold(&nearest, some.count, &reference->copy_square);
    points_free(&some);
    free(indexes);
    nearest_free(&nearest);
    return is_done;
}

static enum status prepare(struct reference *reference, struct guss_team *team,
                           const struct judged *real,
                           const struct judged *training, struct error *error)
{
    struct points points;
    if (!points_take(&points, real->features, real->count, real->width))
        return lacks_memory(error);
    if (!points_are_finite(&points)) {
        points_free(&points);
        return error_set(error, STATUS_INPUT,
                         "the judge's features of real samples have NaN or "
                         "infinite values");
    }
    if (!sample_set_prepare(&reference->real, team, points, true))
        return lacks_memory(error);
    if (training && (!points_take(&reference->training, training->features,
                                  training->count, training->width) ||
                     !find_threshold(reference, team)))
        return lacks_memory(error);
    return STATUS_OK;
}

enum status reference_new(struct guss_team *team, const struct judged *real,
                          const struct judged *training,
                          struct reference **reference, struct error *error)
{
    assert(real->count >= SCORES_LEAST_SAMPLES);
    *reference = calloc(1, sizeof **reference);
    if (!*reference)
        return lacks_memory(error);
    enum status status = prepare(*reference, team, real, training, error);
    if (status != STATUS_OK) {
        reference_free(*reference);
        *reference = NULL;
    }
    return status;
}

void reference_free(struct reference *reference)
{
    if (!reference)
        return;
    sample_set_free(&reference->real);
    points_free(&reference->training);
    free(reference);
}

/* ---- scores -------------------------------------------------------------- */

static bool find_entropy(const struct judged *samples, int64_t first,
                         int64_t count, double *entropy)
{
    double *shares = calloc((size_t)samples->n_classes, sizeof *shares);
    if (!shares)
        return false;
    class_shares(samples->classes + first, count, samples->n_classes, shares);
    *entropy = class_entropy(shares, samples->n_classes);
    free(shares);
    return true;
}

/* All samples, and each half of them: scored by themselves, but for copies, where
 * a sample's nearest one is the same in both. */
enum { PARTS = 3 };
struct part {
    int64_t first, count;
    double values[N_SCORES];
};

static bool score_part(struct guss_team *team,
                       const struct reference *reference,
                       const struct judged *samples,
                       const struct points *points, struct part *part)
{
    double *values = part->values;
    struct sample_set set;
    if (!sample_set_prepare(
            &set, team, points_part(points, part->first, part->count), false))
        return false;
    struct comparison found;
    bool is_done = sample_set_compare(team, &reference->real, &set, &found) &&
                   find_entropy(samples, part->first, part->count,
                                &values[SCORE_CLASS_ENTROPY]);
    sample_set_free(&set);
    if (!is_done)
        return false;
    values[SCORE_FRECHET_DISTANCE] = found.frechet_distance;
    values[SCORE_KERNEL_DISTANCE] = found.kernel_distance;
    values[SCORE_PRECISION] = found.precision;
    values[SCORE_RECALL] = found.recall;
    values[SCORE_DENSITY] = found.density;
    values[SCORE_COVERAGE] = found.coverage;
    return true;
}

static bool find_copies(struct guss_team *team,
                        const struct reference *reference,
                        const struct points *points, const int64_t *own,
                        struct part parts[PARTS])
{
    if (!reference->training.width) {
        for (int i = 0; i < PARTS; i++)
            parts[i].values[SCORE_COPIES] = NAN;
        return true;
    }
    struct nearest nearest;
    if (!find_nearest(team, points, &reference->training, own, &nearest))
        return false;
    for (int i = 0; i < PARTS; i++)
        parts[i].values[SCORE_COPIES] = copies_share(
            &nearest, parts[i].first, parts[i].count, reference->copy_square);
    nearest_free(&nearest);
    return true;
}

/* NaN where nobody said. */
static double find_accepted(const struct judged *samples,
                            const struct part *part)
{
    int64_t accepted = 0;
    if (!samples->accepted)
        return (double)NAN;
    for (int64_t i = part->first; i < part->first + part->count; i++)
        accepted += samples->accepted[i];
    return (double)accepted / (double)part->count;
}

static bool score_all(struct guss_team *team, const struct reference *reference,
                      const struct judged *samples, const struct points *points,
                      struct scores *scores)
{
    int64_t half = samples->count / 2;
    struct part parts[PARTS] = {
        {0, samples->count, {0}}, {0, half, {0}}, {half, half, {0}}};
    for (int i = 0; i < PARTS; i++)
        if (!score_part(team, reference, samples, points, &parts[i]))
            return false;
    if (!find_copies(team, reference, points, samples->training, parts))
        return false;
    for (int i = 0; i < PARTS; i++)
        parts[i].values[SCORE_ACCEPTED] = find_accepted(samples, &parts[i]);
    for (int i = 0; i < N_SCORES; i++) {
        scores->values[i] = parts[0].values[i];
        scores->spreads[i] = fabs(parts[1].values[i] - parts[2].values[i]) / 2;
    }
    return true;
}

enum status reference_score(struct guss_team *team,
                            const struct reference *reference,
                            const struct judged *samples, struct scores *scores,
                            struct error *error)
{
    assert(samples->count >= SCORES_LEAST_SAMPLES);
    assert(samples->width == reference->real.points.width);
    struct points points;
    if (!points_take(&points, samples->features, samples->count,
                     samples->width))
        return lacks_memory(error);
    for (int i = 0; i < N_SCORES; i++)
        scores->values[i] = scores->spreads[i] = NAN;
    scores->one_image = moments_variance(&reference->real.moments);
    bool is_done = !points_are_finite(&points) ||
                   score_all(team, reference, samples, &points, scores);
    points_free(&points);
    return is_done ? STATUS_OK : lacks_memory(error);
}

const struct guss_scoring guss_scoring = {reference_new, reference_free,
                                          reference_score};
