/* Poolings: the largest or the mean value of a window, or of a whole image.
 * Windows are cut at the image's edges: padding neither wins nor counts. A row
 * is an image of height 1. */
#include "compiler/layers/image.h"
#include "tests/naive/naive_layer.h"

/* Rows or columns first .. last - 1 of the image. */
struct range {
    int64_t first, last;
};

/* What output position `at` covers along an axis. */
static struct range range_of(const struct layer *layer, int axis, int64_t at)
{
    int64_t in = shape_image(&layer->inputs[0]->shape).size[axis];
    if (layer->shape.rank == 1)
        return (struct range){0, in}; /* the whole image */
    struct window window = layer_window(layer, "pool_size");
    int64_t windows = shape_image(&layer->shape).size[axis];
    int64_t reach = (windows - 1) * window.stride[axis] + window.size[axis];
    int64_t padding = window.is_same && reach > in ? (reach - in) / 2 : 0;
    int64_t first = at * window.stride[axis] - padding;
    int64_t last = first + window.size[axis];
    return (struct range){first < 0 ? 0 : first, last > in ? in : last};
}

/* One output value: its place, and the window that it comes from. */
struct pool {
    int64_t z, n, channel;
    struct range rows, columns;
};

static void visit_pools(struct naive_use *use,
                        void (*visit)(struct naive_use *use,
                                      const struct pool *pool))
{
    const struct shape output = shape_image(&use->layer->shape);
    bool is_global = output.rank == 1;
    int64_t height = is_global ? 1 : output.size[0];
    int64_t width = is_global ? 1 : output.size[1];
    int64_t channels = output.size[output.rank - 1], z = 0;
    for (int64_t n = 0; n < use->count; n++)
        for (int64_t h = 0; h < height; h++)
            for (int64_t w = 0; w < width; w++)
                for (int64_t c = 0; c < channels; c++) {
                    struct pool pool = {z++, n, c, range_of(use->layer, 0, h),
                                        range_of(use->layer, 1, w)};
                    visit(use, &pool);
                }
}

/* ---- the largest ------------------------------------------------------ */

/* Where the first of the largest values is. */
static int64_t find_largest(const struct naive_use *use,
                            const struct pool *pool)
{
    const struct shape input = shape_image(&use->layer->inputs[0]->shape);
    int64_t best = -1;
    for (int64_t h = pool->rows.first; h < pool->rows.last; h++)
        for (int64_t w = pool->columns.first; w < pool->columns.last; w++) {
            int64_t at = naive_at(&input, pool->n, h, w, pool->channel);
            if (best < 0 || use->x[0][at] > use->x[0][best])
                best = at;
        }
    return best;
}

static void take_largest(struct naive_use *use, const struct pool *pool)
{
    use->z[pool->z] = use->x[0][find_largest(use, pool)];
}

static void give_largest(struct naive_use *use, const struct pool *pool)
{
    use->dx[0][find_largest(use, pool)] += use->dz[pool->z];
}

static void forward_max(struct naive_use *use)
{
    visit_pools(use, take_largest);
}

static void backward_max(struct naive_use *use)
{
    visit_pools(use, give_largest);
}

const struct naive_rule naive_max_pooling = {"MaxPooling2D", forward_max,
                                             backward_max};
const struct naive_rule naive_max_pooling1d = {"MaxPooling1D", forward_max,
                                               backward_max};
const struct naive_rule naive_global_max_pooling1d = {
    "GlobalMaxPooling1D", forward_max, backward_max};
const struct naive_rule naive_global_max_pooling = {"GlobalMaxPooling2D",
                                                    forward_max, backward_max};

/* ---- the mean --------------------------------------------------------- */

static double pixels(const struct pool *pool)
{
    return (double)((pool->rows.last - pool->rows.first) *
                    (pool->columns.last - pool->columns.first));
}

static void take_mean(struct naive_use *use, const struct pool *pool)
{
    const struct shape input = shape_image(&use->layer->inputs[0]->shape);
    double sum = 0;
    for (int64_t h = pool->rows.first; h < pool->rows.last; h++)
        for (int64_t w = pool->columns.first; w < pool->columns.last; w++)
            sum += use->x[0][naive_at(&input, pool->n, h, w, pool->channel)];
    use->z[pool->z] = sum / pixels(pool);
}

static void give_mean(struct naive_use *use, const struct pool *pool)
{
    const struct shape input = shape_image(&use->layer->inputs[0]->shape);
    for (int64_t h = pool->rows.first; h < pool->rows.last; h++)
        for (int64_t w = pool->columns.first; w < pool->columns.last; w++)
            use->dx[0][naive_at(&input, pool->n, h, w, pool->channel)] +=
                use->dz[pool->z] / pixels(pool);
}

static void forward_average(struct naive_use *use)
{
    visit_pools(use, take_mean);
}

static void backward_average(struct naive_use *use)
{
    visit_pools(use, give_mean);
}

const struct naive_rule naive_average_pooling = {
    "AveragePooling2D", forward_average, backward_average};
const struct naive_rule naive_global_average_pooling = {
    "GlobalAveragePooling2D", forward_average, backward_average};
const struct naive_rule naive_average_pooling1d = {
    "AveragePooling1D", forward_average, backward_average};
const struct naive_rule naive_global_average_pooling1d = {
    "GlobalAveragePooling1D", forward_average, backward_average};
