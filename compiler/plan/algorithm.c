/* How each node is computed. */
#include "compiler/plan/algorithm.h"

/* ---- register blocks --------------------------------------------------- */

/* What a row of a block is multiplied by: a number for all of the vector, or a
 * vector of its own. */
enum row_kind { ROW_IS_NUMBER, ROW_IS_VECTOR };

/* Cycles of a step of the depth, at two multiply-adds and two loads a cycle,
 * with as many sums as hide the latency of four cycles. Vectors are not always in
 * the first cache: between blocks that compute alike, the one that loads fewer
 * is faster. A step of the paper's convolutional autoencoder took 9.0 ms with
 * 13 x 2 sums of conv2d_5's gradient, 8.6 ms with 6 x 4; of its DCGAN 108 ms
 * with blocks of 5 x 4, whose columns are the kernel's, 103 with 14 x 2. Of one
 * or two rows GCC loads the columns anew for each: 2 x 4 sums of 16 registers
 * reached 112 of 137 GFLOP/s, 4 x 2 and 5 x 2 of them 130, 6 x 2 all. */
static double step_cost(int64_t rows, int64_t columns, enum row_kind kind)
{
    const double of_number = 0.1, of_vector = 0.3;
    int64_t sums = rows * columns < 8 ? 8 : rows * columns;
    int64_t loads = rows + (rows > 2 ? columns : rows * columns);
    double of_row = kind == ROW_IS_NUMBER ? of_number : of_vector;
    return (double)(sums > loads ? sums : loads) / 2 + of_row * (double)rows +
           of_vector * (double)columns + 0.5;
}

/* An extent in as few parts of at most `most` as there can be, of sizes that
 * differ by one: `count` of size `large`, the others one less. */
struct parts {
    int64_t large, count, others;
};

static struct parts parts_of(int64_t extent, int64_t most)
{
    int64_t n = (extent + most - 1) / most;
    int64_t large = (extent + n - 1) / n;
    int64_t count = extent - n * (large - 1);
    return (struct parts){large, count, n - count};
}

/* Of a row of blocks, each so many rows high. */
static double row_cost(int64_t rows, const struct parts *columns,
                       enum row_kind kind)
{
    double cost =
        (double)columns->count * step_cost(rows, columns->large, kind);
    if (columns->others > 0)
        cost +=
            (double)columns->others * step_cost(rows, columns->large - 1, kind);
    return cost;
}

static double blocks_cost(const struct parts *rows, const struct parts *columns,
                          enum row_kind kind)
{
    const double second_width = 1.04; /* another nest over the same rows */
    double cost = (double)rows->count * row_cost(rows->large, columns, kind);
    if (rows->others > 0)
        cost += (double)rows->others * row_cost(rows->large - 1, columns, kind);
    return columns->others > 0 ? cost * second_width : cost;
}

/* The largest blocks of so many rows and columns: sums, a row's columns and what
 * meets them are in registers. */
static struct block best_block(const struct plan *plan, int64_t row_extent,
                               int64_t column_extent, enum row_kind kind)
{
    int64_t registers = plan->target->registers - 1;
    struct block best = {1, 1};
    double least = 0;
    for (int64_t rows = 1; rows <= row_extent && rows <= 16; rows++)
        for (int64_t columns = 1; columns <= column_extent; columns++) {
            if (rows * columns + columns > registers)
                break;
            struct parts down = parts_of(row_extent, rows);
            struct parts across = parts_of(column_extent, columns);
            double cost = blocks_cost(&down, &across, kind);
            if (least > 0 && cost >= least)
                continue;
            least = cost;
            best = (struct block){(int)down.large, (int)across.large};
        }
    return best;
}

static bool is_dot(const struct plan *plan, const struct node *node)
{
    return weight_plan(plan, node->operation->kernel)->is_dot;
}

/* True where a vector of channels meets a vector of the kernel, each channel its
 * own filter. */
static bool is_single(const struct node *node)
{
    return !node->batch_innermost &&
           geometry_is_single(&node->operation->convolution.geometry);
}

/* Rows of taps whose sums of the gradient are in registers at once: all, where
 * they and the pixels that pass leave some. */
static int rows_of_taps(const struct plan *plan, const struct node *node)
{
    enum { PIXELS = 4 };
    const int64_t *size = node->operation->convolution.geometry.window.size;
    bool fits = size[0] * size[1] + PIXELS + 2 <= plan->target->registers;
    return node->kind == NODE_GRADIENT && is_single(node) && fits ? (int)size[0]
                                                                  : 1;
}

/* How many pixels a row of taps slides over at once where a pixel's vector,
 * loaded once, meets them all; 0 where it does not slide: taps that lie next to
 * each other do, of one filter or of one for each channel, if enough registers
 * are left. */
static int slide_width(const struct plan *plan, const struct node *node)
{
    enum { LEAST = 4, MOST = 16 };
    const struct conv_geometry *geometry =
        &node->operation->convolution.geometry;
    const struct window *window = &geometry->window;
    bool to_big = is_single(node) && node->kind == NODE_BACKWARD;
    int64_t taps = window->size[1];
    int64_t across = (to_big ? geometry->big : geometry->small).size[1];
    int64_t left =
        plan->target->registers - 2 - taps * rows_of_taps(plan, node);
    if ((!is_dot(plan, node) && !is_single(node)) || window->stride[1] != 1 ||
        window->dilation[1] != 1 || taps == 1 || left < LEAST)
        return 0;
    int64_t most = left < MOST ? left : MOST;
    int64_t blocks = (across + most - 1) / most;
    return (int)((across + blocks - 1) / blocks);
}

/* ---- algorithms --------------------------------------------------------- */

const char *algorithm_word(enum algorithm algorithm)
{
    static const char *const words[] = {
        [ALGORITHM_LOOP] = "loop",       [ALGORITHM_COPY] = "copy",
        [ALGORITHM_PRODUCT] = "product", [ALGORITHM_PANELS] = "panels",
        [ALGORITHM_GATHER] = "gather",   [ALGORITHM_SCATTER] = "scatter",
        [ALGORITHM_DOT] = "dot",         [ALGORITHM_SLIDE] = "slide",
        [ALGORITHM_SINGLE] = "single",
    };
    return words[algorithm];
}

static enum algorithm of_convolution(const struct plan *plan,
                                     const struct node *node)
{
    const struct convolution *convolution = &node->operation->convolution;
    bool slides = slide_width(plan, node) > 0;
    if (is_single(node))
        return slides ? ALGORITHM_SLIDE : ALGORITHM_SINGLE;
    if (node->kind == NODE_GRADIENT)
        return node->batch_innermost ? ALGORITHM_DOT
               : slides              ? ALGORITHM_SLIDE
                                     : ALGORITHM_PRODUCT;
    if (convolution->scatters == (node->kind == NODE_FORWARD))
        return ALGORITHM_SCATTER;
    if (slides)
        return ALGORITHM_SLIDE;
    return weight_plan(plan, node->operation->kernel)->is_dot
               ? ALGORITHM_DOT
               : ALGORITHM_GATHER;
}

static bool is_of_operation(const struct node *node)
{
    return node->kind == NODE_FORWARD || node->kind == NODE_BACKWARD ||
           node->kind == NODE_GRADIENT;
}

static enum algorithm algorithm_of(const struct plan *plan,
                                   const struct node *node)
{
    if (node->kind == NODE_PAD || node->kind == NODE_TRANSPOSE)
        return ALGORITHM_COPY;
    if (!is_of_operation(node))
        return ALGORITHM_LOOP;
    switch (node->operation->primitive) {
    case PRIMITIVE_PRODUCT:
        return ALGORITHM_PRODUCT;
    case PRIMITIVE_CONVOLUTION:
        return of_convolution(plan, node);
    default:
        return ALGORITHM_LOOP;
    }
}

/* A window of one run a row has all taps in one block where that holds them:
 * then the small image is read once, and not once for each row of taps. */
static struct block gradient_block(const struct plan *plan,
                                   const struct conv_geometry *geometry)
{
    int64_t channels = geometry_small_channels(geometry),
            run = geometry_run(geometry);
    int64_t all = geometry->window.size[0] * run;
    struct block whole = best_block(plan, all, channels, ROW_IS_VECTOR);
    if (geometry_run_has_columns(geometry) && all > run && whole.rows == all)
        return whole;
    return best_block(plan, run, channels, ROW_IS_VECTOR);
}

/* Pixels of a row that the node makes alike: of a phase. */
static int64_t pixels_across(const struct node *node)
{
    const struct conv_geometry *geometry =
        &node->operation->convolution.geometry;
    bool scatters =
        (node->kind == NODE_FORWARD) == node->operation->convolution.scatters;
    int64_t pixels = scatters
                         ? geometry->big.size[1] / geometry->window.stride[1]
                         : geometry->small.size[1];
    return pixels > 0 ? pixels : 1;
}

/* Of channels that the node makes, for pixels of a row that are alike. */
static struct block pixel_block(const struct plan *plan,
                                const struct node *node)
{
    const struct conv_geometry *geometry =
        &node->operation->convolution.geometry;
    bool scatters = node->algorithm == ALGORITHM_SCATTER;
    int64_t channels = scatters ? geometry_big_channels(geometry)
                                : geometry_small_channels(geometry);
    int64_t pixels = pixels_across(node);
    if (node->batch_innermost)
        return best_block(plan, channels, pixels, ROW_IS_NUMBER);
    int64_t vectors = channels / plan->vector;
    return best_block(plan, pixels, vectors > 0 ? vectors : 1, ROW_IS_NUMBER);
}

/* Of one filter's gradient: a row that channels are the vectors of. */
enum { SUMS_OF_A_FILTER = 12 };

static struct block convolution_block(const struct plan *plan,
                                      const struct node *node)
{
    const struct conv_geometry *geometry =
        &node->operation->convolution.geometry;
    if (node->algorithm == ALGORITHM_SLIDE)
        return (struct block){slide_width(plan, node),
                              rows_of_taps(plan, node)};
    if (node->algorithm == ALGORITHM_SINGLE && node->kind == NODE_GRADIENT)
        return (struct block){1, rows_of_taps(plan, node)};
    if (node->algorithm == ALGORITHM_SINGLE)
        return (struct block){
            best_block(plan, pixels_across(node), 1, ROW_IS_VECTOR).rows, 1};
    if (node->algorithm == ALGORITHM_PRODUCT)
        return is_dot(plan, node) ? (struct block){1, SUMS_OF_A_FILTER}
                                  : plan->block;
    if (node->kind == NODE_GRADIENT)
        return gradient_block(plan, geometry);
    if (node->algorithm == ALGORITHM_DOT)
        return (struct block){
            best_block(plan, geometry->small.size[1], 1, ROW_IS_VECTOR).rows,
            1};
    return pixel_block(plan, node);
}

/* The cost of a step of the depth of all blocks of a matrix, those that are left
 * over of rows and columns with them. */
static double matrix_cost(struct block block, int64_t rows, int64_t vectors)
{
    int64_t rest_rows = rows % block.rows, rest = vectors % block.vectors;
    double high = (double)(rows / block.rows);
    double wide = (double)(vectors / block.vectors);
    double cost =
        high * wide * step_cost(block.rows, block.vectors, ROW_IS_NUMBER);
    if (rest > 0)
        cost += high * step_cost(block.rows, rest, ROW_IS_NUMBER);
    if (rest_rows > 0)
        cost += wide * step_cost(rest_rows, block.vectors, ROW_IS_NUMBER);
    if (rest > 0 && rest_rows > 0)
        cost += step_cost(rest_rows, rest, ROW_IS_NUMBER);
    return cost;
}

/* Of 16 registers a higher block, too, divides them well: 32 columns are four
 * vectors with AVX2, three and one that has too few sums, or two and two. A step
 * of the simple autoencoder took 0.66 ms with 4 x 3 sums alone, 0.60 so. */
static struct block product_block(const struct plan *plan,
                                  const struct node *node)
{
    const struct block high = {6, 2};
    const struct product_sizes *sizes = &node->operation->product;
    int64_t columns = node->kind == NODE_BACKWARD ? sizes->in : sizes->out;
    int64_t vectors = (columns + plan->vector - 1) / plan->vector;
    int64_t rows = node->kind == NODE_GRADIENT ? sizes->in
                   : sizes->positions > 1      ? sizes->positions
                                               : plan->tile;
    bool has_few = plan->target->registers < 32;
    return has_few && matrix_cost(high, rows, vectors) <
                          matrix_cost(plan->block, rows, vectors)
               ? high
               : plan->block;
}

static struct block block_of(const struct plan *plan, const struct node *node)
{
    if (node->algorithm == ALGORITHM_LOOP || node->algorithm == ALGORITHM_COPY)
        return (struct block){0};
    return node->operation->primitive == PRIMITIVE_CONVOLUTION
               ? convolution_block(plan, node)
               : product_block(plan, node);
}

/* Rows of taps of all rows that the node makes, and those that meet an image and
 * no margin. */
struct tap_rows {
    int64_t all, met;
};

static struct tap_rows tap_rows(const struct node *node)
{
    const struct conv_geometry *geometry =
        &node->operation->convolution.geometry;
    const struct window *window = &geometry->window;
    bool gathers = node->algorithm == ALGORITHM_GATHER;
    int64_t before = geometry->before[0];
    int64_t made = (gathers ? geometry->small : geometry->big).size[0];
    int64_t read = (gathers ? geometry->big : geometry->small).size[0];
    struct tap_rows rows = {.all = made * window->size[0]};
    for (int64_t row = 0; row < made; row++)
        for (int64_t tap = 0; tap < window->size[0]; tap++) {
            int64_t at = gathers ? row * window->stride[0] + tap - before
                                 : row + before - tap;
            rows.met += at >= 0 && at < read;
        }
    return rows;
}

/* Where enough taps meet margins, and rows of taps are long: those that the C
 * compiler would unroll whole lose more than is won. */
static bool skips_margins(const struct node *node)
{
    enum { LEAST_STEPS = 32, LEAST_PART = 50 };
    bool scatters = node->algorithm == ALGORITHM_SCATTER;
    if (node->algorithm != ALGORITHM_GATHER && !scatters)
        return false;
    const struct conv_geometry *geometry =
        &node->operation->convolution.geometry;
    const struct window *window = &geometry->window;
    int64_t channels = scatters ? geometry_small_channels(geometry)
                                : geometry_big_channels(geometry);
    if (window->dilation[0] > 1 || (scatters && window->stride[0] > 1) ||
        window->size[1] * channels < LEAST_STEPS)
        return false;
    struct tap_rows rows = tap_rows(node);
    return (rows.all - rows.met) * LEAST_PART >= rows.all;
}

/* A kernel that fills the second cache would come from behind it for each
 * sample: the part of it that a block of channels reads stays, while all samples
 * of the tile pass, if their images, which pass once for each block, are smaller. */
static bool keeps_kernel(const struct plan *plan, const struct node *node)
{
    enum { LARGE = (512 << 10) / sizeof(float) };
    bool has_blocks = node->algorithm == ALGORITHM_GATHER ||
                      node->algorithm == ALGORITHM_SCATTER;
    const struct conv_geometry *geometry =
        &node->operation->convolution.geometry;
    if (!has_blocks || node->batch_innermost || plan->tile == 1 ||
        geometry->groups > 1)
        return false;
    bool gathers = node->algorithm == ALGORITHM_GATHER;
    const struct shape *read = gathers ? &geometry->big : &geometry->small;
    int64_t made = (gathers ? geometry->small : geometry->big).size[2];
    int64_t numbers = shape_elements(&node->operation->kernel->shape);
    int64_t channels = node->block.vectors * plan->vector;
    int64_t blocks = (made + channels - 1) / channels;
    return numbers >= LARGE && numbers > 2 * blocks * shape_elements(read);
}

/* The input's gradient of a product reads the kernel by columns: from a copy, so
 * that all products have one form. */
static bool reads_transposed(const struct plan *plan, const struct node *node)
{
    bool is_product = is_of_operation(node) &&
                      node->operation->primitive == PRIMITIVE_PRODUCT;
    if (is_product)
        return node->kind == NODE_BACKWARD;
    return node->algorithm == ALGORITHM_SCATTER &&
           !node->operation->convolution.folded && !node->batch_innermost &&
           !is_dot(plan, node);
}

void choose_algorithms(const struct plan *plan, struct program *program)
{
    for (struct node *node = program->nodes; node; node = node->next) {
        node->algorithm = algorithm_of(plan, node);
        node->block = block_of(plan, node);
        node->reads_transposed = reads_transposed(plan, node);
        node->skips_margins = skips_margins(node);
        node->keeps_kernel = keeps_kernel(plan, node);
    }
}

/* Samples that lie more than a processor's prefetcher looks ahead (2 KiB) are
 * asked for by hand: two blocks of rows fill a line of 16 numbers, and the
 * next panel begins at the first row again. */
static bool fetches_ahead(const struct plan *plan, const struct node *node)
{
    enum { FORESEEN = 2048 / sizeof(float) };
    if (node->kind != NODE_GRADIENT || node->by_shard ||
        node->operation->primitive != PRIMITIVE_PRODUCT ||
        node->algorithm != ALGORITHM_PRODUCT)
        return false;
    const struct product_sizes *sizes = &node->operation->product;
    return sizes->positions == 1 && sizes->in > FORESEEN &&
           !weight_plan(plan, node->operation->kernel)->split.by_columns;
}

void choose_fetches(struct plan *plan)
{
    for (struct program *program = plan->programs; program;
         program = program->next)
        for (struct node *node = program->nodes; node; node = node->next)
            node->fetches_ahead = fetches_ahead(plan, node);
}

/* ---- work ---------------------------------------------------------------- */

static double product_executed(const struct plan *plan, const struct node *node)
{
    const struct product_sizes *sizes = &node->operation->product;
    int64_t columns = node->kind == NODE_BACKWARD ? sizes->in : sizes->out;
    int64_t vector = plan->vector;
    int64_t padded = (columns + vector - 1) / vector * vector;
    return (double)node->operation->macs * (double)padded / (double)columns *
           plan->tiles * plan->tile;
}

static double convolution_executed(const struct plan *plan,
                                   const struct node *node)
{
    const struct convolution *convolution = &node->operation->convolution;
    const struct conv_geometry *geometry = &convolution->geometry;
    double macs = (double)node->operation->macs * plan->tiles * plan->tile;
    if (convolution->folded)
        return (double)(geometry->small.size[0] * geometry->small.size[1] *
                        geometry->small.size[2] * geometry_rows(geometry)) *
               plan->tiles * plan->tile;
    if (node->batch_innermost || is_single(node))
        return macs;
    bool gathers = (node->kind == NODE_FORWARD) != convolution->scatters;
    int64_t big = geometry->big.size[2], small = geometry->small.size[2];
    bool by_big =
        is_dot(plan, node) || (node->kind != NODE_GRADIENT && !gathers);
    return macs * padding_of(by_big ? big : small, plan->vector);
}

double node_executed(const struct plan *plan, const struct node *node)
{
    switch (node->operation->primitive) {
    case PRIMITIVE_PRODUCT:
        return product_executed(plan, node);
    case PRIMITIVE_CONVOLUTION:
        return convolution_executed(plan, node);
    default:
        return (double)node->operation->macs * plan->batch;
    }
}
