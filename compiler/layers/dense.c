/* Dense(units): y = x kernel + bias, on the last axis.
 *
 *   y[units]       = sum over k of x[k] kernel[k][units] + bias[units]
 *   dx[k]          = sum over units of dy[units] kernel[k][units]
 *   dkernel[k][u]  = sum over samples of x[k] dy[u]
 *   dbias[u]       = sum over samples of dy[u]
 *
 * Goodfellow, Bengio, Courville 2016, section 6.5.6. A sample of higher rank
 * is so many positions, each a row of its own. The input gradient reads a
 * transposed copy of the kernel, so that all three products have the same
 * form: a broadcast from the left times vectors from the right. */
#include "compiler/emit/emit.h"
#include "compiler/layers/layer.h"

static const struct parameter parameters[] = {
    {.name = "units", .type = PARAMETER_INTEGER, .least = 1},
    {.name = "activation",
     .type = PARAMETER_ACTIVATION,
     .preset = {.kind = VALUE_WORD, .word = "linear"}},
    {.name = "use_bias",
     .type = PARAMETER_BOOLEAN,
     .preset = {.kind = VALUE_WORD, .word = "true"}},
    {.name = "kernel_initializer",
     .type = PARAMETER_INITIALIZER,
     .preset = {.kind = VALUE_WORD, .word = "glorot_uniform"}},
    {.name = "bias_initializer",
     .type = PARAMETER_INITIALIZER,
     .preset = {.kind = VALUE_WORD, .word = "zeros"}},
    {.name = "kernel_regularizer", .type = PARAMETER_REFUSED},
    {.name = "bias_regularizer", .type = PARAMETER_REFUSED},
    {.name = "activity_regularizer", .type = PARAMETER_REFUSED},
    {.name = "kernel_constraint", .type = PARAMETER_REFUSED},
    {.name = "bias_constraint", .type = PARAMETER_REFUSED},
};

static int64_t input_size(const struct layer *layer)
{
    const struct shape *input = &layer->inputs[0]->shape;
    return input->size[input->rank - 1];
}

static int64_t positions(const struct layer *layer)
{
    return shape_elements(&layer->inputs[0]->shape) / input_size(layer);
}

static void infer(struct inference *inference)
{
    struct layer *layer = inference->layer;
    int64_t units = layer_integer(layer, "units"), in = input_size(layer);
    int64_t elements;
    if (units > MAX_ELEMENTS || __builtin_mul_overflow(in, units, &elements) ||
        elements > MAX_ELEMENTS) {
        diag_error(inference->diags, layer->where,
                   "the kernel of '%s' would have %lld * %lld values: "
                   "2147483648 are the most",
                   layer->name, (long long)in, (long long)units);
        return;
    }
    layer->shape = layer->inputs[0]->shape;
    layer->shape.size[layer->shape.rank - 1] = units;
    layer_add_weight(layer, "kernel",
                     (struct shape){.rank = 2, .size = {in, units}},
                     "kernel_initializer");
    if (layer_boolean(layer, "use_bias"))
        layer_add_weight(layer, "bias",
                         (struct shape){.rank = 1, .size = {units}},
                         "bias_initializer");
    layer->macs = positions(layer) * in * units;
}

static struct activation_use activation(const struct layer *layer)
{
    return (struct activation_use){
        (enum activation)layer_integer(layer, "activation"), 1.0};
}

static const char *weight_name(struct emission *emission,
                               const struct layer *layer, int index)
{
    return index < layer->n_weights
               ? weight_identifier(emission, layer, &layer->weights[index])
               : NULL;
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
                                       const struct layer *layer,
                                       const char *of, const char *row)
{
    const struct expr *kernel =
        expr_member(variable(emission, of), weight_name(emission, layer, 0));
    return expr_address(expr_index(expr_index(kernel, variable(emission, row)),
                                   variable(emission, "j")));
}

/* A product over the rows of a tile: samples, or the positions of each. */
static void emit_row_product(struct emission *emission, struct product *product,
                             const struct layer *layer, const char *left,
                             int64_t left_size, const char *out,
                             int64_t out_size)
{
    int64_t n_positions = positions(layer);
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

static void emit_forward(struct emission *emission, const struct node *node)
{
    const struct layer *layer = node->layer;
    int64_t in = input_size(layer), units = layer->weights[0].shape.size[1];
    const char *bias = weight_name(emission, layer, 1);
    emit_layer_comment(
        emission, layer, "y[%lld] = x[%lld] kernel[%lld][%lld]%s",
        (long long)units, (long long)in, (long long)in, (long long)units,
        bias ? arena_printf(emission->arena, " + bias[%lld]", (long long)units)
             : "");
    emit_node_head(emission, node);
    struct product product = {
        .columns = units,
        .depth = arena_printf(emission->arena, "%lld", (long long)in),
        .right = kernel_value(emission, layer, "w", "k"),
        .start = bias ? expr_address(expr_index(
                            expr_member(variable(emission, "w"), bias),
                            variable(emission, "j")))
                      : NULL,
    };
    emit_row_product(emission, &product, layer, "x", in, "y", units);
    ctext_close(&emission->c, "");
}

static void emit_backward(struct emission *emission, const struct node *node)
{
    const struct layer *layer = node->layer;
    int64_t in = input_size(layer), units = layer->weights[0].shape.size[1];
    emit_layer_comment(
        emission, layer, "dx[%lld] = dy[%lld] kernel^T[%lld][%lld]",
        (long long)in, (long long)units, (long long)units, (long long)in);
    emit_node_head(emission, node);
    struct product product = {
        .columns = in,
        .depth = arena_printf(emission->arena, "%lld", (long long)units),
        .right = kernel_value(emission, layer, "t", "k"),
    };
    emit_row_product(emission, &product, layer, "dy", units, "dx", in);
    ctext_close(&emission->c, "");
}

/* One position: the samples are the depth. More: the positions of each. */
static void emit_kernel_product(struct emission *emission,
                                const struct layer *layer,
                                struct product *product)
{
    struct arena *arena = emission->arena;
    int64_t in = input_size(layer), units = layer->weights[0].shape.size[1];
    product->row = "i";
    product->rows = in;
    product->columns = units;
    product->left_stride = 1;
    product->out = kernel_value(emission, layer, "g", "i");
    product->out_stride = row_stride(units);
    if (positions(layer) == 1) {
        product->left = row_value(emission, "x", "k", variable(emission, "i"));
        product->right =
            row_value(emission, "dy", "k", variable(emission, "j"));
        emit_product(emission, product);
        return;
    }
    product->depth_loops[0] = arena_printf(
        arena, "for (int p = 0; p < %lld; p++)", (long long)positions(layer));
    product->left =
        row_value(emission, "x", "k", of_position(emission, in, "i"));
    product->right =
        row_value(emission, "dy", "k", of_position(emission, units, "j"));
    product->right_is_packed = true;
    emit_product(emission, product);
}

/* dbias[j] for begin <= j < end, over `rows` samples. */
static void emit_bias_sum(struct emission *emission, const struct layer *layer,
                          const char *rows, const char *begin, const char *end)
{
    struct ctext *c = &emission->c;
    const char *bias = weight_identifier(emission, layer, &layer->weights[1]);
    long long units = layer->weights[0].shape.size[1];
    long long n_positions = positions(layer);
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
    const struct layer *layer = node->layer;
    const char *units = arena_printf(
        emission->arena, "%lld", (long long)layer->weights[0].shape.size[1]);
    emit_layer_comment(emission, layer,
                       "dkernel += x^T dy and dbias += the sum of dy; a lane "
                       "that starts has nothing to add to");
    emit_node_head(emission, node);
    struct product product = {.depth = "TILE", .starts = "starts"};
    emit_kernel_product(emission, layer, &product);
    if (layer->n_weights > 1) {
        const char *bias =
            weight_identifier(emission, layer, &layer->weights[1]);
        ctext_line(c, "for (int j = 0; starts && j < %s; j++)", units);
        ctext_line(c, "    g->%s[j] = 0;", bias);
        emit_bias_sum(emission, layer, "TILE", "0", units);
    }
    ctext_close(c, "");
}

/* Samples that lie more than a processor's prefetcher looks ahead (2 KiB) are
 * asked for by hand: two blocks of rows fill a line of 16 numbers, and the
 * next panel begins at the first row again. */
static const char *line_ahead(const struct layer *layer, bool by_columns)
{
    enum { FORESEEN = 2048 / sizeof(float) };
    if (by_columns || positions(layer) > 1 || input_size(layer) <= FORESEEN)
        return NULL;
    return "x[k] + (i + 16 < last ? i + 16 : first)";
}

/* Over the whole batch, for a worker's part of the kernel; the bias goes with
 * its columns, or with the first row. */
static void emit_batch_gradient(struct emission *emission,
                                const struct node *node)
{
    struct ctext *c = &emission->c;
    const struct layer *layer = node->layer;
    bool by_columns = kernel_plan(emission->plan, layer)->split.by_columns;
    const char *units = arena_printf(
        emission->arena, "%lld", (long long)layer->weights[0].shape.size[1]);
    emit_layer_comment(
        emission, layer,
        "dkernel = x^T dy and dbias = the sum of dy over the batch's rows; "
        "%s first..last - 1 of the kernel",
        by_columns ? "columns" : "rows");
    emit_node_head(emission, node);
    struct product product = {.depth = "rows",
                              .ahead = line_ahead(layer, by_columns)};
    *(by_columns ? &product.first_column : &product.first_row) = "first";
    *(by_columns ? &product.last_column : &product.last_row) = "last";
    emit_kernel_product(emission, layer, &product);
    if (layer->n_weights > 1) {
        const char *begin = by_columns ? "first" : "0";
        const char *end = by_columns ? "last" : units;
        if (!by_columns)
            ctext_open(c, "if (first == 0)");
        ctext_line(c, "for (int j = %s; j < %s; j++)", begin, end);
        ctext_line(c, "    g->%s[j] = 0;",
                   weight_identifier(emission, layer, &layer->weights[1]));
        emit_bias_sum(emission, layer, "rows", begin, end);
        if (!by_columns)
            ctext_close(c, "");
    }
    ctext_close(c, "");
}

static void emit_gradient(struct emission *emission, const struct node *node)
{
    if (node->by_lane)
        emit_lane_gradient(emission, node);
    else
        emit_batch_gradient(emission, node);
}

static bool reads_transposed(const struct plan *plan, const struct node *node)
{
    (void)plan;
    return node->kind == NODE_BACKWARD;
}

static double executed(const struct plan *plan, const struct node *node)
{
    const struct shape *kernel = &node->layer->weights[0].shape;
    int64_t columns =
        node->kind == NODE_BACKWARD ? kernel->size[0] : kernel->size[1];
    int64_t vector = plan->vector;
    int64_t padded = (columns + vector - 1) / vector * vector;
    return (double)node->layer->macs * (double)padded / (double)columns *
           plan->tiles * plan->tile;
}

const struct layer_kind layer_dense = {
    .name = "Dense",
    .stem = "dense",
    .parameters = parameters,
    .n_parameters = sizeof parameters / sizeof parameters[0],
    .least_inputs = 1,
    .most_inputs = 1,
    .infer = infer,
    .activation = activation,
    .layout = LAYOUT_ROWS,
    .reads_transposed = reads_transposed,
    .executed = executed,
    .emit_forward = emit_forward,
    .emit_backward = emit_backward,
    .emit_gradient = emit_gradient,
};
