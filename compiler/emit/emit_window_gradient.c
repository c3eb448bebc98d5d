/* The gradient of a convolution's kernel and bias, over one tile, added to the
 * sums of its lane. */
#include "compiler/emit/window.h"

static const struct expr *name(const struct conv *conv, const char *text)
{
    return variable(conv->emission, text);
}

/* Numbers from one row of the kernel's gradient to the next. */
static int64_t gradient_stride(const struct conv *conv)
{
    return weight_read(
               weight_plan(conv->emission->plan, conv->node->operation->kernel))
        .stride;
}

static void open_taps(const struct conv *conv, struct nest *nest)
{
    const int64_t *size = conv->meeting->window.size;
    nest_blocks(nest, "i", size[0], 1);
    if (!conv->has_runs)
        nest_blocks(nest, "t", size[1], 1);
}

static void open_positions(const struct conv *conv, struct nest *nest)
{
    const int64_t *size = conv->meeting->small.size;
    nest_blocks(nest, "h", size[0], 1);
    nest_blocks(nest, "v", size[1], 1);
}

static void open_samples(const struct conv *conv, struct nest *nest)
{
    if (has_sample_loop(conv->emission))
        nest_loop(nest, "for (int n = 0; n < TILE; n += VECTOR)");
}

/* ---- samples as the vector --------------------------------------------- */

/* A block's sums: `rows` rows of the kernel, from row m on, of each of `runs`
 * rows of taps, which are one, named i, or all. */
struct dot_block {
    int64_t runs, rows, columns;
};

static void emit_dot_add(const struct conv *conv, const struct dot_block *block)
{
    struct ctext *c = &conv->emission->c;
    struct nest runs = new_nest(conv->emission);
    bool has_all = block->runs > 1;
    const struct expr *sums = name(conv, "sum");
    if (has_all) {
        sums = expr_add(
            sums, expr_times(name(conv, "i"), block->rows * block->columns));
        ctext_line(c, "GUSS_UNROLL");
        nest_blocks(&runs, "i", block->runs, 1);
        nest_statement(&runs);
    }
    const struct expr *m =
        has_all ? constant(conv->emission, 0) : name(conv, "m");
    ctext_line(c, "block_add_dot(%lld, %lld, %s, %s, TILE, %s, TILE);",
               (long long)block->rows, (long long)block->columns,
               expr_text(sums), expr_text(conv_met(conv, "t", m)),
               expr_text(conv_small(conv, name(conv, "f"))));
    nest_end(&runs);
}

static void emit_dot_block(const struct conv *conv,
                           const struct dot_block *block)
{
    struct ctext *c = &conv->emission->c;
    struct nest depth = new_nest(conv->emission);
    bool has_all = block->runs > 1;
    long long rows = block->runs * block->rows, columns = block->columns;
    const struct expr *row = has_all ? constant(conv->emission, 0)
                                     : conv_tap_row(conv, "t", name(conv, "m"));
    ctext_line(c, "vec sum[%lld * %lld];", rows, columns);
    ctext_line(c, "block_zero(%lld, %lld, sum);", rows, columns);
    open_positions(conv, &depth);
    open_samples(conv, &depth);
    if (has_all)
        nest_body(&depth);
    else
        nest_statement(&depth);
    emit_dot_add(conv, block);
    nest_end(&depth);
    ctext_line(c, "block_store_sums(%lld, %lld, sum, %s, %lld, starts);", rows,
               columns, expr_text(conv_kernel(conv, row, name(conv, "f"))),
               (long long)gradient_stride(conv));
}

/* A block that holds all rows of taps, of a few channels, reads the small image
 * once, and not once for each row. */
static void emit_dots(const struct conv *conv)
{
    const struct block *block = &conv->node->block;
    bool has_all = block->rows > conv->run;
    struct stretch rows[2], columns[2];
    int n_rows = stretches(conv->run, has_all ? conv->run : block->rows, rows);
    int n_columns = stretches(conv->small.channels, block->vectors, columns);
    for (int i = 0; i < n_rows * n_columns; i++) {
        struct nest nest = new_nest(conv->emission);
        const struct stretch *row = &rows[i / n_columns];
        const struct stretch *column = &columns[i % n_columns];
        if (!has_all) {
            open_taps(conv, &nest);
            nest_stretch(&nest, "m", row);
        }
        nest_stretch(&nest, "f", column);
        nest_body(&nest);
        emit_dot_block(conv, &(struct dot_block){
                                 has_all ? conv->meeting->window.size[0] : 1,
                                 row->step, column->step});
        nest_end(&nest);
    }
}

/* ---- channels as the vector -------------------------------------------- */

/* Row m of the kernel from a number of the big image and vectors of the small
 * one's channels; of one filter, its only column from a number of the small image
 * and vectors of the big one's. */
static void emit_row_blocks(const struct conv *conv)
{
    struct nest nest = new_nest(conv->emission);
    const int64_t *size = conv->meeting->small.size;
    const struct weight_plan *kernel =
        weight_plan(conv->emission->plan, conv->node->operation->kernel);
    bool is_dot = kernel->is_dot;
    const struct expr *j = name(conv, "j");
    const struct expr *row = is_dot ? j : name(conv, "m");
    const struct expr *column = is_dot ? name(conv, "f") : j;
    const struct expr *big = conv_met(conv, "t", row);
    const struct expr *small = conv_small(conv, column);
    open_taps(conv, &nest);
    nest_body(&nest);
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
            .starts = "starts && n == 0",
            .left = is_dot ? small : big,
            .left_stride = 1,
            .right = is_dot ? big : small,
            .right_is_packed = !is_dot,
            .out = conv_kernel(conv, conv_tap_row(conv, "t", row), column),
            .out_stride = is_dot ? 0 : gradient_stride(conv),
        });
    nest_end(&nest);
}

/* ---- one filter whose taps slide ---------------------------------------- */

/* `step` pixels of the small image at a time, in registers, meet the pixels
 * of the big one that their taps cover. */
static void emit_slide(const struct conv *conv, const struct stretch *pixels)
{
    struct ctext *c = &conv->emission->c;
    struct nest nest = new_nest(conv->emission);
    long long step = pixels->step, taps = conv->meeting->window.size[1];
    nest_stretch(&nest, "v", pixels);
    nest_body(&nest);
    ctext_line(c, "vec tap[%lld];", step);
    ctext_line(c, "block_fill(%lld, 1, tap, %s);", step,
               expr_text(conv_small(conv, constant(conv->emission, 0))));
    ctext_line(c, "block_slide(%lld, %lld, sum, %s, %lld, tap);", taps, step,
               expr_text(conv_met(conv, "t", name(conv, "m"))),
               (long long)conv->big.channels);
    nest_end(&nest);
}

/* A row of the big image after another, so that it stays in the cache. */
static void emit_slides(const struct conv *conv)
{
    struct ctext *c = &conv->emission->c;
    struct nest nest = new_nest(conv->emission);
    const int64_t *size = conv->meeting->window.size;
    long long taps = size[1], channels = conv->big.channels;
    struct stretch pixels[2];
    int n =
        stretches(conv->meeting->small.size[1], conv->node->block.rows, pixels);
    const char *kernel =
        expr_text(conv_kernel(conv, conv_tap_row(conv, "t", name(conv, "m")),
                              constant(conv->emission, 0)));
    nest_blocks(&nest, "h", conv->meeting->small.size[0], 1);
    nest_blocks(&nest, "i", size[0], 1);
    nest_loop(&nest, "for (int m = 0; m < %lld; m += VECTOR)", channels);
    nest_body(&nest);
    ctext_line(c,
               "vec sum[%lld];\n"
               "if (starts && n == 0 && h == 0)\n"
               "    block_zero(%lld, 1, sum);\n"
               "else\n"
               "    block_load(%lld, 1, sum, %s, %lld);",
               taps, taps, taps, kernel, channels);
    for (int i = 0; i < n; i++)
        emit_slide(conv, &pixels[i]);
    ctext_line(c, "block_store(%lld, 1, sum, %s, %lld);", taps, kernel,
               channels);
    nest_end(&nest);
}

/* ---- the bias ----------------------------------------------------------- */

static void open_pixels(const struct view *image, struct nest *nest)
{
    nest_blocks(nest, "h", image->height, 1);
    nest_blocks(nest, "v", image->width, 1);
}

static void emit_row_bias(const struct conv *conv, const struct view *dy)
{
    struct ctext *c = &conv->emission->c;
    struct nest samples = new_nest(conv->emission), nest = samples;
    ctext_line(c,
               "for (int f = 0; starts && f < %lld; f++)\n"
               "    g->%s[f] = 0;",
               (long long)dy->channels, conv->bias);
    nest_loop(&samples, "for (int n = 0; n < TILE; n++)");
    nest_body(&samples);
    view_declare(dy, true);
    open_pixels(dy, &nest);
    nest_blocks(&nest, "f", dy->channels, 1);
    nest_statement(&nest);
    ctext_line(c, "g->%s[f] += %s;", conv->bias,
               expr_text(view_value(dy, name(conv, "h"), name(conv, "v"),
                                    name(conv, "f"))));
    nest_end(&nest);
    nest_end(&samples);
}

/* &dy[((h * 28 + v) * 8 + f) * TILE + n]: as an array of its extents gcc 12 warns
 * of subscripts outside it, where it has unrolled the loops over all of them. */
static const struct expr *flat_place(const struct conv *conv,
                                     const struct view *dy)
{
    const struct expr *pixel =
        expr_add(expr_times(name(conv, "h"), dy->width), name(conv, "v"));
    const struct expr *place = expr_multiply(
        expr_add(expr_times(pixel, dy->channels), name(conv, "f")),
        name(conv, "TILE"));
    if (has_sample_loop(conv->emission))
        place = expr_add(place, name(conv, "n"));
    return expr_address(expr_index(name(conv, dy->name), place));
}

/* The sums of dy over pixels and samples; its margins are zeros. */
static void emit_sample_bias(const struct conv *conv, const struct view *dy)
{
    struct ctext *c = &conv->emission->c;
    struct nest nest = new_nest(conv->emission), depth = nest;
    nest_blocks(&nest, "f", dy->channels, 1);
    nest_body(&nest);
    ctext_line(c, "vec sum = {0};");
    open_pixels(dy, &depth);
    open_samples(conv, &depth);
    nest_statement(&depth);
    ctext_line(c, "sum += vec_load(%s);", expr_text(flat_place(conv, dy)));
    nest_end(&depth);
    ctext_line(c, "g->%s[f] = (starts ? 0 : g->%s[f]) + vec_sum(sum);",
               conv->bias, conv->bias);
    nest_end(&nest);
}

void emit_window_gradient(const struct conv *conv)
{
    const struct view *dy = conv->reads_big ? &conv->small : &conv->big;
    struct nest tile = new_nest(conv->emission);
    conv_declare_kernel(conv);
    conv_open_tile(conv, &tile);
    if (conv->node->algorithm == ALGORITHM_DOT)
        emit_dots(conv);
    else if (conv->node->algorithm == ALGORITHM_SLIDE)
        emit_slides(conv);
    else
        emit_row_blocks(conv);
    nest_end(&tile);
    if (conv->bias && conv->node->by_sample)
        emit_sample_bias(conv, dy);
    else if (conv->bias)
        emit_row_bias(conv, dy);
}
