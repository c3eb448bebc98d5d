/* Products that read panels.
 *
 * Over the rows of a tile the right side is copied, a panel of panel_depth rows
 * and a block's columns at a time, and all rows of the left side pass it:
 *
 *   for each panel_depth rows of the kernel
 *       for each panel of columns
 *           copy the panel
 *           for each block of rows
 *               go on with its sums
 *
 * A kernel that is read by columns is transposed as it is copied. While a panel
 * is read, the lines of the next one are asked for.
 *
 * The gradient's depth is the batch; both sides are copied, the left one in
 * groups as tall as a block. */
#include "compiler/emit/panels.h"

#include "compiler/emit/view.h"
#include "compiler/plan/products.h"

struct panels {
    struct emission *emission;
    const struct node *node;
    int64_t depth, columns; /* of the whole product */
    int64_t slice;          /* rows of a panel */
    int64_t width;          /* columns of a whole panel */
    int64_t vectors;        /* of the panel's columns */
    const char *column;     /* its first: "j", or a number */
};

static struct panels panels_of(struct emission *emission,
                               const struct node *node, int64_t depth,
                               int64_t columns)
{
    return (struct panels){
        .emission = emission,
        .node = node,
        .depth = depth,
        .columns = columns,
        .slice = node->panel_depth,
        .width = node->block.vectors * emission->plan->vector,
    };
}

static const char *kernel_of(const struct panels *panels)
{
    return weight_identifier(panels->emission, panels->node->layer,
                             panels->node->operation->kernel);
}

typedef void emit_panel(const struct panels *panels);

/* Whole panels in a loop, and a narrower one behind them. */
static void emit_all_panels(struct panels *panels, emit_panel *emit)
{
    struct ctext *c = &panels->emission->c;
    struct arena *arena = panels->emission->arena;
    int64_t vector = panels->emission->plan->vector;
    long long whole = panels->columns / panels->width * panels->width;
    int64_t rest = panels->columns - whole;
    if (whole > 0) {
        ctext_open(c, "for (int j = 0; j < %lld; j += %lld)", whole,
                   (long long)panels->width);
        panels->column = "j";
        panels->vectors = panels->node->block.vectors;
        emit(panels);
        ctext_close(c, "");
    }
    if (rest > 0) {
        panels->column = arena_printf(arena, "%lld", whole);
        panels->vectors = (rest + vector - 1) / vector;
        emit(panels);
    }
}

/* "panel[256][48]": with a line's alignment. */
static void declare_panel(const struct panels *panels, const char *name,
                          int64_t depth)
{
    ctext_line(&panels->emission->c, "_Alignas(64) real %s[%lld][%lld];", name,
               (long long)depth, (long long)panels->width);
}

/* Opens the loop over panels' depths, where there are several: k is the first
 * row of one; what its depth is called. */
static const char *open_slices(const struct panels *panels, const char *end,
                               bool is_known)
{
    struct ctext *c = &panels->emission->c;
    long long slice = panels->slice;
    ctext_open(c, "for (int k = 0; k < %s; k += %lld)", end, slice);
    if (is_known && panels->depth % panels->slice == 0)
        return integer_text(panels->emission, panels->slice);
    ctext_line(c, "int depth = %s - k < %lld ? %s - k : %lld;", end, slice, end,
               slice);
    return "depth";
}

/* ---- over the rows of a tile ---------------------------------------------- */

/* "k + d", or "d" where one panel has all. */
static const struct expr *depth_at(const struct panels *panels,
                                   const struct expr *at)
{
    return panels->slice < panels->depth
               ? expr_add(variable(panels->emission, "k"), at)
               : at;
}

static const char *depth_text(const struct panels *panels)
{
    bool is_even = panels->depth % panels->slice == 0;
    return is_even ? integer_text(panels->emission, panels->slice) : "depth";
}

static bool is_forward(const struct panels *panels)
{
    return panels->node->kind == NODE_FORWARD;
}

/* &w->kernel[row][column], of the kernel as it lies. */
static const char *kernel_place(const struct panels *panels,
                                const struct expr *row,
                                const struct expr *column)
{
    const struct expr *kernel =
        expr_member(variable(panels->emission, "w"), kernel_of(panels));
    return expr_text(matrix_place(kernel, row, column));
}

static const struct expr *panel_column(const struct panels *panels)
{
    return variable(panels->emission, panels->column);
}

static void emit_copy(const struct panels *panels)
{
    struct ctext *c = &panels->emission->c;
    const struct weight_plan *kernel =
        weight_plan(panels->emission->plan, panels->node->operation->kernel);
    const struct expr *first = depth_at(panels, constant(panels->emission, 0));
    int64_t vector = panels->emission->plan->vector;
    int64_t columns = panels->vectors * vector;
    int64_t left = panels->columns % vector;
    if (is_forward(panels)) {
        ctext_line(c, "guss_pack(%s, %lld, %s, %lld, panel[0], %lld);",
                   depth_text(panels), (long long)columns,
                   kernel_place(panels, first, panel_column(panels)),
                   (long long)kernel->stride, (long long)panels->width);
        return;
    }
    if (panels->column[0] != 'j' && left > 0)
        columns += left - vector;
    ctext_line(c, "guss_pack_transposed(%s, %lld, %s, %lld, panel[0], %lld);",
               depth_text(panels), (long long)columns,
               kernel_place(panels, panel_column(panels), first),
               (long long)kernel->stride, (long long)panels->width);
}

/* True where a whole panel is followed by another. */
static bool has_next(const struct panels *panels)
{
    return panels->column[0] == 'j' && panels->columns >= 2 * panels->width;
}

/* Where the next panel lies; for a block of rows, the part of it that is asked for
 * meanwhile: blocks take turns with the panel's vectors. */
static void declare_next(const struct panels *panels)
{
    if (has_next(panels))
        ctext_line(&panels->emission->c,
                   "int next = j + %lld <= %lld ? j + %lld : 0;",
                   (long long)(2 * panels->width), (long long)panels->columns,
                   (long long)panels->width);
}

static void declare_ahead(const struct panels *panels)
{
    struct emission *emission = panels->emission;
    const struct block *block = &panels->node->block;
    const struct expr *n =
        expr_divide(variable(emission, "n"), constant(emission, block->rows));
    const struct expr *turn =
        expr_times(expr_remainder(n, constant(emission, block->vectors)),
                   emission->plan->vector);
    if (has_next(panels))
        ctext_line(&emission->c, "int ahead = %s;",
                   expr_text(expr_add(variable(emission, "next"), turn)));
}

/* A line for each step. Transposed, of one of the rows that become a vector of
 * columns. */
static void emit_ahead(const struct panels *panels)
{
    struct emission *emission = panels->emission;
    const struct expr *d = variable(emission, "d");
    const struct expr *ahead = variable(emission, "ahead");
    const struct expr *step = constant(emission, emission->plan->vector);
    const char *line =
        is_forward(panels)
            ? kernel_place(panels, depth_at(panels, d), ahead)
            : kernel_place(
                  panels, expr_add(ahead, expr_remainder(d, step)),
                  depth_at(panels, expr_multiply(expr_divide(d, step), step)));
    ctext_line(&emission->c, "block_prefetch(%s);", line);
}

/* &y[n][j] */
static const char *sums_place(const struct panels *panels)
{
    return expr_text(matrix_place(
        variable(panels->emission, is_forward(panels) ? "y" : "dx"),
        variable(panels->emission, "n"), panel_column(panels)));
}

/* What the sums of the first panel of a depth begin with: a row of the bias. */
static const char *start_text(const struct panels *panels, int64_t rows)
{
    struct emission *emission = panels->emission;
    const struct node *node = panels->node;
    long long r = rows, v = panels->vectors;
    if (!is_forward(panels) || !node->operation->bias)
        return arena_printf(emission->arena, "block_zero(%lld, %lld, sum);", r,
                            v);
    return arena_printf(
        emission->arena, "block_start(%lld, %lld, sum, &w->%s[%s]);", r, v,
        weight_identifier(emission, node->layer, node->operation->bias),
        panels->column);
}

static void emit_rows_of_block(const struct panels *panels, int64_t rows)
{
    struct emission *emission = panels->emission;
    struct ctext *c = &emission->c;
    long long r = rows, v = panels->vectors;
    long long left_stride = row_stride(panels->depth);
    long long stride = row_stride(panels->columns);
    const char *start = start_text(panels, rows), *place = sums_place(panels);
    declare_ahead(panels);
    ctext_line(c, "vec sum[%lld * %lld];", r, v);
    if (panels->slice < panels->depth)
        ctext_line(c,
                   "if (k == 0)\n"
                   "    %s\n"
                   "else\n"
                   "    block_load(%lld, %lld, sum, %s, %lld);",
                   start, r, v, place, stride);
    else
        ctext_line(c, "%s", start);
    ctext_head(c, "for (int d = 0; d < %s; d++)", depth_text(panels));
    if (has_next(panels)) {
        ctext_body(c);
        emit_ahead(panels);
    }
    ctext_line(c, "block_add(%lld, %lld, sum, %s, %lld, panel[d]);", r, v,
               expr_text(matrix_place(
                   variable(emission, is_forward(panels) ? "x" : "dy"),
                   variable(emission, "n"),
                   depth_at(panels, variable(emission, "d")))),
               left_stride);
    if (has_next(panels))
        ctext_close(c, "");
    ctext_line(c, "block_store(%lld, %lld, sum, %s, %lld);", r, v, place,
               stride);
}

static void emit_row_panel(const struct panels *panels)
{
    struct ctext *c = &panels->emission->c;
    struct stretch rows[2];
    int n =
        stretches(panels->emission->plan->tile, panels->node->block.rows, rows);
    declare_next(panels);
    emit_copy(panels);
    for (int i = 0; i < n; i++) {
        if (rows[i].first == 0 && rows[i].end == panels->emission->plan->tile)
            ctext_open(c, "for (int n = 0; n < TILE; n += %lld)",
                       (long long)rows[i].step);
        else {
            head_stretch(c, "n", &rows[i]);
            ctext_body(c);
        }
        emit_rows_of_block(panels, rows[i].step);
        ctext_close(c, "");
    }
}

void emit_panel_rows(struct emission *emission, const struct node *node)
{
    const struct product_sizes *sizes = &node->operation->product;
    bool forward = node->kind == NODE_FORWARD;
    struct panels panels =
        panels_of(emission, node, forward ? sizes->in : sizes->out,
                  forward ? sizes->out : sizes->in);
    bool has_slices = panels.slice < panels.depth;
    declare_panel(&panels, "panel", panels.slice);
    if (has_slices)
        open_slices(&panels, integer_text(emission, panels.depth), true);
    emit_all_panels(&panels, emit_row_panel);
    if (has_slices)
        ctext_close(&emission->c, "");
}

/* ---- the gradient --------------------------------------------------------- */

/* What a finished block's rows are for. */
struct gradient {
    struct panels panels; /* first: what is handed on is both */
    use_gradient_row *ahead, *use;
};

static bool is_whole(const struct panels *panels)
{
    return gradient_is_whole(panels->emission->plan, panels->node);
}

static const char *samples_text(const struct panels *panels)
{
    return is_whole(panels) ? "rows" : "depth";
}

static const char *first_sample(const struct panels *panels)
{
    return is_whole(panels) ? "0" : "k";
}

/* The sums of a block over a panel's depth. What is used behind them is asked for
 * on the way, a row of the block at a time. */
static void emit_gradient_sums(const struct gradient *gradient)
{
    const struct panels *panels = &gradient->panels;
    struct ctext *c = &panels->emission->c;
    const struct block *block = &panels->node->block;
    const char *depth = samples_text(panels);
    const char *add = arena_printf(
        panels->emission->arena,
        "block_add(%d, %lld, sum, left[(i - from) / %d][d], 1, right[d]);",
        block->rows, (long long)panels->vectors, block->rows);
    if (!gradient->ahead) {
        ctext_head(c, "for (int d = 0; d < %s; d++)", depth);
        ctext_line(c, "%s", add);
        return;
    }
    ctext_open(c, "for (int r = 0; r < %d; r++)", block->rows);
    bool is_even = panels->node->operation->product.in % block->rows == 0;
    if (!is_even)
        ctext_open(c, "if (i + r < end)");
    gradient->ahead(
        panels->emission,
        weight_plan(panels->emission->plan, panels->node->operation->kernel),
        integer_text(panels->emission,
                     panels->vectors * panels->emission->plan->vector),
        panels->column);
    if (!is_even)
        ctext_close(c, "");
    ctext_head(c, "for (int d = r * %s / %d; d < (r + 1) * %s / %d; d++)",
               depth, block->rows, depth, block->rows);
    ctext_line(c, "%s", add);
    ctext_close(c, "");
}

static void emit_gradient_panel(const struct panels *panels)
{
    const struct gradient *gradient = (const struct gradient *)panels;
    struct emission *emission = panels->emission;
    struct ctext *c = &emission->c;
    const struct block *block = &panels->node->block;
    long long columns = panels->vectors * emission->plan->vector;
    bool is_even = panels->node->operation->product.in % block->rows == 0;
    ctext_line(c, "guss_pack(%s, %lld, &dy[%s][%s], %lld, right[0], %lld);",
               samples_text(panels), columns, first_sample(panels),
               panels->column, (long long)row_stride(panels->columns),
               (long long)panels->width);
    ctext_open(c, "for (int i = from; i < end; i += %d)", block->rows);
    ctext_line(c,
               "vec sum[%d * %lld];\n"
               "real dw[%d][%lld];\n"
               "block_zero(%d, %lld, sum);",
               block->rows, (long long)panels->vectors, block->rows, columns,
               block->rows, (long long)panels->vectors);
    emit_gradient_sums(gradient);
    ctext_line(c, "block_store(%d, %lld, sum, dw[0], %lld);", block->rows,
               (long long)panels->vectors, columns);
    ctext_open(c, "for (int r = 0; r < %d%s; r++)", block->rows,
               is_even ? "" : " && i + r < end");
    gradient->use(emission,
                  weight_plan(emission->plan, panels->node->operation->kernel),
                  integer_text(emission, columns), panels->column);
    ctext_close(c, "");
    ctext_close(c, "");
}

/* Rows of the kernel whose inputs are copied at a time: whole blocks. */
static int64_t copied_rows(const struct panels *panels)
{
    int64_t block = panels->node->block.rows;
    int64_t rows = COPIED_INPUTS / panels->slice / block * block;
    int64_t all =
        (panels->node->operation->product.in + block - 1) / block * block;
    return rows < all ? rows : all;
}

void emit_panel_gradient(struct emission *emission, const struct node *node,
                         use_gradient_row *ahead, use_gradient_row *use)
{
    const struct product_sizes *sizes = &node->operation->product;
    struct ctext *c = &emission->c;
    struct gradient gradient = {
        .panels = panels_of(
            emission, node,
            (int64_t)emission->plan->tiles * emission->plan->tile, sizes->out),
        .ahead = ahead,
        .use = use};
    struct panels *panels = &gradient.panels;
    long long rows = copied_rows(panels), block = node->block.rows;
    long long slice = panels->slice;
    ctext_line(c, "_Alignas(64) real left[%lld][%lld][%lld];", rows / block,
               slice, block);
    declare_panel(panels, "right", slice);
    ctext_open(c, "for (int from = first; from < last; from += %lld)", rows);
    ctext_line(c, "int end = last - from < %lld ? last : from + %lld;", rows,
               rows);
    if (!is_whole(panels))
        open_slices(panels, "rows", false);
    ctext_line(c,
               "guss_pack_groups(%lld, %s, end - from, &x[%s][from], %lld, "
               "left[0][0], %lld);",
               block, samples_text(panels), first_sample(panels),
               (long long)row_stride(sizes->in), slice * block);
    emit_all_panels(panels, emit_gradient_panel);
    if (!is_whole(panels))
        ctext_close(c, "");
    ctext_close(c, "");
}
