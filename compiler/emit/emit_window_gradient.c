/* The gradient of a convolution's kernel and bias, over one tile, added to the
 * sums of its lane; window.h says what it computes. */
#include "compiler/emit/nest.h"
#include "compiler/emit/view.h"
#include "compiler/emit/window.h"

#define TEXT(g, ...) arena_printf((g)->emission->arena, __VA_ARGS__)

/* One of the two images. */
struct side_image {
    struct view view;
    int64_t top, left; /* rows and columns of margins that are skipped */
    int64_t height;    /* rows, margins included */
};

struct gradient {
    struct emission *emission;
    const struct node *node;
    const struct meeting *meeting;
    struct side_image big, small;
    bool has_runs;     /* columns of taps are one run with the channels */
    int64_t run, taps; /* rows of the kernel in a run; runs */
};

static struct side_image image_of(struct emission *emission,
                                  const struct node *node, const char *name,
                                  const struct tensor *tensor, bool skips)
{
    const int64_t *margins = tensor->margins, *size = tensor->shape.size;
    return (struct side_image){
        .view = {.emission = emission,
                 .name = name,
                 .by_sample = node->by_sample,
                 .width = margins[LEFT] + size[1] + margins[RIGHT],
                 .channels = size[2]},
        .top = skips ? margins[TOP] : 0,
        .left = skips ? margins[LEFT] : 0,
        .height = margins[TOP] + size[0] + margins[BOTTOM],
    };
}

/* Numbers from one row of the kernel's gradient to the next. */
static int64_t gradient_stride(const struct gradient *g)
{
    return weight_read(
               weight_plan(g->emission->plan, g->node->operation->kernel))
        .stride;
}

/* ---- texts ------------------------------------------------------------ */

static const struct expr *variable(const struct gradient *g, const char *name)
{
    return expr_name(g->emission->arena, name);
}

static const struct expr *constant(const struct gradient *g, int64_t value)
{
    return expr_constant(g->emission->arena, value);
}

/* Row number m of the kernel's rows of the taps at hand. */
static const struct expr *tap_row(const struct gradient *g,
                                  const struct expr *m)
{
    const struct expr *tap = variable(g, "i");
    if (!g->has_runs)
        tap = expr_add(expr_times(tap, g->meeting->window.size[1]),
                       variable(g, "t"));
    return expr_add(expr_times(tap, g->run), m);
}

/* The value of the big image that row m of the taps meets at (h, v). */
static const struct expr *big_value(const struct gradient *g,
                                    const struct expr *m)
{
    const struct window *window = &g->meeting->window;
    const struct expr *row =
        expr_add(expr_times(variable(g, "h"), window->stride[0]),
                 expr_times(variable(g, "i"), window->dilation[0]));
    const struct expr *column = expr_times(variable(g, "v"), window->stride[1]);
    if (g->has_runs)
        return view_run(&g->big.view, row, column, m);
    return view_place(
        &g->big.view, row,
        expr_add(column, expr_times(variable(g, "t"), window->dilation[1])), m);
}

static const struct expr *small_value(const struct gradient *g,
                                      const struct expr *channel)
{
    return view_place(&g->small.view, expr_plus(variable(g, "h"), g->small.top),
                      expr_plus(variable(g, "v"), g->small.left), channel);
}

/* &kernel[row][column] */
static const struct expr *kernel_value(const struct gradient *g,
                                       const struct expr *row,
                                       const struct expr *column)
{
    return expr_address(
        expr_index(expr_index(variable(g, "kernel"), row), column));
}

/* The loop over samples that are rows, and the two images of each. */
static void open_rows(const struct gradient *g, struct nest *nest)
{
    nest_loop(nest, "for (int n = 0; n < TILE; n++)");
    nest_body(nest);
    view_declare(&g->big.view, true);
    view_declare(&g->small.view, true);
}

static void open_taps(const struct gradient *g, struct nest *nest)
{
    const int64_t *size = g->meeting->window.size;
    nest_blocks(nest, "i", size[0], 1);
    if (!g->has_runs)
        nest_blocks(nest, "t", size[1], 1);
}

/* ---- samples as the vector -------------------------------------------- */

/* A stretch of rows or columns in blocks of one size. */
struct stretch {
    int64_t first, end, step;
};

static int stretches(int64_t extent, int64_t step, struct stretch two[2])
{
    int64_t whole = extent / step * step;
    int n = 0;
    if (whole > 0)
        two[n++] = (struct stretch){0, whole, step};
    if (whole < extent)
        two[n++] = (struct stretch){whole, extent, extent - whole};
    return n;
}

static void open_stretch(struct nest *nest, const char *name,
                         const struct stretch *stretch)
{
    nest_loop(nest, "for (int %s = %lld; %s < %lld; %s += %lld)", name,
              (long long)stretch->first, name, (long long)stretch->end, name,
              (long long)stretch->step);
}

/* A block's sums: `rows` rows of the kernel, from row m on, of each of `runs`
 * rows of taps, which are one, named i, or all. */
struct dot_block {
    int64_t runs, rows, columns;
};

static void emit_dot_add(const struct gradient *g,
                         const struct dot_block *block, struct nest *depth)
{
    const struct expr *row =
        block->runs > 1 ? constant(g, 0) : variable(g, "m");
    const struct expr *sums = variable(g, "sum");
    if (block->runs > 1)
        sums = expr_add(
            sums, expr_times(variable(g, "i"), block->rows * block->columns));
    const char *const add[] = {TEXT(g, "%lld", (long long)block->rows),
                               TEXT(g, "%lld", (long long)block->columns),
                               expr_text(sums),
                               expr_text(big_value(g, row)),
                               "TILE",
                               expr_text(small_value(g, variable(g, "f"))),
                               "TILE"};
    if (block->runs == 1) {
        nest_statement(depth);
        ctext_call(&g->emission->c, "block_add_dot", add, 7);
        return;
    }
    struct nest runs = {.arena = g->emission->arena, .c = &g->emission->c};
    nest_body(depth);
    ctext_line(&g->emission->c, "GUSS_UNROLL");
    nest_blocks(&runs, "i", block->runs, 1);
    nest_statement(&runs);
    ctext_call(&g->emission->c, "block_add_dot", add, 7);
    nest_end(&runs);
}

static void emit_dot_block(const struct gradient *g,
                           const struct dot_block *block)
{
    struct ctext *c = &g->emission->c;
    struct nest depth = {.arena = g->emission->arena, .c = c};
    const int64_t *size = g->meeting->small.size;
    const char *tall = TEXT(g, "%lld", (long long)(block->runs * block->rows));
    const char *wide = TEXT(g, "%lld", (long long)block->columns);
    ctext_line(c, "vec sum[%s * %s];", tall, wide);
    ctext_line(c, "block_zero(%s, %s, sum);", tall, wide);
    nest_blocks(&depth, "h", size[0], 1);
    nest_blocks(&depth, "v", size[1], 1);
    if (has_sample_loop(g->emission))
        nest_loop(&depth, "for (int n = 0; n < TILE; n += VECTOR)");
    emit_dot_add(g, block, &depth);
    nest_end(&depth);
    long long stride = gradient_stride(g);
    const struct expr *row =
        block->runs > 1 ? constant(g, 0) : tap_row(g, variable(g, "m"));
    const char *const store[] = {
        tall,
        wide,
        "sum",
        expr_text(kernel_value(g, row, variable(g, "f"))),
        TEXT(g, "%lld", stride),
        "starts"};
    ctext_call(c, "block_store_sums", store, 6);
}

/* One block holds all taps of a few channels: the small image is read once, and
 * not once for each row of taps. */
static void emit_all_taps(const struct gradient *g)
{
    int64_t runs = g->meeting->window.size[0];
    struct stretch columns[2];
    int n = stretches(g->small.view.channels, g->node->block.vectors, columns);
    for (int s = 0; s < n; s++) {
        struct nest nest = {.arena = g->emission->arena, .c = &g->emission->c};
        open_stretch(&nest, "f", &columns[s]);
        nest_body(&nest);
        emit_dot_block(g, &(struct dot_block){runs, g->run, columns[s].step});
        nest_end(&nest);
    }
}

static void emit_by_sample(const struct gradient *g)
{
    const struct block *block = &g->node->block;
    struct stretch rows[2], columns[2];
    int n_rows = stretches(g->run, block->rows, rows);
    int n_columns = stretches(g->small.view.channels, block->vectors, columns);
    for (int r = 0; r < n_rows; r++)
        for (int s = 0; s < n_columns; s++) {
            struct nest nest = {.arena = g->emission->arena,
                                .c = &g->emission->c};
            open_taps(g, &nest);
            open_stretch(&nest, "m", &rows[r]);
            open_stretch(&nest, "f", &columns[s]);
            nest_body(&nest);
            emit_dot_block(
                g, &(struct dot_block){1, rows[r].step, columns[s].step});
            nest_end(&nest);
        }
}

/* ---- channels as the vector ------------------------------------------- */

/* Row m of the kernel from a number of the big image and vectors of the small
 * one's channels. */
static void find_product(const struct gradient *g, struct product *product)
{
    const struct expr *m = variable(g, "m"), *j = variable(g, "j");
    product->row = "m";
    product->rows = g->run;
    product->columns = g->small.view.channels;
    product->left = big_value(g, m);
    product->left_stride = 1;
    product->right = small_value(g, j);
    product->out = kernel_value(g, tap_row(g, m), j);
    product->out_stride = gradient_stride(g);
    product->right_is_packed = true;
}

/* The only column of the kernel from a number of the small image and vectors
 * of the big one's. */
static void find_dot_product(const struct gradient *g, struct product *product)
{
    const struct expr *f = variable(g, "f"), *j = variable(g, "j");
    product->row = "f";
    product->rows = 1;
    product->columns = g->run;
    product->left = small_value(g, f);
    product->left_stride = 1;
    product->right = big_value(g, j);
    product->out = kernel_value(g, tap_row(g, j), f);
}

static void emit_by_channel(const struct gradient *g)
{
    struct nest nest = {.arena = g->emission->arena, .c = &g->emission->c};
    struct nest samples = nest;
    const int64_t *size = g->meeting->small.size;
    struct product product = {
        .block = g->node->block,
        .starts = "starts && n == 0",
        .depth_loops = {TEXT(g, "for (int h = 0; h < %lld; h++)",
                             (long long)size[0]),
                        TEXT(g, "for (int v = 0; v < %lld; v++)",
                             (long long)size[1])},
    };
    if (weight_plan(g->emission->plan, g->node->operation->kernel)->is_dot)
        find_dot_product(g, &product);
    else
        find_product(g, &product);
    open_rows(g, &samples);
    open_taps(g, &nest);
    nest_body(&nest);
    emit_product(g->emission, &product);
    nest_end(&nest);
    nest_end(&samples);
}

/* ---- one filter whose taps slide -------------------------------------- */

/* `step` pixels of the small image at a time, in registers, meet the pixels
 * of the big one that their taps cover. */
static void emit_slide(const struct gradient *g, const struct stretch *pixels)
{
    struct ctext *c = &g->emission->c;
    struct nest nest = {.arena = g->emission->arena, .c = c};
    const char *step = TEXT(g, "%lld", (long long)pixels->step);
    open_stretch(&nest, "v", pixels);
    nest_body(&nest);
    ctext_line(c, "vec tap[%s];", step);
    const char *const fill[] = {step, "1", "tap",
                                expr_text(small_value(g, constant(g, 0)))};
    ctext_call(c, "block_fill", fill, 4);
    const char *const slide[] = {
        TEXT(g, "%lld", (long long)g->meeting->window.size[1]),
        step,
        "sum",
        expr_text(big_value(g, variable(g, "m"))),
        TEXT(g, "%lld", (long long)g->big.view.channels),
        "tap"};
    ctext_call(c, "block_slide", slide, 6);
    nest_end(&nest);
}

/* A row of the big image after another, so that it stays in the cache. */
static void emit_slides(const struct gradient *g)
{
    struct ctext *c = &g->emission->c;
    struct nest nest = {.arena = g->emission->arena, .c = c}, samples = nest;
    const int64_t *small = g->meeting->small.size;
    long long channels = g->big.view.channels;
    const char *taps = TEXT(g, "%lld", (long long)g->meeting->window.size[1]);
    struct stretch pixels[2];
    int n = stretches(small[1], g->node->block.rows, pixels);
    open_rows(g, &samples);
    nest_loop(&nest, "for (int h = 0; h < %lld; h++)", (long long)small[0]);
    nest_blocks(&nest, "i", g->meeting->window.size[0], 1);
    nest_loop(&nest, "for (int m = 0; m < %lld; m += VECTOR)", channels);
    nest_body(&nest);
    ctext_line(c, "vec sum[%s];", taps);
    const struct expr *row = tap_row(g, variable(g, "m"));
    const char *const sums[] = {taps, "1", "sum",
                                expr_text(kernel_value(g, row, constant(g, 0))),
                                TEXT(g, "%lld", channels)};
    ctext_line(c, "if (starts && n == 0 && h == 0)");
    ctext_line(c, "    block_zero(%s, 1, sum);", taps);
    ctext_line(c, "else");
    ctext_indent(c);
    ctext_call(c, "block_load", sums, 5);
    ctext_outdent(c);
    for (int i = 0; i < n; i++)
        emit_slide(g, &pixels[i]);
    ctext_call(c, "block_store", sums, 5);
    nest_end(&nest);
    nest_end(&samples);
}

/* ---- the bias --------------------------------------------------------- */

static void open_pixels(const struct side_image *image, struct nest *nest)
{
    nest_blocks(nest, "h", image->height, 1);
    nest_blocks(nest, "v", image->view.width, 1);
}

static void emit_row_bias(const struct gradient *g, const struct side_image *dy,
                          const char *bias)
{
    struct ctext *c = &g->emission->c;
    struct nest samples = {.arena = g->emission->arena, .c = c};
    struct nest nest = samples;
    long long channels = dy->view.channels;
    ctext_line(c, "for (int f = 0; starts && f < %lld; f++)", channels);
    ctext_line(c, "    g->%s[f] = 0;", bias);
    nest_loop(&samples, "for (int n = 0; n < TILE; n++)");
    nest_body(&samples);
    view_declare(&dy->view, true);
    open_pixels(dy, &nest);
    nest_blocks(&nest, "f", channels, 1);
    nest_statement(&nest);
    const struct expr *value = view_value(&dy->view, variable(g, "h"),
                                          variable(g, "v"), variable(g, "f"));
    ctext_assign(c, TEXT(g, "g->%s[f] +=", bias), expr_text(value));
    nest_end(&nest);
    nest_end(&samples);
}

/* &dy[((h * 28 + v) * 8 + f) * TILE + n]: as an array of its extents gcc 12 warns
 * of subscripts outside it, where it has unrolled the loops over all of them. */
static const struct expr *flat_place(const struct view *view,
                                     const struct expr *row,
                                     const struct expr *column,
                                     const struct expr *channel)
{
    struct arena *arena = view->emission->arena;
    const struct expr *pixel = expr_add(expr_times(row, view->width), column);
    const struct expr *value =
        expr_add(expr_times(pixel, view->channels), channel);
    const struct expr *place = expr_multiply(value, expr_name(arena, "TILE"));
    if (has_sample_loop(view->emission))
        place = expr_add(place, expr_name(arena, "n"));
    return expr_address(expr_index(expr_name(arena, view->name), place));
}

/* The sums of dy over pixels and samples; its margins are zeros. */
static void emit_bias(const struct gradient *g, const struct side_image *dy)
{
    struct ctext *c = &g->emission->c;
    struct nest nest = {.arena = g->emission->arena, .c = c}, depth = nest;
    const char *bias = weight_identifier(g->emission, g->node->layer,
                                         g->node->operation->bias);
    if (!g->node->by_sample) {
        emit_row_bias(g, dy, bias);
        return;
    }
    nest_blocks(&nest, "f", dy->view.channels, 1);
    nest_body(&nest);
    ctext_line(c, "vec sum = {0};");
    open_pixels(dy, &depth);
    if (has_sample_loop(g->emission))
        nest_loop(&depth, "for (int n = 0; n < TILE; n += VECTOR)");
    nest_statement(&depth);
    const char *values = expr_text(flat_place(
        &dy->view, variable(g, "h"), variable(g, "v"), variable(g, "f")));
    ctext_assign(c, "sum +=", TEXT(g, "vec_load(%s)", values));
    nest_end(&depth);
    ctext_assign(c, TEXT(g, "g->%s[f] =", bias),
                 TEXT(g, "(starts ? 0 : g->%s[f]) + vec_sum(sum)", bias));
    nest_end(&nest);
}

void emit_meeting_gradient(struct emission *emission, const struct node *node)
{
    const struct operation *operation = node->operation;
    const struct meeting *meeting = &operation->convolution.meeting;
    bool scatters = operation->convolution.scatters;
    struct gradient g = {
        .emission = emission,
        .node = node,
        .meeting = meeting,
        .big = image_of(emission, node, scatters ? "dy" : "x",
                        scatters ? node->dy : node->x, false),
        .small = image_of(emission, node, scatters ? "x" : "dy",
                          scatters ? node->x : node->dy, true),
        .has_runs = meeting->window.dilation[1] == 1,
        .run = taps_run(meeting),
    };
    ctext_assign(
        &emission->c,
        TEXT(&g, "real(*kernel)[%lld] =", (long long)gradient_stride(&g)),
        TEXT(&g, "g->%s",
             weight_identifier(emission, node->layer, operation->kernel)));
    if (node->by_sample) {
        view_declare(&g.big.view, true);
        view_declare(&g.small.view, true);
    }
    if (node->by_sample && node->block.rows > g.run)
        emit_all_taps(&g);
    else if (node->by_sample)
        emit_by_sample(&g);
    else if (node->algorithm == ALGORITHM_SLIDE)
        emit_slides(&g);
    else
        emit_by_channel(&g);
    if (operation->bias)
        emit_bias(&g, scatters ? &g.big : &g.small);
}
