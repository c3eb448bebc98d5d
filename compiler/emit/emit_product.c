/* Matrix products in register blocks.
 *
 * Columns are walked in panels as wide as a block, so that what a panel reads
 * on the right stays in the L1 cache while all rows pass; what is left over of
 * columns and rows gets narrower blocks behind. */
#include "compiler/emit/emit.h"
#include "compiler/emit/nest.h"

/* A stretch of rows or columns walked in steps of one size. */
struct stretch {
    const char *first; /* C text */
    int64_t end;       /* of the stretch; 0: the worker's share ends it */
    int64_t step;      /* rows; vectors of columns */
};

struct panel {
    struct emission *emission;
    const struct product *product;
    int64_t rows, vectors;     /* of the block */
    int64_t partial;           /* > 0: columns in the last, only vector */
    const struct expr *column; /* of the block's first; NULL: j */
};

static struct block block_of(const struct panel *panel)
{
    const struct block *own = &panel->product->block;
    return own->rows ? *own : panel->emission->plan->block;
}

static const char *number(struct emission *emission, int64_t value)
{
    return arena_printf(emission->arena, "%lld", (long long)value);
}

static const char *at_column(const struct panel *panel, const struct expr *expr)
{
    return expr_text(panel->column ? expr_replace(expr, "j", panel->column)
                                   : expr);
}

/* block_x(rows, vectors, sum...) or, for a partial vector, block_x_first. */
static void emit_add(const struct panel *panel)
{
    struct emission *emission = panel->emission;
    const struct product *product = panel->product;
    const char *rows = number(emission, panel->rows);
    const char *stride = number(emission, product->left_stride);
    const char *left = expr_text(product->left);
    const char *right = at_column(panel, product->right);
    const char *const whole[] = {
        rows, number(emission, panel->vectors), "sum", left, stride, right};
    const char *const part[] = {
        rows, "sum", left, stride, right, number(emission, panel->partial)};
    if (panel->partial && product->right_is_packed)
        ctext_call(&emission->c, "block_add_first", part, 6);
    else
        ctext_call(&emission->c, "block_add", whole, 6);
}

static void emit_depth(const struct panel *panel)
{
    struct ctext *c = &panel->emission->c;
    const struct product *product = panel->product;
    struct nest nest = {.arena = panel->emission->arena, .c = c};
    if (product->depth)
        nest_loop(&nest, "for (int k = 0; k < %s; k++)", product->depth);
    for (int i = 0; i < DEPTH_LOOPS && product->depth_loops[i]; i++)
        nest_loop(&nest, "%s", product->depth_loops[i]);
    if (product->ahead) {
        nest_body(&nest);
        ctext_line(c, "block_prefetch(%s);", product->ahead);
    } else {
        nest_statement(&nest);
    }
    emit_add(panel);
    nest_end(&nest);
}

/* Otherwise the block goes on from what it was. */
static void emit_load(const struct panel *panel, const char *out,
                      const char *stride)
{
    struct ctext *c = &panel->emission->c;
    const char *const arguments[] = {number(panel->emission, panel->rows),
                                     number(panel->emission, panel->vectors),
                                     "sum", out, stride};
    ctext_line(c, "else");
    ctext_indent(c);
    ctext_call(c, "block_load", arguments, 5);
    ctext_outdent(c);
}

static void emit_block(const struct panel *panel)
{
    struct emission *emission = panel->emission;
    struct ctext *c = &emission->c;
    const struct product *product = panel->product;
    const char *rows = number(emission, panel->rows);
    const char *vectors = number(emission, panel->vectors);
    const char *stride = number(emission, product->out_stride);
    const char *out = at_column(panel, product->out);
    ctext_line(c, "vec sum[%s * %s];", rows, vectors);
    if (product->starts)
        ctext_line(c, "if (%s)", product->starts);
    const char *const start[] = {
        rows, vectors, "sum",
        product->start ? at_column(panel, product->start) : NULL};
    if (product->start)
        ctext_call(c, "block_start", start, 4);
    else
        ctext_line(c, "%sblock_zero(%s, %s, sum);",
                   product->starts ? "    " : "", rows, vectors);
    if (product->starts)
        emit_load(panel, out, stride);
    emit_depth(panel);
    const char *const part[] = {rows, "sum", out, stride,
                                number(emission, panel->partial)};
    const char *const whole[] = {rows, vectors, "sum", out, stride};
    if (panel->partial && product->out_is_packed)
        ctext_call(c, "block_store_first", part, 5);
    else
        ctext_call(c, "block_store", whole, 5);
}

/* A loop over a stretch, or nothing but a brace where it is walked once. */
static void emit_rows(struct panel *panel, const struct stretch *rows)
{
    struct ctext *c = &panel->emission->c;
    const struct product *product = panel->product;
    panel->rows = rows->step;
    const char *last = product->last_row ? product->last_row
                                         : number(panel->emission, rows->end);
    const char *row = product->row;
    bool whole = product->last_row && rows->end == 0 && product->rows > 0;
    if (whole)
        ctext_open(c, "for (int %s = %s; %s + %lld <= %s; %s += %lld)", row,
                   rows->first, row, (long long)rows->step, last, row,
                   (long long)rows->step);
    else
        ctext_open(c, "for (int %s = %s; %s < %s; %s += %lld)", row,
                   rows->first, row, last, row, (long long)rows->step);
    emit_block(panel);
    ctext_close(c, "");
}

/* All rows of one panel: blocks as tall as can be, then what is left over. */
static void emit_panel(struct panel *panel)
{
    const struct product *product = panel->product;
    int64_t tall = block_of(panel).rows;
    const char *first = product->first_row ? product->first_row : "0";
    if (product->rows == 0) {
        emit_rows(panel, &(struct stretch){first, 0, tall});
        return;
    }
    int64_t whole = product->rows / tall * tall;
    int64_t left = product->rows - whole;
    if (whole > 0)
        emit_rows(panel, &(struct stretch){first, product->last_row ? 0 : whole,
                                           tall});
    if (left > 0)
        emit_rows(panel, &(struct stretch){number(panel->emission, whole),
                                           product->rows, left});
}

/* True where a panel is more than one loop, and needs braces around them. */
static bool is_split(const struct panel *panel)
{
    int64_t rows = panel->product->rows, tall = block_of(panel).rows;
    return rows > tall && rows % tall != 0;
}

/* A panel behind the head of a loop or an if. */
static void emit_panel_body(struct panel *panel, const char *head)
{
    struct ctext *c = &panel->emission->c;
    if (is_split(panel)) {
        ctext_open(c, "%s", head);
        emit_panel(panel);
        ctext_close(c, "");
        return;
    }
    ctext_line(c, "%s", head);
    ctext_indent(c);
    emit_panel(panel);
    ctext_outdent(c);
}

/* A panel of `vectors` vectors at each column of [first, end). */
static void emit_panels(struct panel *panel, const char *first, int64_t end,
                        int64_t vectors)
{
    struct arena *arena = panel->emission->arena;
    const char *last = panel->product->last_column;
    long long step = vectors * panel->emission->plan->vector;
    panel->vectors = vectors;
    panel->column = NULL;
    emit_panel_body(
        panel,
        last
            ? arena_printf(arena, "for (int j = %s; j + %lld <= %s; j += %lld)",
                           first, step, last, step)
            : arena_printf(arena, "for (int j = %s; j < %lld; j += %lld)",
                           first, (long long)end, step));
}

/* All columns, the last vector whole: where workers' shares end. */
static int64_t whole_columns(const struct panel *panel)
{
    int64_t vector = panel->emission->plan->vector;
    return (panel->product->columns + vector - 1) / vector * vector;
}

/* The last panel, narrower than the others: at a fixed column, and done by
 * the worker whose share ends there. */
static void emit_last_panel(struct panel *panel, int64_t at, int64_t vectors)
{
    const struct product *product = panel->product;
    panel->vectors = vectors;
    panel->column = expr_constant(panel->emission->arena, at);
    if (product->last_column)
        emit_panel_body(panel,
                        arena_printf(panel->emission->arena, "if (%s == %lld)",
                                     product->last_column,
                                     (long long)whole_columns(panel)));
    else
        emit_panel(panel);
}

void emit_product(struct emission *emission, const struct product *product)
{
    struct panel panel = {.emission = emission, .product = product};
    int64_t vector = emission->plan->vector;
    int64_t wide = block_of(&panel).vectors;
    bool packed = product->out_is_packed || product->right_is_packed;
    int64_t partial = packed ? product->columns % vector : 0;
    int64_t vectors = packed ? product->columns / vector
                             : (product->columns + vector - 1) / vector;
    int64_t panels = vectors / wide, left = vectors % wide;
    const char *first = product->first_column ? product->first_column : "0";
    if (panels > 0)
        emit_panels(&panel, first, panels * wide * vector, wide);
    if (left > 0)
        emit_last_panel(&panel, panels * wide * vector, left);
    if (partial > 0) {
        panel.partial = partial;
        emit_last_panel(&panel, vectors * vector, 1);
    }
}
