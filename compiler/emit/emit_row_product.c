/* Products at each position of a sample: y = x kernel + bias.
 *
 *   y[out]          = sum over in of x[in] kernel[in][out] + bias[out]
 *   dx[in]          = sum over out of dy[out] kernel[in][out]
 *   dkernel[in][out] = sum over samples of x[in] dy[out]
 *   dbias[out]      = sum over samples of dy[out]
 *
 * Goodfellow, Bengio, Courville 2016, section 6.5.6. A sample of several
 * positions is so many rows. The input gradient reads a transposed copy of the
 * kernel, so that all three products have the same form: a broadcast from the
 * left times vectors from the right. */
#include "compiler/emit/operations.h"
#include "compiler/emit/panels.h"
#include "compiler/emit/view.h"
#include "compiler/plan/products.h"

/* Of an operation that has a bias. */
static const char *bias_of(struct emission *emission, const struct node *node)
{
    return weight_identifier(emission, node->layer, node->operation->bias);
}

/* &x[row][k]: a value of a row of samples; where those have several positions,
 * of `size` values, that of position p: &x[row][p * 28 + k]. */
static const struct expr *row_value(const struct emission *emission,
                                    const struct node *node, const char *name,
                                    const char *row, int64_t size,
                                    const char *value)
{
    const struct expr *at = variable(emission, value);
    if (node->operation->product.positions > 1)
        at = expr_add(expr_times(variable(emission, "p"), size), at);
    return matrix_place(variable(emission, name), variable(emission, row), at);
}

/* &of->name[row][j], of a kernel. */
static const struct expr *kernel_value(struct emission *emission,
                                       const struct node *node, const char *of,
                                       const char *row)
{
    const char *name =
        weight_identifier(emission, node->layer, node->operation->kernel);
    return matrix_place(expr_member(variable(emission, of), name),
                        variable(emission, row), variable(emission, "j"));
}

/* ---- over the rows of a tile ---------------------------------------------- */

/* The body of y from x, or of dx from dy: `in` values a position to `out` of
 * them. Rows are samples, or the positions of each. */
static void emit_rows_times(struct emission *emission, const struct node *node,
                            int64_t in, int64_t out)
{
    bool is_forward = node->kind == NODE_FORWARD;
    int64_t positions = node->operation->product.positions;
    bool has_positions = positions > 1;
    struct product product = {
        .block = node->block,
        .row = has_positions ? "p" : "n",
        .rows = has_positions ? positions : emission->plan->tile,
        .row_count = has_positions ? NULL : "TILE",
        .columns = out,
        .depth_loops = {loop_text(emission, "k", integer_text(emission, in))},
        .left =
            row_value(emission, node, is_forward ? "x" : "dy", "n", in, "k"),
        .left_stride = has_positions ? in : row_stride(in),
        .right = kernel_value(emission, node, is_forward ? "w" : "t", "k"),
        .out =
            row_value(emission, node, is_forward ? "y" : "dx", "n", out, "j"),
        .out_stride = has_positions ? out : row_stride(out),
        .out_is_packed = has_positions,
    };
    if (is_forward && node->operation->bias)
        product.start = expr_address(expr_index(
            expr_member(variable(emission, "w"), bias_of(emission, node)),
            variable(emission, "j")));
    if (has_positions) {
        ctext_head(&emission->c, "for (int n = 0; n < TILE; n++)");
        ctext_body(&emission->c);
    }
    emit_product(emission, &product);
    if (has_positions)
        ctext_close(&emission->c, "");
}

void emit_row_product(struct emission *emission, const struct node *node)
{
    const struct product_sizes *sizes = &node->operation->product;
    long long in = sizes->in, units = sizes->out;
    open_node(emission, node, "y[%lld] = x[%lld] kernel[%lld][%lld]%s", units,
              in, in, units,
              node->operation->bias
                  ? arena_printf(emission->arena, " + bias[%lld]", units)
                  : "");
    if (node->algorithm == ALGORITHM_PANELS)
        emit_panel_rows(emission, node);
    else
        emit_rows_times(emission, node, in, units);
}

void emit_row_product_backward(struct emission *emission,
                               const struct node *node)
{
    const struct product_sizes *sizes = &node->operation->product;
    long long in = sizes->in, units = sizes->out;
    open_node(emission, node, "dx[%lld] = dy[%lld] kernel^T[%lld][%lld]", in,
              units, units, in);
    if (node->algorithm == ALGORITHM_PANELS)
        emit_panel_rows(emission, node);
    else
        emit_rows_times(emission, node, units, in);
}

/* ---- the gradient --------------------------------------------------------- */

/* The samples are the depth, and the positions of each: `rows` of them. What the
 * processor does not look ahead for, which lies two blocks of rows further, or in
 * the next panel's first row, is asked for by hand. */
static void emit_kernel_product(struct emission *emission,
                                const struct node *node, const char *rows,
                                enum share share)
{
    const struct product_sizes *sizes = &node->operation->product;
    const char *positions = integer_text(emission, sizes->positions);
    emit_product(
        emission,
        &(struct product){
            .block = node->block,
            .share = share,
            .row = "i",
            .rows = sizes->in,
            .columns = sizes->out,
            .depth_loops = {loop_text(emission, "k", rows),
                            sizes->positions > 1
                                ? loop_text(emission, "p", positions)
                                : NULL},
            .overwrites = node->by_shard ? "first_tile" : NULL,
            .left = row_value(emission, node, "x", "k", sizes->in, "i"),
            .left_stride = 1,
            .ahead = node->fetches_ahead
                         ? "x[k] + (i + 16 < last ? i + 16 : first)"
                         : NULL,
            .right = row_value(emission, node, "dy", "k", sizes->out, "j"),
            .right_is_packed = sizes->positions > 1,
            .out = kernel_value(emission, node, "g", "i"),
            .out_stride = row_stride(sizes->out),
        });
}

/* dbias[j] for begin <= j < end, over `rows` samples; begun anew `where`. */
static void emit_bias_sum(struct emission *emission, const struct node *node,
                          const char *rows, const char *const range[2],
                          const char *where)
{
    struct ctext *c = &emission->c;
    const char *bias = bias_of(emission, node);
    const struct product_sizes *sizes = &node->operation->product;
    ctext_line(c,
               "for (int j = %s; %sj < %s; j++)\n"
               "    g->%s[j] = 0;",
               range[0], where, range[1], bias);
    ctext_head(c, "%s", loop_text(emission, "n", rows));
    if (sizes->positions > 1)
        head_count(c, "p", sizes->positions);
    ctext_head(c, "for (int j = %s; j < %s; j++)", range[0], range[1]);
    if (sizes->positions > 1)
        ctext_line(c, "g->%s[j] += dy[n][p * %lld + j];", bias,
                   (long long)sizes->out);
    else
        ctext_line(c, "g->%s[j] += dy[n][j];", bias);
}

/* Over one tile, added to the shard's sums. */
static void emit_shard_gradient(struct emission *emission,
                                const struct node *node)
{
    const char *const all[] = {
        "0", integer_text(emission, node->operation->product.out)};
    open_node(emission, node,
              "dkernel += x^T dy and dbias += the sum of dy; a shard's first "
              "tile overwrites its sums");
    emit_kernel_product(emission, node, "TILE", SHARE_NONE);
    if (node->operation->bias)
        emit_bias_sum(emission, node, "TILE", all, "first_tile && ");
}

/* A row of a block is a part of the kernel's gradient, or of its sum over several
 * panels. */
static void emit_put_row(struct emission *emission,
                         const struct weight_plan *kernel, const char *columns,
                         const char *column)
{
    bool is_whole = gradient_is_whole(emission->plan, kernel->trained_by);
    ctext_line(&emission->c, "guss_put_row(%s, dw[r], &g->%s[i + r][%s], %s);",
               columns,
               weight_identifier(emission, kernel->layer, kernel->weight),
               column, is_whole ? "true" : "k == 0");
}

void emit_batch_bias(struct emission *emission, const struct node *node)
{
    const char *const all[] = {
        "0", integer_text(emission, node->operation->product.out)};
    ctext_open(&emission->c, "if (first == 0)");
    emit_bias_sum(emission, node, "rows", all, "");
    ctext_close(&emission->c, "");
}

/* Over the whole batch, for a worker's part of the kernel; the bias goes with
 * its columns, or with the first row. */
static void emit_batch_gradient(struct emission *emission,
                                const struct node *node)
{
    bool by_columns =
        weight_plan(emission->plan, node->operation->kernel)->split.by_columns;
    static const char *const share[] = {"first", "last"};
    open_node(
        emission, node,
        "dkernel = x^T dy and dbias = the sum of dy over the batch's rows; "
        "%s first..last - 1 of the kernel",
        by_columns ? "columns" : "rows");
    if (node->algorithm == ALGORITHM_PANELS)
        emit_panel_gradient(emission, node, NULL, emit_put_row);
    else
        emit_kernel_product(emission, node, "rows",
                            by_columns ? SHARE_COLUMNS : SHARE_ROWS);
    if (node->operation->bias && by_columns)
        emit_bias_sum(emission, node, "rows", share, "");
    else if (node->operation->bias)
        emit_batch_bias(emission, node);
}

void emit_row_product_gradient(struct emission *emission,
                               const struct node *node)
{
    if (node->by_shard)
        emit_shard_gradient(emission, node);
    else
        emit_batch_gradient(emission, node);
}
