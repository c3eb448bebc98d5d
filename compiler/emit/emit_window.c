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

/* Of a group, which is opened, too: of the image that is written. */
static int64_t written_channels(const struct conv *conv)
{
    return conv->reads_big ? geometry_small_channels(conv->geometry)
                           : geometry_big_channels(conv->geometry);
}

/* Numbers from a block's first channel to that of the next; all, where they fill
 * no vector. */
static int64_t channels_of_block(const struct conv *conv)
{
    const struct block *block = &conv->node->block;
    int64_t channels = written_channels(conv);
    int64_t step = conv->node->batch_innermost
                       ? block->rows
                       : block->vectors * conv->emission->plan->vector;
    return step < channels ? step : channels;
}

/* Blocks of channels: vectors that are not whole end with the last one, which
 * covers some of the one before it again. */
static int channel_stretches(const struct conv *conv, struct stretch two[2])
{
    int64_t channels = written_channels(conv), step = channels_of_block(conv);
    int64_t unit =
        conv->node->batch_innermost ? 1 : conv->emission->plan->vector;
    two[0] = (struct stretch){0, channels, step};
    if (conv->is_single || channels % unit != 0)
        return 1;
    int n = even_stretches(channels / unit, step / unit, two);
    for (int i = 0; i < n; i++) {
        two[i].first *= unit;
        two[i].end *= unit;
        two[i].step *= unit;
    }
    return n;
}

/* Pixels of a row of the image that is written, of a phase; 0: phases have not
 * all as many. */
static int64_t written_pixels(const struct conv *conv)
{
    const struct conv_geometry *geometry = conv->geometry;
    int64_t across = geometry->big.size[1];
    int64_t stride = geometry->window.stride[1];
    if (conv->reads_big)
        return geometry->small.size[1];
    return across % stride == 0 ? across / stride : 0;
}

/* Blocks of pixels, in the same way where phases differ. */
static int pixel_stretches(const struct conv *conv, struct stretch two[2])
{
    const struct block *block = &conv->node->block;
    int64_t step = conv->node->batch_innermost ? block->vectors : block->rows;
    int64_t pixels = written_pixels(conv);
    two[0] = (struct stretch){0, pixels, step};
    return pixels > 0 ? even_stretches(pixels, step, two) : 1;
}

/* Writes, by `emit`, the loops over all blocks: a nest of them for each of their
 * sizes. */
static void emit_blocks(const struct conv *conv,
                        void (*emit)(const struct conv *conv))
{
    struct stretch channels[2], pixels[2];
    int n_channels = channel_stretches(conv, channels);
    int n_pixels = pixel_stretches(conv, pixels);
    bool by_sample = conv->node->batch_innermost;
    int64_t unit = by_sample ? 1 : conv->emission->plan->vector;
    for (int i = 0; i < n_channels * n_pixels; i++) {
        struct conv part = *conv;
        part.channels = channels[i / n_pixels];
        part.pixels = pixels[i % n_pixels];
        int of_channels = (int)((part.channels.step + unit - 1) / unit);
        int of_pixels = (int)part.pixels.step;
        part.block = by_sample ? (struct block){of_channels, of_pixels}
                               : (struct block){of_pixels, of_channels};
        emit(&part);
    }
}

/* The same of all samples of a tile, whose loop stands around blocks, or inside
 * of that over blocks of channels. */
static void emit_tile(const struct conv *conv,
                      void (*emit)(const struct conv *conv))
{
    conv_declare_kernel(conv);
    if (!conv->node->keeps_kernel)
        conv_open_tile(conv);
    emit_blocks(conv, emit);
    if (!conv->node->keeps_kernel)
        conv_close_tile(conv);
}

/* The head of a loop over blocks. */
static void open_stretch(const struct conv *conv, const char *name,
                         const struct stretch *stretch, int64_t extent)
{
    if (stretch->end - stretch->first == extent)
        head_blocks(conv->c, name, extent, stretch->step);
    else
        head_stretch(conv->c, name, stretch);
}

static void open_channels(const struct conv *conv)
{
    int64_t channels = written_channels(conv);
    conv_head_groups(conv);
    if (conv->geometry->groups == 1 || channels > 1)
        open_stretch(conv, "f", &conv->channels, channels);
}

/* The sums, and what they begin with: `bias`, or zeros. */
static void emit_start(const struct conv *conv, const char *bias)
{
    int rows = conv->block.rows, columns = conv->block.vectors;
    if (columns > 1)
        ctext_line(conv->c, "vec sum[%d * %d];", rows, columns);
    else
        ctext_line(conv->c, "vec sum[%d];", rows);
    if (!bias)
        ctext_line(conv->c, "block_zero(%d, %d, sum);", rows, columns);
    else
        ctext_line(conv->c, "block_%s(%d, %d, sum, %s);",
                   conv->node->batch_innermost ? "fill" : "start", rows,
                   columns, bias);
}

/* A step of the depth: the kernel at `kernel`, `step` numbers from an output
 * channel to the next, times the input at `in`, for pixels `apart`. */
static void emit_step(const struct conv *conv, const struct expr *kernel,
                      int64_t step, const struct expr *in, int64_t apart)
{
    int rows = conv->block.rows, columns = conv->block.vectors;
    const struct view *read = read_image(conv);
    const char *pixels = view_distance(read, apart * read->channels);
    if (conv->node->batch_innermost)
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
    int rows = conv->block.rows, columns = conv->block.vectors;
    const struct view *written = written_image(conv);
    const char *pixels = view_distance(written, apart * written->channels);
    const char *out = expr_text(place);
    const struct activation_use *use = &conv->node->activation;
    const char *function = activation_info(use->kind)->block;
    if (function)
        ctext_line(conv->c, "%s;",
                   activation_call(conv->emission, function, use,
                                   arena_printf(conv->emission->arena,
                                                "%d, %d, sum", rows, columns)));
    if (conv->node->batch_innermost)
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
    if (conv->node->batch_innermost && has_sample_loop(conv->emission))
        ctext_head(conv->c, "for (int n = 0; n < TILE; n += VECTOR)");
}

/* The channel that is written. */
static const struct expr *written_channel(const struct conv *conv)
{
    return conv_channel(conv, written_channels(conv), "f");
}

/* "&w->bias[f]", or NULL. */
static const char *bias_text(const struct conv *conv)
{
    return conv->bias
               ? arena_printf(conv->emission->arena, "&w->%s[%s]", conv->bias,
                              expr_text(written_channel(conv)))
               : NULL;
}

/* ---- gather ------------------------------------------------------------ */

/* Opens the loops down to a block of pixels. Channels of a group lie far from
 * those of the same group at the next pixel: all groups pass a row together. */
static void open_gather(const struct conv *conv, bool has_channels)
{
    const int64_t *size = conv->geometry->small.size;
    bool is_grouped = conv->geometry->groups > 1;
    open_samples(conv);
    if (has_channels && !is_grouped)
        open_channels(conv);
    if (conv->node->keeps_kernel)
        conv_open_tile(conv);
    head_count(conv->c, "h", size[0]);
    if (is_grouped)
        open_channels(conv);
    open_stretch(conv, "v", &conv->pixels, size[1]);
    ctext_body(conv->c);
}

/* The loop over rows of taps: all, or those that meet no margin. Its end is two
 * conditions: with one number GCC has more of the kernel's columns on the stack, in
 * place of registers (a step of All-CNN-C took 960 ms so, for 877). */
static void open_tap_rows(const struct conv *conv)
{
    int64_t size = conv->geometry->window.size[0], top = conv->big.top;
    int64_t bottom = top + conv->geometry->big.size[0];
    const struct expr *row =
        expr_times(conv_name(conv, "h"), conv->geometry->window.stride[0]);
    if (!conv->node->skips_margins) {
        head_count(conv->c, "i", size);
        return;
    }
    const char *at = expr_text(row);
    ctext_line(conv->c, "int first = %s < %lld ? %s : 0;", at, (long long)top,
               expr_text(expr_subtract(constant(conv->emission, top), row)));
    ctext_head(conv->c, "for (int i = first; i < %lld && %s < %lld; i++)",
               (long long)size, expr_text(conv_met_row(conv)),
               (long long)bottom);
}

/* The loops over taps and channels. Columns of taps lie next to each other
 * unless they are dilated: "3 * 16" of them and channels are one run. */
static void open_taps(const struct conv *conv, const char *step)
{
    const int64_t *size = conv->geometry->window.size;
    long long columns = size[1];
    long long channels = geometry_big_channels(conv->geometry);
    open_tap_rows(conv);
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

/* &kernel[row of number m of the taps]: of one filter, or of those of vectors of
 * channels. */
static const char *filter_text(const struct conv *conv, const struct expr *m)
{
    const struct expr *column =
        conv->is_single ? conv_name(conv, "f") : constant(conv->emission, 0);
    return expr_text(conv_kernel(conv, conv_tap_row(conv, "j", m), column));
}

/* One filter: its weights lie together, so that a vector of the input's
 * numbers meets one of the kernel's; the vectors are summed at the end. Or one
 * for each channel: a vector of them meets one of the kernel's. */
static void emit_dot_steps(const struct conv *conv)
{
    const struct expr *k = conv_name(conv, "k");
    int64_t stride = conv->geometry->window.stride[1];
    open_taps(conv, conv->is_single ? "k++" : "k += VECTOR");
    ctext_line(conv->c, "block_add_dot(%d, 1, sum, %s, %lld, %s, 0);",
               conv->block.rows, expr_text(conv_met(conv, "j", k)),
               (long long)(stride * conv->big.channels), filter_text(conv, k));
}

/* The same, a row of taps at once. */
static void emit_slide_steps(const struct conv *conv)
{
    const int64_t *size = conv->geometry->window.size;
    long long taps = size[1], channels = conv->big.channels;
    const struct expr *k = conv_name(conv, conv->is_single ? "f" : "k");
    const struct expr *first =
        conv->is_single ? constant(conv->emission, 0) : k;
    ctext_line(conv->c, "vec tap[%lld];", taps);
    head_count(conv->c, "i", size[0]);
    if (!conv->is_single)
        ctext_head(conv->c, "for (int k = 0; k < %lld; k += VECTOR)", channels);
    ctext_body(conv->c);
    ctext_line(conv->c, "block_load(%lld, 1, tap, %s, %lld);", taps,
               filter_text(conv, first),
               conv->is_single ? (long long)conv_kernel_stride(conv)
                               : channels);
    ctext_line(conv->c, "block_slide(%d, %lld, sum, %s, %lld, tap);",
               conv->block.rows, taps,
               expr_text(view_place(&conv->big, conv_met_row(conv),
                                    conv_name(conv, "v"), k)),
               channels);
    ctext_close(conv->c, "");
}

static void emit_dot(const struct conv *conv)
{
    open_gather(conv, false);
    emit_start(conv, conv->is_single ? bias_text(conv) : NULL);
    if (conv->node->algorithm == ALGORITHM_SLIDE)
        emit_slide_steps(conv);
    else
        emit_dot_steps(conv);
    if (conv->is_single)
        emit_store(conv, conv_small(conv, written_channel(conv)), 1);
    else
        ctext_line(conv->c, "block_store_dots(%d, sum, %s, %s);",
                   conv->block.rows,
                   conv->bias ? arena_printf(conv->emission->arena, "w->%s[0]",
                                             conv->bias)
                              : "0",
                   expr_text(conv_small(conv, constant(conv->emission, 0))));
    ctext_close(conv->c, "");
}

static void emit_gather_blocks(const struct conv *conv)
{
    const struct expr *k = conv_name(conv, "k"), *f = written_channel(conv);
    open_gather(conv, true);
    emit_start(conv, bias_text(conv));
    open_taps(conv, "k++");
    emit_step(conv, conv_kernel(conv, conv_tap_row(conv, "j", k), f), 1,
              conv_met(conv, "j", k), conv->geometry->window.stride[1]);
    emit_store(conv, conv_small(conv, f), 1);
    ctext_close(conv->c, "");
    if (conv->node->keeps_kernel)
        conv_close_tile(conv);
}

void emit_gather(const struct conv *conv)
{
    emit_tile(conv, conv->node->algorithm == ALGORITHM_GATHER
                        ? emit_gather_blocks
                        : emit_dot);
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
                     conv->geometry->before[axis]);
}

/* Pixels of phase a along an axis: (28 - a + 1) / 2. */
static const struct expr *phase_extent(const struct conv *conv, int axis)
{
    int64_t stride = conv->geometry->window.stride[axis];
    int64_t extent = conv->geometry->big.size[axis];
    if (extent % stride == 0)
        return constant(conv->emission, extent / stride);
    return expr_divide(
        expr_subtract(constant(conv->emission, extent + stride - 1),
                      conv_name(conv, axes[axis].phase)),
        constant(conv->emission, stride));
}

static void open_phases(const struct conv *conv)
{
    const int64_t *stride = conv->geometry->window.stride;
    int64_t across = conv->geometry->big.size[1];
    const char *columns = expr_text(phase_extent(conv, 1));
    bool is_grouped = conv->geometry->groups > 1;
    for (int axis = 0; axis < 2; axis++)
        if (stride[axis] > 1)
            head_count(conv->c, axes[axis].phase, stride[axis]);
    if (!is_grouped)
        open_channels(conv);
    if (conv->node->keeps_kernel)
        conv_open_tile(conv);
    ctext_head(conv->c, "for (int u = 0; u < %s; u++)",
               expr_text(phase_extent(conv, 0)));
    if (is_grouped)
        open_channels(conv);
    if (across % stride[1] == 0)
        open_stretch(conv, "v", &conv->pixels, across / stride[1]);
    else
        ctext_head(conv->c,
                   "for (int v = 0; v < %s; v = block_next(v, %lld, %s))",
                   columns, (long long)conv->pixels.step, columns);
    ctext_body(conv->c);
}

/* The row or column of the small image, margins included, that the first tap of
 * (u, v) meets: u + (a + 1) / 2. */
static const struct expr *emit_first_met(const struct conv *conv, int axis)
{
    const struct conv_geometry *geometry = conv->geometry;
    int64_t stride = geometry->window.stride[axis];
    int64_t margin = axis == 0 ? conv->small.top : conv->small.left;
    const struct expr *first = conv_name(conv, axes[axis].pixel);
    if (stride == 1)
        return expr_plus(expr_plus(first, geometry->before[axis]), margin);
    if (geometry->before[axis] > 0)
        first = expr_add(first, expr_divide(phase_start(conv, axis),
                                            constant(conv->emission, stride)));
    ctext_line(conv->c, "int %s = %s;", axes[axis].first,
               expr_text(expr_plus(first, margin)));
    return conv_name(conv, axes[axis].first);
}

/* The loop over rows of taps, without a stride, that meet no margin: tap i reads
 * the image's row u + 1 - i. */
static void open_met_taps(const struct conv *conv)
{
    const struct expr *row =
        expr_plus(conv_name(conv, "u"), conv->geometry->before[0]);
    int64_t last = conv->geometry->small.size[0] - 1;
    long long size = conv->geometry->window.size[0];
    const char *at = expr_text(row);
    ctext_line(conv->c, "int first = %s > %lld ? %s : 0;", at, (long long)last,
               expr_text(expr_subtract(row, constant(conv->emission, last))));
    ctext_head(conv->c, "for (int i = first; i < %lld && i <= %s; i++)", size,
               at);
}

/* The loop over a phase's taps along an axis: tap number i, the first (a + 1) %
 * 2, reads the pixel p before the first one's. */
static void open_phase_taps(const struct conv *conv, int axis)
{
    long long size = conv->geometry->window.size[axis];
    long long stride = conv->geometry->window.stride[axis];
    const char *tap = axes[axis].tap, *back = axes[axis].back;
    const struct expr *first = phase_start(conv, axis);
    if (stride == 1 && axis == 0 && conv->node->skips_margins) {
        open_met_taps(conv);
        return;
    }
    if (stride == 1) {
        head_count(conv->c, tap, size);
        return;
    }
    if (conv->geometry->before[axis] > 0)
        first = expr_remainder(first, constant(conv->emission, stride));
    ctext_head(conv->c,
               "for (int %s = %s, %s = 0; %s < %lld; %s += %lld, %s++)", tap,
               expr_text(first), back, tap, size, tap, stride, back);
}

/* The row or column that a tap reads: so many before the first one's. */
static const struct expr *tap_met(const struct conv *conv, int axis,
                                  const struct expr *first)
{
    const struct window *window = &conv->geometry->window;
    const char *back =
        window->stride[axis] > 1 ? axes[axis].back : axes[axis].tap;
    return expr_subtract(
        first, expr_times(conv_name(conv, back), window->dilation[axis]));
}

/* The loops over a phase's taps, which go back from row and column `first` of
 * the small image, and over the channels of a group. */
static void emit_scatter_depth(const struct conv *conv,
                               const struct expr *const first[2])
{
    int64_t big = geometry_big_channels(conv->geometry);
    int64_t small = geometry_small_channels(conv->geometry);
    bool is_transposed = conv->node->reads_transposed;
    const struct expr *tap = expr_add(
        expr_times(conv_name(conv, "i"), conv->geometry->window.size[1]),
        conv_name(conv, "j"));
    const struct expr *f = conv_name(conv, "f"), *row = tap;
    const struct expr *k = conv_channel(conv, small, "k");
    if (is_transposed)
        row = expr_add(expr_times(tap, small), k);
    else if (conv->geometry->groups == 1 || big > 1)
        row = expr_add(expr_times(tap, big), f);
    open_phase_taps(conv, 0);
    open_phase_taps(conv, 1);
    if (conv->geometry->groups == 1 || small > 1)
        head_count(conv->c, "k", small);
    emit_step(conv, conv_kernel(conv, row, is_transposed ? f : k),
              conv_kernel_stride(conv),
              view_place(&conv->small, tap_met(conv, 0, first[0]),
                         tap_met(conv, 1, first[1]), k),
              1);
}

/* Of vectors of channels, each by itself: a tap after another. */
static void emit_scatter_dots(const struct conv *conv,
                              const struct expr *const first[2])
{
    const struct expr *f = conv_name(conv, "f");
    const struct expr *row = expr_add(
        expr_times(conv_name(conv, "i"), conv->geometry->window.size[1]),
        conv_name(conv, "j"));
    open_phase_taps(conv, 0);
    open_phase_taps(conv, 1);
    ctext_line(conv->c, "block_add_dot(%d, 1, sum, %s, %lld, %s, 0);",
               conv->block.rows,
               expr_text(view_place(&conv->small, tap_met(conv, 0, first[0]),
                                    tap_met(conv, 1, first[1]), f)),
               (long long)conv->small.channels,
               expr_text(conv_kernel(conv, row, f)));
}

/* The same, a row of taps at once, the last of them in front. */
static void emit_scatter_slide(const struct conv *conv,
                               const struct expr *const first[2])
{
    const struct expr *f = conv_name(conv, "f");
    long long taps = conv->geometry->window.size[1];
    ctext_line(conv->c, "vec tap[%lld];", taps);
    open_phase_taps(conv, 0);
    ctext_body(conv->c);
    ctext_line(
        conv->c, "block_load_back(%lld, tap, %s, %lld);", taps,
        expr_text(conv_kernel(conv, expr_times(conv_name(conv, "i"), taps), f)),
        (long long)conv_kernel_stride(conv));
    ctext_line(conv->c, "block_slide(%d, %lld, sum, %s, %lld, tap);",
               conv->block.rows, taps,
               expr_text(view_place(&conv->small, tap_met(conv, 0, first[0]),
                                    expr_plus(first[1], 1 - taps), f)),
               (long long)conv->small.channels);
    ctext_close(conv->c, "");
}

/* The big image's row or column that pixel u of phase a is: u * 2 + a. */
static const struct expr *scattered(const struct conv *conv, int axis)
{
    int64_t stride = conv->geometry->window.stride[axis];
    const struct expr *first =
        expr_times(conv_name(conv, axes[axis].pixel), stride);
    return stride > 1 ? expr_add(first, conv_name(conv, axes[axis].phase))
                      : first;
}

static void emit_scatter_blocks(const struct conv *conv)
{
    open_samples(conv);
    open_phases(conv);
    const struct expr *first[] = {emit_first_met(conv, 0),
                                  emit_first_met(conv, 1)};
    emit_start(conv, bias_text(conv));
    if (!conv->is_single)
        emit_scatter_depth(conv, first);
    else if (conv->node->algorithm == ALGORITHM_SLIDE)
        emit_scatter_slide(conv, first);
    else
        emit_scatter_dots(conv, first);
    emit_store(conv,
               view_place(&conv->big, scattered(conv, 0), scattered(conv, 1),
                          written_channel(conv)),
               conv->geometry->window.stride[1]);
    ctext_close(conv->c, "");
    if (conv->node->keeps_kernel)
        conv_close_tile(conv);
}

void emit_scatter(const struct conv *conv)
{
    emit_tile(conv, emit_scatter_blocks);
}
