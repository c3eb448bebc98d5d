/* Where a window meets what: sizes and margins. */
#include "compiler/graph/window.h"

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

int64_t window_span(const struct window *window, int axis)
{
    return window->dilation[axis] * (window->size[axis] - 1) + 1;
}

int64_t window_reach(const struct window *window, int64_t windows, int axis)
{
    return (windows - 1) * window->stride[axis] + window_span(window, axis);
}

/* Keras's SAME puts the odd row at the bottom and the odd column at the
 * right. */
int64_t window_before(const struct window *window, int64_t image,
                      int64_t windows, int axis)
{
    int64_t beyond = window_reach(window, windows, axis) - image;
    if (window->is_causal)
        return window_span(window, axis) - 1;
    return window->is_same && beyond > 0 ? beyond / 2 : 0;
}

int64_t geometry_big_channels(const struct conv_geometry *geometry)
{
    return geometry->big.size[2] / geometry->groups;
}

int64_t geometry_small_channels(const struct conv_geometry *geometry)
{
    return geometry->small.size[2] / geometry->groups;
}

bool geometry_is_single(const struct conv_geometry *geometry)
{
    return geometry->groups > 1 && geometry_big_channels(geometry) == 1 &&
           geometry_small_channels(geometry) == 1;
}

bool geometry_is_whole(const struct conv_geometry *geometry)
{
    for (int axis = 0; axis < 2; axis++)
        if (geometry->small.size[axis] != 1 || geometry->before[axis] != 0 ||
            geometry->big.size[axis] != geometry->window.size[axis] ||
            geometry->window.dilation[axis] != 1)
            return false;
    return geometry->groups == 1;
}

int64_t geometry_rows(const struct conv_geometry *geometry)
{
    return geometry->window.size[0] * geometry->window.size[1] *
           geometry_big_channels(geometry);
}

bool geometry_run_has_columns(const struct conv_geometry *geometry)
{
    return geometry->groups > 1 ? geometry_big_channels(geometry) == 1
                                : geometry->window.dilation[1] == 1;
}

int64_t geometry_run(const struct conv_geometry *geometry)
{
    int64_t columns = geometry->window.size[1];
    return geometry_big_channels(geometry) *
           (geometry_run_has_columns(geometry) ? columns : 1);
}

struct conv_geometry geometry_folded(const struct conv_geometry *plain,
                                     const struct shape *small,
                                     const int64_t times[2])
{
    struct conv_geometry geometry = *plain;
    geometry.big = plain->small;
    geometry.small = *small;
    for (int axis = 0; axis < 2; axis++) {
        geometry.before[axis] =
            plain->window.size[axis] - 1 - plain->before[axis];
        geometry.window.size[axis] += times[axis] - 1;
        geometry.window.stride[axis] = times[axis];
    }
    return geometry;
}

void gather_margins(const struct conv_geometry *geometry,
                    int64_t margins[N_SIDES])
{
    const struct window *window = &geometry->window;
    for (int axis = 0; axis < 2; axis++) {
        int64_t reach = window_reach(window, geometry->small.size[axis], axis);
        int64_t before = geometry->before[axis];
        margins[axis == 0 ? TOP : LEFT] = before;
        margins[axis == 0 ? BOTTOM : RIGHT] =
            larger(reach - before - geometry->big.size[axis], 0);
    }
}

/* Pixel u of phase a reads the small image at u + (a + before) / stride - t,
 * for its taps number t: see emit_scatter(). */
void scatter_margins(const struct conv_geometry *geometry,
                     int64_t margins[N_SIDES])
{
    const struct window *window = &geometry->window;
    for (int axis = 0; axis < 2; axis++) {
        int64_t stride = window->stride[axis], before = 0, behind = 0;
        for (int64_t a = 0; a < stride && a < geometry->big.size[axis]; a++) {
            int64_t first = (a + geometry->before[axis]) % stride;
            int64_t at = (a + geometry->before[axis]) / stride;
            int64_t taps = window->size[axis] - 1 - first;
            int64_t last = (geometry->big.size[axis] - 1 - a) / stride + at;
            if (taps < 0)
                continue;
            before =
                larger(before, taps / stride * window->dilation[axis] - at);
            behind = larger(behind, last - (geometry->small.size[axis] - 1));
        }
        margins[axis == 0 ? TOP : LEFT] = before;
        margins[axis == 0 ? BOTTOM : RIGHT] = behind;
    }
}
