/* Each weight is walked in its own order, with the strides that its axes have
 * there. */
#include "trainer/weights/torch_axes.h"

#include <string.h>

enum { MOST_AXES = 4 };

struct axis {
    int64_t extent, stride;
};

const char *torch_name(const struct guss_weight *weight)
{
    static const struct {
        const char *own, *name;
    } names[] = {{"bias", "bias"},
                 {"beta", "bias"},
                 {"moving_mean", "running_mean"},
                 {"moving_variance", "running_var"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(weight->name, names[i].own) == 0)
            return names[i].name;
    return "weight";
}

/* A slope is one, or one a channel. */
static bool is_slope(const struct guss_weight *weight)
{
    return strcmp(weight->name, "alpha") == 0;
}

static int64_t last_extent(const struct guss_weight *weight)
{
    return weight->shape[weight->rank - 1];
}

int torch_shape(const struct guss_weight *weight,
                int64_t shape[TENSOR_MAX_RANK])
{
    const int64_t *own = weight->shape;
    int rank = weight->rank;
    shape[0] = last_extent(weight);
    if (is_slope(weight)) {
        for (int i = 0; i < rank - 1; i++)
            if (own[i] != 1)
                return 0;
        return 1;
    }
    if (rank < 4) { /* (out, in), (out, in, steps) */
        for (int i = 0; i < rank; i++)
            shape[i] = own[rank - 1 - i];
        return rank;
    }
    shape[1] = own[2];
    if (weight->axes.is_depthwise) {
        shape[0] = own[2] * own[3];
        shape[1] = 1;
    }
    shape[2] = own[0];
    shape[3] = own[1];
    return rank;
}

bool torch_fits(const struct guss_weight *weight, const struct tensor *tensor)
{
    int64_t shape[TENSOR_MAX_RANK];
    int rank = torch_shape(weight, shape);
    return rank > 0 && tensor->rank == rank &&
           memcmp(tensor->shape, shape, (size_t)rank * sizeof *shape) == 0;
}

bool torch_order_is_known(const struct guss_weight *weight)
{
    return weight->axes.reads_image >= 0 && weight->axes.makes_image >= 0;
}

/* Appends an axis: of an image's values its pixels and their channels, which
 * come first there. */
static int add_axis(struct axis *axes, int n, int64_t extent, int64_t stride,
                    int64_t channels)
{
    if (channels == 0) {
        axes[n] = (struct axis){extent, stride};
        return n + 1;
    }
    int64_t pixels = extent / channels;
    axes[n] = (struct axis){pixels, stride};
    axes[n + 1] = (struct axis){channels, stride * pixels};
    return n + 2;
}

static int find_axes(const struct guss_weight *weight,
                     struct axis axes[MOST_AXES])
{
    const int64_t *own = weight->shape;
    int rank = weight->rank;
    if (rank == 1 || is_slope(weight))
        return add_axis(axes, 0, last_extent(weight), 1,
                        weight->axes.makes_image);
    if (rank == 2) {
        int n = add_axis(axes, 0, own[0], 1, weight->axes.reads_image);
        return add_axis(axes, n, own[1], own[0], weight->axes.makes_image);
    }
    int64_t window = rank == 4 ? own[0] * own[1] : own[0];
    int n = 0;
    if (rank == 4)
        n = add_axis(axes, n, own[0], own[1], 0);
    n = add_axis(axes, n, own[rank - 3], 1, 0);
    bool swaps = weight->axes.is_depthwise;
    n = add_axis(axes, n, own[rank - 2],
                 swaps ? own[rank - 1] * window : window, 0);
    return add_axis(axes, n, own[rank - 1],
                    swaps ? window : own[rank - 2] * window, 0);
}

void torch_arrange(const struct guss_weight *weight, const float *values,
                   float *arranged)
{
    struct axis axes[MOST_AXES] = {{1, 0}, {1, 0}, {1, 0}, {1, 0}};
    find_axes(weight, axes);
    for (int64_t a = 0; a < axes[0].extent; a++)
        for (int64_t b = 0; b < axes[1].extent; b++)
            for (int64_t c = 0; c < axes[2].extent; c++)
                for (int64_t d = 0; d < axes[3].extent; d++)
                    *arranged++ =
                        values[a * axes[0].stride + b * axes[1].stride +
                               c * axes[2].stride + d * axes[3].stride];
}
