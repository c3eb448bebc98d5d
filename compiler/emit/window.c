/* Where a window meets what: sizes, margins, register blocks. */
#include "compiler/emit/window.h"

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* A convolution with the upsampling in front of it: the transposed convolution
 * of a kernel whose taps are sums, k + u - 1 of them an axis. Tap o of it takes
 * in the taps k - 1 - o + r, 0 <= r < u. */
static struct meeting folded_meeting(const struct meeting *plain)
{
    const struct layer *upsampling = plain->layer->folded;
    struct meeting meeting = *plain;
    int64_t times[2];
    upsampling->kind->repeats_pixels(upsampling, times);
    meeting.big = plain->layer->shape;
    meeting.small = upsampling->inputs[0]->shape;
    for (int axis = 0; axis < 2; axis++) {
        meeting.before[axis] =
            plain->window.size[axis] - 1 - plain->before[axis];
        meeting.window.size[axis] += times[axis] - 1;
        meeting.window.stride[axis] = times[axis];
    }
    return meeting;
}

struct meeting meeting_of(const struct layer *layer)
{
    const struct shape *input = &layer->inputs[0]->shape;
    bool scatters = layer->kind->scatters;
    struct meeting meeting = {
        .layer = layer,
        .window = layer_window(layer, "kernel_size"),
        .big = scatters ? layer->shape : *input,
        .small = scatters ? *input : layer->shape,
    };
    layer_pair(layer, "dilation_rate", meeting.window.dilation);
    for (int axis = 0; axis < 2; axis++)
        meeting.before[axis] =
            window_before(&meeting.window, meeting.big.size[axis],
                          meeting.small.size[axis], axis);
    return layer->folded ? folded_meeting(&meeting) : meeting;
}

int64_t meeting_rows(const struct meeting *meeting)
{
    return meeting->window.size[0] * meeting->window.size[1] *
           meeting->big.size[2];
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

/* Cycles of a step of the depth, at two multiply-adds and two loads a cycle,
 * with as many sums as hide the latency of four cycles. What is loaded is not
 * always in the first cache: between blocks that compute alike, the one that
 * loads less is faster. A step of the paper's convolutional autoencoder took
 * 9.0 ms with 13 x 2 sums of conv2d_5's gradient, 8.6 ms with 6 x 4. */
static double step_cost(int64_t rows, int64_t columns)
{
    int64_t sums = rows * columns < 8 ? 8 : rows * columns;
    int64_t loads = rows + columns;
    return (double)(sums > loads ? sums : loads) / 2 + 0.1 * (double)loads +
           0.5;
}

struct block best_block(const struct plan *plan, int64_t row_extent,
                        int64_t column_extent)
{
    int64_t registers = plan->target->registers - 2;
    struct block best = {1, 1};
    double least = 0;
    for (int64_t rows = 1; rows <= row_extent && rows <= 16; rows++)
        for (int64_t columns = 1; columns <= column_extent; columns++) {
            if (rows * columns + columns > registers)
                break;
            int64_t blocks = (row_extent + rows - 1) / rows *
                             ((column_extent + columns - 1) / columns);
            double cost = (double)blocks * step_cost(rows, columns);
            if (least > 0 && cost >= least)
                continue;
            least = cost;
            best = (struct block){(int)rows, (int)columns};
        }
    return best;
}

int64_t slide_width(const struct plan *plan, const struct meeting *meeting)
{
    enum { LEAST = 4, MOST = 16 };
    const struct window *window = &meeting->window;
    int64_t taps = window->size[1], across = meeting->small.size[1];
    int64_t left = plan->target->registers - 2 - taps;
    if (!kernel_plan(plan, meeting->layer)->is_dot || window->stride[1] != 1 ||
        window->dilation[1] != 1 || taps == 1 || left < LEAST)
        return 0;
    int64_t most = left < MOST ? left : MOST;
    int64_t blocks = (across + most - 1) / most;
    return (across + blocks - 1) / blocks;
}

bool scatter_reads_transposed(const struct plan *plan,
                              const struct layer *layer)
{
    return !layer_is_by_sample(plan, layer) &&
           !kernel_plan(plan, layer)->is_dot;
}

double meeting_executed(const struct plan *plan, const struct node *node)
{
    const struct layer *layer = node->layer;
    struct meeting meeting = meeting_of(layer);
    double macs = (double)layer->macs * plan->tiles * plan->tile;
    if (layer->folded)
        return (double)(meeting.small.size[0] * meeting.small.size[1] *
                        meeting.small.size[2] * meeting_rows(&meeting)) *
               plan->tiles * plan->tile;
    bool gathers = (node->kind == NODE_FORWARD) != layer->kind->scatters;
    int64_t big = meeting.big.size[2], small = meeting.small.size[2];
    if (node->by_sample)
        return macs;
    bool by_big = kernel_plan(plan, layer)->is_dot ||
                  (node->kind != NODE_GRADIENT && !gathers);
    return macs * padding_of(by_big ? big : small, plan->vector);
}
