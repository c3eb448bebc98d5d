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

static const char *matrix_name(struct emission *emission,
                               const struct node *node)
{
    return weight_identifier(emission, node->layer, node->operation->kernel);
}

/* Of an operation that has a bias. */
static const char *bias_of(struct emission *emission, const struct node *node)
{
    return weight_identifier(emission, node->layer, node->operation->bias);
}

static const struct expr *variable(const struct emission *emission,
                                   const char *name)
{
    return expr_name(emission->arena, name);
}

/* &name[row][value]: a value of a row of samples. */
static const struct expr *row_value(const struct emission *emission,
                                    const char *name, const char *row,
                                    const struct expr *value)
{
    return expr_address(expr_index(
        expr_index(variable(emission, name), variable(emission, row)), value));
}

/* p * size + value: a value of position p. */
static const struct expr *of_position(const struct emission *emission,
                                      int64_t size, const char *value)
{
    return expr_add(expr_times(variable(emission, "p"), size),
                    variable(emission, value));
}

/* &of->name[row][j], of a kernel. */
static const struct expr *kernel_value(struct emission *emission,
                                       const struct node *node, const char *of,
                                       const char *row)
{
    const struct expr *kernel =
        expr_member(variable(emission, of), matrix_name(emission, node));
    return expr_address(expr_index(expr_index(kernel, variable(emission, row)),
                                   variable(emission, "j")));
}

/* A product over the rows of a tile: samples, or the positions of each. */
static void emit_rows_times(struct emission *emission, struct product *product,
                            int64_t n_positions, const char *left,
                            int64_t left_size, const char *out,
                            int64_t out_size)
{
    if (n_positions == 1) {
        product->row = "n";
        product->rows = emission->plan->tile;
        product->left = row_value(emission, left, "n", variable(emission, "k"));
        product->left_stride = row_stride(left_size);
        product->out = row_value(emission, out, "n", variable(emission, "j"));
        product->out_stride = row_stride(out_size);
        emit_product(emission, product);
        return;
    }
    ctext_open(&emission->c, "for (int n = 0; n < TILE; n++)");
    product->row = "p";
    product->rows = n_positions;
    product->left =
        row_value(emission, left, "n", of_position(emission, left_size, "k"));
    product->left_stride = left_size;
    product->out =
        row_value(emission, out, "n", of_position(emission, out_size, "j"));
    product->out_stride = out_size;
    product->out_is_packed = true;
    emit_product(emission, product);
    ctext_close(&emission->c, "");
}

void emit_row_product(struct emission *emission, const struct node *node)
{
    const struct product_sizes *sizes = &node->operation->product;
    int64_t in = sizes->in, units = sizes->out;
    bool has_bias = node->operation->bias;
    open_node(emission, node, "y[%lld] = x[%lld] kernel[%lld][%lld]%s",
              (long long)units, (long long)in, (long long)in, (long long)units,
              has_bias ? arena_printf(emission->arena, " + bias[%lld]",
                                      (long long)units)
                       : "");
    struct product product = {
        .columns = units,
        .depth = arena_printf(emission->arena, "%lld", (long long)in),
        .right = kernel_value(emission, node, "w", "k"),
        .start = has_bias ? expr_address(
                                expr_index(expr_member(variable(emission, "w"),
                                                       bias_of(emission, node)),
                                           variable(emission, "j")))
                          : NULL,
    };
    emit_rows_times(emission, &product, sizes->positions, "x", in, "y", units);
}

void emit_row_product_backward(struct emission *emission,
                               const struct node *node)
{
    const struct product_sizes *sizes = &node->operation->product;
    int64_t in = sizes->in, units = sizes->out;
    open_node(emission, node, "dx[%lld] = dy[%lld] kernel^T[%lld][%lld]",
              (long long)in, (long long)units, (long long)units, (long long)in);
    struct product product = {
        .columns = in,
        .depth = arena_printf(emission->arena, "%lld", (long long)units),
        .right = kernel_value(emission, node, "t", "k"),
    };
    emit_rows_times(emission, &product, sizes->positions, "dy", units, "dx",
                    in);
}

/* One position: the samples are the depth. More: the positions of each. */
static void emit_kernel_product(struct emission *emission,
                                const struct node *node,
                                struct product *product)
{
    struct arena *arena = emission->arena;
    const struct product_sizes *sizes = &node->operation->product;
    int64_t in = sizes->in, units = sizes->out;
    product->row = "i";
    product->rows = in;
    product->columns = units;
    product->left_stride = 1;
    product->out = kernel_value(emission, node, "g", "i");
    product->out_stride = row_stride(units);
    if (sizes->positions == 1) {
        product->left = row_value(emission, "x", "k", variable(emission, "i"));
        product->right =
            row_value(emission, "dy", "k", variable(emission, "j"));
        emit_product(emission, product);
        return;
    }
    product->depth_loops[0] = arena_printf(
        arena, "for (int p = 0; p < %lld; p++)", (long long)sizes->positions);
    product->left =
        row_value(emission, "x", "k", of_position(emission, in, "i"));
    product->right =
        row_value(emission, "dy", "k", of_position(emission, units, "j"));
    product->right_is_packed = true;
    emit_product(emission, product);
}

/* dbias[j] for begin <= j < end, over `rows` samples. */
static void emit_bias_sum(struct emission *emission, const struct node *node,
                          const char *rows, const char *begin, const char *end)
{
    struct ctext *c = &emission->c;
    const char *bias = bias_of(emission, node);
    long long units = node->operation->product.out;
    long long n_positions = node->operation->product.positions;
    ctext_line(c, "for (int n = 0; n < %s; n++)", rows);
    ctext_indent(c);
    if (n_positions > 1) {
        ctext_line(c, "for (int p = 0; p < %lld; p++)", n_positions);
        ctext_indent(c);
    }
    ctext_line(c, "for (int j = %s; j < %s; j++)", begin, end);
    if (n_positions > 1)
        ctext_line(c, "    g->%s[j] += dy[n][p * %lld + j];", bias, units);
    else
        ctext_line(c, "    g->%s[j] += dy[n][j];", bias);
    ctext_outdent(c);
    if (n_positions > 1)
        ctext_outdent(c);
}

/* Over one tile, added to the lane's sums. */
static void emit_lane_gradient(struct emission *emission,
                               const struct node *node)
{
    struct ctext *c = &emission->c;
    const char *units = arena_printf(emission->arena, "%lld",
                                     (long long)node->operation->product.out);
    open_node(emission, node,
              "dkernel += x^T dy and dbias += the sum of dy; a lane "
              "that starts has nothing to add to");
    struct product product = {.depth = "TILE", .starts = "starts"};
    emit_kernel_product(emission, node, &product);
    if (node->operation->bias) {
        const char *bias = bias_of(emission, node);
        ctext_line(c, "for (int j = 0; starts && j < %s; j++)", units);
        ctext_line(c, "    g->%s[j] = 0;", bias);
        emit_bias_sum(emission, node, "TILE", "0", units);
    }
}

/* Samples that lie more than a processor's prefetcher looks ahead (2 KiB) are
 * asked for by hand: two blocks of rows fill a line of 16 numbers, and the
 * next panel begins at the first row again. */
static const char *line_ahead(const struct product_sizes *sizes,
                              bool by_columns)
{
    enum { FORESEEN = 2048 / sizeof(float) };
    if (by_columns || sizes->positions > 1 || sizes->in <= FORESEEN)
        return NULL;
    return "x[k] + (i + 16 < last ? i + 16 : first)";
}

/* Over the whole batch, for a worker's part of the kernel; the bias goes with
 * its columns, or with the first row. */
static void emit_batch_gradient(struct emission *emission,
                                const struct node *node)
{
    struct ctext *c = &emission->c;
    bool by_columns =
        weight_plan(emission->plan, node->operation->kernel)->split.by_columns;
    const char *units = arena_printf(emission->arena, "%lld",
                                     (long long)node->operation->product.out);
    open_node(
        emission, node,
        "dkernel = x^T dy and dbias = the sum of dy over the batch's rows; "
        "%s first..last - 1 of the kernel",
        by_columns ? "columns" : "rows");
    struct product product = {
        .depth = "rows",
        .ahead = line_ahead(&node->operation->product, by_columns)};
    *(by_columns ? &product.first_column : &product.first_row) = "first";
    *(by_columns ? &product.last_column : &product.last_row) = "last";
    emit_kernel_product(emission, node, &product);
    if (node->operation->bias) {
        const char *begin = by_columns ? "first" : "0";
        const char *end = by_columns ? "last" : units;
        if (!by_columns)
            ctext_open(c, "if (first == 0)");
        ctext_line(c, "for (int j = %s; j < %s; j++)", begin, end);
        ctext_line(c, "    g->%s[j] = 0;", bias_of(emission, node));
        emit_bias_sum(emission, node, "rows", begin, end);
        if (!by_columns)
            ctext_close(c, "");
    }
}

void emit_row_product_gradient(struct emission *emission,
                               const struct node *node)
{
    if (node->by_lane)
        emit_lane_gradient(emission, node);
    else
        emit_batch_gradient(emission, node);
}
