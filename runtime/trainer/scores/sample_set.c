#include "trainer/scores/sample_set.h"

#include <stdlib.h>

#include "trainer/scores/density_coverage.h"
#include "trainer/scores/kernel_distance.h"
#include "trainer/scores/precision_recall.h"

/* Each point's index, which is its own among all. */
static int64_t *new_indexes(int64_t count)
{
    int64_t *indexes = calloc((size_t)count + 1, sizeof *indexes);
    for (int64_t i = 0; indexes && i < count; i++)
        indexes[i] = i;
    return indexes;
}

static bool visit_own_pairs(struct sample_set *set, struct guss_team *team,
                            struct kernel_sum *sum)
{
    const struct points *points = &set->points;
    int64_t *own = new_indexes(points->count);
    bool is_done = own && nearest_begin(&set->nearest, points->count,
                                        DENSITY_NEIGHBOUR, own);
    if (is_done) {
        const struct pair_visitor visitors[] = {nearest_visitor(&set->nearest),
                                                kernel_sum_visitor(sum)};
        is_done = pairs_visit(team, points, points, visitors, 2);
        nearest_finish(&set->nearest, points, points);
        set->nearest.own = NULL;
    }
    free(own);
    return is_done;
}

bool sample_set_prepare(struct sample_set *set, struct guss_team *team,
                        struct points points, bool is_with_root)
{
    *set = (struct sample_set){.points = points};
    struct kernel_sum sum;
    bool is_done = kernel_sum_begin(&sum, points.count, true) &&
                   visit_own_pairs(set, team, &sum) &&
                   moments_take(&set->moments, &set->points, is_with_root);
    if (is_done)
        set->kernel = kernel_sum_mean(&sum, points.count);
    else
        sample_set_free(set);
    kernel_sum_free(&sum);
    return is_done;
}

void sample_set_free(struct sample_set *set)
{
    points_free(&set->points);
    nearest_free(&set->nearest);
    moments_free(&set->moments);
}

/* What a walk over pairs of a real sample and another finds. */
struct meeting {
    struct kernel_sum kernel;
    struct precision_recall within;
    struct density_coverage balls;
};

static bool meet(struct meeting *meeting, struct guss_team *team,
                 const struct sample_set *real,
                 const struct sample_set *samples)
{
    int64_t n_real = real->points.count;
    if (!kernel_sum_begin(&meeting->kernel, n_real, false) ||
        !precision_recall_begin(&meeting->within, &real->nearest, n_real,
                                &samples->nearest, samples->points.count) ||
        !density_coverage_begin(&meeting->balls, &real->nearest, n_real))
        return false;
    const struct pair_visitor visitors[] = {
        kernel_sum_visitor(&meeting->kernel),
        precision_recall_visitor(&meeting->within),
        density_coverage_visitor(&meeting->balls)};
    return pairs_visit(team, &real->points, &samples->points, visitors, 3);
}

bool sample_set_compare(struct guss_team *team, const struct sample_set *real,
                        const struct sample_set *samples,
                        struct comparison *comparison)
{
    int64_t count = samples->points.count;
    struct meeting meeting = {0};
    bool is_done = meet(&meeting, team, real, samples) &&
                   frechet_distance(&real->moments, &samples->moments,
                                    &comparison->frechet_distance);
    if (is_done) {
        comparison->kernel_distance =
            kernel_distance(real->kernel, samples->kernel,
                            kernel_sum_mean(&meeting.kernel, count));
        comparison->precision = precision_of(&meeting.within);
        comparison->recall = recall_of(&meeting.within);
        comparison->density = density_of(&meeting.balls, count);
        comparison->coverage = coverage_of(&meeting.balls);
    }
    kernel_sum_free(&meeting.kernel);
    precision_recall_free(&meeting.within);
    density_coverage_free(&meeting.balls);
    return is_done;
}
