/* LayerNormalization and GroupNormalization, a group of a sample's values at a
 * time, and PReLU. */
#include <math.h>
#include <string.h>

#include "compiler/layers/layer.h"
#include "tests/naive/naive_layer.h"

/* The values of one group: `runs` of them, `step` apart, of `members` each. */
struct group {
    int64_t at, runs, step, members, channel; /* of the first member */
};

static int64_t channels_of(const struct naive_use *use)
{
    const struct shape *shape = &use->layer->shape;
    return shape->size[shape->rank - 1];
}

static bool is_of_layer(const struct naive_use *use)
{
    return strcmp(use->layer->kind->name, "LayerNormalization") == 0;
}

static int64_t count_groups(const struct naive_use *use)
{
    int64_t groups = is_of_layer(use) ? 1 : layer_integer(use->layer, "groups");
    int64_t positions =
        is_of_layer(use) ? shape_elements(&use->layer->shape) / channels_of(use)
                         : 1;
    return use->count * positions * (groups == -1 ? channels_of(use) : groups);
}

static struct group group_of(const struct naive_use *use, int64_t index)
{
    int64_t channels = channels_of(use);
    int64_t width = shape_elements(&use->layer->shape);
    if (is_of_layer(use))
        return (struct group){index * channels, 1, 0, channels, 0};
    int64_t groups = count_groups(use) / use->count;
    int64_t first = index % groups * (channels / groups);
    return (struct group){index / groups * width + first, width / channels,
                          channels, channels / groups, first};
}

/* Number i of a group. */
static int64_t place(const struct group *group, int64_t i)
{
    return group->at + i / group->members * group->step + i % group->members;
}

static int64_t channel(const struct group *group, int64_t i)
{
    return group->channel + i % group->members;
}

static void measure(const struct naive_use *use, const struct group *group,
                    double *mean, double *scale)
{
    int64_t n = group->runs * group->members;
    double variance = 0, size = 0;
    *mean = 0;
    for (int64_t i = 0; i < n; i++) {
        *mean += use->x[0][place(group, i)] / (double)n;
        size += fabs(use->x[0][place(group, i)]) / (double)n;
    }
    *mean += naive_use_rounding(use, size);
    for (int64_t i = 0; i < n; i++)
        variance += pow(use->x[0][place(group, i)] - *mean, 2) / (double)n;
    *scale = 1 / sqrt(variance + layer_real(use->layer, "epsilon"));
}

static void forward(struct naive_use *use)
{
    const struct naive_weight *gamma = naive_use_weight(use, "gamma");
    const struct naive_weight *beta = naive_use_weight(use, "beta");
    int64_t groups = count_groups(use);
    double *saved = arena_alloc(use->arena, (size_t)groups, 2 * sizeof *saved);
    *use->saved = saved;
    for (int64_t g = 0; g < groups; g++) {
        struct group group = group_of(use, g);
        measure(use, &group, &saved[2 * g], &saved[2 * g + 1]);
        for (int64_t i = 0; i < group.runs * group.members; i++) {
            int64_t at = place(&group, i), c = channel(&group, i);
            double normal = (use->x[0][at] - saved[2 * g]) * saved[2 * g + 1];
            use->z[at] = (gamma ? gamma->used[c] : 1) * normal +
                         (beta ? beta->used[c] : 0);
        }
    }
}

/* dx = (d - mean of d - normal mean of (d normal)) / deviation, d = gamma dy. */
static void backward_group(struct naive_use *use, const struct group *group,
                           double mean, double scale)
{
    struct naive_weight *gamma = naive_use_weight(use, "gamma");
    struct naive_weight *beta = naive_use_weight(use, "beta");
    int64_t n = group->runs * group->members;
    double sum = 0, sum_normal = 0, size = 0, size_normal = 0;
    for (int64_t i = 0; i < n; i++) {
        int64_t at = place(group, i), c = channel(group, i);
        double normal = (use->x[0][at] - mean) * scale, dz = use->dz[at];
        if (gamma)
            gamma->gradient[c] += dz * normal;
        if (beta)
            beta->gradient[c] += dz;
        dz *= gamma ? gamma->used[c] : 1;
        sum += dz;
        sum_normal += dz * normal;
        size += fabs(dz);
        size_normal += fabs(dz * normal);
    }
    sum += naive_use_rounding(use, size);
    sum_normal += naive_use_rounding(use, size_normal);
    for (int64_t i = 0; i < n; i++) {
        int64_t at = place(group, i), c = channel(group, i);
        double normal = (use->x[0][at] - mean) * scale;
        double dz = use->dz[at] * (gamma ? gamma->used[c] : 1);
        use->dx[0][at] +=
            scale * (dz - (sum + normal * sum_normal) / (double)n);
    }
}

static void backward(struct naive_use *use)
{
    for (int64_t g = 0; g < count_groups(use); g++) {
        struct group group = group_of(use, g);
        backward_group(use, &group, (*use->saved)[2 * g],
                       (*use->saved)[2 * g + 1]);
    }
}

const struct naive_rule naive_layer_normalization = {"LayerNormalization",
                                                     forward, backward};
const struct naive_rule naive_group_normalization = {"GroupNormalization",
                                                     forward, backward};

/* ---- PReLU ---------------------------------------------------------------- */

/* Which number of alpha is that of value i of a batch. */
static int64_t alpha_of(const struct naive_use *use, int64_t i)
{
    const struct shape *shape = &use->layer->weights[0].shape;
    int64_t place = 0, step = 1;
    for (int axis = shape->rank - 1; axis >= 0; axis--) {
        int64_t size = use->layer->shape.size[axis];
        if (shape->size[axis] > 1)
            place += i % size * step;
        step *= shape->size[axis];
        i /= size;
    }
    return place;
}

static void forward_p_re_lu(struct naive_use *use)
{
    const double *alpha = naive_use_weight(use, "alpha")->used;
    int64_t n = use->count * shape_elements(&use->layer->shape);
    for (int64_t i = 0; i < n; i++) {
        double x = use->x[0][i];
        use->z[i] = x > 0 ? x : alpha[alpha_of(use, i)] * x;
    }
}

/* At 0 nothing, as Keras has it. */
static void backward_p_re_lu(struct naive_use *use)
{
    struct naive_weight *alpha = naive_use_weight(use, "alpha");
    int64_t n = use->count * shape_elements(&use->layer->shape);
    for (int64_t i = 0; i < n; i++) {
        double x = use->x[0][i];
        int64_t at = alpha_of(use, i);
        use->dx[0][i] += use->dz[i] * (x > 0 ? 1 : x < 0 ? alpha->used[at] : 0);
        alpha->gradient[at] += use->dz[i] * fmin(x, 0);
    }
}

const struct naive_rule naive_p_re_lu = {"PReLU", forward_p_re_lu,
                                         backward_p_re_lu};
