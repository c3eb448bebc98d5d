/* Matrix products in register blocks.
 *
 * Columns are walked in panels as wide as a block, so that what a panel reads
 * on the right stays in the L1 cache while all rows pass; what is left over of
 * columns and rows gets narrower blocks behind. */
#include "compiler/emit/view.h"

struct panel {
    struct emission *emission;
    const struct product *product;
    int64_t rows, vectors;     /* of the block */
    int64_t partial;           /* > 0: columns in the last, only vector */
    const struct expr *column; /* of the block's first; NULL: j */
};

static const char *at_column(const struct panel *panel, const struct expr *expr)
{
    return expr_text(panel->column ? expr_replace(expr, "j", panel->column)
                                   : expr);
}

static void emit_depth(const struct panel *panel)
{
    struct ctext *c = &panel->emission->c;
    const struct product *product = panel->product;
    bool is_part = panel->partial && product->right_is_packed;
    for (int i = 0; i < DEPTH_LOOPS && product->depth_loops[i]; i++)
        ctext_head(c, "%s", product->depth_loops[i]);
    if (product->ahead) {
        ctext_body(c);
        ctext_line(c, "block_prefetch(%s);", product->ahead);
    }
    const char *left = expr_text(product->left);
    const char *right = at_column(panel, product->right);
    long long rows = panel->rows, stride = product->left_stride;
    if (is_part)
        ctext_line(c, "block_add_first(%lld, sum, %s, %lld, %s, %lld);", rows,
                   left, stride, right, (long long)panel->partial);
    else
        ctext_line(c, "block_add(%lld, %lld, sum, %s, %lld, %s);", rows,
                   (long long)panel->vectors, left, stride, right);
    if (product->ahead)
        ctext_close(c, "");
}

/* What the sums begin with: where the product starts, or goes on from what it
 * was. */
static void emit_start(const struct panel *panel, const char *block)
{
    struct ctext *c = &panel->emission->c;
    const struct product *product = panel->product;
    long long rows = panel->rows, vectors = panel->vectors;
    ctext_line(c, "vec sum[%lld * %lld];", rows, vectors);
    if (product->overwrites)
        ctext_line(c,
                   "if (%s)\n"
                   "    block_zero(%lld, %lld, sum);\n"
                   "else\n"
                   "    block_load(%s);",
                   product->overwrites, rows, vectors, block);
    else if (product->start)
        ctext_line(c, "block_start(%lld, %lld, sum, %s);", rows, vectors,
                   at_column(panel, product->start));
    else
        ctext_line(c, "block_zero(%lld, %lld, sum);", rows, vectors);
}

static void emit_block(const struct panel *panel)
{
    struct emission *emission = panel->emission;
    const struct product *product = panel->product;
    const char *out = at_column(panel, product->out);
    long long rows = panel->rows, stride = product->out_stride;
    const char *block =
        arena_printf(emission->arena, "%lld, %lld, sum, %s, %lld", rows,
                     (long long)panel->vectors, out, stride);
    emit_start(panel, block);
    emit_depth(panel);
    if (panel->partial && product->out_is_packed)
        ctext_line(&emission->c,
                   "block_store_first(%lld, sum, %s, %lld, %lld);", rows, out,
                   stride, (long long)panel->partial);
    else
        ctext_line(&emission->c, "block_store(%s);", block);
}

/* A stretch of a worker's rows ends where its share does: all rows of whole
 * blocks, or those that are left over behind the last of them. */
static void head_shared_rows(struct ctext *c, const struct product *product,
                             const struct stretch *rows)
{
    const char *row = product->row;
    long long step = rows->step;
    if (rows->step == product->block.rows)
        ctext_head(c, "for (int %s = first; %s + %lld <= last; %s += %lld)",
                   row, row, step, row, step);
    else
        ctext_head(c, "for (int %s = %lld; %s < last; %s += %lld)", row,
                   (long long)rows->first, row, row, step);
}

/* The rows of no share; those up to the last end at it by its name. */
static void head_all_rows(struct ctext *c, const struct product *product,
                          const struct stretch *rows)
{
    const char *row = product->row;
    if (product->row_count && rows->end == product->rows)
        ctext_head(c, "for (int %s = %lld; %s < %s; %s += %lld)", row,
                   (long long)rows->first, row, product->row_count, row,
                   (long long)rows->step);
    else
        head_stretch(c, row, rows);
}

/* All rows of one panel, behind the head of a loop or an if, or none: blocks as
 * tall as can be, then what is left over. */
static void emit_panel(struct panel *panel, const char *head)
{
    struct ctext *c = &panel->emission->c;
    const struct product *product = panel->product;
    struct stretch rows[2];
    int n = stretches(product->rows, product->block.rows, rows);
    if (head)
        ctext_head(c, "%s", head);
    bool is_body = head && n > 1;
    if (is_body)
        ctext_body(c);
    for (int i = 0; i < n; i++) {
        panel->rows = rows[i].step;
        if (product->share == SHARE_ROWS)
            head_shared_rows(c, product, &rows[i]);
        else
            head_all_rows(c, product, &rows[i]);
        ctext_body(c);
        emit_block(panel);
        ctext_close(c, "");
    }
    if (is_body)
        ctext_close(c, "");
}

/* Panels of `vectors` vectors up to column `end`. */
static void emit_panels(struct panel *panel, int64_t end, int64_t vectors)
{
    struct arena *arena = panel->emission->arena;
    long long step = vectors * panel->emission->plan->vector;
    panel->vectors = vectors;
    panel->column = NULL;
    emit_panel(
        panel,
        panel->product->share == SHARE_COLUMNS
            ? arena_printf(arena,
                           "for (int j = first; j + %lld <= last; j += %lld)",
                           step, step)
            : arena_printf(arena, "for (int j = 0; j < %lld; j += %lld)",
                           (long long)end, step));
}

/* The last panel, narrower than the others: at a fixed column, and done by the
 * worker whose share ends there, at a whole vector. */
static void emit_last_panel(struct panel *panel, int64_t at, int64_t vectors)
{
    const struct product *product = panel->product;
    int64_t vector = panel->emission->plan->vector;
    long long end = (product->columns + vector - 1) / vector * vector;
    panel->vectors = vectors;
    panel->column = constant(panel->emission, at);
    emit_panel(panel, product->share == SHARE_COLUMNS
                          ? arena_printf(panel->emission->arena,
                                         "if (last == %lld)", end)
                          : NULL);
}

void emit_product(struct emission *emission, const struct product *product)
{
    struct panel panel = {.emission = emission, .product = product};
    int64_t vector = emission->plan->vector;
    int64_t wide = product->block.vectors;
    bool packed = product->out_is_packed || product->right_is_packed;
    int64_t partial = packed ? product->columns % vector : 0;
    int64_t vectors = packed ? product->columns / vector
                             : (product->columns + vector - 1) / vector;
    int64_t whole = vectors / wide * wide;
    if (whole > 0)
        emit_panels(&panel, whole * vector, wide);
    if (whole < vectors)
        emit_last_panel(&panel, whole * vector, vectors - whole);
    if (partial > 0) {
        panel.partial = partial;
        emit_last_panel(&panel, vectors * vector, 1);
    }
}
