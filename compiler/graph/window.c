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

int64_t meeting_big_channels(const struct meeting *meeting)
{
    return meeting->big.size[2] / meeting->groups;
}

int64_t meeting_small_channels(const struct meeting *meeting)
{
    return meeting->small.size[2] / meeting->groups;
}

bool meeting_is_single(const struct meeting *meeting)
{
    return meeting->groups > 1 && meeting_big_channels(meeting) == 1 &&
           meeting_small_channels(meeting) == 1;
}

int64_t meeting_rows(const struct meeting *meeting)
{
    return meeting->window.size[0] * meeting->window.size[1] *
           meeting_big_channels(meeting);
}

bool meeting_run_has_columns(const struct meeting *meeting)
{
    return meeting->groups > 1 ? meeting_big_channels(meeting) == 1
                               : meeting->window.dilation[1] == 1;
}

int64_t meeting_run(const struct meeting *meeting)
{
    int64_t columns = meeting->window.size[1];
    return meeting_big_channels(meeting) *
           (meeting_run_has_columns(meeting) ? columns : 1);
}

struct meeting meeting_folded(const struct meeting *plain,
                              const struct shape *small, const int64_t times[2])
{
    struct meeting meeting = *plain;
    meeting.big = plain->small;
    meeting.small = *small;
    for (int axis = 0; axis < 2; axis++) {
        meeting.before[axis] =
            plain->window.size[axis] - 1 - plain->before[axis];
        meeting.window.size[axis] += times[axis] - 1;
        meeting.window.stride[axis] = times[axis];
    }
    return meeting;
}

void gather_margins(const struct meeting *meeting, int64_t margins[N_SIDES])
{
    const struct window *window = &meeting->window;
    for (int axis = 0; axis < 2; axis++) {
        int64_t reach = window_reach(window, meeting->small.size[axis], axis);
        int64_t before = meeting->before[axis];
        margins[axis == 0 ? TOP : LEFT] = before;
        margins[axis == 0 ? BOTTOM : RIGHT] =
            larger(reach - before - meeting->big.size[axis], 0);
    }
}

/* Pixel u of phase a reads the small image at u + (a + before) / stride - t,
 * for its taps number t: see emit_scatter(). */
void scatter_margins(const struct meeting *meeting, int64_t margins[N_SIDES])
{
    const struct window *window = &meeting->window;
    for (int axis = 0; axis < 2; axis++) {
        int64_t stride = window->stride[axis], before = 0, behind = 0;
        for (int64_t a = 0; a < stride && a < meeting->big.size[axis]; a++) {
            int64_t first = (a + meeting->before[axis]) % stride;
            int64_t at = (a + meeting->before[axis]) / stride;
            int64_t taps = window->size[axis] - 1 - first;
            int64_t last = (meeting->big.size[axis] - 1 - a) / stride + at;
            if (taps < 0)
                continue;
            before =
                larger(before, taps / stride * window->dilation[axis] - at);
            behind = larger(behind, last - (meeting->small.size[axis] - 1));
        }
        margins[axis == 0 ? TOP : LEFT] = before;
        margins[axis == 0 ? BOTTOM : RIGHT] = behind;
    }
}
