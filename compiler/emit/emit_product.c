/* Matrix products in register blocks.
 *
 * Columns are walked in panels as wide as a block, so that what a panel reads
 * on the right stays in the L1 cache while all rows pass; what is left over of
 * columns and rows gets narrower blocks behind. */
#include "compiler/emit/emit.h"

/* A stretch of rows or columns walked in steps of one size. */
struct stretch {
    const char *first; /* C text */
    int64_t end;       /* of the stretch; 0: the worker's share ends it */
    int64_t step;      /* rows; vectors of columns */
};

struct nest {
    struct emission *emission;
    const struct product *product;
    int64_t rows, vectors; /* of the block */
    int64_t partial;       /* > 0: columns in the last, only vector */
    const char *column;    /* C text of the block's first column */
};

static const char *number(struct emission *emission, int64_t value)
{
    return arena_printf(emission->arena, "%lld", (long long)value);
}

static const char *at_column(const struct nest *nest, const char *text)
{
    const char *hole = text;
    while (hole[0] != '%' || hole[1] != 's')
        hole++;
    return arena_printf(nest->emission->arena, "%.*s%s%s", (int)(hole - text),
                        text, nest->column, hole + 2);
}

/* block_x(rows, vectors, sum...) or, for a partial vector, block_x_first. */
static void emit_add(const struct nest *nest)
{
    struct emission *emission = nest->emission;
    const struct product *product = nest->product;
    const char *rows = number(emission, nest->rows);
    const char *stride = number(emission, product->left_stride);
    const char *right = at_column(nest, product->right);
    const char *const whole[] = {rows,   number(emission, nest->vectors),
                                 "sum",  product->left,
                                 stride, right};
    const char *const part[] = {rows,   "sum", product->left,
                                stride, right, number(emission, nest->partial)};
    if (nest->partial && product->right_is_packed)
        ctext_call(&emission->c, "block_add_first", part, 6);
    else
        ctext_call(&emission->c, "block_add", whole, 6);
}

static void emit_depth(const struct nest *nest)
{
    struct ctext *c = &nest->emission->c;
    const struct product *product = nest->product;
    ctext_line(c, "for (int k = 0; k < %s; k++)", product->depth);
    ctext_indent(c);
    if (product->inner_depth) {
        ctext_line(c, "for (int p = 0; p < %lld; p++)",
                   (long long)product->inner_depth);
        ctext_indent(c);
    }
    emit_add(nest);
    if (product->inner_depth)
        ctext_outdent(c);
    ctext_outdent(c);
}

/* Otherwise the block goes on from what it was. */
static void emit_load(const struct nest *nest, const char *out,
                      const char *stride)
{
    struct ctext *c = &nest->emission->c;
    const char *const arguments[] = {number(nest->emission, nest->rows),
                                     number(nest->emission, nest->vectors),
                                     "sum", out, stride};
    ctext_line(c, "else");
    ctext_indent(c);
    ctext_call(c, "block_load", arguments, 5);
    ctext_outdent(c);
}

static void emit_block(const struct nest *nest)
{
    struct emission *emission = nest->emission;
    struct ctext *c = &emission->c;
    const struct product *product = nest->product;
    const char *rows = number(emission, nest->rows);
    const char *vectors = number(emission, nest->vectors);
    const char *stride = number(emission, product->out_stride);
    const char *out = at_column(nest, product->out);
    ctext_line(c, "vec sum[%s * %s];", rows, vectors);
    if (product->adds)
        ctext_line(c, "if (starts)");
    if (product->start)
        ctext_line(c, "block_start(%s, %s, sum, %s);", rows, vectors,
                   at_column(nest, product->start));
    else
        ctext_line(c, "%sblock_zero(%s, %s, sum);", product->adds ? "    " : "",
                   rows, vectors);
    if (product->adds)
        emit_load(nest, out, stride);
    emit_depth(nest);
    const char *const part[] = {rows, "sum", out, stride,
                                number(emission, nest->partial)};
    const char *const whole[] = {rows, vectors, "sum", out, stride};
    if (nest->partial && product->out_is_packed)
        ctext_call(c, "block_store_first", part, 5);
    else
        ctext_call(c, "block_store", whole, 5);
}

/* A loop over a stretch, or nothing but a brace where it is walked once. */
static void emit_rows(struct nest *nest, const struct stretch *rows)
{
    struct ctext *c = &nest->emission->c;
    const struct product *product = nest->product;
    nest->rows = rows->step;
    const char *last = product->last_row ? product->last_row
                                         : number(nest->emission, rows->end);
    const char *row = product->row;
    bool whole = product->last_row && rows->end == 0 && product->rows > 0;
    if (whole)
        ctext_open(c, "for (int %s = %s; %s + %lld <= %s; %s += %lld)", row,
                   rows->first, row, (long long)rows->step, last, row,
                   (long long)rows->step);
    else
        ctext_open(c, "for (int %s = %s; %s < %s; %s += %lld)", row,
                   rows->first, row, last, row, (long long)rows->step);
    emit_block(nest);
    ctext_close(c, "");
}

/* All rows of one panel: blocks as tall as can be, then what is left over. */
static void emit_panel(struct nest *nest)
{
    const struct product *product = nest->product;
    int64_t tall = nest->emission->plan->block.rows;
    const char *first = product->first_row ? product->first_row : "0";
    if (product->rows == 0) {
        emit_rows(nest, &(struct stretch){first, 0, tall});
        return;
    }
    int64_t whole = product->rows / tall * tall;
    int64_t left = product->rows - whole;
    if (whole > 0)
        emit_rows(nest, &(struct stretch){first, product->last_row ? 0 : whole,
                                          tall});
    if (left > 0)
        emit_rows(nest, &(struct stretch){number(nest->emission, whole),
                                          product->rows, left});
}

/* True where a panel is more than one loop, and needs braces around them. */
static bool is_split(const struct nest *nest)
{
    int64_t rows = nest->product->rows, tall = nest->emission->plan->block.rows;
    return rows > tall && rows % tall != 0;
}

/* A panel behind the head of a loop or an if. */
static void emit_panel_body(struct nest *nest, const char *head)
{
    struct ctext *c = &nest->emission->c;
    if (is_split(nest)) {
        ctext_open(c, "%s", head);
        emit_panel(nest);
        ctext_close(c, "");
        return;
    }
    ctext_line(c, "%s", head);
    ctext_indent(c);
    emit_panel(nest);
    ctext_outdent(c);
}

/* A panel of `vectors` vectors at each column of [first, end). */
static void emit_panels(struct nest *nest, const char *first, int64_t end,
                        int64_t vectors)
{
    struct arena *arena = nest->emission->arena;
    const char *last = nest->product->last_column;
    long long step = vectors * nest->emission->plan->vector;
    nest->vectors = vectors;
    nest->column = "j";
    emit_panel_body(
        nest,
        last
            ? arena_printf(arena, "for (int j = %s; j + %lld <= %s; j += %lld)",
                           first, step, last, step)
            : arena_printf(arena, "for (int j = %s; j < %lld; j += %lld)",
                           first, (long long)end, step));
}

/* The last panel, narrower than the others: at a fixed column, and done by
 * the worker whose share ends there. */
static void emit_last_panel(struct nest *nest, int64_t at, int64_t vectors)
{
    const struct product *product = nest->product;
    nest->vectors = vectors;
    nest->column = number(nest->emission, at);
    if (product->last_column)
        emit_panel_body(nest,
                        arena_printf(nest->emission->arena, "if (%s == %lld)",
                                     product->last_column,
                                     (long long)product->columns));
    else
        emit_panel(nest);
}

void emit_product(struct emission *emission, const struct product *product)
{
    struct nest nest = {.emission = emission, .product = product};
    int64_t vector = emission->plan->vector;
    int64_t wide = emission->plan->block.vectors;
    bool packed = product->out_is_packed || product->right_is_packed;
    int64_t partial = packed ? product->columns % vector : 0;
    int64_t vectors = packed ? product->columns / vector
                             : (product->columns + vector - 1) / vector;
    int64_t panels = vectors / wide, left = vectors % wide;
    const char *first = product->first_column ? product->first_column : "0";
    if (panels > 0)
        emit_panels(&nest, first, panels * wide * vector, wide);
    if (left > 0)
        emit_last_panel(&nest, panels * wide * vector, left);
    if (partial > 0) {
        nest.partial = partial;
        emit_last_panel(&nest, vectors * vector, 1);
    }
}
