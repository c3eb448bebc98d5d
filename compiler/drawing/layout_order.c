/* The order of each rank: every vertex goes to the mean position of what it is
 * linked with in the rank above, then below, and so on; the order with the
 * fewest crossings is kept. */
#include <stdlib.h>
#include <string.h>

#include "compiler/drawing/layout.h"

enum { MOST_SWEEPS = 24 };

struct wish {
    int vertex, position;
    double mean;
};

static int compare_wishes(const void *left, const void *right)
{
    const struct wish *a = left, *b = right;
    if (a->mean != b->mean)
        return a->mean < b->mean ? -1 : 1;
    return a->position - b->position;
}

/* The mean position of the other ends; its own, where it has no links. */
static double mean_position(const struct layout *layout, int v, bool up)
{
    const struct incidence *links = up ? &layout->up : &layout->down;
    int n = links->start[v + 1] - links->start[v];
    double sum = 0;
    for (int i = links->start[v]; i < links->start[v + 1]; i++) {
        const struct link *link = &layout->links[links->list[i]];
        sum += layout->vertices[up ? link->from : link->to].position;
    }
    return n > 0 ? sum / n : layout->vertices[v].position;
}

static void sort_rank(struct layout *layout, int rank, bool up,
                      struct wish *wishes)
{
    int *order = layout->order + layout->rank_start[rank];
    int n = layout->rank_start[rank + 1] - layout->rank_start[rank];
    for (int i = 0; i < n; i++)
        wishes[i] =
            (struct wish){order[i], i, mean_position(layout, order[i], up)};
    qsort(wishes, (size_t)n, sizeof *wishes, compare_wishes);
    for (int i = 0; i < n; i++) {
        order[i] = wishes[i].vertex;
        layout->vertices[order[i]].position = i;
    }
}

struct ends {
    int from, to; /* positions */
};

static int compare_ends(const void *left, const void *right)
{
    const struct ends *a = left, *b = right;
    return a->from != b->from ? a->from - b->from : a->to - b->to;
}

/* Pairs of links below a rank that cross: inversions, counted with a Fenwick
 * tree of `size` zeros. */
static int64_t count_crossings_below(const struct layout *layout, int rank,
                                     struct ends *ends, int *tree, int size)
{
    int n = 0;
    int64_t crossings = 0;
    for (int i = layout->rank_start[rank]; i < layout->rank_start[rank + 1];
         i++) {
        int v = layout->order[i];
        for (int k = layout->down.start[v]; k < layout->down.start[v + 1];
             k++) {
            int to = layout->links[layout->down.list[k]].to;
            ends[n++] = (struct ends){layout->vertices[v].position,
                                      layout->vertices[to].position};
        }
    }
    qsort(ends, (size_t)n, sizeof *ends, compare_ends);
    memset(tree, 0, (size_t)(size + 1) * sizeof *tree);
    for (int i = 0; i < n; i++) {
        int not_right = 0;
        for (int at = ends[i].to + 1; at > 0; at -= at & -at)
            not_right += tree[at];
        crossings += i - not_right;
        for (int at = ends[i].to + 1; at <= size; at += at & -at)
            tree[at]++;
    }
    return crossings;
}

static int64_t count_crossings(const struct layout *layout, struct ends *ends,
                               int *tree)
{
    int64_t crossings = 0;
    for (int r = 0; r + 1 < layout->n_ranks; r++) {
        int size = layout->rank_start[r + 2] - layout->rank_start[r + 1];
        crossings += count_crossings_below(layout, r, ends, tree, size);
    }
    return crossings;
}

static void sweep(struct layout *layout, bool downwards, struct wish *wishes)
{
    for (int i = 1; i < layout->n_ranks; i++)
        sort_rank(layout, downwards ? i : layout->n_ranks - 1 - i, downwards,
                  wishes);
}

void layout_order(struct layout *layout)
{
    struct arena *arena = layout->arena;
    size_t n = (size_t)layout->n_vertices;
    struct wish *wishes = arena_alloc(arena, n, sizeof *wishes);
    struct ends *ends =
        arena_alloc(arena, (size_t)layout->n_links, sizeof *ends);
    int *tree = arena_alloc(arena, n + 1, sizeof *tree);
    int *best = arena_alloc(arena, n, sizeof *best);
    int64_t fewest = count_crossings(layout, ends, tree);
    memcpy(best, layout->order, n * sizeof *best);
    for (int i = 0; i < MOST_SWEEPS && fewest > 0; i++) {
        sweep(layout, i % 2 == 0, wishes);
        int64_t crossings = count_crossings(layout, ends, tree);
        if (crossings < fewest) {
            fewest = crossings;
            memcpy(best, layout->order, n * sizeof *best);
        }
    }
    memcpy(layout->order, best, n * sizeof *best);
    for (int r = 0; r < layout->n_ranks; r++)
        for (int i = layout->rank_start[r]; i < layout->rank_start[r + 1]; i++)
            layout->vertices[best[i]].position = i - layout->rank_start[r];
}
