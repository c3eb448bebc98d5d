/* The loops of gathers and scatters: around a block of sums, the start, steps
 * along the depth, the finished sums. */
#include "compiler/emit/window.h"

static const struct view *read_image(const struct conv *conv)
{
    return conv->reads_big ? &conv->big : &conv->small;
}

static const struct view *written_image(const struct conv *conv)
{
    return conv->reads_big ? &conv->small : &conv->big;
}

/* ---- blocks of sums --------------------------------------------------------
 * By sample, channels x pixels; else pixels x vectors of channels. */

static int64_t pixels_of_block(const struct conv *conv)
{
    const struct block *block = &conv->node->block;
    return conv->node->by_sample ? block->vectors : block->rows;
}

static void open_channels(const struct conv *conv)
{
    const struct block *block = &conv->node->block;
    int64_t channels = written_image(conv)->channels;
    int64_t step = conv->node->by_sample
                       ? block->rows
                       : block->vectors * conv->emission->plan->vector;
    head_blocks(conv->c, "f", channels, step < channels ? step : channels);
}

/* The sums, and what they begin with: `bias`, or zeros. */
static void emit_start(const struct conv *conv, const char *bias)
{
    int rows = conv->node->block.rows, columns = conv->node->block.vectors;
    if (columns > 1)
        ctext_line(conv->c, "vec sum[%d * %d];", rows, columns);
    else
        ctext_line(conv->c, "vec sum[%d];", rows);
    if (!bias)
        ctext_line(conv->c, "block_zero(%d, %d, sum);", rows, columns);
    else
        ctext_line(conv->c, "block_%s(%d, %d, sum, %s);",
                   conv->node->by_sample ? "fill" : "start", rows, columns,
                   bias);
}

/* A step of the depth: the kernel at `kernel`, `step` numbers from an output
 * channel to the next, times the input at `in`, for pixels `apart`. */
static void emit_step(const struct conv *conv, const struct expr *kernel,
                      int64_t step, const struct expr *in, int64_t apart)
{
    int rows = conv->node->block.rows, columns = conv->node->block.vectors;
    const struct view *read = read_image(conv);
    const char *pixels = view_distance(read, apart * read->channels);
    if (conv->node->by_sample)
        ctext_line(conv->c, "block_add_at(%d, %d, sum, %s, %lld, %s, %s);",
                   rows, columns, expr_text(kernel), (long long)step,
                   expr_text(in), pixels);
    else
        ctext_line(conv->c, "block_add(%d, %d, sum, %s, %s, %s);", rows,
                   columns, expr_text(in), pixels, expr_text(kernel));
}

/* The finished sums, and their activation, to pixels that lie `apart`. */
static void emit_store(const struct conv *conv, const struct expr *place,
                       int64_t apart)
{
    int rows = conv->node->block.rows, columns = conv->node->block.vectors;
    const struct view *written = written_image(conv);
    const char *pixels = view_distance(written, apart * written->channels);
    const char *out = expr_text(place);
    const struct activation_use *use = &conv->node->activation;
    const char *function = activation_facts(use->kind)->block;
    if (function)
        ctext_line(conv->c, "%s;",
                   activation_call(conv->emission, function, use,
                                   arena_printf(conv->emission->arena,
                                                "%d, %d, sum", rows, columns)));
    if (conv->node->by_sample)
        ctext_line(conv->c, "block_store_at(%d, %d, sum, %s, TILE, %s);", rows,
                   columns, out, pixels);
    else if (written->channels < conv->emission->plan->vector)
        ctext_line(conv->c, "block_store_first(%d, sum, %s, %s, %lld);", rows,
                   out, pixels, (long long)written->channels);
    else
        ctext_line(conv->c, "block_store(%d, %d, sum, %s, %s);", rows, columns,
                   out, pixels);
}

static void open_samples(const struct conv *conv)
{
    if (conv->node->by_sample && has_sample_loop(conv->emission))
        ctext_head(conv->c, "for (int n = 0; n < TILE; n += VECTOR)");
}

/* "&w->bias[f]", or NULL. */
static const char *bias_text(const struct conv *conv)
{
    return conv->bias
               ? arena_printf(conv->emission->arena, "&w->%s[f]", conv->bias)
               : NULL;
}

/* ---- gather ------------------------------------------------------------ */

/* Opens the loops down to a block of pixels. */
static void open_gather(const struct conv *conv, bool has_channels)
{
    const int64_t *size = conv->meeting->small.size;
    open_samples(conv);
    if (has_channels)
        open_channels(conv);
    head_count(conv->c, "h", size[0]);
    head_blocks(conv->c, "v", size[1], pixels_of_block(conv));
    ctext_body(conv->c);
}

/* The loops over taps and channels. Columns of taps lie next to each other
 * unless they are dilated: "3 * 16" of them and channels are one run. */
static void open_taps(const struct conv *conv, const char *step)
{
    const int64_t *size = conv->meeting->window.size;
    long long columns = size[1], channels = conv->big.channels;
    head_count(conv->c, "i", size[0]);
    if (conv->has_runs && columns > 1 && channels > 1) {
        ctext_head(conv->c, "for (int k = 0; k < %lld * %lld; %s)", columns,
                   channels, step);
        return;
    }
    if (!conv->has_runs)
        head_count(conv->c, "j", columns);
    ctext_head(conv->c, "for (int k = 0; k < %lld; %s)", (long long)conv->run,
               step);
}

/* &kernel[row of number k of the taps][0]: of one filter. */
static const char *filter_text(const struct conv *conv)
{
    return expr_text(conv_kernel(conv,
                                 conv_tap_row(conv, "j", conv_name(conv, "k")),
                                 constant(conv->emission, 0)));
}

/* One filter: its weights lie together, so that a vector of the input's
 * numbers meets one of the kernel's; the vectors are summed at the end. */
static void emit_dot_steps(const struct conv *conv)
{
    int64_t stride = conv->meeting->window.stride[1];
    open_taps(conv, "k += VECTOR");
    ctext_line(conv->c, "block_add_dot(%d, 1, sum, %s, %lld, %s, 0);",
               conv->node->block.rows,
               expr_text(conv_met(conv, "j", conv_name(conv, "k"))),
               (long long)(stride * conv->big.channels), filter_text(conv));
}

/* The same, a row of taps at once. */
static void emit_slide_steps(const struct conv *conv)
{
    const int64_t *size = conv->meeting->window.size;
    long long taps = size[1], channels = conv->big.channels;
    ctext_line(conv->c, "vec tap[%lld];", taps);
    head_count(conv->c, "i", size[0]);
    ctext_head(conv->c, "for (int k = 0; k < %lld; k += VECTOR)", channels);
    ctext_body(conv->c);
    ctext_line(conv->c, "block_load(%lld, 1, tap, %s, %lld);", taps,
               filter_text(conv), channels);
    ctext_line(
        conv->c, "block_slide(%d, %lld, sum, %s, %lld, tap);",
        conv->node->block.rows, taps,
        expr_text(view_place(&conv->big, conv_met_row(conv),
                             conv_name(conv, "v"), conv_name(conv, "k"))),
        channels);
    ctext_close(conv->c, "");
}

static void emit_dot(const struct conv *conv)
{
    open_gather(conv, false);
    emit_start(conv, NULL);
    if (conv->node->algorithm == ALGORITHM_SLIDE)
        emit_slide_steps(conv);
    else
        emit_dot_steps(conv);
    ctext_line(
        conv->c, "block_store_dots(%d, sum, %s, %s);", conv->node->block.rows,
        conv->bias ? arena_printf(conv->emission->arena, "w->%s[0]", conv->bias)
                   : "0",
        expr_text(conv_small(conv, constant(conv->emission, 0))));
    ctext_close(conv->c, "");
}

static void emit_gather_blocks(const struct conv *conv)
{
    const struct expr *f = conv_name(conv, "f"), *k = conv_name(conv, "k");
    open_gather(conv, true);
    emit_start(conv, bias_text(conv));
    open_taps(conv, "k++");
    emit_step(conv, conv_kernel(conv, conv_tap_row(conv, "j", k), f), 1,
              conv_met(conv, "j", k), conv->meeting->window.stride[1]);
    emit_store(conv, conv_small(conv, f), 1);
    ctext_close(conv->c, "");
}

void emit_gather(const struct conv *conv)
{
    conv_declare_kernel(conv);
    conv_open_tile(conv);
    if (conv->node->algorithm == ALGORITHM_GATHER)
        emit_gather_blocks(conv);
    else
        emit_dot(conv);
    conv_close_tile(conv);
}

/* ---- scatter -----------------------------------------------------------
 * Pixel (u, v) of phase (a, b) is the big image's (u stride + a, v stride + b).
 * Its taps are those whose number has the remainder of a + before; the first of
 * them reads the small image at u + (a + before) / stride, and each further one
 * the pixel before. */

/* What stands for what along an axis. */
static const struct axis_names {
    const char *phase, *pixel, *tap;
    const char *back;  /* taps before this one */
    const char *first; /* what the first tap reads, computed once */
} axes[] = {{"a", "u", "i", "p", "row"}, {"b", "v", "j", "q", "column"}};

/* a + 1: the number, among all taps, of the first that phase a meets, before it
 * is divided by the stride. A phase is less than the stride. */
static const struct expr *phase_start(const struct conv *conv, int axis)
{
    return expr_plus(conv_name(conv, axes[axis].phase),
                     conv->meeting->before[axis]);
}

/* Pixels of phase a along an axis: (28 - a + 1) / 2. */
static const struct expr *phase_extent(const struct conv *conv, int axis)
{
    int64_t stride = conv->meeting->window.stride[axis];
    int64_t extent = conv->meeting->big.size[axis];
    if (extent % stride == 0)
        return constant(conv->emission, extent / stride);
    return expr_divide(
        expr_subtract(constant(conv->emission, extent + stride - 1),
                      conv_name(conv, axes[axis].phase)),
        constant(conv->emission, stride));
}

static void open_phases(const struct conv *conv)
{
    const int64_t *stride = conv->meeting->window.stride;
    int64_t across = conv->meeting->big.size[1];
    const char *columns = expr_text(phase_extent(conv, 1));
    for (int axis = 0; axis < 2; axis++)
        if (stride[axis] > 1)
            head_count(conv->c, axes[axis].phase, stride[axis]);
    open_channels(conv);
    ctext_head(conv->c, "for (int u = 0; u < %s; u++)",
               expr_text(phase_extent(conv, 0)));
    if (across % stride[1] == 0)
        head_blocks(conv->c, "v", across / stride[1], pixels_of_block(conv));
    else
        ctext_head(conv->c,
                   "for (int v = 0; v < %s; v = block_next(v, %lld, %s))",
                   columns, (long long)pixels_of_block(conv), columns);
    ctext_body(conv->c);
}

/* The row or column of the small image, margins included, that the first tap of
 * (u, v) meets: u + (a + 1) / 2. */
static const struct expr *emit_first_met(const struct conv *conv, int axis)
{
    const struct meeting *meeting = conv->meeting;
    int64_t stride = meeting->window.stride[axis];
    int64_t margin = axis == 0 ? conv->small.top : conv->small.left;
    const struct expr *first = conv_name(conv, axes[axis].pixel);
    if (stride == 1)
        return expr_plus(expr_plus(first, meeting->before[axis]), margin);
    if (meeting->before[axis] > 0)
        first = expr_add(first, expr_divide(phase_start(conv, axis),
                                            constant(conv->emission, stride)));
    ctext_line(conv->c, "int %s = %s;", axes[axis].first,
               expr_text(expr_plus(first, margin)));
    return conv_name(conv, axes[axis].first);
}

/* The loop over a phase's taps along an axis: tap number i, the first (a + 1) %
 * 2, reads the pixel p before the first one's. */
static void open_phase_taps(const struct conv *conv, int axis)
{
    long long size = conv->meeting->window.size[axis];
    long long stride = conv->meeting->window.stride[axis];
    const char *tap = axes[axis].tap, *back = axes[axis].back;
    const struct expr *first = phase_start(conv, axis);
    if (stride == 1) {
        head_count(conv->c, tap, size);
        return;
    }
    if (conv->meeting->before[axis] > 0)
        first = expr_remainder(first, constant(conv->emission, stride));
    ctext_head(conv->c,
               "for (int %s = %s, %s = 0; %s < %lld; %s += %lld, %s++)", tap,
               expr_text(first), back, tap, size, tap, stride, back);
}

/* The row or column that a tap reads: so many before the first one's. */
static const struct expr *tap_met(const struct conv *conv, int axis,
                                  const struct expr *first)
{
    const struct window *window = &conv->meeting->window;
    const char *back =
        window->stride[axis] > 1 ? axes[axis].back : axes[axis].tap;
    return expr_subtract(
        first, expr_times(conv_name(conv, back), window->dilation[axis]));
}

/* The loops over a phase's taps, which go back from row and column `first` of
 * the small image, and over the channels. */
static void emit_scatter_depth(const struct conv *conv,
                               const struct expr *const first[2])
{
    const struct node *node = conv->node;
    const struct expr *f = conv_name(conv, "f"), *k = conv_name(conv, "k");
    const struct expr *tap = expr_add(
        expr_times(conv_name(conv, "i"), conv->meeting->window.size[1]),
        conv_name(conv, "j"));
    bool is_transposed = node->reads_transposed;
    const struct view *of = is_transposed ? &conv->small : &conv->big;
    const struct expr *row =
        expr_add(expr_times(tap, of->channels), is_transposed ? k : f);
    open_phase_taps(conv, 0);
    open_phase_taps(conv, 1);
    head_count(conv->c, "k", conv->small.channels);
    emit_step(
        conv, conv_kernel(conv, row, is_transposed ? f : k),
        weight_read(weight_plan(conv->emission->plan, node->operation->kernel))
            .stride,
        view_place(&conv->small, tap_met(conv, 0, first[0]),
                   tap_met(conv, 1, first[1]), k),
        1);
}

/* The big image's row or column that pixel u of phase a is: u * 2 + a. */
static const struct expr *scattered(const struct conv *conv, int axis)
{
    int64_t stride = conv->meeting->window.stride[axis];
    const struct expr *first =
        expr_times(conv_name(conv, axes[axis].pixel), stride);
    return stride > 1 ? expr_add(first, conv_name(conv, axes[axis].phase))
                      : first;
}

void emit_scatter(const struct conv *conv)
{
    conv_declare_kernel(conv);
    conv_open_tile(conv);
    open_samples(conv);
    open_phases(conv);
    const struct expr *first[] = {emit_first_met(conv, 0),
                                  emit_first_met(conv, 1)};
    emit_start(conv, bias_text(conv));
    emit_scatter_depth(conv, first);
    emit_store(conv,
               view_place(&conv->big, scattered(conv, 0), scattered(conv, 1),
                          conv_name(conv, "f")),
               conv->meeting->window.stride[1]);
    ctext_close(conv->c, "");
    conv_close_tile(conv);
}
