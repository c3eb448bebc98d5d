/* Large products read their right side from panels.
 *
 * A block of sums walks down a panel of the right side, a block wide. Where it
 * lies, each row of that panel begins a kernel's row further: in another page,
 * and with rows of a power of two in the same few sets of every cache, so that
 * it is fetched anew for every block. Copied, a panel is one run of numbers
 * that stays in the cache while all rows of the left side pass (Goto and van de
 * Geijn 2008). 128 x 2048 x 2048 on a Zen 5, one core, in GFLOP/s:
 *
 *                              AVX-512    AVX2
 *   where it lies                  154      43
 *   rows a line longer             226     104
 *   panels of 256 rows             233     120
 *   and the next one fetched       253     132
 *   OpenBLAS 0.3.21        128 to 215     125  */
#include "compiler/plan/products.h"

/* Rows of a panel at most: with 48 columns 48 KiB. */
enum { PANEL_ROWS = 256 };
/* Rows of the left side that pay for the copy of a panel, at least. */
enum { LEAST_ROWS = 32 };
/* Bytes of a kernel that is read faster from panels, at least. */
enum { LEAST_BYTES = 256 << 10 };

/* Rows of each panel of a depth, all alike: whole lines where there are
 * several. */
static int64_t panel_depth(int64_t depth)
{
    int64_t panels = (depth + PANEL_ROWS - 1) / PANEL_ROWS;
    int64_t rows = (depth + panels - 1) / panels;
    return panels == 1 ? depth : row_stride(rows);
}

static int64_t batch_rows(const struct plan *plan)
{
    return (int64_t)plan->tiles * plan->tile;
}

static bool takes_panels(const struct plan *plan, const struct node *node)
{
    const struct operation *operation = node->operation;
    if (node->algorithm != ALGORITHM_PRODUCT ||
        operation->primitive != PRIMITIVE_PRODUCT ||
        operation->product.positions > 1)
        return false;
    if (node->kind == NODE_GRADIENT)
        return !node->by_shard;
    int64_t numbers = shape_elements(&operation->kernel->shape);
    return plan->tile >= LEAST_ROWS &&
           numbers * dtype_info(plan->dtype)->bytes >= LEAST_BYTES;
}

bool gradient_is_whole(const struct plan *plan, const struct node *node)
{
    return node->algorithm == ALGORITHM_PANELS && node->kind == NODE_GRADIENT &&
           node->panel_depth == batch_rows(plan);
}

/* A gradient's panel is as deep as the batch where that is not too deep: then
 * its blocks are whole at once. */
static int64_t depth_of(const struct plan *plan, const struct node *node)
{
    const struct product_sizes *sizes = &node->operation->product;
    int64_t rows = batch_rows(plan);
    if (node->kind == NODE_GRADIENT)
        return rows <= MOST_SAMPLES ? rows : panel_depth(rows);
    return panel_depth(node->kind == NODE_FORWARD ? sizes->in : sizes->out);
}

void choose_panels(const struct plan *plan, struct program *program)
{
    for (struct node *node = program->nodes; node; node = node->next) {
        bool is_shared = node_reads_batch(node);
        if (takes_panels(plan, node) || is_shared)
            node->block = plan->block;
        if (!takes_panels(plan, node))
            continue;
        node->algorithm = ALGORITHM_PANELS;
        node->panel_depth = (int)depth_of(plan, node);
        node->reads_transposed = false;
    }
}
