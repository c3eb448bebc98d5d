/* The gradient of a convolution's kernel and bias, over one tile, added to the
 * sums of its shard. */
#include "compiler/emit/window.h"

static void open_taps(const struct conv *conv)
{
    const int64_t *size = conv->geometry->window.size;
    head_count(conv->c, "i", size[0]);
    if (!conv->has_runs)
        head_count(conv->c, "t", size[1]);
}

static void open_positions(const struct conv *conv)
{
    const int64_t *size = conv->geometry->small.size;
    head_count(conv->c, "h", size[0]);
    head_count(conv->c, "v", size[1]);
}

static void open_samples(const struct conv *conv)
{
    if (has_sample_loop(conv->emission))
        ctext_head(conv->c, "for (int n = 0; n < TILE; n += VECTOR)");
}

/* ---- samples as the vector --------------------------------------------- */

/* The channel of the small image. */
static const struct expr *filter(const struct conv *conv)
{
    return conv_channel(conv, geometry_small_channels(conv->geometry), "f");
}

/* Numbers from what a row of the kernel meets to the next of its run: channels,
 * or columns of one channel of several. */
static const char *row_distance(const struct conv *conv)
{
    const struct conv_geometry *geometry = conv->geometry;
    bool is_column = geometry->groups > 1 && conv->has_runs;
    return view_distance(
        &conv->big,
        is_column ? conv->big.channels * geometry->window.dilation[1] : 1);
}

/* A block's sums: `rows` rows of the kernel, from row m on, of each of `runs`
 * rows of taps, which are one, named i, or all. */
struct dot_block {
    int64_t runs, rows, columns;
};

static void emit_dot_add(const struct conv *conv, const struct dot_block *block)
{
    bool has_all = block->runs > 1;
    const struct expr *sums = conv_name(conv, "sum");
    if (has_all) {
        sums = expr_add(sums, expr_times(conv_name(conv, "i"),
                                         block->rows * block->columns));
        ctext_line(conv->c, "GUSS_UNROLL");
        head_count(conv->c, "i", block->runs);
    }
    const struct expr *m =
        has_all ? constant(conv->emission, 0) : conv_name(conv, "m");
    ctext_line(conv->c, "block_add_dot(%lld, %lld, %s, %s, %s, %s, TILE);",
               (long long)block->rows, (long long)block->columns,
               expr_text(sums), expr_text(conv_met(conv, "t", m)),
               row_distance(conv), expr_text(conv_small(conv, filter(conv))));
}

static void emit_dot_block(const struct conv *conv,
                           const struct dot_block *block)
{
    bool has_all = block->runs > 1;
    long long rows = block->runs * block->rows, columns = block->columns;
    const struct expr *row =
        has_all ? constant(conv->emission, 0)
                : conv_tap_row(conv, "t", conv_name(conv, "m"));
    ctext_line(conv->c, "vec sum[%lld * %lld];", rows, columns);
    ctext_line(conv->c, "block_zero(%lld, %lld, sum);", rows, columns);
    open_positions(conv);
    open_samples(conv);
    if (has_all)
        ctext_body(conv->c);
    emit_dot_add(conv, block);
    if (has_all)
        ctext_close(conv->c, "");
    ctext_line(conv->c,
               "block_store_sums(%lld, %lld, sum, %s, %lld, first_tile);", rows,
               columns, expr_text(conv_kernel(conv, row, filter(conv))),
               (long long)conv_kernel_stride(conv));
}

/* A block that holds all rows of taps, of a few channels, reads the small image
 * once, and not once for each row. */
static void emit_dots(const struct conv *conv)
{
    const struct block *block = &conv->node->block;
    bool has_all = block->rows > conv->run;
    struct stretch rows[2], columns[2];
    int n_rows =
        even_stretches(conv->run, has_all ? conv->run : block->rows, rows);
    int n_columns = even_stretches(geometry_small_channels(conv->geometry),
                                   block->vectors, columns);
    for (int i = 0; i < n_rows * n_columns; i++) {
        const struct stretch *row = &rows[i / n_columns];
        const struct stretch *column = &columns[i % n_columns];
        conv_head_groups(conv);
        if (!has_all) {
            open_taps(conv);
            head_stretch(conv->c, "m", row);
        }
        head_stretch(conv->c, "f", column);
        ctext_body(conv->c);
        emit_dot_block(conv, &(struct dot_block){
                                 has_all ? conv->geometry->window.size[0] : 1,
                                 row->step, column->step});
        ctext_close(conv->c, "");
    }
}

/* ---- channels as the vector -------------------------------------------- */

/* Row m of the kernel from a number of the big image and vectors of the small
 * one's channels; of one filter, its only column from a number of the small image
 * and vectors of the big one's. */
static void emit_row_blocks(const struct conv *conv)
{
    const int64_t *size = conv->geometry->small.size;
    const struct weight_plan *kernel =
        weight_plan(conv->emission->plan, conv->node->operation->kernel);
    bool is_dot = kernel->is_dot;
    const struct expr *j = conv_name(conv, "j");
    const struct expr *row = is_dot ? j : conv_name(conv, "m");
    const struct expr *column = is_dot ? conv_name(conv, "f") : j;
    const struct expr *big = conv_met(conv, "t", row);
    const struct expr *small = conv_small(conv, column);
    open_taps(conv);
    ctext_body(conv->c);
    emit_product(
        conv->emission,
        &(struct product){
            .block = conv->node->block,
            .row = is_dot ? "f" : "m",
            .rows = is_dot ? 1 : conv->run,
            .columns = is_dot ? conv->run : conv->small.channels,
            .depth_loops = {loop_text(conv->emission, "h",
                                      integer_text(conv->emission, size[0])),
                            loop_text(conv->emission, "v",
                                      integer_text(conv->emission, size[1]))},
            .overwrites = "first_tile && n == 0",
            .left = is_dot ? small : big,
            .left_stride = 1,
            .right = is_dot ? big : small,
            .right_is_packed = !is_dot,
            .out = conv_kernel(conv, conv_tap_row(conv, "t", row), column),
            .out_stride = is_dot ? 0 : conv_kernel_stride(conv),
        });
    ctext_close(conv->c, "");
}

/* ---- one filter whose taps slide ---------------------------------------- */

/* `step` pixels of the small image at a time, in registers, meet the pixels
 * of the big one that their taps cover. */
static void emit_slide(const struct conv *conv, const struct stretch *pixels)
{
    long long step = pixels->step, taps = conv->geometry->window.size[1];
    head_stretch(conv->c, "v", pixels);
    ctext_body(conv->c);
    ctext_line(conv->c, "vec tap[%lld];", step);
    ctext_line(conv->c, "block_fill(%lld, 1, tap, %s);", step,
               expr_text(conv_small(conv, constant(conv->emission, 0))));
    ctext_line(conv->c, "block_slide(%lld, %lld, sum, %s, %lld, tap);", taps,
               step, expr_text(conv_met(conv, "t", conv_name(conv, "m"))),
               (long long)conv->big.channels);
    ctext_close(conv->c, "");
}

/* The sums of a row's taps, which go on from those of the row before. */
static void emit_load(const struct conv *conv, long long taps,
                      const char *kernel, int64_t distance)
{
    ctext_line(conv->c,
               "vec sum[%lld];\n"
               "if (first_tile && n == 0 && h == 0)\n"
               "    block_zero(%lld, 1, sum);\n"
               "else\n"
               "    block_load(%lld, 1, sum, %s, %lld);",
               taps, taps, taps, kernel, (long long)distance);
}

/* A row of the big image after another, so that it stays in the cache. */
static void emit_slides(const struct conv *conv)
{
    const int64_t *size = conv->geometry->window.size;
    long long taps = size[1], channels = conv->big.channels;
    struct stretch pixels[2];
    int n = stretches(conv->geometry->small.size[1], conv->node->block.rows,
                      pixels);
    const char *kernel = expr_text(
        conv_kernel(conv, conv_tap_row(conv, "t", conv_name(conv, "m")),
                    constant(conv->emission, 0)));
    head_count(conv->c, "h", conv->geometry->small.size[0]);
    head_count(conv->c, "i", size[0]);
    ctext_head(conv->c, "for (int m = 0; m < %lld; m += VECTOR)", channels);
    ctext_body(conv->c);
    emit_load(conv, taps, kernel, channels);
    for (int i = 0; i < n; i++)
        emit_slide(conv, &pixels[i]);
    ctext_line(conv->c, "block_store(%lld, 1, sum, %s, %lld);", taps, kernel,
               channels);
    ctext_close(conv->c, "");
}

/* ---- vectors of channels, each by itself ---------------------------------- */

/* One row of taps or all of them, `rows`, and the pixels of a row of the small
 * image, some of them in registers or one after another. */
static void emit_single_pixels(const struct conv *conv,
                               const struct stretch *pixels, long long rows)
{
    bool slides = conv->node->algorithm == ALGORITHM_SLIDE;
    long long taps = conv->geometry->window.size[1], step = pixels->step;
    const struct expr *sums = conv_name(conv, "sum");
    const char *small = expr_text(conv_small(conv, filter(conv)));
    const char *big =
        expr_text(conv_met(conv, "t", constant(conv->emission, 0)));
    head_stretch(conv->c, "v", pixels);
    ctext_body(conv->c);
    if (slides)
        ctext_line(conv->c,
                   "vec tap[%lld];\n"
                   "block_load(%lld, 1, tap, %s, %lld);",
                   step, step, small, (long long)conv->small.channels);
    if (rows > 1) {
        sums = expr_add(sums, expr_times(conv_name(conv, "i"), taps));
        ctext_line(conv->c, "GUSS_UNROLL");
        head_count(conv->c, "i", rows);
    }
    if (slides)
        ctext_line(conv->c, "block_slide(%lld, %lld, %s, %s, %lld, tap);", taps,
                   step, expr_text(sums), big, (long long)conv->big.channels);
    else
        ctext_line(conv->c, "block_add_dot(%lld, 1, %s, %s, %s, %s, 0);", taps,
                   expr_text(sums), big, row_distance(conv), small);
    ctext_close(conv->c, "");
}

static void emit_singles(const struct conv *conv)
{
    const int64_t *size = conv->geometry->window.size;
    const struct block *block = &conv->node->block;
    long long taps = block->vectors * size[1];
    struct stretch pixels[2];
    int n = stretches(conv->geometry->small.size[1], block->rows, pixels);
    const struct expr *row = constant(conv->emission, 0);
    head_count(conv->c, "h", conv->geometry->small.size[0]);
    if (block->vectors == 1) {
        head_count(conv->c, "i", size[0]);
        row = conv_tap_row(conv, "t", row);
    }
    conv_head_groups(conv);
    ctext_body(conv->c);
    const char *kernel = expr_text(conv_kernel(conv, row, filter(conv)));
    emit_load(conv, taps, kernel, conv_kernel_stride(conv));
    for (int i = 0; i < n; i++)
        emit_single_pixels(conv, &pixels[i], block->vectors);
    ctext_line(conv->c, "block_store(%lld, 1, sum, %s, %lld);", taps, kernel,
               (long long)conv_kernel_stride(conv));
    ctext_close(conv->c, "");
}

/* ---- the bias ----------------------------------------------------------- */

static void open_pixels(const struct conv *conv, const struct view *image)
{
    head_count(conv->c, "h", image->height);
    head_count(conv->c, "v", image->width);
}

static void emit_row_bias(const struct conv *conv, const struct view *dy)
{
    ctext_line(conv->c,
               "for (int f = 0; first_tile && f < %lld; f++)\n"
               "    g->%s[f] = 0;",
               (long long)dy->channels, conv->bias);
    ctext_head(conv->c, "for (int n = 0; n < TILE; n++)");
    ctext_body(conv->c);
    view_declare(dy, true);
    open_pixels(conv, dy);
    head_count(conv->c, "f", dy->channels);
    ctext_line(
        conv->c, "g->%s[f] += %s;", conv->bias,
        expr_text(view_value(dy, conv_name(conv, "h"), conv_name(conv, "v"),
                             conv_name(conv, "f"))));
    ctext_close(conv->c, "");
}

/* &dy[((h * 28 + v) * 8 + f) * TILE + n]: as an array of its extents gcc 12 warns
 * of subscripts outside it, where it has unrolled the loops over all of them. */
static const struct expr *flat_place(const struct conv *conv,
                                     const struct view *dy)
{
    const struct expr *pixel = expr_add(
        expr_times(conv_name(conv, "h"), dy->width), conv_name(conv, "v"));
    const struct expr *place = expr_multiply(
        expr_add(expr_times(pixel, dy->channels), conv_name(conv, "f")),
        conv_name(conv, "TILE"));
    if (has_sample_loop(conv->emission))
        place = expr_add(place, conv_name(conv, "n"));
    return expr_address(expr_index(conv_name(conv, dy->name), place));
}

/* The sums of dy over pixels and samples; its margins are zeros. */
static void emit_sample_bias(const struct conv *conv, const struct view *dy)
{
    head_count(conv->c, "f", dy->channels);
    ctext_body(conv->c);
    ctext_line(conv->c, "vec sum = {0};");
    open_pixels(conv, dy);
    open_samples(conv);
    ctext_line(conv->c, "sum += vec_load(%s);",
               expr_text(flat_place(conv, dy)));
    ctext_line(conv->c,
               "g->%s[f] = (first_tile ? 0 : g->%s[f]) + vec_sum(sum);",
               conv->bias, conv->bias);
    ctext_close(conv->c, "");
}

void emit_window_gradient(const struct conv *conv)
{
    const struct view *dy = conv->reads_big ? &conv->small : &conv->big;
    conv_declare_kernel(conv);
    conv_open_tile(conv);
    if (conv->is_single)
        emit_singles(conv);
    else if (conv->node->algorithm == ALGORITHM_DOT)
        emit_dots(conv);
    else if (conv->node->algorithm == ALGORITHM_SLIDE)
        emit_slides(conv);
    else
        emit_row_blocks(conv);
    conv_close_tile(conv);
    if (conv->bias && conv->node->batch_innermost)
        emit_sample_bias(conv, dy);
    else if (conv->bias)
        emit_row_bias(conv, dy);
}
